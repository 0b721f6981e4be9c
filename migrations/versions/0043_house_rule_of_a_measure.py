"""The house rule on which a measure stands, so that its member reads it in their own language.

Revision: 0043
After: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. What was decided before stands in the moderator's own words alone."""
    op.add_column("measure", sa.Column("house_rule", sa.String(32), nullable=False, server_default="other"))


def downgrade() -> None:
    """Go back. Not in a batch: that would make the table anew."""
    op.drop_column("measure", "house_rule")
