"""The meetings of circles, each a row of its own, and what their people say of them.

Revision: 0035
After: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "circle_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("circle_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circle.id"], name=op.f("fk_circle_meeting_circle_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue.id"], name=op.f("fk_circle_meeting_venue_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_meeting")),
        sa.UniqueConstraint("circle_id", "number", name=op.f("uq_circle_meeting_circle_id_number")),
    )
    op.create_table(
        "circle_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("did_meet", sa.Boolean(), nullable=False),
        sa.Column("would_again", sa.Boolean(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_circle_answer_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["circle_meeting.id"], name=op.f("fk_circle_answer_meeting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_answer")),
        sa.UniqueConstraint("meeting_id", "member_id", name=op.f("uq_circle_answer_meeting_id_member_id")),
    )
    op.create_index(op.f("ix_circle_answer_member_id"), "circle_answer", ["member_id"])
    op.execute(
        "INSERT INTO circle_meeting (circle_id, number, starts_at, ends_at, venue_id) "
        "SELECT id, 1, starts_at, ends_at, venue_id FROM circle WHERE starts_at IS NOT NULL AND ends_at IS NOT NULL"
    )
    with op.batch_alter_table("circle") as table:
        table.drop_constraint("fk_circle_venue_id", type_="foreignkey")
        for name in ("venue_id", "starts_at", "ends_at"):
            table.drop_column(name)


def downgrade() -> None:
    """Go back: a circle has one meeting again, its last."""
    with op.batch_alter_table("circle") as table:
        for name in ("starts_at", "ends_at"):
            table.add_column(sa.Column(name, INSTANT, nullable=True))
        table.add_column(sa.Column("venue_id", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_circle_venue_id", "venue", ["venue_id"], ["id"], ondelete="SET NULL")
    last = "FROM circle_meeting WHERE circle_id = circle.id ORDER BY number DESC LIMIT 1"
    columns = ", ".join(f"{name} = (SELECT {name} {last})" for name in ("starts_at", "ends_at", "venue_id"))
    op.execute(f"UPDATE circle SET {columns}")  # noqa: S608 (our own column names)
    op.drop_table("circle_answer")
    op.drop_table("circle_meeting")
