"""What one has to know of events.

Revision: 0027
After: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "calendar_subscription",
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etag", sa.String(length=200), nullable=False),
        sa.Column("last_modified", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=40), nullable=True),
        sa.Column("failure_words", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["member.id"], name=op.f("fk_calendar_subscription_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_calendar_subscription_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_subscription")),
        sa.UniqueConstraint(
            "organisation_id", "address", name=op.f("uq_calendar_subscription_organisation_id_address")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_calendar_subscription_public_id")),
    )
    with op.batch_alter_table("calendar_subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_subscription_due_at"), ["due_at"], unique=False)

    op.create_table(
        "event_dismissal",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_dismissal_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_event_dismissal_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "event_id", name=op.f("pk_event_dismissal")),
    )
    with op.batch_alter_table("event_dismissal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_dismissal_event_id"), ["event_id"], unique=False)

    op.create_table(
        "event_picture",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_picture_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_picture")),
    )
    op.create_table(
        "event_text",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("is_easy", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_text_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "language", "is_easy", name=op.f("pk_event_text")),
    )
    op.create_table(
        "subscribed_event",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_subscribed_event_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["calendar_subscription.id"],
            name=op.f("fk_subscribed_event_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_subscribed_event")),
    )
    with op.batch_alter_table("subscribed_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscribed_event_subscription_id"), ["subscription_id"], unique=False)

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("text_language", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("text_changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("access", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(
            sa.Column(
                "setting",
                sa.Enum("indoors", "outdoors", "both", name="setting", native_enum=False, length=32),
                nullable=True,
            )
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_column("setting")
        batch_op.drop_column("access")
        batch_op.drop_column("text_changed_at")
        batch_op.drop_column("text_language")

    with op.batch_alter_table("subscribed_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscribed_event_subscription_id"))

    op.drop_table("subscribed_event")
    op.drop_table("event_text")
    op.drop_table("event_picture")
    with op.batch_alter_table("event_dismissal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_dismissal_event_id"))

    op.drop_table("event_dismissal")
    with op.batch_alter_table("calendar_subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_subscription_due_at"))

    op.drop_table("calendar_subscription")
