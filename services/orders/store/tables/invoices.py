"""Invoices, their lines, and the charges and credits of each copy. Amounts in minor units."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.orders.store.tables.base import metadata

# A number may occur twice: `domain/invoices/numbers.py` has the rule. `version` is the ETag and the events' version.
# `replaced` are the messages whose content that of `message_id` corrected. `charges` are for no copy, and `taxes`
# are those at each rate, as in the contract. `asked` are the last queries, also once they are settled; null where there were
# none, or before that was kept.
invoice = Table(
    "invoice",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("message_id", Uuid, nullable=False),
    Column("invoice_number", Text, nullable=False),
    Column("credit", Boolean, nullable=False),
    Column("credits_invoice", Text),
    Column("invoiced_on", Date, nullable=False),
    Column("currency", Text, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("doubts", ARRAY(Text), nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("queries", JSONB, nullable=False),
    Column("asked", JSONB(none_as_null=True)),
    Column("replaced", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    Column("charges", JSONB, nullable=False, server_default=text("'[]'")),
    Column("taxes", JSONB, nullable=False, server_default=text("'[]'")),
    Index("invoice_of_number", "council", "supplier_id", "invoice_number"),
    Index("invoice_queried", "council", "supplier_id", postgresql_where=text("state = 'queried'")),
    Index("invoice_crediting", "credits_invoice", "supplier_id", postgresql_where=text("credits_invoice IS NOT NULL")),
    Index("invoice_by_time", "council", "received_at", "invoice_id"),
    # For operations staff, who list those of all councils.
    Index("invoice_of_all_by_time", "received_at", "invoice_id"),
)

# `copies` and `costs` are the supplier's references and amounts as the contract writes them; `found_*` is the ordered line.
invoice_line = Table(
    "invoice_line",
    metadata,
    Column("invoice_id", Uuid, ForeignKey("invoice.invoice_id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("line_number", Integer, nullable=False),
    Column("line_key", Text),
    Column("order_number", Text),
    Column("isbn", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("copies", JSONB, nullable=False),
    Column("costs", JSONB, nullable=False),
    Column("found_key", Text),
    Column("found_order_id", Uuid),
    Column("found_by", Text),
    Column("title", Text, nullable=False, server_default=text("''")),
    Column("supplier_references", JSONB(none_as_null=True)),
    Index("invoice_line_of_ordered", "found_key"),
    # What news of ordered lines finds lines by that the book did not have when they were matched. They are few.
    Index("invoice_line_lost_by_key", "line_key", postgresql_where=text("found_key IS NULL")),
    Index("invoice_line_lost_by_order", "order_number", postgresql_where=text("found_key IS NULL")),
    Index(
        "invoice_line_lost_by_barcode",
        "copies",
        postgresql_using="gin",
        postgresql_ops={"copies": "jsonb_path_ops"},
        postgresql_where=text("found_key IS NULL"),
    ),
)

# Append-only except `settled_by`, the credit note that credited the whole charge. Until then a copy has one charge at most.
# `description` is that of a charge for no copy.
copy_cost = Table(
    "copy_cost",
    metadata,
    Column("entry_id", Uuid, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("invoice_id", Uuid, ForeignKey("invoice.invoice_id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("line_number", Integer),
    Column("line_key", Text),
    Column("order_id", Uuid),
    Column("copy_id", Uuid, ForeignKey("copy.copy_id")),
    Column("list_price", BigInteger, nullable=False),
    Column("discount", BigInteger, nullable=False),
    Column("net", BigInteger, nullable=False),
    Column("servicing", BigInteger, nullable=False),
    Column("carriage", BigInteger, nullable=False),
    Column("other", BigInteger, nullable=False),
    Column("vat", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("reverses", Uuid, ForeignKey("copy_cost.entry_id")),
    Column("settled_by", Uuid, ForeignKey("invoice.invoice_id")),
    Column("description", Text),
    # The fund and year of the copy when this was charged or credited; null without a copy, and until it was taken over.
    Column("fund", Text),
    Column("fund_year", Text),
    Index("copy_cost_of_invoice", "invoice_id"),
    Index(
        "copy_cost_not_taken_over",
        "order_id",
        postgresql_where=text("fund_year IS NULL AND copy_id IS NOT NULL"),
    ),
    Index("copy_cost_of_order", "order_id"),
    Index("copy_cost_reversing", "reverses"),
    Index(
        "copy_cost_standing",
        "copy_id",
        unique=True,
        postgresql_where=text("reverses IS NULL AND settled_by IS NULL"),
    ),
)
