"""The blueprint that all pages of this room share, and what every page of the house is told of its reader."""

from typing import Any

from flask import Blueprint, g, has_request_context, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from welcome.accounts.access import LOOKING, current_member, has_role
from welcome.accounts.devices import Reader
from welcome.accounts.models import Role
from welcome.database import db
from welcome.post.service import unread_count

bp = Blueprint("accounts", __name__)

Page = BaseResponse | str | tuple[str, int]


@bp.app_context_processor
def _reader() -> dict[str, Any]:
    """Tell every page who reads it, which roles they hold, and how many notices they have not seen."""
    if not has_request_context() or not current_user.is_authenticated:
        return {}
    return {
        "member": current_member(),
        "unread": _unread(),
        "holds": lambda role: has_role(Role(role)),
    }


def _unread() -> int:
    """Return how many notices the reader has not seen: what was known when the page was asked for, where it can."""
    reader: Reader | None = g.get("reader")
    if reader is not None and reader.member is current_member() and request.method in LOOKING:
        return reader.unread
    return unread_count(db.session(), current_member().id)
