"""Switches of a scope from one supplier to another, and what became of each open copy."""

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
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from services.orders.store.tables.base import metadata
from shared.sourcing.switches.store import switch_columns

# `passes` counts how often all orders were searched for open copies; `reached` is the last order of the pass under way, and
# `taken_at` when the last pass had ended. `dead`: the first supplier answers no more, and its copies are freed without an answer.
# `order_id`: a move of copies of one order, which a person chose; such a row has taken its copies when it is written.
switch = Table(
    "switch",
    metadata,
    *switch_columns(),
    Column("from_supplier", Text, nullable=False),
    Column("to_supplier", Text),
    Column("open_copies", Text, nullable=False),
    Column("drain_until", Date),
    Column("reached", Uuid),
    Column("passes", SmallInteger, nullable=False, server_default=text("0")),
    Column("taken_at", DateTime(timezone=True)),
    Column("dead", Boolean, nullable=False, server_default=text("false")),
    Column("order_id", Uuid),
)

# `since`: when the copy came to its stage. A copy may be in several switches, one after the other: the last row counts.
switch_copy = Table(
    "switch_copy",
    metadata,
    Column("switch_id", Uuid, ForeignKey("switch.switch_id"), primary_key=True),
    Column("copy_id", Uuid, ForeignKey("copy.copy_id"), primary_key=True),
    Column("entry", BigInteger, Identity(always=True), nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("line_key", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("if_cancelled", Text, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("replaced_by", Uuid),
    Index("switch_copy_of_order", "order_id"),
    Index("switch_copy_by_entry", "switch_id", "entry"),
    Index("switch_copy_by_stage", "switch_id", "stage", "since"),
    Index("switch_copy_unanswered", "since", postgresql_where=text("stage IN ('asked', 'recalling')")),
)
