"""Every door x every role x every relation to the person behind it: the right people get in, and read no secret.

tests/test_routes.py tries each door with one reader of each kind. Here each role comes eleven times, each time as
somebody else to the person whose things lie behind the doors. Then checks are taken out of the house, one at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import nonsense
from tests.campaigns.figures import tell
from tests.campaigns.removing import without_checks
from tests.campaigns.sizes import size
from tests.campaigns.street import GUEST_HOST, HOSTS_ONLY, RELATIONS, ROLES, Street
from welcome.accounts import access, signing_in
from welcome.accounts.models import Member
from welcome.pairings.views import doors as guards

#: Each check that is taken out, and the doors behind which it must be missed.
REMOVED: dict[str, tuple[str, ...]] = {
    "welcome.events.crew.access.require_organiser": ("/desk/events/<public_id>",),
    "welcome.events.crew.access.require_host": tuple(HOSTS_ONLY),
    "welcome.announcements.views.announcing.announce": ("/desk/events/<public_id>/announce",),
    "welcome.announcements.views.announcing._own": ("/desk/announcements",),
    "welcome.announcements.views.letters.told": ("/desk/events/<public_id>/told",),
    "welcome.directory.views.desk.own_organisation": ("/desk/organisations/<slug>",),
    "welcome.directory.views.corrections.answer_own": ("/desk/organisations/<slug>/corrections",),
    "welcome.pairings.views.desk._programme_page": ("/desk/programmes/<slug>",),
    "welcome.pairings.views.rounds._measured": ("/desk/rounds/",),
    "welcome.calendars.desk._own": ("/desk/calendars/<public_id>",),
    "welcome.visits.desk._own_event": ("/desk/events/<public_id>/numbers",),
    "welcome.visits.desk._own_date": ("/desk/dates/<public_id>/door",),
    "welcome.events.desk.sharing.own_date": ("/desk/dates/",),
    "welcome.conversations.rooms.room_of": ("/conversations/<public_id>",),
    "welcome.pairings.requests.get_question": ("/requests/<public_id>",),
    "welcome.pairings.requests._hold": ("/requests/<public_id>",),
    "welcome.pairings.proposals.get_offer": ("/proposals/<public_id>",),
    "welcome.pairings.proposals.answer": ("/proposals/<public_id>",),
    "welcome.pairings.matches.get_pair": ("/matches/<public_id>",),
    "welcome.pairings.meetings.get_meeting": ("/meetings/<public_id>",),
    "welcome.pairings.circles.reading.get_table": ("/circles/<public_id>",),
    "welcome.pairings.circles.seating.hold": ("/circles/<public_id>",),
    "welcome.accounts.service.get_other": ("/people/<public_id>/block", "/people/<public_id>/ask"),
    "welcome.accounts.service.is_blocked": ("/people/<public_id>",),
    "welcome.pairings.views.doors.require": ("/desk/programmes/<slug>/", "/desk/rounds/"),
    "welcome.accounts.access.has_role": ("/desk/reports", "/desk/corrections"),
    "welcome.accounts.signing_in.may_come_in": ("/me/close",),
    "welcome.accounts.access._enforce": ("/notices", "/desk/outbox"),
}
#: Who comes to the doors of which a check was taken.
WHO = ["visitor", "unconfirmed", "suspended", "member", "organiser elsewhere", "coordinator elsewhere", "moderator"]


@contextmanager
def removed(app: Flask, name: str) -> Iterator[None]:
    """Take one check out of the house for a while."""
    module, _, function = name.rpartition(".")
    with pytest.MonkeyPatch.context() as patch:
        if function == "_enforce":
            hooks = [hook for hook in app.before_request_funcs[None] if hook is not access._enforce]
            patch.setitem(app.before_request_funcs, None, hooks)
        elif function == "may_come_in":
            patch.setattr(Member, "is_active", property(lambda _self: True))
            patch.setattr(signing_in, "may_come_in", lambda member: member is not None)
        elif name in {"welcome.accounts.access.has_role", "welcome.accounts.service.is_blocked"}:
            patch.setattr(import_module(module), function, lambda *_: function == "has_role")
        elif module == guards.__name__:
            patch.setattr(guards, function, lambda *_: None)
        else:
            taken = getattr(import_module(module), function)
            patch.setattr(taken, "__code__", without_checks(taken))
        yield


@pytest.fixture
def street(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Street:
    """Build the street; nothing that is done at a door is kept."""
    found = Street(app, client)
    nonsense.keep_nothing(monkeypatch)
    return found


def test_the_doors_open_for_the_right_people_only(street: Street) -> None:
    dice = Random(7)
    roles = dice.sample(sorted(ROLES), size("roles", small=1, full=len(ROLES)))
    relations = dice.sample(sorted(RELATIONS), size("relations", small=1, full=len(RELATIONS)))
    found = street.faults(roles, relations)
    found += street.faults([GUEST_HOST[0]], [GUEST_HOST[1]], lambda rule: rule.endpoint in HOSTS_ONLY)
    assert found == [], "\n".join(found[:200])
    said = (
        f"{street.tried:,} cells: {len(roles)} roles x {len(relations)} relations x {len(street.rules)} doors, 0 wrong"
    )
    tell("authz", said, planted="see the next line")


def test_each_check_that_is_taken_out_is_missed(app: Flask, street: Street) -> None:
    names = Random(8).sample(sorted(REMOVED), size("removed", small=2, full=len(REMOVED)))
    assert [name for name in names if not _is_noticed(app, street, name)] == []
    tell("authz, checks", f"{len(names)} of {len(names)} missed", planted="each was taken out on purpose")


def _is_noticed(app: Flask, street: Street, name: str) -> bool:
    doors_of = REMOVED[name]
    with removed(app, name):
        if name.endswith("require_host"):
            return bool(street.faults([GUEST_HOST[0]], [GUEST_HOST[1]], lambda rule: rule.endpoint in doors_of))
        return bool(street.faults(WHO, ["stranger", "blocked by"], lambda rule: rule.rule.startswith(doors_of)))
