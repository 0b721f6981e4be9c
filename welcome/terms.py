"""How long that is kept whose columns promise a term: one place, from which every sweep takes its day."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from welcome.database import Retention

TERMS = {Retention.WEEKS: timedelta(days=90), Retention.SAFETY: timedelta(days=2 * 365)}
SWEPT_AT_ONCE = 5_000  #: so that a sweep never holds others up for long


def is_over(at: InstrumentedAttribute[Any], now: datetime) -> ColumnElement[bool]:
    """Condition: what was done at this time has been kept for as long as the column's tag says."""
    return at < now - TERMS[at.property.columns[0].info["tag"].retention]
