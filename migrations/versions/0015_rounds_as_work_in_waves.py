"""Rounds as work of the scheduler, in waves.

Revision: 0015
After: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WAITING = sa.text("done_at IS NULL")


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waves", sa.Integer(), nullable=False, server_default="3"))
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.alter_column("finished_at", new_column_name="done_at", existing_type=sa.DateTime(timezone=True))
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum("real", "preview", name="roundkind", native_enum=False, length=32),
                server_default="real",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("wave", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("first_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("step", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
    # Rounds from before had one wave each, and their proposals are nobody's next wave.
    op.execute("UPDATE round SET due_at = started_at, settled_at = coalesce(done_at, started_at)")
    op.execute("UPDATE round SET done_at = started_at WHERE done_at IS NULL")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.alter_column("due_at", nullable=False, existing_type=sa.DateTime(timezone=True))
        batch_op.create_foreign_key(batch_op.f("fk_round_first_id"), "round", ["first_id"], ["id"], ondelete="CASCADE")
        batch_op.create_index(batch_op.f("ix_round_first_id"), ["first_id"], unique=False)
        batch_op.create_index(
            "ix_round_waiting", ["due_at"], unique=False, sqlite_where=WAITING, postgresql_where=WAITING
        )


def downgrade() -> None:
    """Go back."""
    op.execute("DELETE FROM round WHERE kind = 'preview'")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_index("ix_round_waiting", sqlite_where=WAITING, postgresql_where=WAITING)
        batch_op.drop_index(batch_op.f("ix_round_first_id"))
        batch_op.drop_constraint(batch_op.f("fk_round_first_id"), type_="foreignkey")
        for name in ("settled_at", "step", "first_id", "wave", "kind", "attempts", "leased_until", "due_at"):
            batch_op.drop_column(name)
        batch_op.alter_column("done_at", new_column_name="finished_at", existing_type=sa.DateTime(timezone=True))
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("waves")
