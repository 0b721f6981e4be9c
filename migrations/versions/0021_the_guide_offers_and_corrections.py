"""The guide: kinds, life steps, opening, what was checked when; offers, and what readers found wrong.

Revision: 0021
After: 0020
"""

import sqlalchemy as sa
from alembic import op

from welcome.directory.rules import slug_of

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "organisation",
                "service",
                "club",
                "place",
                "volunteering",
                "offer",
                name="kind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("open", "accepted", "declined", name="correctionstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_correction_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_correction_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("public_id", name=op.f("uq_correction_public_id")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_member_id"), ["member_id"], unique=False)
        batch_op.create_index("ix_correction_open", ["state", "organisation_id"], unique=False)
    op.create_table(
        "opportunity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "organisation",
                "service",
                "club",
                "place",
                "volunteering",
                "offer",
                name="kind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("hours", sa.String(length=100), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("search_words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_opportunity_area_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_opportunity_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity")),
        sa.UniqueConstraint("public_id", name=op.f("uq_opportunity_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_opportunity_slug")),
    )
    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opportunity_organisation_id"), ["organisation_id"], unique=False)
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "organisation",
                    "service",
                    "club",
                    "place",
                    "volunteering",
                    "offer",
                    name="kind",
                    native_enum=False,
                    length=32,
                ),
                server_default="organisation",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("steps", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("opening", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("phone", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("links", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("checked_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("reminded_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("trusted_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("venue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("slug", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("opening", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("checked_on", sa.Date(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_venue_slug"), ["slug"])
    _name_places()
    # Who has published here before need not begin small.
    op.execute("UPDATE organisation SET trusted_at = created_at")


def _name_places() -> None:
    """Give each place an address of its own."""
    connection, taken = op.get_bind(), set[str]()
    venue = sa.table("venue", sa.column("id"), sa.column("name"), sa.column("slug"))
    for venue_id, name in connection.execute(sa.select(venue.c.id, venue.c.name).order_by(venue.c.id)).all():
        slug = slug_of(name, taken)
        taken.add(slug)
        connection.execute(venue.update().where(venue.c.id == venue_id).values(slug=slug))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("venue", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_venue_slug"), type_="unique")
        batch_op.drop_column("checked_on")
        batch_op.drop_column("opening")
        batch_op.drop_column("slug")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_column("trusted_at")
        batch_op.drop_column("reminded_on")
        batch_op.drop_column("checked_on")
        batch_op.drop_column("links")
        batch_op.drop_column("phone")
        batch_op.drop_column("opening")
        batch_op.drop_column("steps")
        batch_op.drop_column("kind")
    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opportunity_organisation_id"))
    op.drop_table("opportunity")
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_index("ix_correction_open")
        batch_op.drop_index(batch_op.f("ix_correction_member_id"))
    op.drop_table("correction")
