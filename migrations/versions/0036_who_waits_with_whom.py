"""Who waits together with whom.

Revision: 0036
After: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("attendance") as table:
        table.add_column(sa.Column("waits_with_id", sa.Integer(), nullable=True))
        table.create_index("ix_attendance_waits_with_id", ["waits_with_id"])
        table.create_foreign_key(
            "fk_attendance_waits_with_id", "member", ["waits_with_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("attendance") as table:
        table.drop_constraint("fk_attendance_waits_with_id", type_="foreignkey")
        table.drop_index("ix_attendance_waits_with_id")
        table.drop_column("waits_with_id")
