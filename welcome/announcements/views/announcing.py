"""Pages about announcements: write one, see whom it reaches and how it reads, send it; the moderators' second yes."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member, require
from welcome.accounts.models import Role
from welcome.announcements import telling
from welcome.announcements.announcing import describing, service
from welcome.announcements.announcing.audience import read_audience
from welcome.announcements.announcing.letter import LETTER_FOR, context_of
from welcome.announcements.forms.announcing import AnnounceForm, SecondYesForm
from welcome.announcements.models import Announcement, AnnouncementState, Purpose
from welcome.announcements.views.blueprint import bp
from welcome.clock import now
from welcome.database import db, writing
from welcome.directory.service import areas
from welcome.errors import NotFound, Refusal
from welcome.events.finding import find_event
from welcome.events.models import Event
from welcome.i18n import LOCALES, offered_languages
from welcome.i18n import gettext as _
from welcome.post.letters import Somebody, Unwanted
from welcome.post.message import Preview, preview

Page = str | tuple[str, int] | Response


@bp.route("/desk/events/<public_id>/announce", methods=["GET", "POST"])
@access(Policy.ORGANISER)
def announce(public_id: str) -> Page:
    """Let an organiser write an announcement of an event, or change one that was not sent yet."""
    event = find_event(db.session(), public_id)
    if event is None:
        raise NotFound
    require(Role.ORGANISER, event.organisation_id)
    written = service.announcements_of(db.session(), event.id)
    form = AnnounceForm(data=_answers(written.get(_purpose())))
    form.offer(areas(db.session()))
    if form.validate_on_submit():
        try:
            draft_id = _keep(event, form)
        except Refusal as refusal:
            form.form_errors.append(str(refusal))
        else:
            return redirect(url_for("announcements.announcement", public_id=draft_id), 303)
    page = render_template("announcements/announce.html", event=event, form=form, written=written)
    return (page, 422) if form.errors else page


def _purpose() -> Purpose:
    asked = request.args.get("purpose", "")
    return Purpose(asked) if asked in set(Purpose) else Purpose.COME


def _answers(found: Announcement | None) -> dict[str, object]:
    if found is None:
        return {"purpose": _purpose().value}
    audience = read_audience(found.audience)
    chosen = {"languages": audience.languages, "areas": audience.area_ids, "interests": audience.interests}
    rest = {"purpose": found.purpose.value, "words": found.words, "side": audience.side}
    return {**rest, **chosen, "with_children": audience.with_children}


def _keep(event: Event, form: AnnounceForm) -> str:
    event_id, member_id = event.id, current_member().id
    with writing() as session:
        kept = (Purpose(form.purpose.data), form.words.data or "", form.audience())
        return service.write(session, session.get_one(Event, event_id), *kept, by=member_id, now=now())


@bp.get("/desk/announcements/<public_id>")
@access(Policy.ORGANISER)
def announcement(public_id: str) -> Page:
    """Show an organiser whom an announcement reaches and how it reads, or what became of it."""
    return _show("announcements/announcement.html", _own(public_id))


@bp.post("/desk/announcements/<public_id>/send")
@access(Policy.ORGANISER)
def send_announcement(public_id: str) -> Page:
    """Send an announcement, or ask the moderators to agree."""
    announcement_id = _own(public_id).id
    with writing() as session:
        state = service.send(session, announcement_id, now=now())
    asked = _("The moderators have been asked. You get a letter when they have decided.")
    flash(_("It is on its way.") if state is AnnouncementState.SENT else asked, "success")
    return redirect(url_for("announcements.announcement", public_id=public_id), 303)


@bp.get("/desk/announcements")
@access(Policy.MODERATOR)
def list_announcements() -> Page:
    """Show moderators what waits for their yes."""
    return render_template("announcements/list_announcements.html", waiting=service.waiting(db.session()))


@bp.route("/desk/announcements/<public_id>/decide", methods=["GET", "POST"])
@access(Policy.MODERATOR)
def decide_announcement(public_id: str) -> Page:
    """Let a moderator read an announcement to very many people, and say yes or no."""
    found, form = service.find_announcement(db.session(), public_id), SecondYesForm()
    if not form.validate_on_submit():
        page = _show("announcements/decide.html", found, form=form)
        return (page, 422) if form.errors else page
    announcement_id, moderator_id, agrees = found.id, current_member().id, request.form.get("agrees") == "yes"
    with writing() as session:
        because = form.because.data or ""
        service.decide(session, announcement_id, moderator_id, agrees=agrees, because=because, now=now())
    flash(_("It is on its way.") if agrees else _("It is not sent, and the organiser is told why."), "success")
    return redirect(url_for("announcements.list_announcements"), 303)


def _own(public_id: str) -> Announcement:
    found = service.find_announcement(db.session(), public_id)
    require(Role.ORGANISER, found.event.organisation_id)
    return found


def _show(template: str, found: Announcement, **more: object) -> str:
    is_sent = found.state is AnnouncementState.SENT
    words = {
        "found": found,
        "event": found.event,
        "audience": describing.say(db.session(), read_audience(found.audience)),
        "reach": None if is_sent else service.reach_of(db.session(), found, now=now()),
        "counts": telling.count_notices(db.session(), LETTER_FOR[found.purpose], found.id) if is_sent else None,
        "letter": _preview(found),
        "languages": offered_languages(),
    }
    return render_template(template, **words, **more)


def _preview(found: Announcement) -> Preview | None:
    """Show the letter as somebody reads it, in the language that was asked for."""
    asked, mine = request.args.get("locale", ""), current_member()
    reader = Somebody(locale=asked if asked in LOCALES else mine.locale, timezone=mine.timezone)
    context = context_of(db.session(), found, reader)
    return None if isinstance(context, Unwanted) else preview(LETTER_FOR[found.purpose].kind, reader, context)
