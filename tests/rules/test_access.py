"""Who may come in where: a house with a door of each kind, and people with each role, without any database."""

from dataclasses import dataclass, field

import pytest
from flask import Flask, g, get_flashed_messages, session
from flask_babel import Babel
from flask_login import LoginManager

from welcome.accounts import access as doors
from welcome.accounts.access import MissingPolicy, Policy, access, policy_of
from welcome.accounts.devices import Reader
from welcome.accounts.models import Member, Role, SignIn
from welcome.accounts.standing import Limited, Paused, check_may_act
from welcome.errors import Forbidden

SIGN_IN, KEYS = "/login?next=", "/me/second-factor"
Held = tuple[Role, int | None]


@dataclass
class House:
    """A few doors, and who stands before them."""

    app: Flask
    member: Member | None = None
    held: frozenset[Held] = frozenset()
    said: list[tuple[str, str]] = field(default_factory=list)

    def arrive(self, *held: Held, **traits: object) -> Member:
        """Let somebody with these roles stand before the doors."""
        self.member, self.held = Member(id=1, active=True, **traits), frozenset(held)
        return self.member

    def try_door(self, path: str, method: str = "GET") -> int | str:
        """Return how a door answers: its status, or where it leads (303: to look there, whatever was sent here)."""
        answer = self.app.test_client().open(path, method=method)
        return answer.location if answer.status_code == 303 else answer.status_code


@pytest.fixture
def house() -> House:
    """Build the house."""
    app = Flask("house")
    app.config.update(SECRET_KEY="a house", STAFF_NEEDS_KEY=False)
    LoginManager(app).user_loader(lambda _carried: None)
    Babel(app)
    house = House(app)

    @app.before_request
    def recognise() -> None:
        if house.member is not None:
            g._login_user = house.member
            g.reader = Reader(house.member, SignIn(), house.held, 0)

    @app.after_request
    def listen(answer):
        if "_flashes" in session:
            house.said = get_flashed_messages(with_categories=True)
        return answer

    for policy in Policy:
        view = access(policy)(lambda: "come in")
        app.add_url_rule(f"/{policy.name.lower()}", policy.name, view, methods=["GET", "POST"])
    app.add_url_rule(
        "/stranger", "stranger", access(Policy.MEMBER, reaches_strangers=True)(lambda: "hello"), methods=["GET", "POST"]
    )
    app.add_url_rule("/login", "security.login", lambda: "who is there?")
    app.add_url_rule("/verify", "security.verify", lambda: "it is you", methods=["POST"])
    doors.init_app(app)
    return house


def test_a_visitor_is_asked_who_they_are_and_led_back(house: House) -> None:
    assert house.try_door("/public") == house.try_door("/login") == 200
    assert house.try_door("/member") == f"{SIGN_IN}/member" == house.try_door("/member?")
    assert house.try_door("/admin?page=2") == f"{SIGN_IN}/admin?page%3D2"
    assert house.try_door("/member", "POST") == "/login", "a form is not sent again by itself"
    assert house.try_door("/nowhere") == 404


@pytest.mark.parametrize(
    ("held", "opened"),
    [
        ((), set()),
        (((Role.ORGANISER, 7),), {"organiser"}),
        (((Role.CO_ORGANISER, 3),), {"organiser"}),
        (((Role.COORDINATOR, 2),), {"coordinator"}),
        (((Role.MODERATOR, None),), {"moderator"}),
        (((Role.ADMIN, None),), {"organiser", "coordinator", "moderator", "admin"}),
    ],
)
def test_a_role_opens_its_own_doors(house: House, held: tuple[Held, ...], opened: set[str]) -> None:
    house.arrive(*held)
    paths = {policy.name.lower() for policy in Policy}
    assert {path for path in paths if house.try_door(f"/{path}") == 200} == opened | {"public", "member"}
    assert {house.try_door(f"/{path}") for path in paths - opened - {"public", "member"}} <= {403}


def test_a_role_is_for_its_own_thing(house: House) -> None:
    with house.app.test_request_context():
        g._login_user = member = house.arrive((Role.ORGANISER, 7))
        g.reader = Reader(member, SignIn(), house.held, 0)
        assert doors.current_member() is member
        assert doors.has_role(Role.ORGANISER) and doors.has_role(Role.ORGANISER, 7)
        assert not doors.has_role(Role.ORGANISER, 8) and not doors.has_role(Role.MODERATOR)
        doors.require(Role.ORGANISER, 7)
        with pytest.raises(Forbidden):
            doors.require(Role.ORGANISER, 8)
        with pytest.raises(Forbidden):
            doors.require(Role.COORDINATOR, 7)


def test_nobody_is_somebody_else(house: House) -> None:
    with house.app.test_request_context():
        assert not doors.has_role(Role.ORGANISER)
        other = house.arrive((Role.ADMIN, None))
        g.reader = Reader(other, SignIn(), house.held, 0)
        g._login_user = Member(id=2, active=True)
        g.roles = frozenset({(Role.ORGANISER, 7)})
        assert doors.roles() == {(Role.ORGANISER, 7)}, "what the device said of another counts for nothing"


def test_a_password_alone_gives_no_role_over_others(house: House) -> None:
    house.app.config["STAFF_NEEDS_KEY"] = True
    for role in (Role.ADMIN, Role.MODERATOR, Role.COORDINATOR):
        house.arrive((role, None), (Role.ORGANISER, 7), tf_primary_method=None)
        door = f"/{role.value}"
        assert house.try_door(door) == KEYS == house.try_door(door, "POST")
        assert [(kind, words[:12]) for kind, words in house.said] == [("info", "A second key")]
        assert house.try_door("/organiser") == house.try_door("/member") == 200
        house.arrive((role, None), tf_primary_method="authenticator")
        assert house.try_door(door) == 200
    house.arrive((Role.ORGANISER, 7), tf_primary_method=None)
    assert house.try_door("/organiser") == 200
    assert house.try_door("/admin") == 403


def test_a_door_without_a_policy_keeps_the_house_shut(house: House) -> None:
    app = Flask("careless")
    app.add_url_rule("/", "open", lambda: "come in")
    with pytest.raises(MissingPolicy, match="^open does not say who may use it: add @access"):
        doors.init_app(app)
    assert policy_of(house.app, "MEMBER") is Policy.MEMBER
    assert policy_of(house.app, "security.login") is Policy.PUBLIC


def test_a_measure_takes_acts_and_leaves_looks(house: House) -> None:
    house.arrive(limited_at=1)
    assert house.try_door("/stranger") == house.try_door("/member", "POST") == 200
    with pytest.raises(Limited):
        house.app.testing = True
        house.try_door("/stranger", "POST")
    house.arrive(paused_at=1, limited_at=1)
    assert house.try_door("/verify", "POST") == 200, "the account stays one's own, and no library reaches strangers"
    assert house.try_door("/member") == house.try_door("/member", "OPTIONS") == house.try_door("/member", "HEAD") == 200
    with pytest.raises(Paused):
        house.try_door("/member", "POST")


def test_what_stays_ones_own_in_a_pause() -> None:
    paused, limited = Member(paused_at=1), Member(limited_at=1)
    for room in ("accounts", "security", "web", "moderation"):
        check_may_act(paused, room, reaches_strangers=True)
    for room in ("events", None):
        with pytest.raises(Paused):
            check_may_act(paused, room, reaches_strangers=False)
        check_may_act(limited, room, reaches_strangers=False)
        check_may_act(Member(), room, reaches_strangers=True)
        with pytest.raises(Limited):
            check_may_act(limited, room, reaches_strangers=True)
