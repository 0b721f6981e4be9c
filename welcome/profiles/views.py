"""A member's own profile: an overview, and one page for each step."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts import service as accounts
from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound, Refusal
from welcome.i18n import gettext as _
from welcome.profiles import filling, rules, service
from welcome.profiles.answer import Answer
from welcome.profiles.answers import ANSWERS
from welcome.profiles.steps import STEPS, thanks
from welcome.profiles.summary import Part, summarise
from welcome.profiles.vocabulary import OPTIONAL

bp = Blueprint("profiles", __name__)

Page = str | tuple[str, int] | Response


@bp.get("/me/profile")
@access(Policy.MEMBER)
def overview() -> Page:
    """Show what is filled in, every part of it open to change."""
    session, member_id = db.session(), current_member().id
    parts = _parts(member_id)
    filled = [part.step.code for part in parts if part.lines]
    given = accounts.consented_fields(session, member_id)
    return render_template(
        "profiles/overview.html",
        parts=parts,
        percent=rules.completeness(filled),
        filled=len(filled),
        next_step=rules.next_step(filled),
        card=service.card(session, 0, current_member()),
        consents=[(name, label) for name, label in OPTIONAL.items() if name in given],
    )


def _parts(member_id: int) -> list[Part]:
    session = db.session()
    return summarise(
        service.get_profile(session, member_id),
        service.languages_of(session, [member_id]).get(member_id, []),
        service.interests_of(session, [member_id]).get(member_id, {}),
    )


@bp.post("/me/profile/consents/<name>/withdrawn")
@access(Policy.MEMBER)
def withdraw(name: str) -> Page:
    """Take back the consent to one answer, which is deleted."""
    with writing() as session:
        filling.withdraw(session, current_member().id, name, now=now())
    flash(_("The answer is deleted."), "success")
    return redirect(url_for("profiles.overview"), 303)


@bp.route("/me/profile/<step>", methods=["GET", "POST"])
@access(Policy.MEMBER)
def step(step: str) -> Page:
    """Ask one step, keep it, and go on to the next."""
    if step not in STEPS:
        raise NotFound
    answer = ANSWERS[step](current_member().id)
    if request.method == "POST" and answer.is_ready():
        try:
            with writing() as session:
                answer.keep(session, now=now())
        except Refusal as refusal:
            answer.blame(refusal)
        else:
            return _go_on(step, answer)
    is_wrong = request.method == "POST" and not answer.is_growing
    return render_template(
        f"profiles/{step}.html",
        answer=answer,
        form=answer.form,
        step=STEPS[step],
        names=[one.name for one in STEPS.values()],
        number=rules.STEPS.index(step) + 1,
        before=rules.step_before(step),
        after=rules.step_after(step),
        is_single=_is_single(),
    ), 422 if is_wrong else 200


def _is_single() -> bool:
    """Whether the member came to change this one part."""
    return request.args.get("then") == "overview"


def _go_on(step: str, answer: Answer) -> Page:
    member_id = current_member().id
    filled = [part.step.code for part in _parts(member_id) if part.lines]
    if step in filled:
        flash(thanks(step, service.count_fitting(db.session(), member_id, step)), "success")
    for sentence in answer.left_out():
        flash(sentence, "info")
    after = rules.step_after(step)
    if _is_single():
        return redirect(url_for("profiles.overview"), 303)
    if step == rules.ENOUGH and rules.next_step(filled) == after and "pairings.people" in current_app.view_functions:
        return redirect(url_for("pairings.people"), 303)
    return redirect(url_for("profiles.step", step=after) if after else "/", 303)
