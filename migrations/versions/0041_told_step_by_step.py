"""What two people who talk tell each other about themselves, a step at a time.

Revision: 0041
After: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "told",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Enum("surname", "contact", name="step", native_enum=False, length=32), nullable=False),
        sa.Column("words", sa.String(length=120), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_told_member_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name="fk_told_thread_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_told"),
        sa.UniqueConstraint("thread_id", "member_id", "step", name="uq_told_thread_id_member_id_step"),
    )
    op.create_index("ix_told_member_id", "told", ["member_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("told")
