"""A question between two people, and a round's proposal to both."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.i18n import gettext as _
from welcome.pairings import pairs, population, proposals, requests, suggestions
from welcome.pairings.states import RequestState
from welcome.pairings.views.blueprint import bp
from welcome.pairings.views.doors import done


@bp.get("/requests/<public_id>")
@access(Policy.MEMBER)
def show_request(public_id: str) -> str:
    """Show where a question stands. That the asked person has seen it is all that a look at it changes."""
    session, member_id = db.session(), current_member().id
    question = requests.get_question(session, public_id, member_id, now=now())
    asked = question.request
    why, match, is_new = None, None, question.can_answer and question.state is RequestState.REQUESTED
    if not question.is_gone:
        why = population.explain_pair(session, asked.programme, member_id, question.other.id)
        match = pairs.open_match_of(session, member_id, question.other.id)
    face = suggestions.read_faces(session, [question.other.id]).get(question.other.id)
    page = render_template("pairings/show_request.html", question=question, why=why, face=face, match=match)
    if is_new:
        request_id = asked.id
        with writing() as transaction:
            requests.see(transaction, request_id, now=now())
    return page


@bp.post("/requests/<public_id>/accept")
@access(Policy.MEMBER)
def accept_request(public_id: str) -> Response:
    """Say yes."""
    with writing() as session:
        path = requests.accept(session, public_id, current_member().id, now=now()).public_id
    return done(_("You are matched. Say hello, and find a time to meet."), "show_match", public_id=path)


@bp.post("/requests/<public_id>/decline")
@access(Policy.MEMBER)
def decline_request(public_id: str) -> Response:
    """Say no in silence."""
    with writing() as session:
        requests.decline(session, public_id, current_member().id, now=now())
    return done(_("That is fine. The other person is not told; the question lapses by itself."), "people")


@bp.post("/requests/<public_id>/withdraw")
@access(Policy.MEMBER)
def withdraw_request(public_id: str) -> Response:
    """Take one's question back."""
    with writing() as session:
        requests.take_back(session, public_id, current_member().id, now=now())
    return done(_("You have taken your question back."), "people")


@bp.get("/proposals/<public_id>")
@access(Policy.MEMBER)
def show_proposal(public_id: str) -> str:
    """Show whom a round proposes, and why."""
    session, member_id = db.session(), current_member().id
    offer = proposals.get_offer(session, public_id, member_id, now=now())
    why, face = None, None
    if not offer.is_gone:
        why = population.explain_pair(session, offer.proposal.programme, member_id, offer.other.id)
        face = suggestions.read_faces(session, [offer.other.id]).get(offer.other.id)
    return render_template("pairings/show_proposal.html", offer=offer, why=why, face=face)


@bp.post("/proposals/<public_id>/accept")
@access(Policy.MEMBER)
def accept_proposal(public_id: str) -> Response:
    """Say yes to a proposal; the second yes makes the match."""
    with writing() as session:
        match = proposals.answer(session, public_id, current_member().id, yes=True, now=now())
        path = match.public_id if match else None
    if path:
        flash(_("You both said yes: you are matched!"), "success")
        return redirect(url_for("pairings.show_match", public_id=path), 303)
    return done(
        _("Thank you. As soon as the other person says yes too, we tell you both."),
        "show_proposal",
        public_id=public_id,
    )


@bp.post("/proposals/<public_id>/decline")
@access(Policy.MEMBER)
def decline_proposal(public_id: str) -> Response:
    """Say no to a proposal."""
    with writing() as session:
        proposals.answer(session, public_id, current_member().id, yes=False, now=now())
    return done(_("That is fine. You are both free for others again."), "people")
