"""What this room does later: call for reports that are late, end measures whose time is over."""

from welcome.agenda.jobs import Handler
from welcome.moderation.measures import end_measure
from welcome.moderation.watch import escalate

HANDLERS: dict[str, Handler] = {"report_overdue": escalate, "end_measure": end_measure}
