"""The post of mailboxes: files in and out, the orders in them, and what is known of ordered lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _create_post()
    _create_post_change()
    _create_post_reference()
    _create_asked_order()
    _create_known_line()
    _create_waiting_news()
    _create_invoice_part()
    _create_advised_copy()


def _create_post() -> None:
    op.create_table(
        "post",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("mailbox_id", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("findings", postgresql.JSONB(), nullable=False),
        sa.Column("reference", sa.Integer(), nullable=True),
        sa.Column("control_reference", sa.Text(), nullable=False),
        sa.Column("order_numbers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("answers", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index("post_answers", "post", ["answers"])
    op.create_index("post_digest", "post", ["mailbox_id", "digest"])
    op.create_index("post_number", "post", ["mailbox_id", "reference"], unique=True)
    op.create_index("post_of_council", "post", ["council", "seq"])
    op.create_index("post_of_mailbox", "post", ["mailbox_id", "seq"])
    op.create_index(
        "post_on_offer",
        "post",
        ["mailbox_id", "seq"],
        postgresql_where=sa.text("state IN ('ready', 'taken') AND direction = 'out'"),
    )
    op.create_index("post_order_numbers", "post", ["order_numbers"], postgresql_using="gin")
    op.create_index(
        "post_pending",
        "post",
        ["mailbox_id", "direction", "seq"],
        postgresql_where=sa.text("state IN ('received', 'asked', 'cut_off', 'ready', 'failed', 'refused', 'partly_taken')"),
    )
    op.create_index("post_seq", "post", ["seq"], unique=True)


def _create_post_change() -> None:
    op.create_table(
        "post_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["message_id"], ["post.message_id"]),
    )
    op.create_index("post_change_message", "post_change", ["message_id", "id"])


def _create_post_reference() -> None:
    op.create_table(
        "post_reference",
        sa.Column("mailbox_id", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox_id"),
    )


def _create_asked_order() -> None:
    op.create_table(
        "asked_order",
        sa.Column("asked_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.Column("names", postgresql.JSONB(), nullable=False),
        sa.Column("segments", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("faults", postgresql.JSONB(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("asked_id"),
        sa.ForeignKeyConstraint(["message_id"], ["post.message_id"]),
    )
    op.create_index("asked_order_number", "asked_order", ["council", "order_number"])
    op.create_index("asked_order_of_message", "asked_order", ["message_id", "place"], unique=True)
    op.create_index("asked_order_placed", "asked_order", ["order_id"])


def _create_known_line() -> None:
    op.create_table(
        "known_line",
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("ordered", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("line_key"),
    )
    op.create_index("known_line_number", "known_line", ["council", "order_number"])
    op.create_index("known_line_order", "known_line", ["order_id"])


def _create_waiting_news() -> None:
    op.create_table(
        "waiting_news",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("waiting_news_once", "waiting_news", ["event_id"], unique=True)
    op.create_index("waiting_news_order", "waiting_news", ["order_id", "seq"])


def _create_invoice_part() -> None:
    op.create_table(
        "invoice_part",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("invoice_id", "part"),
    )


def _create_advised_copy() -> None:
    op.create_table(
        "advised_copy",
        sa.Column("mailbox_id", sa.Text(), nullable=False),
        sa.Column("copy_id", sa.Uuid(), nullable=False),
        sa.Column("despatch", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox_id", "copy_id", "despatch"),
    )
