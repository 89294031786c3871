"""Creates the table of sourcing rules inside a service's Alembic revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB


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


def add_approval(rules: str) -> None:
    """Adds who approved and ended the rules of a table, and why; what waits for a second person, and who requires one."""
    op.add_column(rules, sa.Column("approved_by", sa.Text(), nullable=True))
    op.add_column(rules, sa.Column("end_approved_by", sa.Text(), nullable=True))
    op.create_table(
        "approval",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("second_person", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("council"),
    )
    op.create_table(
        "rule_change",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked", JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_reason", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("change_id"),
        sa.UniqueConstraint("council", "idempotency_key", name="rule_change_idempotency_key"),
    )
    op.create_index("rule_change_by_time", "rule_change", ["council", "proposed_at", "change_id"], unique=False)
    waiting = sa.text("state = 'waiting'")
    op.create_index("rule_change_waiting", "rule_change", ["council", "digest"], unique=True, postgresql_where=waiting)


def add_contract_ends() -> None:
    """Creates the table of contract ends."""
    op.create_table(
        "contract_end",
        sa.Column("end_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("next_supplier", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("end_approved_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("end_id"),
    )
    op.create_index("contract_end_of_council", "contract_end", ["council", "last_day", "end_id"], unique=False)
    in_force = sa.text("ended_by IS NULL")
    op.create_index("contract_end_in_force", "contract_end", ["council", "supplier_id"], unique=True, postgresql_where=in_force)


def add_trials_of_routes() -> None:
    """Adds what a delivery rule in mode pilot says of its trial."""
    _add_trial_of("route_rule")


def _add_trial_of(table: str) -> None:
    op.add_column(table, sa.Column("trial", sa.Text(), nullable=True))
    op.add_column(table, sa.Column("trial_share", sa.Numeric(), nullable=True))
    op.add_column(table, sa.Column("trial_unit", sa.Text(), nullable=True))
    op.add_column(table, sa.Column("trial_seed", sa.Text(), nullable=True))
