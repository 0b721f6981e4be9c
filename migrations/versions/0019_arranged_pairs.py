"""Pairs that a coordinator arranges before a round.

Revision: 0019
After: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "arrangement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum("pin", "forbid", name="arrangementkind", native_enum=False, length=32), nullable=False
        ),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_arrangement_order")),
        sa.ForeignKeyConstraint(["one_id"], ["member.id"], name=op.f("fk_arrangement_one_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["member.id"], name=op.f("fk_arrangement_other_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_arrangement_programme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrangement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_arrangement_public_id")),
        sa.UniqueConstraint(
            "programme_id", "one_id", "other_id", name=op.f("uq_arrangement_programme_id_one_id_other_id")
        ),
    )
    with op.batch_alter_table("arrangement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_arrangement_one_id"), ["one_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_arrangement_other_id"), ["other_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_table("arrangement")
