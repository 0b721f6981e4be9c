"""Whom could I meet: suggestions, and asking somebody."""

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import Refusal
from welcome.i18n import gettext as _
from welcome.pairings import exposure, pairs, programmes, refusals, requests, service, suggestions
from welcome.pairings.circles import joining, reading
from welcome.pairings.forms import AskForm
from welcome.pairings.states import RequestState
from welcome.pairings.views.blueprint import bp
from welcome.pairings.views.doors import done
from welcome.profiles import service as profiles
from welcome.profiles.rules import ENOUGH


@bp.get("/people")
@access(Policy.MEMBER)
def people() -> str:
    """Show what waits for a member, whom they know, and whom they could meet."""
    session, member_id, at = db.session(), current_member().id, now()
    groups, affairs = suggestions.read_groups(session, member_id, now=at), service.read_affairs(session, member_id, at)
    page = render_template(
        "pairings/people.html",
        steps=service.steps_of(session, affairs, member_id, at),
        questions=affairs.questions,
        groups=groups,
        places=[] if groups else programmes.read_places(session, member_id),
        circles=affairs.tables,
        is_half_told=_is_half_told(session, member_id),
        open_circles=reading.tables_of(session, joining.open_circles(session, member_id, now=at), member_id, now=at),
    )
    new = {card.face.id for group in groups for card in group.cards if card.is_new}
    if new:
        # That somebody was shown is all that a look at this page changes.
        with writing() as transaction:
            exposure.count(transaction, member_id, new, now=at)
    return page


def _is_half_told(session: Session, member_id: int) -> bool:
    """Whether a member has told just enough to be suggested, and might like to go on."""
    profile = profiles.find_profile(session, member_id)
    return profile is not None and ENOUGH in profile.steps_done and "interests" not in profile.steps_done


@bp.route("/people/<public_id>/ask/<slug>", methods=["GET", "POST"])
@access(Policy.MEMBER, reaches_strangers=True)
def ask(public_id: str, slug: str) -> Response | str | tuple[str, int]:
    """Ask somebody to meet, with a few words."""
    form = AskForm()
    if request.method == "POST":
        try:
            return _send_question(public_id, slug, form)
        except refusals.NobodyThere:
            raise
        except Refusal as refusal:
            form.note.errors = [str(refusal)]
    card = suggestions.get_card(db.session(), current_member().id, public_id, slug)
    return render_template("pairings/ask.html", card=card, form=form), 422 if form.errors or form.note.errors else 200


def _send_question(public_id: str, slug: str, form: AskForm) -> Response:
    with writing() as session:
        me = current_member().id
        asked = requests.ask(session, me, public_id, slug, form.note.data, now=now())
        is_match, path = asked.state is RequestState.ACCEPTED, asked.public_id
        match = pairs.open_match_of(session, me, asked.member_id) if is_match else None
        match_path = match.public_id if match else ""
    if is_match:
        flash(_("You had the same idea: you are matched!"), "success")
        return redirect(url_for("pairings.show_match", public_id=match_path), 303)
    return done(_("Your question is on its way."), "show_request", public_id=path)


@bp.post("/people/<public_id>/dismiss")
@access(Policy.MEMBER)
def dismiss(public_id: str) -> Response:
    """Do not suggest somebody, for a while or for good."""
    for_good = request.form.get("for") == "good"
    with writing() as session:
        requests.dismiss(session, current_member().id, public_id, for_good=for_good, now=now())
    return done(
        _("We do not show you this person again.") if for_good else _("We may show you this person again in a month."),
        "people",
        _anchor="suggestions",
    )
