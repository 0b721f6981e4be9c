"""Which steps of the welcome journey each newcomer was told, and which are sent.

Revision: 0014
After: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "journey_switch",
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("step", name=op.f("pk_journey_switch")),
    )
    op.create_table(
        "journey_plan",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_journey_plan_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_journey_plan")),
    )
    with op.batch_alter_table("journey_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journey_plan_next_at"), ["next_at"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("journey_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journey_plan_next_at"))
    op.drop_table("journey_plan")
    op.drop_table("journey_switch")
