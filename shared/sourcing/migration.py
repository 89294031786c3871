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


def add_trials() -> None:
    """Adds what a pilot rule says of its trial, why a rule was made, and when and why a trial was ended."""
    _add_trial_of("sourcing_rule")
    op.add_column("sourcing_rule", sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("sourcing_rule", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sourcing_rule", sa.Column("ended_reason", sa.Text(), server_default=sa.text("''"), nullable=False))


def add_trials_of_routes() -> None:
    """Adds what a delivery rule in mode pilot says of its trial."""
    _add_trial_of("route_rule")


def _add_trial_of(table: str) -> None:
    op.add_column(table, sa.Column("trial", sa.Text(), nullable=True))
    op.add_column(table, sa.Column("trial_share", sa.Numeric(), nullable=True))
    op.add_column(table, sa.Column("trial_unit", sa.Text(), nullable=True))
    op.add_column(table, sa.Column("trial_seed", sa.Text(), nullable=True))
