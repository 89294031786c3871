"""Proposed orders: what suppliers selected for a council, and what the council decided."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.orders.store.tables.base import metadata

# A proposal's content never changes: a new selection under the same number is a new proposal, which supersedes an open one.
proposal = Table(
    "proposal",
    metadata,
    Column("proposal_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("selection_number", Text, nullable=False),
    Column("message_id", Uuid, nullable=False),
    Column("firm", Boolean, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("order_id", Uuid, ForeignKey("purchase_order.order_id")),
    Column("superseded_by", Uuid),
    Index(
        "proposal_open",
        "council",
        "supplier_id",
        "selection_number",
        unique=True,
        postgresql_where=text("state = 'open'"),
    ),
    Index("proposal_of_number", "council", "supplier_id", "selection_number"),
    Index("proposal_by_time", "council", "received_at", "proposal_id"),
)

# `copies` and `supplier_references` as the contract writes them.
proposal_line = Table(
    "proposal_line",
    metadata,
    Column("proposal_id", Uuid, ForeignKey("proposal.proposal_id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("isbn", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price_minor", BigInteger),
    Column("price_currency", Text),
    Column("copies", JSONB, nullable=False),
    Column("note", Text, nullable=False),
    Column("supplier_references", JSONB(none_as_null=True)),
)
