"""When letters to a member wait until the morning.

Revision: 0017
After: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("member", sa.Column("quiet_from", sa.Integer(), nullable=True))
    op.add_column("member", sa.Column("quiet_until", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Go back. Not in a batch: that would make the table anew, and take with it what hangs on its rows."""
    op.drop_column("member", "quiet_until")
    op.drop_column("member", "quiet_from")
