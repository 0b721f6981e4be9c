"""How members want to be told: how often, on which devices, and at which addresses letters arrive.

Revision: 0025
After: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("letter_choice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mail", sa.String(length=32), nullable=False, server_default="at-once"))
        batch_op.add_column(sa.Column("bell", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute("UPDATE letter_choice SET mail = 'off' WHERE NOT is_wanted")
    with op.batch_alter_table("letter_choice", schema=None) as batch_op:
        batch_op.drop_column("is_wanted")
        batch_op.alter_column("mail", server_default=None)
        batch_op.alter_column("bell", server_default=None)
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bundle_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_notice_bundle_id"), "notice", ["bundle_id"], ["id"], ondelete="SET NULL")
        batch_op.create_index(op.f("ix_notice_bundle_id"), ["bundle_id"], unique=False)
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("endpoint", sa.String(length=500), nullable=False),
        sa.Column("p256dh", sa.String(length=120), nullable=False),
        sa.Column("auth", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_push_subscription_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_subscription_endpoint")),
    )
    op.create_index(op.f("ix_push_subscription_member_id"), "push_subscription", ["member_id"], unique=False)
    op.create_table(
        "bounce",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_bounce_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_bounce_notice_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce")),
        sa.UniqueConstraint("notice_id", "kind", name=op.f("uq_bounce_notice_id_kind")),
    )
    op.create_index(op.f("ix_bounce_member_id"), "bounce", ["member_id"], unique=False)
    op.create_table(
        "paused_address",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_paused_address_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_paused_address")),
    )


def downgrade() -> None:
    """Go back; who wanted letters together gets them one by one."""
    op.drop_table("paused_address")
    op.drop_index(op.f("ix_bounce_member_id"), table_name="bounce")
    op.drop_table("bounce")
    op.drop_index(op.f("ix_push_subscription_member_id"), table_name="push_subscription")
    op.drop_table("push_subscription")
    op.execute("DELETE FROM notice WHERE channel = 'push'")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_notice_bundle_id"))
        batch_op.drop_constraint(op.f("fk_notice_bundle_id"), type_="foreignkey")
        batch_op.drop_column("bundle_id")
    with op.batch_alter_table("letter_choice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_wanted", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute("UPDATE letter_choice SET is_wanted = (mail <> 'off')")
    with op.batch_alter_table("letter_choice", schema=None) as batch_op:
        batch_op.alter_column("is_wanted", server_default=None)
        batch_op.drop_column("bell")
        batch_op.drop_column("mail")
