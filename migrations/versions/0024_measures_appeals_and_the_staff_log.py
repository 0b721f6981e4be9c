"""Measures, appeals and the staff log.

Revision: 0024
After: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "kept_away",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_kept_away_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_away")),
        sa.UniqueConstraint("member_id", "address_hash", name=op.f("uq_kept_away_member_id_address_hash")),
    )
    with op.batch_alter_table("kept_away", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_away_address_hash"), ["address_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_kept_away_member_id"), ["member_id"], unique=False)

    op.create_table(
        "staff_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff", sa.String(length=16), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "read what was reported",
                "decided a report",
                "decided an appeal",
                name="staffact",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("thing", sa.String(length=16), nullable=False),
        sa.Column("concerned", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_staff_entry_member_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_entry")),
        sa.UniqueConstraint("digest", name=op.f("uq_staff_entry_digest")),
        sa.UniqueConstraint("previous", name=op.f("uq_staff_entry_previous")),
    )
    with op.batch_alter_table("staff_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_entry_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_entry_staff"), ["staff"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_entry_thing"), ["thing"], unique=False)

    op.create_table(
        "measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "nothing", "warning", "limit", "pause", "suspension", name="decision", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_measure_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_measure_report_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["member.id"], name=op.f("fk_measure_taken_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("public_id", name=op.f("uq_measure_public_id")),
    )
    with op.batch_alter_table("measure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measure_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_measure_report_id"), ["report_id"], unique=False)

    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("is_upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["member.id"], name=op.f("fk_appeal_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_appeal_measure_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_appeal_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("measure_id", name=op.f("uq_appeal_measure_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_appeal_public_id")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_member_id"), ["member_id"], unique=False)

    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_by_address", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("limited_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("escalations", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_column("escalations")

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_column("limited_at")
        batch_op.drop_column("paused_at")

    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.drop_column("is_by_address")

    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeal_member_id"))

    op.drop_table("appeal")
    with op.batch_alter_table("measure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measure_report_id"))
        batch_op.drop_index(batch_op.f("ix_measure_member_id"))

    op.drop_table("measure")
    with op.batch_alter_table("staff_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_entry_thing"))
        batch_op.drop_index(batch_op.f("ix_staff_entry_staff"))
        batch_op.drop_index(batch_op.f("ix_staff_entry_member_id"))

    op.drop_table("staff_entry")
    with op.batch_alter_table("kept_away", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_away_member_id"))
        batch_op.drop_index(batch_op.f("ix_kept_away_address_hash"))

    op.drop_table("kept_away")
