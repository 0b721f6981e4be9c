"""Run migrations inside one write transaction of the application's own engine."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from welcome.database import Base, UTCDateTime, db


def plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own time type as what it is in the database: a migration must not change with our code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


def migrate(connection: Connection) -> None:
    """Bring the schema to where Alembic was asked to bring it."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        compare_server_default=False,
        render_item=plain_type,
    )
    with context.begin_transaction():
        context.run_migrations()


with current_app.app_context(), db.engine.connect().execution_options(writing=True) as connection:
    if connection.dialect.name == "sqlite":
        # A batch operation drops and recreates a table: with the keys on, its children would go with it.
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
    try:
        with connection.begin():
            migrate(connection)
    finally:
        if connection.dialect.name == "sqlite":
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]
