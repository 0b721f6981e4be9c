"""Who has the keys to an event's desk: its organisation's organisers, and those who organise it together with them."""

from welcome.accounts.access import has_role, require, roles
from welcome.accounts.models import Role
from welcome.database import db
from welcome.errors import Forbidden
from welcome.events.crew import hosts
from welcome.events.models import Event


def own_organisations() -> set[int]:
    """Return the organisations that the signed-in member organises for."""
    return {scope for role, scope in roles() if role is Role.ORGANISER and scope}


def shared_events() -> set[int]:
    """Return the events that the signed-in member organises together with another organisation."""
    own = {scope for role, scope in roles() if role is Role.CO_ORGANISER and scope}
    return own | hosts.events_of(db.session(), own_organisations())


def may_organise(event: Event) -> bool:
    """Return whether the reader may prepare, change and follow an event."""
    if has_role(Role.ORGANISER, event.organisation_id) or has_role(Role.CO_ORGANISER, event.id):
        return True
    return has_role(Role.ORGANISER) and event.id in shared_events()


def require_organiser(event: Event) -> None:
    """Refuse unless the reader organises this event."""
    if not may_organise(event):
        raise Forbidden


def require_host(event: Event) -> None:
    """Refuse unless the reader speaks for the organisation that invited the others."""
    require(Role.ORGANISER, event.organisation_id)
