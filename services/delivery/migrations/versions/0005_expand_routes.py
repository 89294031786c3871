"""Delivery rules, the suppliers that they can name, and where each expected copy is to be unpacked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0005"
down_revision = "0004"


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
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("rule_id"),
    )
    op.create_index("route_rule_of_council", "route_rule", ["council", "valid_from", "rule_id"], unique=False)
    op.create_table(
        "supplier",
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("routes", ARRAY(sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("supplier_id"),
    )
    op.add_column("expected_copy", sa.Column("deliver_to", JSONB(), nullable=True))
