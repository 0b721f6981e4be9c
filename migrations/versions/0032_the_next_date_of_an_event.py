"""An index that finds the next date of an event.

Revision: 0032
After: 0031
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_index("ix_occurrence_of_event", "occurrence", ["event_id", "starts_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_occurrence_of_event", "occurrence")
