"""When a member wants what comes together.

Revision: 0033
After: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("member", sa.Column("gathers_on", sa.Integer(), nullable=True))
    op.add_column("member", sa.Column("gathers_at", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Go back. Not in a batch: that would make the table anew, and take with it what hangs on its rows."""
    op.drop_column("member", "gathers_at")
    op.drop_column("member", "gathers_on")
