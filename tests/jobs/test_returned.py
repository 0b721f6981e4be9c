"""What comes back stops letters to addresses where nobody lives, and only what we sent can come back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.conftest import TODAY
from tests.letterbox import carry
from tests.returned import HARD, SAMPLES, VACATION
from welcome.announcements.invitations import EVENT_PUBLISHED
from welcome.conversations.letters import NEW_MESSAGE
from welcome.database import db, writing
from welcome.post import jobs, pausing, verp
from welcome.post.models import Bounce, BounceKind, Channel, Notice, Outcome, PausedAddress
from welcome.post.returning import read_returned
from welcome.post.service import post

SAMPLE = {sample.name: sample for sample in SAMPLES}


@pytest.fixture(autouse=True)
def _with_an_address(app, monkeypatch):
    monkeypatch.setitem(app.config, "BOUNCE_ADDRESS", "bounces@welcome.example")


def sent(member, key="1") -> Notice:
    """Return a letter that was sent to a member."""
    with writing() as session:
        post(session, EVENT_PUBLISHED, member.id, {"event_id": 1}, key=key, now=TODAY)
        mine = (Notice.member_id == member.id, Notice.channel == Channel.MAIL, Notice.key.endswith(f":{key}"))
        session.execute(sa.update(Notice).where(*mine).values(done_at=TODAY, outcome=Outcome.SENT))
    db.session.rollback()
    return db.session.scalars(sa.select(Notice).where(*mine)).one()


def comes_back(name: str, notice: Notice, at=TODAY) -> str:
    return read_returned(SAMPLE[name].as_bytes(verp.return_path(notice), notice.member.mail_address), now=at)


def paused(member) -> PausedAddress | None:
    db.session.rollback()
    return pausing.paused_address(db.session(), member.id, member.mail_address)


def test_the_second_hard_no_pauses_the_address_and_a_repeat_does_not_count(carol):
    first, second = sent(carol, "1"), sent(carol, "2")
    assert [comes_back("postfix-unknown", first), comes_back("postfix-unknown", first)] == ["hard", "known"]
    assert paused(carol) is None
    assert comes_back("qmail", second) == "hard"
    assert paused(carol).kind is BounceKind.HARD
    assert db.session.get_one(Notice, first.id).outcome is Outcome.FAILED
    assert "User unknown" in db.session.get_one(Notice, first.id).reason


def test_after_90_days_it_is_forgotten_what_came_back_and_the_address_stays_paused(carol):
    for key in "12":
        comes_back("qmail", sent(carol, key))
    for days, bounces in ((89, 2), (91, 0)):
        jobs.forget_old(now=TODAY + timedelta(days=days))
        assert paused(carol) and db.session.scalar(sa.select(sa.func.count(Bounce.id))) == bounces


@pytest.mark.parametrize("name", ["postfix-full", "blocked-as-spam", "vacation-rfc", "postfix-delay", "a-person"])
def test_what_is_not_the_address_s_fault_pauses_nothing(carol, name):
    for key in "123":
        comes_back(name, sent(carol, key))
    assert paused(carol) is None


def test_a_mailbox_that_stays_full_is_paused_in_the_end(carol):
    for key in "123456":
        assert paused(carol) is None
        comes_back("postfix-full", sent(carol, key))
    assert paused(carol).kind is BounceKind.SOFT


def test_hard_ones_long_apart_do_not_add_up(carol):
    comes_back("postfix-unknown", sent(carol, "1"), TODAY - timedelta(days=31))
    comes_back("postfix-unknown", sent(carol, "2"))
    assert paused(carol) is None


def test_one_complaint_pauses_at_once(carol):
    assert comes_back("arf-abuse", sent(carol)) == "complaint"
    assert paused(carol).kind is BounceKind.COMPLAINT


def test_no_letter_goes_to_a_paused_address_and_the_reason_is_kept(app, today, carol):
    comes_back("arf-abuse", sent(carol))
    with writing() as session:
        post(session, NEW_MESSAGE, carol.id, {"thread": 1, "message": 1}, key="9", now=TODAY)
    assert carry(app) == []
    waiting = sa.select(Notice).where(Notice.kind == "new_message", Notice.channel == Channel.MAIL)
    assert db.session.scalars(waiting).one().reason == "letters to this address come back"


def test_another_address_is_not_paused(carol):
    comes_back("arf-abuse", sent(carol))
    with writing() as session:
        session.get_one(type(carol), carol.id).email = "carol@new.example"
    db.session.rollback()
    assert paused(carol) is None


FORGERIES = {
    "another letter": lambda path: path.replace("+", "+1", 1),
    "no signature": lambda path: path.split("-")[0] + "-aaaaaaaaaaaaaaaa@welcome.example",
    "not ours": lambda path: "carol@welcome.example",
    "nothing": lambda path: "",
    "a very long number": lambda path: path.replace("+", "+" + "9" * 30, 1),
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_one_counts_for_nothing(carol, how):
    notice = sent(carol)
    path = FORGERIES[how](verp.return_path(notice))
    assert read_returned(SAMPLE["postfix-unknown"].as_bytes(path, carol.email), now=TODAY) == "forged"
    assert db.session.scalars(sa.select(Bounce)).all() == []


def test_without_the_signature_a_forged_one_would_count(carol, monkeypatch):
    notice = sent(carol)
    path = FORGERIES["no signature"](verp.return_path(notice))
    monkeypatch.setattr(verp, "compare_digest", lambda *_: True)
    assert read_returned(SAMPLE["postfix-unknown"].as_bytes(path, carol.email), now=TODAY) == "hard"


def test_the_return_address_is_short_and_survives_servers_that_change_its_case(carol):
    path = verp.return_path(sent(carol))
    assert len(path.partition("@")[0]) <= 64
    assert verp.notice_of(path.upper()) == verp.notice_of(path) is not None


def test_the_command_reads_a_maildir_once(app, tmp_path, carol):
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    for number, name in enumerate(("postfix-unknown", "vacation-rfc", "a-person")):
        path = verp.return_path(sent(carol, str(number)))
        (tmp_path / "new" / str(number)).write_bytes(SAMPLE[name].as_bytes(path, carol.email))
    result = app.test_cli_runner().invoke(args=["read-bounces", str(tmp_path)])
    assert result.output.split("\n")[:3] == [f"1 {HARD}", "1 other", f"1 {VACATION}"]
    assert len(list((tmp_path / "cur").iterdir())) == 3
    assert app.test_cli_runner().invoke(args=["read-bounces", str(tmp_path)]).output == ""


def test_the_command_reads_one_letter_that_a_mail_server_pipes(app, carol):
    letter = SAMPLE["postfix-unknown"].as_bytes(verp.return_path(sent(carol)), carol.email)
    assert app.test_cli_runner().invoke(args=["read-bounces"], input=letter).output == "hard\n"
