"""The pages of the conversations: inbox, one thread, write, leave."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import to_user_timezone
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member
from welcome.clock import now
from welcome.conversations import service, telling
from welcome.conversations.forms import LABELS, MessageForm, StepForm, TellForm
from welcome.conversations.inbox import has_unread, read_inbox
from welcome.conversations.rooms import get_room
from welcome.conversations.rules import Step, excerpt
from welcome.database import db, writing
from welcome.errors import Refusal
from welcome.i18n import gettext as _
from welcome.web import whole

bp = Blueprint("conversations", __name__)


@bp.get("/conversations")
@access(Policy.MEMBER)
def inbox() -> str:
    """Show a member's conversations."""
    entries = read_inbox(db.session(), current_member().id)
    return render_template("conversations/inbox.html", entries=entries, excerpt=excerpt)


@bp.get("/conversations/<public_id>")
@access(Policy.MEMBER)
def show_thread(public_id: str) -> str:
    """Show one conversation. That it was read is all that a look at it changes."""
    seen_at = now()  # what arrives while the page is made was not seen
    page = _thread_page(public_id, MessageForm())
    room = get_room(db.session(), public_id, current_member().id)
    if has_unread(db.session(), room):
        thread_id, member_id = room.thread.id, room.me.member_id
        with writing() as session:
            service.mark_read(session, thread_id, member_id, now=seen_at)
    return page


@bp.post("/conversations/<public_id>")
@access(Policy.MEMBER)
def send_message(public_id: str) -> Response | tuple[str, int]:
    """Send a message."""
    form = MessageForm()
    try:
        if not form.validate_on_submit():
            return _thread_page(public_id, form), 422
        with writing() as session:
            service.send_message(session, public_id, current_member().id, form.body.data or "", now=now())
    except Refusal as refusal:
        if refusal.status != Refusal.status:
            raise
        form.body.errors = [str(refusal)]
        return _thread_page(public_id, form), 422
    return redirect(url_for("conversations.show_thread", public_id=public_id, _anchor="latest"), 303)


@bp.post("/conversations/<public_id>/tell")
@access(Policy.MEMBER)
def tell(public_id: str) -> Response | tuple[str, int]:
    """Tell the other one more thing about oneself."""
    form = TellForm()
    if not form.validate_on_submit():
        return _thread_page(public_id, MessageForm(formdata=None), form), 422
    step, words = Step(form.step.data), form.words.data or ""
    with writing() as session:
        telling.tell(session, public_id, current_member().id, step, words, now=now())
    return redirect(url_for("conversations.show_thread", public_id=public_id, _anchor="told"), 303)


@bp.post("/conversations/<public_id>/take-back")
@access(Policy.MEMBER)
def take_back(public_id: str) -> Response:
    """Take back what one has told."""
    form = StepForm()
    step = Step(form.step.data) if form.validate_on_submit() else None
    with writing() as session:
        telling.take_back(session, public_id, current_member().id, step)
    return redirect(url_for("conversations.show_thread", public_id=public_id, _anchor="told"), 303)


@bp.post("/conversations/<public_id>/leave")
@access(Policy.MEMBER)
def leave_thread(public_id: str) -> Response:
    """Leave a conversation for good."""
    with writing() as session:
        service.leave_thread(session, public_id, current_member().id, now=now())
    flash(_("You have left the conversation."), "success")
    return redirect(url_for("conversations.inbox"), 303)


def _thread_page(public_id: str, form: MessageForm, more: TellForm | None = None) -> str:
    session = db.session()
    room = get_room(session, public_id, current_member().id)
    before = request.args.get("before", type=whole)
    messages = service.read_messages(session, room, before=before)
    told = telling.told_in(session, room)
    told_by_me = told.pop(room.me.member_id, {})
    next_step, more = telling.next_of(session, room, told_by_me), more or TellForm(formdata=None)
    if next_step:
        more.words.label.text = LABELS[next_step]
    return render_template(
        "conversations/show_thread.html",
        told_me=told.get(room.other.id, {}) if told else {},
        told_by_me=told_by_me,
        next_step=next_step,
        tell_form=more,
        labels=LABELS,
        room=room,
        messages=messages,
        form=form,
        earlier=messages[0].id if len(messages) == service.PAGE else None,
        is_newest=before is None,
        local=to_user_timezone,
    )
