"""The page of an event: told in the reader's language or honestly in another, with a picture and every answer shown."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image

from tests.conftest import TODAY
from tests.gatherings import make_event, make_organisation, make_venue
from welcome.accounts.models import Member, Role
from welcome.accounts.service import grant
from welcome.database import db, writing
from welcome.events import dismissals, pictures, service, translating
from welcome.events.facts import facts_of
from welcome.events.models import Event, EventPicture, EventStatus, Setting
from welcome.events.pictures import NotAPicture, PictureTooLarge, redraw
from welcome.events.plans import Place, Speaking
from welcome.profiles.models import Interest, Profile, Side, Spoken

SignIn = Callable[[Member], FlaskClient]
pytestmark = pytest.mark.usefixtures("today")
LATER = TODAY + timedelta(hours=1)


@pytest.fixture
def event(alice: Member) -> Event:
    with writing() as session:
        organisation = make_organisation(session, TODAY)
        grant(session, alice.id, Role.ORGANISER, scope_id=organisation.id, now=TODAY)
        event_id = make_event(
            session, TODAY, title="Soep", about="Kom eten", text_language="nl", place=Place(make_venue(session).id)
        ).id
    return db.session.get_one(Event, event_id)


def read(client: FlaskClient, event: Event, words: str = "", language: str = "en") -> str:
    answer = client.get(f"/events/{event.public_id}?{words}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.text


def test_each_reader_gets_a_language_they_can_read(client: FlaskClient, event: Event) -> None:
    assert "This text is in Dutch." in read(client, event)
    assert "Deze tekst is" not in read(client, event, language="nl")
    with writing() as session:
        translating.write_text(session, event.id, "en", "Soup", "Come and eat", is_easy=False, now=TODAY)
        translating.write_text(session, event.id, "en", "", "You eat soup.", is_easy=True, now=TODAY)
    page = read(client, event)
    assert '<h1 dir="auto" lang="en">Soup</h1>' in page
    assert "Come and eat" in page
    assert "This text is in" not in page
    assert "You eat soup." in read(client, event, "text=en&easy=y")
    assert '<h1 dir="auto" lang="en">Soup</h1>' in read(client, event, "text=en&easy=y")
    assert "Kom eten" in read(client, event, "text=nl")
    assert "Kom eten" in read(client, event, "text=xx&easy=y", language="nl")
    assert "Soup</a>" in client.get("/events?q=soup").text  # found and shown in the reader's language
    with writing() as session:
        facts = replace(facts_of(session.get_one(Event, event.id)), about="Kom later eten")
        service.edit_event(session, event.id, facts, now=LATER)
    assert "This translation may be out of date." in read(client, event)
    assert "out of date" not in read(client, event, "text=nl", language="nl")
    with writing() as session:
        translating.write_text(session, event.id, "en", "Soup", "Come and eat later", is_easy=False, now=LATER)
    assert "out of date" not in read(client, event)


def test_organisers_write_texts_and_what_they_typed_is_kept(sign_in: SignIn, alice: Member, event: Event) -> None:
    desk, path = sign_in(alice), f"/desk/events/{event.public_id}/texts"
    assert desk.post(f"{path}/ar/full", data={"title": "حساء", "about": "تعال"}).status_code == 303
    assert "حساء" in desk.get(path).text
    answer = desk.post(f"{path}/fr/full", data={"title": "s" * 201, "about": "Venez"})
    assert (answer.status_code, "Venez" in answer.text) == (422, True)
    assert "is in this language already" in desk.post(f"{path}/nl/full", data={"title": "Soep", "about": ""}).text
    assert desk.post(f"{path}/ar/full", data={"title": "", "about": ""}).status_code == 303
    assert [text.language for text in db.session.get_one(Event, event.id).texts] == []
    copied = desk.post(f"/desk/events/{event.public_id}/copy")
    assert copied.status_code == 303


def photograph(size: tuple[int, int] = (2400, 1200), kind: str = "JPEG") -> bytes:
    file, exif = BytesIO(), Image.Exif()
    exif[0x010F], exif[0x0112] = "SecretCamera", 6  # the maker, and "turn me"
    Image.new("RGB", size, "teal").save(file, kind, exif=exif, comment=b"at my house")
    return file.getvalue()


def sent(picture: bytes) -> bytes:
    words = b'--x\r\nContent-Disposition: form-data; name="alt"\r\n\r\nSoup <b>\r\n'
    file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    return words + file + picture + b"\r\n--x--"


def test_a_picture_is_drawn_anew(sign_in: SignIn, client: FlaskClient, alice: Member, event: Event) -> None:
    desk, path = sign_in(alice), f"/desk/events/{event.public_id}/picture"
    assert b"SecretCamera" in photograph()
    answer = desk.post(path, data={"alt": "", "file": (BytesIO(photograph()), "a.jpg")})
    assert (answer.status_code, "for those who cannot see it" in answer.text) == (422, True)
    large = photograph() + b"\0" * 5_000_000  # as phones send them; elsewhere 2 MB are too many
    assert desk.post(path, data=sent(large), content_type="multipart/form-data; boundary=x").status_code == 303
    kept = db.session.get_one(EventPicture, event.id)
    assert (kept.width, kept.height) == (600, 1200)
    client.delete_cookie("session")
    assert 'alt="Soup &lt;b&gt;" width="600" height="1200"' in read(client, event)
    answer = client.get(f"/events/{event.public_id}/picture/{kept.digest}.jpg")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"SecretCamera" not in answer.data
    assert b"at my house" not in answer.data
    assert not Image.open(BytesIO(answer.data)).getexif()
    assert client.get(f"/events/{event.public_id}/picture/0000.jpg").status_code == 404
    assert sign_in(alice).post(f"{path}/remove").status_code == 303
    assert "<img" not in read(client, event)


def bomb() -> bytes:
    """Return a small file that says it is 30,000 pixels wide and high."""
    file = BytesIO()
    Image.new("1", (30_000, 30_000)).save(file, "PNG")
    return file.getvalue()


def many_frames() -> bytes:
    file = BytesIO()
    frames = [Image.new("RGB", (20, 20), (shade, 0, 0)) for shade in range(0, 250, 50)]
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:])
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (bomb(), PictureTooLarge),
        (many_frames(), PictureTooLarge),
        (b"x" * (pictures.LARGEST_BYTES + 1), PictureTooLarge),
    ]
    + [(content, NotAPicture) for content in (b"", b"GIF89a", b"<svg/>", photograph()[:300])],
    ids=["a bomb", "a film", "too many bytes", "nothing", "another kind", "a drawing", "cut off"],
)
def test_what_is_no_picture_is_refused(content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        redraw(content)


def test_every_answer_is_shown_and_so_is_what_nobody_knows(client: FlaskClient) -> None:
    with writing() as session:
        event = make_event(
            session,
            TODAY,
            is_step_free=True,
            access={"toilet": True, "loop": False},
            setting=Setting.OUTDOORS,
            languages=(Speaking("nl", 2, True), Speaking("en")),
        )
        public_id = event.public_id
    page = client.get(f"/events/{public_id}").text
    assert "Step-free entrance · Accessible toilet" in page
    assert "Not there: Hearing loop" in page
    assert "Not known: Parking nearby · Public transport nearby · Quiet space · Sign language" in page
    assert "Outdoors" in page
    assert "Dutch, from level A2" in page
    assert "English is fine too, beginners welcome" in page


def test_members_read_why_and_can_say_not_for_me(
    sign_in: SignIn, client: FlaskClient, carol: Member, event: Event
) -> None:
    with writing() as session:
        kept = session.get_one(Event, event.id)
        kept.interests = ["food.coffee"]
        area_id = kept.occurrences[0].venue.area_id
        session.add(Profile(member_id=carol.id, side=Side.NEWCOMER, area_id=area_id, updated_at=TODAY))
        session.add(Interest(member_id=carol.id, code="food.coffee", strength=3))
        session.add(Spoken(member_id=carol.id, language="nl", level=2, teaches=False, learns=True))
    assert "Why this could be for you" not in read(client, event)
    page = read(sign_in(carol), event)
    for reason in ("You like", "You are learning Dutch, and your level is enough here.", "It is in your area."):
        assert reason in page
    assert "Soep" in client.get("/events").text
    assert client.post(f"/events/{event.public_id}/not-for-me").status_code == 303
    assert "Soep" not in client.get("/events").text
    assert "You said that this is not for you." in read(client, event)
    assert dismissals.is_dismissed(db.session(), event.id, carol.id)
    assert client.post(f"/events/{event.public_id}/for-me-again").status_code == 303
    assert "Soep" in client.get("/events").text


def test_a_shared_link_has_a_picture_that_is_the_same_for_everybody(
    sign_in: SignIn, client: FlaskClient, alice: Member, event: Event
) -> None:
    path = re.search(r'og:image" content="http://[^/]+([^"]+)"', client.get(f"/events/{event.public_id}").text)
    assert path and "/card.png?" in path[1]
    card = client.get(unescape(path[1]))
    with Image.open(BytesIO(card.data)) as drawn:
        assert (drawn.size, card.mimetype) == ((1200, 630), "image/png")
    again = client.get(unescape(path[1]), headers={"If-None-Match": card.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert sign_in(alice).get(unescape(path[1])).data == card.data
    with writing() as session:
        session.get_one(Event, event.id).title = "Stamppot"
    assert client.get(unescape(path[1])).headers["ETag"] != card.headers["ETag"]
    with writing() as session:
        session.get_one(Event, event.id).status = EventStatus.DRAFT
    assert sign_in(alice).get(unescape(path[1])).status_code == 404
    assert "card.png" not in sign_in(alice).get(f"/events/{event.public_id}").text
