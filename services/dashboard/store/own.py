"""What people do about things that wait: facts of this service's own. A rebuild of the read model leaves them as they are."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Index, MetaData, Table, Text, Uuid, text

own = MetaData()

# Who does something about a thing, named as in `work`, and until which day it is not shown. It need not wait any more.
# `done_at`: when a person marked as dealt with what no service can settle; it is hidden unless it waits again since.
handling = Table(
    "handling",
    own,
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
    own,
    Column("note_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("written_at", DateTime(timezone=True), nullable=False),
    Column("written_by", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("words", Text, nullable=False),
    Index("handling_note_of_item", "kind", "item", "written_at"),
)
