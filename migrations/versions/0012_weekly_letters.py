"""When each member's weekly letter is next.

Revision: 0012
After: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "weekly_plan",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_weekly_plan_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_weekly_plan")),
    )
    with op.batch_alter_table("weekly_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_weekly_plan_next_at"), ["next_at"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("weekly_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_weekly_plan_next_at"))
    op.drop_table("weekly_plan")
