"""An audience in words, as the organiser and the moderators read it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from welcome.announcements.announcing.audience import Audience
from welcome.directory.models import Area
from welcome.i18n import format_list, language_name
from welcome.i18n import gettext as _
from welcome.profiles.vocabulary import INTERESTS


def say(session: Session, audience: Audience) -> list[str]:
    """Say whom an announcement is for, a sentence for each condition."""
    names = list(session.scalars(sa.select(Area.name).where(Area.id.in_(audience.area_ids)).order_by(Area.position)))
    likes = [str(INTERESTS[code]) for code in audience.interests if code in INTERESTS]
    languages = [language_name(code) for code in audience.languages]
    sentences = {
        _side(audience.side): True,
        _("Who speaks %(languages)s", languages=format_list(languages)): languages,
        _("Who lives in %(areas)s", areas=format_list(names)): names,
        _("Who likes: %(interests)s", interests=format_list(likes)): likes,
        _("Who has children"): audience.with_children,
    }
    return [sentence for sentence, is_asked in sentences.items() if is_asked]


def _side(side: str) -> str:
    return str({"newcomer": _("Newcomers"), "local": _("Locals")}.get(side, _("Newcomers and locals")))
