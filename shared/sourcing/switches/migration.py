"""Creates a strand's tables of switches inside a service's Alembic revision."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY


def create_tables_v1(*own: sa.Column[Any]) -> None:
    """Creates `switch`, with the strand's own columns, and `switch_history`, in their first version.

    Never change it: write a new function for each later change.
    """
    op.create_table(
        "switch",
        sa.Column("switch_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        *own,
        sa.Column("branches", ARRAY(sa.Text()), nullable=False),
        sa.Column("materials", ARRAY(sa.Text()), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        *_approval(),
        sa.PrimaryKeyConstraint("switch_id"),
        sa.UniqueConstraint("council", "idempotency_key", name="switch_idempotency_key"),
    )
    unfinished = sa.text("state IN ('planned', 'running')")
    op.create_index("switch_by_time", "switch", ["council", "planned_at", "switch_id"])
    op.create_index("switch_unfinished", "switch", ["council"], postgresql_where=unfinished)
    _create_history_v1()


def add_approval() -> None:
    """Adds to an older table `switch` whether a switch waits for a second person, and who approved it."""
    for column in _approval():
        op.add_column("switch", column)


def _approval() -> list[sa.Column[Any]]:
    needed: sa.Column[Any] = sa.Column("needs_approval", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    return [needed, sa.Column("approved_by", sa.Text(), nullable=True)]


def _create_history_v1() -> None:
    op.create_table(
        "switch_history",
        sa.Column("entry_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("switch_history_of_subject", "switch_history", ["subject_id", "entry_id"])
