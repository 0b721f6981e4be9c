"""Every door has a keeper: a policy on every route, kept for every kind of reader, and proof that we would notice."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from config import Settings
from tests.authz import THINGS, Reader, World, doors, faults, path_of
from welcome import app as house
from welcome.accounts import access, signing_in
from welcome.accounts import service as accounts
from welcome.accounts.access import MissingPolicy, Policy, policy_of
from welcome.accounts.models import Member
from welcome.directory.views import desk as directory_views

#: Forms that a stranger may send. Whoever adds one has thought about what a stranger could do with it.
PUBLIC_FORMS = {
    "visits.tick",
    "moderation.appeal",
    "accounts.change_address",
    "accounts.reopen",
    "announcements.stop",
    "directory.correct",
    "guests.answer",
    "guests.ask",
    "guests.leave",
    "help.choose_words",
    "visits.say_thanks_as_guest",
    "moderation.report",
    "security.confirm_email",
    "security.forgot_password",
    "security.mf_recovery",
    "security.tf_select",
    "security.two_factor_rescue",
    "security.two_factor_token_validation",
    "security.wan_signin",
    "security.wan_signin_response",
    "security.login",
    "security.logout",
    "security.register",
    "security.reset_password",
    "security.send_confirmation",
    "web.set_language",
    "web.set_theme",
}


def test_every_route_has_a_policy(app: Flask) -> None:
    for rule, _ in doors(app):
        assert isinstance(policy_of(app, rule.endpoint), Policy)


def test_a_route_without_a_policy_keeps_the_house_shut(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    careless = Blueprint("careless", __name__)
    careless.get("/careless")(lambda: "oops")
    monkeypatch.setattr(house, "ROOMS", (*house.ROOMS, careless))
    with pytest.raises(MissingPolicy, match="careless"):
        house.create_app(settings)


def careless_paths(rules: list[tuple[str, str, Policy, str]]) -> list[str]:
    """Name the routes whose policy is weaker than their place promises."""
    found = [
        path for path, _, policy, _ in rules if path.startswith("/desk") and policy in {Policy.PUBLIC, Policy.MEMBER}
    ]
    found += [path for path, _, policy, _ in rules if path.startswith("/me") and policy is Policy.PUBLIC]
    found = [path for path in found if not path.startswith("/me/reopen/")]
    return found + [
        path
        for path, method, policy, endpoint in rules
        if method != "GET" and policy is Policy.PUBLIC and endpoint not in PUBLIC_FORMS
    ]


def test_a_route_is_as_private_as_its_place_promises(app: Flask) -> None:
    rules = [(rule.rule, method, policy_of(app, rule.endpoint), rule.endpoint) for rule, method in doors(app)]
    assert careless_paths(rules) == []
    for planted in (
        ("/desk/x", "GET", Policy.MEMBER, "a.x"),
        ("/me/x", "GET", Policy.PUBLIC, "a.x"),
        ("/x", "POST", Policy.PUBLIC, "a.x"),
    ):
        assert careless_paths([*rules, planted]) == [planted[0]]


@pytest.mark.parametrize("reader", list(Reader))
def test_the_doors_open_for_the_right_people_only(app: Flask, client: FlaskClient, reader: Reader) -> None:
    assert faults(app, client, {reader}) == []


def test_the_desk_is_tried_with_real_things(app: Flask) -> None:
    world = World(things={name: name for name in THINGS.values()})
    unreal = {
        rule.rule
        for rule, _ in doors(app)
        if policy_of(app, rule.endpoint) in {Policy.ORGANISER, Policy.COORDINATOR} and not path_of(rule, world)[1]
    }
    assert unreal == set(), "say in tests/authz.py which real things these routes are about"


def _is_under(*starts: str) -> Callable[[Any], bool]:
    return lambda rule: rule.rule.startswith(starts)


def test_it_notices_when_no_policy_is_asked(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = [hook for hook in app.before_request_funcs[None] if hook is not access._enforce]
    assert len(hooks) == len(app.before_request_funcs[None]) - 1
    monkeypatch.setitem(app.before_request_funcs, None, hooks)
    assert faults(app, client, {Reader.VISITOR, Reader.MEMBER}, _is_under("/desk/reports", "/notices"))


def test_it_notices_when_a_role_is_not_asked(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "has_role", lambda *_: True)
    assert faults(app, client, {Reader.MEMBER}, _is_under("/desk/reports"))


def test_it_notices_when_nobody_asks_of_which_organisation(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_views, "require", lambda *_: None)
    assert faults(app, client, {Reader.OTHER_ORGANISER}, _is_under("/desk/organisations"))


def test_it_notices_when_a_block_is_not_asked(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "is_blocked", lambda *_: False)
    assert faults(app, client, {Reader.BLOCKED}, _is_under("/people/<public_id>/block"))


def test_it_notices_when_the_suspended_stay_signed_in(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Member, "is_active", property(lambda _self: True))
    monkeypatch.setattr(signing_in, "may_come_in", lambda member: member is not None)
    assert faults(app, client, {Reader.SUSPENDED}, _is_under("/me/close"))


def test_it_notices_when_the_unconfirmed_are_let_in(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "may_come_in", lambda member: member is not None)
    assert faults(app, client, {Reader.UNCONFIRMED}, _is_under("/me/close"))
