"""Organising together: a member or another organisation is invited, says yes or no, and may leave again."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from welcome.accounts import service as accounts
from welcome.accounts.models import Grant, Member, Role
from welcome.database import lock
from welcome.directory.models import Organisation
from welcome.directory.service import organisers_of
from welcome.errors import NotFound
from welcome.events.crew import rules
from welcome.events.crew.letters import CO_HOST_INVITED
from welcome.events.crew.models import CoHost, InvitationState
from welcome.events.models import Event
from welcome.post.service import post, withdraw

OPEN_FOR = timedelta(days=14)


def invite_member(session: Session, event: Event, address: str, *, by: int, now: datetime) -> CoHost:
    """Ask whoever has this address. Whether somebody has it here is not told to who asks: it looks the same."""
    address = address.strip().lower()
    known = session.scalar(sa.select(Member).where(sa.func.lower(Member.email) == address, Member.is_present))
    asked = _asked_again(session, CoHost.event_id == event.id, CoHost.address == address)
    asked = asked or CoHost(event_id=event.id, address=address)
    is_unwelcome = known is not None and accounts.is_blocked(session, known.id, by)
    return _ask(session, asked, [known] if known and not is_unwelcome else [], by, now)


def invite_organisation(session: Session, event: Event, organisation_id: int, *, by: int, now: datetime) -> CoHost:
    """Ask another organisation; any of its organisers can say yes."""
    if organisation_id == event.organisation_id:
        raise rules.OwnEvent
    asked = _asked_again(session, CoHost.event_id == event.id, CoHost.organisation_id == organisation_id)
    asked = asked or CoHost(event_id=event.id, organisation_id=organisation_id)
    return _ask(session, asked, organisers_of(session, organisation_id), by, now)


def _asked_again(session: Session, *which: sa.ColumnElement[bool]) -> CoHost | None:
    return session.scalar(sa.select(CoHost).where(*which).with_for_update(of=CoHost))


def _ask(session: Session, asked: CoHost, readers: list[Member], by: int, now: datetime) -> CoHost:
    if asked.state is InvitationState.ACCEPTED:
        return asked
    asked.state, asked.invited_by, asked.invited_at, asked.answered_at = InvitationState.INVITED, by, now, None
    session.add(asked)
    session.flush()
    for reader in readers:
        key = f"{asked.id}:{now:%Y%m%d}:member:{reader.id}"  # asked twice on one day, told once
        post(session, CO_HOST_INVITED, reader.id, {"co_host_id": asked.id}, key=key, now=now)
    return asked


def answer(
    session: Session, public_id: str, member: Member, own: Collection[int], *, yes: bool, now: datetime
) -> Event:
    """Say yes or no to an invitation to oneself, or to an organisation that one speaks for."""
    asked = _addressed_to(session, public_id, member, own)
    if asked.state is not InvitationState.INVITED or asked.invited_at < now - OPEN_FOR:
        raise NotFound
    asked.state = InvitationState.ACCEPTED if yes else InvitationState.DECLINED
    asked.answered_at = now
    if asked.organisation_id is None:
        asked.member_id = member.id
        if yes:
            accounts.grant(session, member.id, Role.CO_ORGANISER, scope_id=asked.event_id, now=now)
    withdraw(session, CO_HOST_INVITED, f"{asked.id}:", now=now, reason="it was answered")
    return asked.event


def leave(session: Session, public_id: str, member: Member, own: Collection[int]) -> None:
    """Organise no longer, oneself or as an organisation."""
    _end(session, _addressed_to(session, public_id, member, own))


def remove(session: Session, event_id: int, public_id: str, *, now: datetime) -> None:
    """Take an invitation back, or organise without somebody from now on."""
    asked = session.scalar(sa.select(CoHost).where(CoHost.event_id == event_id, CoHost.public_id == public_id))
    if asked is None:
        raise NotFound
    withdraw(session, CO_HOST_INVITED, f"{asked.id}:", now=now, reason="it was taken back")
    _end(session, asked)


def _end(session: Session, asked: CoHost) -> None:
    if asked.member_id is not None:
        mine = (Grant.member_id == asked.member_id, Grant.role == Role.CO_ORGANISER, Grant.scope_id == asked.event_id)
        session.execute(sa.delete(Grant).where(*mine))
    session.delete(asked)
    session.flush()


def _addressed_to(session: Session, public_id: str, member: Member, own: Collection[int]) -> CoHost:
    asked = session.scalar(sa.select(CoHost).where(CoHost.public_id == public_id, _is_for(member, own)))
    held = lock(session, CoHost, asked.id) if asked else None
    if held is None:
        raise NotFound
    return held


def _is_for(member: Member, own: Collection[int]) -> sa.ColumnElement[bool]:
    mine = sa.or_(CoHost.member_id == member.id, CoHost.address == member.email.lower())
    return sa.or_(mine, CoHost.organisation_id.in_(list(own)))


def invitations_to(session: Session, member: Member, own: Collection[int], *, now: datetime) -> list[CoHost]:
    """Return what somebody is asked to organise, and what they organise together with others."""
    is_open = sa.and_(CoHost.state == InvitationState.INVITED, CoHost.invited_at > now - OPEN_FOR)
    wanted = sa.or_(is_open, CoHost.state == InvitationState.ACCEPTED)
    whole = (joinedload(CoHost.event).joinedload(Event.organisation), joinedload(CoHost.organisation))
    return list(
        session.scalars(sa.select(CoHost).where(_is_for(member, own), wanted).options(*whole).order_by(CoHost.id))
    )


def co_hosts(session: Session, event_id: int) -> list[CoHost]:
    """Return who organises an event too, and who was asked."""
    whole = (joinedload(CoHost.organisation), joinedload(CoHost.member))
    return list(
        session.scalars(sa.select(CoHost).where(CoHost.event_id == event_id).options(*whole).order_by(CoHost.id))
    )


def events_of(session: Session, own: Collection[int]) -> set[int]:
    """Return the events that one of these organisations organises together with another."""
    shared = sa.select(CoHost.event_id).where(
        CoHost.organisation_id.in_(list(own)), CoHost.state == InvitationState.ACCEPTED
    )
    return set(session.scalars(shared)) if own else set()


def other_organisations(session: Session, event: Event) -> list[Organisation]:
    """Return the organisations that can be asked."""
    others = sa.select(Organisation).where(Organisation.id != event.organisation_id)
    return list(session.scalars(others.order_by(Organisation.name)))


def forget_unanswered(session: Session, *, now: datetime) -> None:
    """Forget invitations that were not answered, or answered with no, and the addresses in them."""
    old = sa.and_(CoHost.state != InvitationState.ACCEPTED, CoHost.invited_at < now - OPEN_FOR)
    session.execute(sa.delete(CoHost).where(old))
