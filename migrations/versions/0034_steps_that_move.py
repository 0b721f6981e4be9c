"""Steps of the journey that come in another month, and steps of the coordinators' own.

Revision: 0034
After: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "journey_step",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_journey_step")),
    )
    op.execute(
        "INSERT INTO journey_step (code, name, themes, is_on, changed_at) "
        "SELECT step, '', '[]', is_on, changed_at FROM journey_switch"
    )
    op.drop_table("journey_switch")


def downgrade() -> None:
    """Go back; what coordinators moved or added is lost."""
    op.create_table(
        "journey_switch",
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("step", name=op.f("pk_journey_switch")),
    )
    op.execute("INSERT INTO journey_switch SELECT code, is_on, changed_at FROM journey_step")
    op.drop_table("journey_step")
