"""What mentors were vetted for, and what a programme asks for.

Revision: 0037
After: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

STEPS = sa.Enum("talk", "references", "check", "training", name="vettingstep", native_enum=False, length=32)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "vetted",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("step", STEPS, nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["done_by_id"], ["member.id"], name="fk_vetted_done_by_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_vetted_member_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_vetted_programme_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_vetted"),
        sa.UniqueConstraint("programme_id", "member_id", "step", name="uq_vetted_programme_id_member_id_step"),
    )
    op.create_index("ix_vetted_member_id", "vetted", ["member_id"])
    op.add_column("programme", sa.Column("mentor_steps", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """Go back. Not in a batch: that would make the table anew, and take with it what hangs on its rows."""
    op.drop_column("programme", "mentor_steps")
    op.drop_table("vetted")
