"""The tables that survive when the read model is emptied.

The dashboard's own facts, which no event has: who is signed in, and what people do about things that wait. And what suppliers are
called, which their exchanges state at each start, but do not publish again when a read model is built again.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Index, LargeBinary, MetaData, Table, Text, Uuid, text

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

# Who does something about a thing, named as in `work`, and until which day it is not shown. It need not wait any more.
# `done_at`: when a person marked as dealt with what no service can settle; it is hidden unless it waits again since.
handling = Table(
    "handling",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("taken_by", Text),
    Column("taken_name", Text, nullable=False, server_default=text("''")),
    Column("taken_at", DateTime(timezone=True)),
    Column("snoozed_until", Date),
    Column("done_at", DateTime(timezone=True)),
    Index("handling_taken", "taken_by", postgresql_where=text("taken_by IS NOT NULL")),
    Index("handling_snoozed", "snoozed_until", postgresql_where=text("snoozed_until IS NOT NULL")),
)

handling_note = Table(
    "handling_note",
    metadata,
    Column("note_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("written_at", DateTime(timezone=True), nullable=False),
    Column("written_by", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("words", Text, nullable=False),
    # Whose note it is; null for that of staff of all councils.
    Column("council", Text),
    Index("handling_note_of_item", "kind", "item", "written_at"),
)

supplier_name = Table(
    "supplier_name",
    metadata,
    Column("supplier_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
)
