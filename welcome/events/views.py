"""What everybody sees of events."""

from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member, has_role
from welcome.accounts.models import Role
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound
from welcome.events import browsing, cards, dismissals, finding, page, pictures
from welcome.events.answers.models import OUT, Attendance
from welcome.events.answers.panel import panel, show_answer
from welcome.events.calendar import CALENDAR_TYPE, calendar_file, entry_of, google_link, outlook_link, path_of
from welcome.events.crew.access import may_organise
from welcome.events.finding import Seats
from welcome.events.forms.answers import JoinForm
from welcome.events.models import Event, EventStatus, Occurrence
from welcome.events.month import read_month
from welcome.events.places import has_place, where_is
from welcome.events.reasons import why
from welcome.events.texts import title_in
from welcome.events.wording import rule_in_words
from welcome.headers import A_YEAR
from welcome.i18n import format_month
from welcome.i18n import gettext as _
from welcome.post.message import public_url
from welcome.web import whole

bp = Blueprint("events", __name__)

PAGE = 12
MOST_PAGES = 400

Page = str | tuple[str, int] | Response


@bp.get("/events")
@access(Policy.PUBLIC)
def list_events() -> Page:
    """Show what is coming, filtered by what matters to the reader; the address can be shared."""
    search = browsing.read_search()
    asked = min(max(request.args.get("page", 1, type=whole), 1), MOST_PAGES)
    found = finding.page_of_coming(db.session(), asked, now=search.moment, filters=search.filters, size=PAGE)
    choices = search.choices([one.event_id for one in found.dates])
    items = cards.cards_for(db.session(), found.dates, search.reader_id)
    for item, date in zip(items, found.dates, strict=True):
        item |= {"why": why(date, choices.liking)[:1], "more": choices.dates.get(date.event_id, 1) - 1}
    return render_template(
        "events/list_events.html",
        items=items,
        total=found.total,
        page=found.number,
        pages=max(1, -(-found.total // PAGE)),
        **search.words(choices),
    )


@bp.get("/events/month")
@access(Policy.PUBLIC)
def show_month() -> Page:
    """Show the same search as a month, each day with what begins on it."""
    search = browsing.read_search()
    month = read_month(db.session(), search.chosen.get("when", ""), search.filters, search.zone, now=search.moment)
    words = search.words(search.choices())
    return render_template("events/month.html", month=month, format_month=format_month, title_in=title_in, **words)


@bp.get("/events/<public_id>")
@access(Policy.PUBLIC)
def show_event(public_id: str) -> Page:
    """Show one event and one of its dates; drafts to its organisers alone."""
    event, answers = _visible(public_id)
    occurrence = _chosen_date(event, request.args.get("on"))
    if request.args.get("on") not in (None, occurrence.public_id) and (path := _path_since(event, request.args["on"])):
        return redirect(path)
    return _event_page(event, occurrence, answers.get(occurrence.id), JoinForm(formdata=None)), 200


@bp.get("/events/<public_id>/calendar.ics", endpoint="calendar_file")
@access(Policy.PUBLIC)
def calendar_of_event(public_id: str) -> Page:
    """Give one date, or all that are shown, as a calendar file."""
    event, answers = _visible(public_id)
    chosen = [one for one in event.occurrences if request.args.get("on") in (None, one.public_id)]
    shown = [one for one in chosen if one.status is not EventStatus.DRAFT]
    if not shown:
        raise NotFound
    is_in = {one.id for one in shown if has_place(answers.get(one.id))} if event.hides_address else set()
    entries = [entry_of(one, public_url(path_of(one)), is_in=one.id in is_in) for one in shown]
    file = calendar_file(entries, name=event.title)
    headers = {"Content-Disposition": 'attachment; filename="event.ics"'}
    return Response(file, content_type=f"{CALENDAR_TYPE}; charset=utf-8", headers=headers)


def event_page(occurrence: Occurrence, form: JoinForm) -> str:
    """Show one date of an event, with the reader's answer to it."""
    event, answers = _visible(occurrence.event.public_id)
    date = next(one for one in event.occurrences if one.id == occurrence.id)
    return _event_page(event, date, answers.get(date.id), form)


def _event_page(event: Event, occurrence: Occurrence, answer: Attendance | None, form: JoinForm) -> str:
    member_id = _reader_id()
    is_in = has_place(answer)
    show_answer(form, answer)
    seats = finding.seats_of(db.session(), [occurrence.id]).get(occurrence.id, Seats())
    url = public_url(path_of(occurrence))
    entry = entry_of(occurrence, url, is_in=is_in)
    is_organiser = may_organise(event)
    return render_template(
        "events/show_event.html",
        event=event,
        occurrence=occurrence,
        item=cards.card(occurrence, seats, answer),
        **page.read(db.session(), occurrence, member_id, request.args),
        seats=seats,
        answer=answer,
        rule=rule_in_words(event),
        where=where_is(occurrence, is_in=is_in or is_organiser),
        form=form,
        **panel(db.session(), occurrence, answer, member_id, now()),
        dates=_dates_to_choose(event, occurrence, is_organiser),
        is_over=occurrence.starts_at <= now(),
        has_ended=occurrence.ends_at <= now(),
        is_organiser=is_organiser,
        may_ask_for_stand=event.stand_places is not None and has_role(Role.ORGANISER),
        url=url,
        google=google_link(entry),
        outlook=outlook_link(entry),
        whatsapp=f"https://wa.me/?text={quote(f'{occurrence.title} {url}')}",
        data=cards.structured_data(occurrence, url),
    )


@bp.get("/events/<public_id>/picture/<digest>.jpg")
@access(Policy.PUBLIC)
def picture(public_id: str, digest: str) -> Page:
    """Give the picture of an event; its address changes with it, so that it may be kept for ever."""
    event = _visible_event(public_id)
    body = pictures.read_picture(db.session(), event.id, digest)
    if body is None:
        raise NotFound
    answer = Response(body, content_type=pictures.TYPE)
    whose = "private" if event.status is EventStatus.DRAFT else "public"
    answer.headers["Cache-Control"] = f"{whose}, max-age={A_YEAR}, immutable"
    answer.headers["Content-Disposition"] = 'inline; filename="picture.jpg"'
    return answer


@bp.post("/events/<public_id>/not-for-me")
@access(Policy.MEMBER)
def dismiss(public_id: str) -> Page:
    """Show this event to the reader no more."""
    event_id, member_id = _visible_event(public_id).id, current_member().id
    with writing() as session:
        dismissals.dismiss(session, event_id, member_id, now=now())
    flash(_("We do not show this event to you any more."), "success")
    return redirect(url_for("events.list_events"), 303)


@bp.post("/events/<public_id>/for-me-again")
@access(Policy.MEMBER)
def take_back(public_id: str) -> Page:
    """Show it to them again."""
    event_id, member_id = _visible_event(public_id).id, current_member().id
    with writing() as session:
        dismissals.take_back(session, event_id, member_id)
    return redirect(url_for("events.show_event", public_id=public_id), 303)


def _visible_event(public_id: str) -> Event:
    return _visible(public_id)[0]


def _visible(public_id: str) -> tuple[Event, dict[int, Attendance]]:
    """Return an event that the reader may see, and their own answers that still count, by date."""
    event, answers = finding.find_event_for(db.session(), public_id, _reader_id())
    if event is None:
        raise NotFound
    if event.status is EventStatus.DRAFT and not may_organise(event):
        raise NotFound
    return event, {date_id: answer for date_id, answer in answers.items() if answer.state not in OUT}


def _reader_id() -> int | None:
    return current_user.id if current_user.is_authenticated else None


def _chosen_date(event: Event, public_id: str | None) -> Occurrence:
    """Return the date that was asked for, else the next one, else the last."""
    dates, moment = event.occurrences, now()
    if not dates:
        raise NotFound
    asked = [one for one in dates if one.public_id == public_id]
    coming = [one for one in dates if one.ends_at > moment and one.status is not EventStatus.CANCELLED]
    return (asked or coming or dates[-1:])[0]


def _path_since(event: Event, public_id: str) -> str | None:
    """Return where a date of this series is shown since it says something else than the others."""
    occurrence = finding.find_occurrence(db.session(), public_id)
    return path_of(occurrence) if occurrence and occurrence.event.uid == event.uid else None


def _dates_to_choose(event: Event, chosen: Occurrence, is_organiser: bool) -> list[Occurrence]:
    moment = now()
    coming = [one for one in event.occurrences if one.ends_at > moment or one is chosen]
    shown = [one for one in coming if is_organiser or one.status is not EventStatus.DRAFT]
    return shown if len(shown) > 1 else []
