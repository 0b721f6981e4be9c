"""Sign-ins that end by themselves; seeds and codes on paper are kept in another way, and are made anew.

Revision: 0040
After: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. Who is signed in now began under the old rule, and stays for a while."""
    op.add_column("sign_in", sa.Column("stays", sa.Boolean(), server_default=sa.true(), nullable=False))
    forget_codes()


def downgrade() -> None:
    """Go back. Not in a batch: that would make the table anew."""
    op.drop_column("sign_in", "stays")
    forget_codes()


def forget_codes() -> None:
    """Neither side can read what the other has kept."""
    names = ("tf_primary_method", "tf_totp_secret", "mf_recovery_codes")
    op.execute(sa.table("member", *map(sa.column, names)).update().values(dict.fromkeys(names)))
