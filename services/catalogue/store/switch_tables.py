"""The catalogue's tables of switches of its strand, and of what these go by: who was asked for which copies, and who can be."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Table, Text, Uuid

from services.catalogue.store.tables import metadata
from shared.history import history_columns
from shared.sourcing.switches.store import switch_columns

# Suppliers whose exchange announced itself. `supplies_records`: on request or unasked; null where its exchange does not state it.
supplier = Table(
    "supplier",
    metadata,
    Column("supplier_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("announced_at", DateTime(timezone=True), nullable=False),
    Column("supplies_records", Boolean),
)

# For whom a supplier is asked for a record, as long as nobody else is asked instead. A `material` of "" is not known, as in
# requests of an earlier release. `trial`, `arm`: what drew the supplier when it was asked last for these copies.
asked_for = Table(
    "asked_for",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("council", Text, primary_key=True),
    Column("branch", Text, primary_key=True),
    Column("material", Text, primary_key=True),
    Column("trial", Text),
    Column("arm", Text),
    Index("asked_for_of_council", "council", "supplier_id", "isbn"),
)

# `taken_at`: when all that the first supplier owed had been asked of the second one.
switch = Table(
    "switch",
    metadata,
    *switch_columns(),
    Column("from_supplier", Text, nullable=False),
    Column("to_supplier", Text, nullable=False),
    Column("taken_at", DateTime(timezone=True)),
)

switch_history = Table("switch_history", metadata, *history_columns("switch_history"))

# Records that a switch asked the second supplier for.
switch_record = Table(
    "switch_record",
    metadata,
    Column("switch_id", Uuid, ForeignKey("switch.switch_id"), primary_key=True),
    Column("isbn", Text, primary_key=True),
    Column("taken_at", DateTime(timezone=True), nullable=False),
)
