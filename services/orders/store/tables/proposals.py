"""Proposed orders: what suppliers selected for a council, what the council decided, and files with selections."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

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
    # Of a selection in a file that the council uploaded.
    Column("file_id", Uuid),
    Column("part_of", Text, nullable=False, server_default=text("''")),
    Index(
        "proposal_open",
        "council",
        "supplier_id",
        "selection_number",
        unique=True,
        postgresql_where=text("state = 'open'"),
    ),
    Index("proposal_of_number", "council", "supplier_id", "selection_number"),
    Index("proposal_of_whole", "council", "supplier_id", "part_of", postgresql_where=text("part_of <> ''")),
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

# How the order data in a supplier's MARC files are read: `mapping` as `shared.formats.marc.order_data` writes it.
marc_order_mapping = Table(
    "marc_order_mapping",
    metadata,
    Column("mapping_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("mapping", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("changed_by", Text, nullable=False),
    Index("marc_order_mapping_by_time", "council", "created_at", "mapping_id"),
)

# A file that a council uploaded, as it was, and what was read of it. `mapping` is what the mapping said then; `findings` as the
# domain writes them; `digest` is of the bytes.
proposal_file = Table(
    "proposal_file",
    metadata,
    Column("file_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("mapping_id", Uuid, nullable=False),
    Column("mapping", JSONB, nullable=False),
    Column("selection_number", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("records", Integer, nullable=False),
    Column("titles", Integer, nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("more_findings", Integer, nullable=False),
    Column("proposal_ids", ARRAY(Uuid), nullable=False),
    Column("uploaded_at", DateTime(timezone=True), nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Index("proposal_file_by_time", "council", "uploaded_at", "file_id"),
    Index("proposal_file_of_bytes", "council", "digest"),
)
