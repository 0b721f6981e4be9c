"""What everybody sees of events, and a member's answer to them."""

from dataclasses import replace
from urllib.parse import quote, urlencode

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from welcome.accounts.access import Policy, access, current_member, has_role
from welcome.accounts.models import Role
from welcome.clock import now
from welcome.database import db, writing
from welcome.errors import NotFound, Refusal
from welcome.events import cards, finding, joining, wishes
from welcome.events.calendar import CALENDAR_TYPE, calendar_file, entry_of, google_link, outlook_link, path_of
from welcome.events.finding import Seats
from welcome.events.forms.answers import JoinForm
from welcome.events.markup import first_words, to_html
from welcome.events.models import AttendanceState, Event, EventStatus, Occurrence
from welcome.i18n import gettext as _
from welcome.i18n import language_name
from welcome.post.message import public_url
from welcome.profiles.vocabulary import LEVELS

bp = Blueprint("events", __name__)

PAGE = 12
MOST_PAGES = 400

Page = str | tuple[str, int] | Response


@bp.get("/events")
@access(Policy.PUBLIC)
def list_events() -> Page:
    """Show what is coming, filtered by what matters to the reader; the address can be shared."""
    moment, zone = now(), current_app.config["DEFAULT_TIMEZONE"]
    filters, chosen = wishes.read(request.args, zone, moment)
    filters = replace(filters, each_once=True)
    asked = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    page = finding.page_of_coming(db.session(), asked, now=moment, filters=filters, size=PAGE)
    reader_id = current_user.id if current_user.is_authenticated else None
    choices = finding.choices(db.session(), now=moment, reader_id=reader_id)
    languages = [(code, language_name(code)) for code in choices.languages]
    more = finding.count_dates(db.session(), [one.event_id for one in page.dates], now=moment)
    return render_template(
        "events/list_events.html",
        items=cards.cards_for(db.session(), page.dates, reader_id),
        more_dates=[more.get(one.event_id, 1) - 1 for one in page.dates],
        total=page.total,
        page=page.number,
        pages=max(1, -(-page.total // PAGE)),
        chosen=chosen,
        feed=public_url(url_for("calendars.of_search") + (f"?{urlencode(chosen)}" if chosen else "")),
        switches=wishes.switches(chosen, wishes.levels_in_address(choices.speaks)),
        times=wishes.times(zone, moment),
        levels=LEVELS,
        areas=choices.areas,
        languages=sorted(languages, key=lambda pair: pair[1].casefold()),
    )


@bp.get("/events/<public_id>")
@access(Policy.PUBLIC)
def show_event(public_id: str) -> Page:
    """Show one event and one of its dates; drafts to its organisers alone."""
    event = _visible_event(public_id)
    occurrence = _chosen_date(event, request.args.get("on"))
    if request.args.get("on") not in (None, occurrence.public_id) and (path := _path_since(event, request.args["on"])):
        return redirect(path)
    return _event_page(event, occurrence, JoinForm(formdata=None)), 200


@bp.get("/events/<public_id>/calendar.ics", endpoint="calendar_file")
@access(Policy.PUBLIC)
def calendar_of_event(public_id: str) -> Page:
    """Give one date, or all that are shown, as a calendar file."""
    event = _visible_event(public_id)
    chosen = [one for one in event.occurrences if request.args.get("on") in (None, one.public_id)]
    shown = [one for one in chosen if one.status is not EventStatus.DRAFT]
    if not shown:
        raise NotFound
    file = calendar_file([entry_of(one, public_url(path_of(one))) for one in shown], name=event.title)
    headers = {"Content-Disposition": 'attachment; filename="event.ics"'}
    return Response(file, content_type=f"{CALENDAR_TYPE}; charset=utf-8", headers=headers)


@bp.post("/events/dates/<public_id>/join")
@access(Policy.MEMBER)
def join(public_id: str) -> Page:
    """Take places at a date, or change how many."""
    occurrence = finding.find_occurrence(db.session(), public_id)
    if occurrence is None:
        raise NotFound
    form, member_id = JoinForm(), current_member().id
    if not form.validate():
        return _event_page(_visible_event(occurrence.event.public_id), occurrence, form), 422
    occurrence_id, path = occurrence.id, path_of(occurrence)
    try:
        with writing() as session:
            answer = joining.join(
                session, occurrence_id, member_id, party=form.party.data, side=form.side.data or None, now=now()
            )
            is_going = answer.state is AttendanceState.GOING
    except Refusal as refusal:
        flash(str(refusal), "error")
        return redirect(path, 303)
    if is_going:
        flash(_("You have a place. It is in your mail too, with a file for your calendar."), "success")
    else:
        flash(_("You are on the waiting list. As soon as a place is free it is yours, and we tell you."), "info")
    return redirect(path, 303)


@bp.post("/events/dates/<public_id>/leave")
@access(Policy.MEMBER)
def leave(public_id: str) -> Page:
    """Give one's places back."""
    occurrence = finding.find_occurrence(db.session(), public_id)
    if occurrence is None:
        raise NotFound
    occurrence_id, path = occurrence.id, path_of(occurrence)
    member_id = current_member().id
    with writing() as session:
        joining.leave(session, occurrence_id, member_id, now=now())
    flash(_("You are not on the list any more. Thank you for telling us: someone else can come now."), "success")
    return redirect(path, 303)


def _event_page(event: Event, occurrence: Occurrence, form: JoinForm) -> str:
    member_id = current_user.id if current_user.is_authenticated else None
    answer = joining.find_attendance(db.session(), occurrence.id, member_id) if member_id else None
    if answer is not None and answer.state is AttendanceState.LEFT:
        answer = None
    is_going = answer is not None and answer.state is AttendanceState.GOING
    if answer is not None and form.party.raw_data is None:
        form.party.data = answer.party
    seats = finding.seats_of(db.session(), [occurrence.id]).get(occurrence.id, Seats())
    url = public_url(path_of(occurrence))
    entry = entry_of(occurrence, url)
    is_organiser = has_role(Role.ORGANISER, event.organisation_id)
    return render_template(
        "events/show_event.html",
        event=event,
        occurrence=occurrence,
        item=cards.card(occurrence, seats, answer),
        about=to_html(event.about),
        preview=first_words(event.about),
        seats=seats,
        answer=answer,
        place_in_line=joining.position(db.session(), answer) if answer is not None and not is_going else None,
        guests=finding.guests(db.session(), occurrence.id, seen_by=member_id) if is_going else [],
        form=form,
        asks_side=event.is_bridging
        and occurrence.opened_at is None
        and joining.side_of(db.session(), member_id) is None,
        dates=_dates_to_choose(event, occurrence, is_organiser),
        is_over=occurrence.starts_at <= now(),
        has_ended=occurrence.ends_at <= now(),
        is_organiser=is_organiser,
        url=url,
        google=google_link(entry),
        outlook=outlook_link(entry),
        whatsapp=f"https://wa.me/?text={quote(f'{event.title} {url}')}",
        data=cards.structured_data(occurrence, url),
    )


def _visible_event(public_id: str) -> Event:
    event = finding.find_event(db.session(), public_id)
    if event is None:
        raise NotFound
    if event.status is EventStatus.DRAFT and not has_role(Role.ORGANISER, event.organisation_id):
        raise NotFound
    return event


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
