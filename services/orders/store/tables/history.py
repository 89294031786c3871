"""The history of invoices and proposals: what happened, and why. Append-only."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Table, Text, Uuid

from services.orders.store.tables.base import metadata

# `subject_id` is the id of an invoice or of a proposal; an entry without states is an event that changed no state.
history = Table(
    "history",
    metadata,
    Column("entry_id", BigInteger, Identity(always=True), primary_key=True),
    Column("subject_id", Uuid, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("from_state", Text),
    Column("to_state", Text),
    Column("cause", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("event_id", Text),
    Column("correlation_id", Text, nullable=False),
    Index("history_of_subject", "subject_id", "entry_id"),
)
