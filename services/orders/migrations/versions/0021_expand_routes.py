"""The copy of councils' delivery rules, the routes that suppliers offer, and where each copy is to be unpacked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "route_rule",
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=True),
        sa.Column("branch", sa.Text(), nullable=True),
        sa.Column("material", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("hub", JSONB(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("rule_id"),
    )
    op.create_index("route_rule_of_council", "route_rule", ["council"], unique=False)
    op.add_column("supplier", sa.Column("routes", ARRAY(sa.Text()), nullable=True))
    op.add_column("copy", sa.Column("deliver_to", JSONB(), nullable=True))
