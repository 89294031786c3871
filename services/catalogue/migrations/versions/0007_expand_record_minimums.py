"""Councils' own minimums for records, what they say of ordered books' records, and records' quality per month.

The reminders of this release judge the books that were ordered before it: each council that ordered one has them judged.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"

_COUNTS = ("records", "points", "passing")


def upgrade() -> None:
    op.create_table(
        "record_minimum",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("minimum", JSONB(), nullable=True),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("record_minimum_of_council", "record_minimum", ["council", "valid_from", "id"])
    op.create_table(
        "judgement",
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("points", sa.SmallInteger(), nullable=False),
        sa.Column("pass_mark", sa.SmallInteger(), nullable=False),
        sa.Column("passes", sa.Boolean(), nullable=False),
        sa.Column("shortfalls", JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("isbn", "council"),
    )
    op.create_table(
        "rejudging",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("minimum_id", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.Text(), server_default="", nullable=False),
        sa.Column("done", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("council"),
    )
    op.execute("INSERT INTO rejudging (council, minimum_id) SELECT DISTINCT council, 0 FROM ordered_title WHERE council <> ''")
    _create_tables_of_quality()


def _create_tables_of_quality() -> None:
    counts = [sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS]
    op.create_table(
        "record_quality",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("shortfall", sa.Text(), nullable=False),
        *counts,
        sa.PrimaryKeyConstraint("month", "supplier_id", "shortfall"),
    )
    op.create_table(
        "record_quality_waiting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("shortfall", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("record_quality_waiting_by_month", "record_quality_waiting", ["month"])
