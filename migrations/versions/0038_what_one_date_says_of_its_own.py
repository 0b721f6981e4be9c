"""What one date of a series says of its own.

Revision: 0038
After: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("occurrence", sa.Column("own_title", sa.String(200), server_default="", nullable=False))
    for name in ("own_about", "own_words"):
        op.add_column("occurrence", sa.Column(name, sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Go back. Not in a batch: that would make the table anew, and take with it what hangs on its rows."""
    for name in ("own_words", "own_about", "own_title"):
        op.drop_column("occurrence", name)
