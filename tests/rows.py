"""Every row of the database, kept aside and put back, so that many stories begin in the same place."""

from typing import Any

import sqlalchemy as sa

from welcome.database import Base, db, writing
from welcome.pairings.crowd import kept


class Rows:
    """What every table holds at this moment."""

    def __init__(self) -> None:
        db.session.rollback()
        self.kept: dict[sa.Table, list[dict[str, Any]]] = {
            table: [dict(row) for row in db.session.execute(sa.select(table)).mappings()]
            for table in Base.metadata.sorted_tables
        }
        db.session.rollback()

    def restore(self) -> None:
        """Put every row back, and forget what is kept for a version of the crowd that comes a second time."""
        with writing() as session:
            for table in reversed(self.kept):
                session.execute(table.delete())
            for table, rows in self.kept.items():
                if rows:
                    session.execute(table.insert(), rows)
        kept._SHELVES.clear()
