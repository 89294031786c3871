"""The tables of the dashboard's own facts, which no event has: they survive when the read model is emptied."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, LargeBinary, MetaData, Table, Text

metadata = MetaData()

# A browser that is signed in. `session_id` is the digest of its cookie, and what is sealed is opened by the cookie alone.
session = Table(
    "session",
    metadata,
    Column("session_id", LargeBinary, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
)
