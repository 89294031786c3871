"""The council's funds, what is counted of them, and rollovers of their commitments. Amounts in minor units."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, DateTime, Index, Integer, LargeBinary, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.orders.store.tables.base import metadata

# A council without a row here has registered no fund, and orders from any. `years` are its financial years, as the domain
# writes them.
fund = Table(
    "fund",
    metadata,
    Column("council", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("closed_from", Date),
    Column("open_from", Date),
    Column("years", JSONB, nullable=False, server_default=text("'[]'")),
)

# What copies commit and cost, per fund, year and currency ("" where no price is known): the sum of all rows of a key. Triggers of
# `copy` and `copy_cost` add rows and nobody changes one, so that no two wait for each other; `fold_counts` makes one row of many.
# `committed` is what all copies are expected to cost, of which `released` was given up and `replaced` by a charge.
fund_count = Table(
    "fund_count",
    metadata,
    Column("council", Text, nullable=False),
    Column("fund", Text, nullable=False),
    Column("fund_year", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("committed", BigInteger, nullable=False),
    Column("released", BigInteger, nullable=False),
    Column("replaced", BigInteger, nullable=False),
    Column("invoiced", BigInteger, nullable=False),
    Column("credited", BigInteger, nullable=False),
    Column("copies", BigInteger, nullable=False),
    Column("open_copies", BigInteger, nullable=False),
    # Open copies without a price.
    Column("unpriced", BigInteger, nullable=False),
    Index("fund_count_of_fund", "council", "fund", "fund_year"),
)

# A decision that moves what a fund's copies still commit to another year. `reached` is how far it came in this pass over the
# council's orders, `passes` how many it did, `done_at` when it did the last one; `moved` are the sums, as the domain writes them.
# `digest` is of the request.
fund_rollover = Table(
    "fund_rollover",
    metadata,
    Column("rollover_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("fund", Text, nullable=False),
    Column("from_year", Text, nullable=False),
    Column("to_year", Text, nullable=False),
    Column("rolls_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("reached", Uuid),
    Column("passes", SmallInteger, nullable=False, server_default=text("0")),
    Column("done_at", DateTime(timezone=True)),
    Column("copies", Integer, nullable=False, server_default=text("0")),
    Column("moved", JSONB, nullable=False, server_default=text("'{}'")),
    Index("fund_rollover_once", "council", "fund", "from_year", "to_year", "rolls_on", unique=True),
    Index("fund_rollover_of_key", "council", "idempotency_key"),
    Index("fund_rollover_by_time", "council", "decided_at", "rollover_id"),
    Index("fund_rollover_to_do", "rolls_on", postgresql_where=text("done_at IS NULL")),
)
