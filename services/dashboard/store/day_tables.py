"""The tables of what happened on each day, part of the read model."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, PrimaryKeyConstraint, Table, Text, Uuid, text

from services.dashboard.store.tables import metadata

# Which suppliers an order was placed with. Copies that go to another supplier later are no new order.
placed_order = Table(
    "placed_order",
    metadata,
    Column("order_id", Uuid, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("council", Text, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False),
)


def _of_day() -> list[Column[Any]]:
    """Returns what is counted: of whom, on which day of the zone of `counted_in`, what, and which part of that.

    A part is a lead time in days, a currency or the outcome of sending; "" where there is only one. No council is "".
    """
    return [
        Column("council", Text, nullable=False),
        Column("day", Date, nullable=False),
        Column("measure", Text, nullable=False),
        Column("supplier_id", Text, nullable=False),
        Column("part", Text, nullable=False),
        Column("number", BigInteger, nullable=False),
    ]


# What happened on each day. Triggers keep it equal to a count over the rows that it counts (docs/decisions/0021). No row is zero.
day_count = Table(
    "day_count",
    metadata,
    *_of_day(),
    PrimaryKeyConstraint("council", "day", "measure", "supplier_id", "part"),
    Index("day_count_of_measure", "measure", "day"),
)

# What a transaction changes in `day_count` when it commits; nothing at any other moment. `folds`: the first row of a statement.
day_change = Table("day_change", metadata, *_of_day(), Column("folds", Boolean, nullable=False))

# The zone of the days in `day_count`, at most one row: that of the settings when the first event after a rebuild arrived.
counted_in = Table(
    "counted_in",
    metadata,
    Column("only", Boolean, primary_key=True, server_default=text("true")),
    Column("zone", Text, nullable=False),
)
