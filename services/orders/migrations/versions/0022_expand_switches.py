"""Switches of a scope from one supplier to another, and which lines and copies replace others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("order_line", sa.Column("replaces", sa.Text(), nullable=True))
    op.add_column("order_line", sa.Column("added_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("order_line", sa.Column("added_version", sa.Integer(), nullable=True))
    op.add_column("order_line", sa.Column("added_reason", sa.Text(), nullable=True))
    op.add_column("copy", sa.Column("replaces", sa.Uuid(), nullable=True))
    _create_switch()
    _create_switch_copy()


def _create_switch() -> None:
    op.create_table(
        "switch",
        sa.Column("switch_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("from_supplier", sa.Text(), nullable=False),
        sa.Column("to_supplier", sa.Text(), nullable=True),
        sa.Column("branches", ARRAY(sa.Text()), nullable=False),
        sa.Column("materials", ARRAY(sa.Text()), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("open_copies", sa.Text(), nullable=False),
        sa.Column("drain_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("reached", sa.Uuid(), nullable=True),
        sa.Column("passes", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("switch_id"),
        sa.UniqueConstraint("council", "idempotency_key", name="switch_idempotency_key"),
    )
    unfinished = sa.text("state IN ('planned', 'running')")
    op.create_index("switch_by_time", "switch", ["council", "planned_at", "switch_id"])
    op.create_index("switch_unfinished", "switch", ["council"], postgresql_where=unfinished)


def _create_switch_copy() -> None:
    op.create_table(
        "switch_copy",
        sa.Column("switch_id", sa.Uuid(), nullable=False),
        sa.Column("copy_id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("if_cancelled", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("switch_id", "copy_id"),
        sa.ForeignKeyConstraint(["switch_id"], ["switch.switch_id"]),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.copy_id"]),
    )
    unanswered = sa.text("stage IN ('asked', 'recalling')")
    op.create_index("switch_copy_of_order", "switch_copy", ["order_id"])
    op.create_index("switch_copy_by_entry", "switch_copy", ["switch_id", "entry"])
    op.create_index("switch_copy_by_stage", "switch_copy", ["switch_id", "stage", "since"])
    op.create_index("switch_copy_unanswered", "switch_copy", ["since"], postgresql_where=unanswered)
