"""Creates the table of sourcing rules inside a service's Alembic revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_tables_v1() -> None:
    """Creates the tables in their first version. Never change it: write a new function for each later change."""
    op.create_table(
        "sourcing_rule",
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("strand", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=True),
        sa.Column("material", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("rule_id"),
    )
    op.create_index("sourcing_rule_of_council", "sourcing_rule", ["council", "strand", "valid_from", "rule_id"], unique=False)
