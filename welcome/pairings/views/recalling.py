"""The coordinator takes back what was sent and nobody has said yes to."""

from flask import render_template, request
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import gettext as _
from welcome.i18n import ngettext
from welcome.pairings.rounds import recalling
from welcome.pairings.views.blueprint import bp
from welcome.pairings.views.doors import done, of_round, seen_by_staff
from welcome.web import whole


@bp.get("/desk/rounds/<public_id>/sent")
@access(Policy.COORDINATOR)
@of_round
def show_sent(public_id: str) -> str:
    """Show what was sent and nobody has said yes to."""
    page = max(1, request.args.get("page", 1, type=whole))
    found = recalling.read_untouched(db.session(), public_id, page=page)
    told = render_template("pairings/show_sent.html", found=found, round=found.round, page=page)
    return seen_by_staff(told, found.round, [face for one in found.sent for face in one.faces])


@bp.post("/desk/rounds/<public_id>/take-back")
@access(Policy.COORDINATOR)
@of_round
def take_back(public_id: str) -> Response:
    """Take one proposal back, or all."""
    which = request.form.get("which") or None
    with writing() as session:
        count = recalling.take_back(session, public_id, which, now=now())
    if which:
        return done(
            _("It is taken back. Those people are free for the next wave or round."), "show_sent", public_id=public_id
        )
    words = ngettext("%(num)s proposal is taken back.", "%(num)s proposals are taken back.", count)
    return done(words, "show_round", public_id=public_id)
