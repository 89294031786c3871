"""The tables of the feed. All are built from events, and can be rebuilt from what owners publish (docs/decisions/0037)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSON

metadata = MetaData()

# One row for each council. Whoever adds changes locks it until the transaction ends, so positions become visible in their order.
# `last`: the greatest position given; `forgotten`: the greatest one removed. `epoch`: another one after a rebuild.
feed = Table(
    "feed",
    metadata,
    Column("council", Text, primary_key=True),
    Column("epoch", Uuid, nullable=False, server_default=text("gen_random_uuid()")),
    Column("last", BigInteger, nullable=False, server_default=text("0")),
    Column("forgotten", BigInteger, nullable=False, server_default=text("0")),
)

# What was told to a council. Positions of a council have no gaps but at the beginning, where old changes were removed.
# `at`: when it happened, by its owner; `told_at`: when it was added. `version`: of the thing, where its owner counts one.
change = Table(
    "change",
    metadata,
    Column("council", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("change_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("told_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer),
    Column("body", JSON, nullable=False),
    Index("change_once", "change_id", unique=True),
    Index("change_kind", "council", "kind", "position"),
)

# Changes of orders that are not known yet: their topics are read side by side. They are told once the order is known.
waiting = Table(
    "waiting",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("order_id", Uuid, nullable=False),
    Column("council", Text, nullable=False),
    Column("change_id", Uuid, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("arrived_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer),
    Column("body", JSON, nullable=False),
    Index("waiting_once", "change_id", unique=True),
    Index("waiting_order", "order_id", "seq"),
)

known_order = Table(
    "known_order",
    metadata,
    Column("order_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("order_number", Text, nullable=False),
)

# The books that councils ordered: who is told of their titles.
ordered_title = Table(
    "ordered_title",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("council", Text, primary_key=True),
)

# The last version of each title, for councils that order the book later, or whose order is read later.
title = Table(
    "title",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("title", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
)

# What was last to be decided about each line, "" for nothing, as of a version of its order. Also nothing is kept, with its
# version: an older question that is replayed later is not told.
attention = Table(
    "attention",
    metadata,
    Column("line_key", Text, primary_key=True),
    Column("words", Text, nullable=False),
    Column("version", Integer, nullable=False),
)
