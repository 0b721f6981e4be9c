"""The day on which each account was last used, so that those that nobody uses are not kept for ever.

Revision: 0042
After: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. Nobody knows when those who are here came last: they count as seen today."""
    op.add_column("member", sa.Column("seen_on", sa.Date(), nullable=True))
    op.execute(sa.table("member", sa.column("seen_on")).update().values(seen_on=sa.func.current_date()))


def downgrade() -> None:
    """Go back. Not in a batch: that would make the table anew."""
    op.drop_column("member", "seen_on")
