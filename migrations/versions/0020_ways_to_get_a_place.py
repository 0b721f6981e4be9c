"""Ways to get a place: parties with children, places for first-timers, places held, approval, how one is listed.

Revision: 0020
After: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

LISTED = sa.Enum("first_name", "name", "hidden", name="listed", native_enum=False, length=32)
GREETING = sa.Enum("wanted", "offered", name="greeting", native_enum=False, length=32)
SWITCHES = ("is_strict_order", "needs_approval", "hides_address")


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_timer_places", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("hold_hours", sa.Integer(), nullable=True))
        for name in SWITCHES:
            batch_op.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_timer_left", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("regulars_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(op.f("ck_occurrence_first_timer_left"), "first_timer_left >= 0")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.add_column(sa.Column("children", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("brought_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("listed", LISTED, nullable=False, server_default="first_name"))
        batch_op.add_column(sa.Column("listed_name", sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("greeting", GREETING, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_attendance_brought_by_id"), "member", ["brought_by_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_index(op.f("ix_attendance_brought_by_id"), ["brought_by_id"], unique=False)
        batch_op.create_check_constraint(op.f("ck_attendance_children"), "children >= 0 AND children <= party")


def downgrade() -> None:
    """Go back; places that are only held, and answers that wait for a yes, become no answer."""
    op.execute("UPDATE attendance SET state = 'left', pool = NULL WHERE state IN ('applied', 'offered', 'declined')")
    op.execute("UPDATE attendance SET pool = 'all' WHERE pool = 'first_timer'")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_attendance_children"), type_="check")
        batch_op.drop_index(op.f("ix_attendance_brought_by_id"))
        batch_op.drop_constraint(op.f("fk_attendance_brought_by_id"), type_="foreignkey")
        for name in ("greeting", "listed_name", "listed", "brought_by_id", "hold_until", "children"):
            batch_op.drop_column(name)
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_occurrence_first_timer_left"), type_="check")
        for name in ("regulars_at", "first_timer_left"):
            batch_op.drop_column(name)
    with op.batch_alter_table("event", schema=None) as batch_op:
        for name in (*SWITCHES, "hold_hours", "first_timer_places"):
            batch_op.drop_column(name)
