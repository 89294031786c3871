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
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.orders.store.tables.base import metadata

# Empty `branches` or `materials`: any. `passes` counts how often all orders were searched for open copies; `reached` is the last
# order of the pass under way, and `taken_at` when the last pass had ended. `dead`: the first supplier answers no more, and its
# copies are freed without an answer.
switch = Table(
    "switch",
    metadata,
    Column("switch_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("from_supplier", Text, nullable=False),
    Column("to_supplier", Text),
    Column("branches", ARRAY(Text), nullable=False),
    Column("materials", ARRAY(Text), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("open_copies", Text, nullable=False),
    Column("drain_until", Date),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("planned_at", DateTime(timezone=True), nullable=False),
    Column("planned_by", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("reached", Uuid),
    Column("passes", SmallInteger, nullable=False, server_default=text("0")),
    Column("taken_at", DateTime(timezone=True)),
    Column("dead", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("council", "idempotency_key", name="switch_idempotency_key"),
    Index("switch_by_time", "council", "planned_at", "switch_id"),
    Index("switch_unfinished", "council", postgresql_where=text("state IN ('planned', 'running')")),
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
