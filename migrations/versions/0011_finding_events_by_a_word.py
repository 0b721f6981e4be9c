"""Finding events by a word, whatever marks and capitals it is written with.

Revision: 0011
After: 0010
"""

import sqlalchemy as sa
from alembic import op

from welcome.directory.rules import plain

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

#: Table, new column, and the columns out of which it is made.
COLUMNS = (
    ("venue", "search_words", ("name", "address")),
    ("event", "search_words", ("title", "about")),
    ("occurrence", "place_words", ("place_note",)),
)


def upgrade() -> None:
    """Go forward."""
    for table, column, sources in COLUMNS:
        op.add_column(table, sa.Column(column, sa.Text(), nullable=False, server_default=""))
        rows = sa.table(table, sa.column("id"), sa.column(column), *map(sa.column, sources))
        connection = op.get_bind()
        for row in connection.execute(sa.select(rows.c.id, *(rows.c[name] for name in sources))).all():
            words = plain(" ".join(row[1:]))
            if words:
                connection.execute(rows.update().where(rows.c.id == row.id).values({column: words}))


def downgrade() -> None:
    """Go back."""
    for table, column, _ in reversed(COLUMNS):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)
