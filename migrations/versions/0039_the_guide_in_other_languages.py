"""The guide in other languages.

Revision: 0039
After: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

TOLD = ("organisation", "venue", "opportunity")


def upgrade() -> None:
    """Go forward."""
    for name in TOLD:
        op.add_column(name, sa.Column("text_language", sa.String(8), nullable=True))
        op.add_column(name, sa.Column("text_changed_at", sa.DateTime(timezone=True), nullable=True))
        op.create_table(
            f"{name}_text",
            sa.Column(f"{name}_id", sa.Integer(), nullable=False),
            sa.Column("hours", sa.String(300), nullable=False),
            sa.Column("language", sa.String(8), nullable=False),
            sa.Column("is_easy", sa.Boolean(), nullable=False),
            sa.Column("title", sa.String(200), nullable=False),
            sa.Column("about", sa.Text(), nullable=False),
            sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=f"fk_{name}_text_{name}_id", ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint(f"{name}_id", "language", "is_easy", name=f"pk_{name}_text"),
        )


def downgrade() -> None:
    """Go back. Not in a batch: that would make the table anew, and take with it what hangs on its rows."""
    for name in TOLD:
        op.drop_table(f"{name}_text")
        op.drop_column(name, "text_changed_at")
        op.drop_column(name, "text_language")
