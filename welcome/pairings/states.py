"""The words for what something in this room is, and where it stands."""

from enum import StrEnum


class ProgrammeKind(StrEnum):
    """What a programme brings people together for."""

    EXCHANGE = "exchange"
    MENTORSHIP = "mentorship"
    ACTIVITY = "activity"
    HOSTING = "hosting"
    CIRCLES = "circles"


class OpenTo(StrEnum):
    """Whom a programme is for."""

    EVERYONE = "everyone"
    NEWCOMERS = "newcomers"
    WOMEN = "women"


class ProgrammeStatus(StrEnum):
    """Whether a programme takes people in."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Part(StrEnum):
    """The role that a member takes in a programme."""

    PARTNER = "partner"
    MENTOR = "mentor"
    MENTEE = "mentee"


class VettingStep(StrEnum):
    """What is done before somebody becomes a mentor; a programme says which of these it asks for."""

    TALK = "talk"
    REFERENCES = "references"
    CHECK = "check"
    TRAINING = "training"


class RequestState(StrEnum):
    """Where a request stands, in truth; what its asker is shown is decided in rules."""

    REQUESTED = "requested"
    SEEN = "seen"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class ProposalState(StrEnum):
    """Where a round's proposal stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"  # with the whole round, by its coordinator


class MeetingState(StrEnum):
    """Where a meeting stands."""

    OFFERED = "offered"
    AGREED = "agreed"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"


class ArrangementKind(StrEnum):
    """What a coordinator decides about two people before a round."""

    PIN = "pin"
    FORBID = "forbid"


class RoundKind(StrEnum):
    """What a round is computed for."""

    REAL = "real"
    PREVIEW = "preview"
    COMPARISON = "comparison"  # what a preview is held against


class RoundState(StrEnum):
    """How far a round is."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"  # computed, and the coordinator has not sent it yet
    PROPOSED = "proposed"
    PREVIEWED = "previewed"
    STOPPED = "stopped"
    FAILED = "failed"


class CircleState(StrEnum):
    """Where a circle stands."""

    PROPOSED = "proposed"
    FORMED = "formed"
    LAPSED = "lapsed"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class SeatState(StrEnum):
    """Where one member's seat in a circle stands."""

    OFFERED = "offered"
    TAKEN = "taken"
    DECLINED = "declined"
    LAPSED = "lapsed"
    LEFT = "left"
