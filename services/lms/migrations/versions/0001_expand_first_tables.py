"""First tables of lms: the feed, and what it knows of orders, titles and lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSON

from shared.messaging import migration as messaging

revision = "0001"
down_revision = None


def upgrade() -> None:
    messaging.create_tables_v1()
    messaging.trim_inbox_v1()
    _create_feed()
    _create_waiting()
    _create_known()


def _create_feed() -> None:
    op.create_table(
        "feed",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("last", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("forgotten", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("council"),
    )
    op.create_table(
        "change",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("body", JSON(), nullable=False),
        sa.PrimaryKeyConstraint("council", "position"),
    )
    op.create_index("change_once", "change", ["change_id"], unique=True)
    op.create_index("change_kind", "change", ["council", "kind", "position"])


def _create_waiting() -> None:
    op.create_table(
        "waiting",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("body", JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("waiting_once", "waiting", ["change_id"], unique=True)
    op.create_index("waiting_order", "waiting", ["order_id", "seq"])


def _create_known() -> None:
    op.create_table(
        "known_order",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("order_id"),
    )
    op.create_table(
        "ordered_title",
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("isbn", "council"),
    )
    op.create_table(
        "title",
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("isbn"),
    )
    op.create_table(
        "attention",
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("line_key"),
    )
