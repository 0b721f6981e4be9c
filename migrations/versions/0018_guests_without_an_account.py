"""Guests who come without an account.

Revision: 0018
After: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("guest_email", sa.String(length=254), nullable=True))
        batch_op.create_unique_constraint(op.f("uq_member_guest_email"), ["guest_email"])


def downgrade() -> None:
    """Go back; guests go, for without their address they are nobody."""
    op.execute("DELETE FROM member WHERE guest_email IS NOT NULL")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_member_guest_email"), type_="unique")
        batch_op.drop_column("guest_email")
