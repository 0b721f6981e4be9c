"""Circles and their seats; rounds that begin by themselves, are looked at before they are sent, and can be run again.

Revision: 0023
After: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _circle() -> None:
    op.create_table(
        "circle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("proposed", "formed", "lapsed", "ended", name="circlestate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("activity", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        *(sa.Column(name, INSTANT, nullable=False) for name in ("created_at", "expires_at")),
        *(sa.Column(name, INSTANT, nullable=True) for name in ("formed_at", "ended_at", "starts_at", "ends_at")),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_circle_programme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_circle_round_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_circle_thread_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_circle_venue_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle")),
        sa.UniqueConstraint("public_id", name=op.f("uq_circle_public_id")),
    )
    op.create_index(op.f("ix_circle_programme_id"), "circle", ["programme_id"])
    op.create_index(op.f("ix_circle_round_id"), "circle", ["round_id"])


def _seat() -> None:
    op.create_table(
        "seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                *("offered", "taken", "declined", "lapsed", "left"), name="seatstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("moves_from_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["circle_id"], ["circle.id"], name=op.f("fk_seat_circle_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_seat_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["moves_from_id"], ["circle.id"], name=op.f("fk_seat_moves_from_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("circle_id", "member_id", name=op.f("uq_seat_circle_id_member_id")),
    )
    op.create_index(op.f("ix_seat_member_id"), "seat", ["member_id"])


def _placing() -> None:
    op.create_table(
        "placing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_placing_round_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_placing_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placing")),
        sa.UniqueConstraint("round_id", "number", "member_id", name=op.f("uq_placing_round_id_number_member_id")),
    )
    op.create_index(op.f("ix_placing_member_id"), "placing", ["member_id"])


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "open_to",
                sa.Enum("everyone", "newcomers", "women", name="opento", native_enum=False, length=32),
                server_default="everyone",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("is_reviewed", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("every_weeks", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("weekday", sa.Integer(), nullable=True))
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("progress", sa.Double(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("inputs", sa.Text(), nullable=True))
    _circle()
    _seat()
    _placing()


def downgrade() -> None:
    """Go back."""
    for table in ("placing", "seat", "circle"):
        op.drop_table(table)
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_column("inputs")
        batch_op.drop_column("progress")
    with op.batch_alter_table("programme", schema=None) as batch_op:
        for name in ("weekday", "every_weeks", "is_reviewed", "open_to"):
            batch_op.drop_column(name)
