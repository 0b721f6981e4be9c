"""Co-organisers, shifts and stands; drafts that publish themselves.

Revision: 0022
After: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "co_host",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column(
            "state",
            sa.Enum("invited", "accepted", "declined", name="invitationstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_co_host_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["invited_by"], ["member.id"], name=op.f("fk_co_host_invited_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_co_host_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_co_host_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_host")),
        sa.UniqueConstraint("event_id", "address", name=op.f("uq_co_host_event_id_address")),
        sa.UniqueConstraint("event_id", "organisation_id", name=op.f("uq_co_host_event_id_organisation_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_co_host_public_id")),
    )
    with op.batch_alter_table("co_host", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_co_host_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_co_host_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_co_host_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_co_host_organisation_id"), ["organisation_id"], unique=False)
    op.create_table(
        "stand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("asked", "confirmed", "declined", name="standstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("wish", sa.String(length=300), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["member.id"], name=op.f("fk_stand_asked_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_stand_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_stand_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand")),
        sa.UniqueConstraint("event_id", "organisation_id", name=op.f("uq_stand_event_id_organisation_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stand_public_id")),
    )
    with op.batch_alter_table("stand", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stand_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stand_organisation_id"), ["organisation_id"], unique=False)
    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("starts_after", sa.Integer(), nullable=False),
        sa.Column("lasts", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("places_left", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.CheckConstraint("places > 0", name=op.f("ck_shift_places")),
        sa.CheckConstraint("places_left >= 0", name=op.f("ck_shift_places_left")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_shift_occurrence_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        sa.UniqueConstraint("public_id", name=op.f("uq_shift_public_id")),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_occurrence_id"), ["occurrence_id"], unique=False)
    op.create_table(
        "helper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_helper_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_helper_shift_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helper")),
        sa.UniqueConstraint("shift_id", "member_id", name=op.f("uq_helper_shift_id_member_id")),
    )
    with op.batch_alter_table("helper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_helper_member_id"), ["member_id"], unique=False)
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("stand_places", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.execute("DELETE FROM grant_of_role WHERE role = 'co-organiser'")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_column("stand_places")
        batch_op.drop_column("publish_at")
    with op.batch_alter_table("helper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_helper_member_id"))
    op.drop_table("helper")
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shift_occurrence_id"))
    op.drop_table("shift")
    with op.batch_alter_table("stand", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stand_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_stand_event_id"))
    op.drop_table("stand")
    with op.batch_alter_table("co_host", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_co_host_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_co_host_member_id"))
        batch_op.drop_index(batch_op.f("ix_co_host_event_id"))
        batch_op.drop_index(batch_op.f("ix_co_host_address"))
    op.drop_table("co_host")
