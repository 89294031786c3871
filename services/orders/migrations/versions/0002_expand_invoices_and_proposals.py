"""Invoices with their costs per copy, and proposed orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("order_line", sa.Column("quote_reference", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_index("copy_of_barcode", "copy", ["barcode"], unique=False, postgresql_where=sa.text("barcode IS NOT NULL"))
    op.create_table(
        "history",
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
    op.create_index("history_of_subject", "history", ["subject_id", "entry_id"], unique=False)
    _create_invoices()
    _create_proposals()


def _create_invoices() -> None:
    op.create_table(
        "invoice",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_number", sa.Text(), nullable=False),
        sa.Column("credit", sa.Boolean(), nullable=False),
        sa.Column("credits_invoice", sa.Text(), nullable=True),
        sa.Column("invoiced_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("doubts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("queries", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("invoice_id"),
    )
    op.create_index("invoice_of_number", "invoice", ["council", "supplier_id", "invoice_number"], unique=False)
    op.create_index(
        "invoice_queried",
        "invoice",
        ["council", "supplier_id"],
        unique=False,
        postgresql_where=sa.text("state = 'queried'"),
    )
    op.create_index("invoice_by_time", "invoice", ["council", "received_at", "invoice_id"], unique=False)
    op.create_table(
        "invoice_line",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("line_key", sa.Text(), nullable=True),
        sa.Column("order_number", sa.Text(), nullable=True),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("copies", postgresql.JSONB(), nullable=False),
        sa.Column("costs", postgresql.JSONB(), nullable=False),
        sa.Column("found_key", sa.Text(), nullable=True),
        sa.Column("found_order_id", sa.Uuid(), nullable=True),
        sa.Column("found_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.invoice_id"]),
        sa.PrimaryKeyConstraint("invoice_id", "place"),
    )
    op.create_index("invoice_line_of_ordered", "invoice_line", ["found_key"], unique=False)
    _create_costs()


def _create_costs() -> None:
    op.create_table(
        "copy_cost",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=True),
        sa.Column("line_key", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("copy_id", sa.Uuid(), nullable=True),
        sa.Column("list_price", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("servicing", sa.BigInteger(), nullable=False),
        sa.Column("carriage", sa.BigInteger(), nullable=False),
        sa.Column("other", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reverses", sa.Uuid(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.invoice_id"]),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.copy_id"]),
        sa.ForeignKeyConstraint(["reverses"], ["copy_cost.entry_id"]),
        sa.ForeignKeyConstraint(["settled_by"], ["invoice.invoice_id"]),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("copy_cost_of_invoice", "copy_cost", ["invoice_id"], unique=False)
    op.create_index("copy_cost_of_order", "copy_cost", ["order_id"], unique=False)
    op.create_index("copy_cost_reversing", "copy_cost", ["reverses"], unique=False)
    op.create_index(
        "copy_cost_standing",
        "copy_cost",
        ["copy_id"],
        unique=True,
        postgresql_where=sa.text("reverses IS NULL AND settled_by IS NULL"),
    )


def _create_proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("selection_number", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("firm", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.order_id"]),
        sa.PrimaryKeyConstraint("proposal_id"),
    )
    op.create_index(
        "proposal_open",
        "proposal",
        ["council", "supplier_id", "selection_number"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("proposal_of_number", "proposal", ["council", "supplier_id", "selection_number"], unique=False)
    op.create_index("proposal_by_time", "proposal", ["council", "received_at", "proposal_id"], unique=False)
    op.create_table(
        "proposal_line",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=True),
        sa.Column("price_currency", sa.Text(), nullable=True),
        sa.Column("copies", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.proposal_id"]),
        sa.PrimaryKeyConstraint("proposal_id", "place"),
    )
