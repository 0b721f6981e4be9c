"""Many languages at once: words in five scripts on one page, and a newcomer who reads the site in Portuguese."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from tests import town
from tests.browser import city as letters
from tests.browser.city import City
from tests.browser.conftest import Open, come_in
from tests.browser.hands import Taps
from tests.browser.seed import inside
from tests.browser.test_pages import browse as browse  # on the city with one of everything
from tests.people import make_member
from tests.screens import looks
from welcome.accounts.models import Member
from welcome.clock import now
from welcome.conversations.service import send_message
from welcome.database import writing
from welcome.directory.models import Area
from welcome.profiles.models import Side

pytestmark = pytest.mark.browser

#: In each script a long sentence, and which way it runs.
SAID = {
    "Wie neemt er koffie mee, en wie de verjaardagstaart voor in het buurthuiskamercafé? 12:30!": "ltr",
    "Хто принесе каву, а хто святковий торт для зустрічі в бібліотеці? 12:30!": "ltr",
    "من سيحضر القهوة إلى Bibliotheek Noord، ومن سيحضر الكعكة؟ 12:30!": "rtl",
    "谁带咖啡来图书馆，谁带生日蛋糕？我们十二点半见，欢迎带上孩子和朋友一起来参加这次聚会！": "ltr",
    "कॉफ़ी कौन लाएगा और जन्मदिन का केक कौन लाएगा? 12:30!": "ltr",
}
NAMES = {"Lea": "نور", "Jan": "Михайло"}
#: Two letters of a script that look alike are two boxes. What the machine itself has no letters for is not our fault.
BOXES = """(pairs) => {
  const [ours, theirs] = [getComputedStyle(document.querySelector(".words")).fontFamily, "sans-serif"];
  const draw = (sign, family) => {
    const pen = Object.assign(document.createElement("canvas"), {width: 60, height: 60}).getContext("2d");
    pen.font = `40px ${family}`;
    pen.fillText(sign, 5, 45);
    return pen.canvas.toDataURL();
  };
  const areBoxes = (pair, family) => draw(pair[0], family) === draw(pair[1], family);
  return pairs.filter((pair) => areBoxes(pair, ours) && !areBoxes(pair, theirs));
}"""


def test_five_scripts_on_one_page(browse: Open, whole_city: tuple[City, dict[str, str]]) -> None:
    city, things = whole_city
    with inside(city), writing() as session:
        writers = {name: session.scalars(sa.select(Member).where(Member.first_name == name)).one() for name in NAMES}
        for member in writers.values():
            member.first_name = NAMES[member.first_name]
        for number, words in enumerate(SAID):
            writer = writers[("Lea", "Jan")[number % 2]]
            send_message(session, things["group"], writer.id, words, now=now())
    for locale in ("en", "ar"):
        page = come_in(browse(locale), "carol")
        page.goto(f"/conversations/{things['group']}")
        _reads_right(page)


def _reads_right(page: Page) -> None:
    for words, direction in SAID.items():
        said = page.locator(".words", has_text=words)
        expect(said).to_have_css("direction", direction)
    assert looks.faults(page) == []
    for name in NAMES.values():
        for shown in page.get_by_text(name).all():
            assert shown.evaluate(
                "(one) => one.closest('bdi, title, [dir], .visually-hidden') !== document.documentElement"
            )
    assert page.evaluate(BOXES, ["äw", "жщ", "شه", "咖啡", "कल"]) == []


def test_a_newcomer_soon_meets_the_first_suggestion(browse: Open, whole_city: tuple[City, dict[str, str]]) -> None:
    """Every tap of somebody who has never been here, the one on the letter's link and the menu's too."""
    city, email = whole_city[0], "marisa@welcome.example"
    with inside(city), writing() as session:
        rosa = make_member(session, "Rosa")
        session.flush()
        spoken = {"en": (7, True, False), "pt": (3, False, True)}
        town.settle(session, rosa, Side.LOCAL, spoken, session.scalar(sa.select(Area).where(Area.name == "Centrum")))
        town.join(session, "exchange", rosa, now=now())
    hand = Taps(browse("pt", javascript=False))
    hand.page.goto("/join/newcomer")
    hand.taps.append("Cheguei há pouco")
    hand.write("first_name", "Marisa")
    hand.write("email", email)
    hand.write("password", "a barca vai de saída")
    hand.choose("is_adult", "y")
    hand.go("Participar")
    hand.page.goto(letters.link(city.mail.wait_for(email, "/confirm/"), "/confirm/"))
    hand.taps.append("the link in the letter")
    hand.go("Confirmar")
    hand.go("Guardar e continuar")
    hand.choose("rows-0-teaches", "y")
    hand.choose("rows-1-level", "A1")
    hand.go("Guardar e continuar")
    hand.choose("slots", "3")
    hand.go("Guardar e continuar")
    hand.go("Participo")
    expect(hand.page.get_by_role("article").filter(has_text="Rosa")).to_be_visible()
    assert len(hand.taps) <= 12, hand.taps
    assert hand.seconds <= 90, hand.seconds
