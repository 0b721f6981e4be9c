"""Who may do what: a policy on every route, a role for every task.

A view says who may come in with ``@access(Policy.MEMBER)``; an application with a route that says nothing does not
start. What a policy cannot know (of *which* organisation?) is asked with ``require`` once the thing is loaded.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask, abort, current_app, flash, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from welcome.accounts.devices import Reader
from welcome.accounts.models import Grant, Member, Role
from welcome.accounts.second_factor import PAGE, has_second_factor
from welcome.accounts.standing import check_may_act
from welcome.database import db
from welcome.errors import Forbidden
from welcome.i18n import gettext as _

View = TypeVar("View", bound=Callable[..., Any])


class Policy(Enum):
    """Who may use a route."""

    PUBLIC = "everybody"
    MEMBER = "signed-in members"
    ORGANISER = Role.ORGANISER
    COORDINATOR = Role.COORDINATOR
    MODERATOR = Role.MODERATOR
    ADMIN = Role.ADMIN


#: Policies of routes that libraries and the floors below bring.
FOREIGN = {
    "web.set_language": Policy.PUBLIC,
    "web.set_theme": Policy.PUBLIC,
    "web.health": Policy.PUBLIC,
    "web.style": Policy.PUBLIC,
    "static": Policy.PUBLIC,
    "security.login": Policy.PUBLIC,
    "security.logout": Policy.PUBLIC,
    "security.register": Policy.PUBLIC,
    "security.send_confirmation": Policy.PUBLIC,
    "security.confirm_email": Policy.PUBLIC,
    "security.forgot_password": Policy.PUBLIC,
    "security.reset_password": Policy.PUBLIC,
    "security.change_password": Policy.MEMBER,
    "security.change_email": Policy.MEMBER,
    "security.change_email_confirm": Policy.PUBLIC,
    "security.verify": Policy.MEMBER,
    "security.static": Policy.PUBLIC,
    "security.two_factor_setup": Policy.MEMBER,
    "security.two_factor_setup_validate": Policy.MEMBER,
    "security.two_factor_token_validation": Policy.PUBLIC,
    "security.two_factor_rescue": Policy.PUBLIC,
    "security.tf_select": Policy.PUBLIC,
    "security.mf_recovery": Policy.PUBLIC,
    "security.mf_recovery_codes": Policy.MEMBER,
    "security.wan_register": Policy.MEMBER,
    "security.wan_register_response": Policy.MEMBER,
    "security.wan_delete": Policy.MEMBER,
    "security.wan_signin": Policy.PUBLIC,
    "security.wan_signin_response": Policy.PUBLIC,
}

#: Roles that open the same doors: who organises one event with others has a desk too. What lies on it is asked next.
LIKEWISE = {Role.ORGANISER: (Role.CO_ORGANISER,)}

#: Roles that open more than one's own account: where STAFF_SECOND_KEY asks for it, a password alone gives none of them.
GUARDED = {Role.COORDINATOR, Role.MODERATOR, Role.ADMIN}

LOOKING = {"GET", "HEAD", "OPTIONS"}


class MissingPolicy(Exception):
    """A route does not say who may use it."""


def access(policy: Policy, *, reaches_strangers: bool = False) -> Callable[[View], View]:
    """Declare who may use a view, and whether one turns to people there whom one does not know."""

    def declare(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]
        view.reaches_strangers = reaches_strangers  # type: ignore[attr-defined]
        return view

    return declare


def policy_of(app: Flask, endpoint: str) -> Policy:
    """Return the policy of a route, or raise MissingPolicy."""
    policy = FOREIGN.get(endpoint) or getattr(app.view_functions[endpoint], "policy", None)
    if policy is None:
        raise MissingPolicy(f"{endpoint} does not say who may use it: add @access(Policy...).")
    return policy


def init_app(app: Flask) -> None:
    """Ask the policy before every view; refuse to start when a route has none (call this last)."""
    for endpoint in app.view_functions:
        policy_of(app, endpoint)
    app.before_request(_enforce)


def _enforce() -> Response | None:
    if request.endpoint is None:
        return None  # no such page: the error page says so
    policy = policy_of(current_app, request.endpoint)
    if policy is Policy.PUBLIC:
        return None
    if not current_user.is_authenticated:
        here = request.full_path.removesuffix("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=here), 303)
    if isinstance(policy.value, Role) and not any(map(has_role, (policy.value, *LIKEWISE.get(policy.value, ())))):
        if not lacks_key():
            abort(403)
        flash(_("A second key keeps others out, also when they know your password or read your mail."), "info")
        return redirect(PAGE, 303)
    if request.method not in LOOKING:
        view = current_app.view_functions[request.endpoint]
        reaches = getattr(view, "reaches_strangers", False)
        check_may_act(current_member(), request.blueprint, reaches_strangers=reaches)
    return None


def current_member() -> Member:
    """Return the signed-in member; only for views whose policy asks for one."""
    member: Member = current_user._get_current_object()
    return member


def roles() -> frozenset[tuple[Role, int | None]]:
    """Return the (role, scope) pairs that the signed-in member can use: all that they hold, once they have the key."""
    return frozenset(pair for pair in _held() if pair[0] not in GUARDED) if lacks_key() else _held()


def lacks_key() -> bool:
    """Return whether roles of the signed-in member wait for a second key besides the password."""
    is_asked = current_app.config["STAFF_NEEDS_KEY"] and any(role in GUARDED for role, _scope in _held())
    return is_asked and not has_second_factor(current_member())


def _held() -> frozenset[tuple[Role, int | None]]:
    """Return the (role, scope) pairs that the signed-in member holds, read once a request."""
    reader: Reader | None = g.get("reader")
    if reader is not None and reader.member is current_member():
        return reader.roles
    if "roles" not in g:
        asked = sa.select(Grant.role, Grant.scope_id).where(Grant.member_id == current_member().id)
        g.roles = frozenset((role, scope) for role, scope in db.session.execute(asked))
    held: frozenset[tuple[Role, int | None]] = g.roles
    return held


def has_role(role: Role, scope_id: int | None = None) -> bool:
    """Return whether the signed-in member holds a role: for one thing, or (without ``scope_id``) for any."""
    if not (current_user and current_user.is_authenticated):
        return False
    held = roles()
    if (Role.ADMIN, None) in held:
        return True
    return any(mine is role and scope_id in (None, scope) for mine, scope in held)


def require(role: Role, scope_id: int) -> None:
    """Refuse unless the signed-in member holds the role for this organisation or programme."""
    if not has_role(role, scope_id):
        raise Forbidden
