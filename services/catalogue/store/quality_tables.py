"""The catalogue's tables of councils' minimums, of what they say of ordered books' records, and of what is counted of records."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)

from services.catalogue.domain.scoring import Minimum, Shortfall
from services.catalogue.store.stated import Stated
from services.catalogue.store.sums import summed
from services.catalogue.store.tables import metadata

__all__ = ["DUPLICATION", "QUALITY", "judgement", "metadata", "record_minimum", "rejudging"]

# Minimums that councils set, each from a day on. Rows stay: who set what, and when, is the audit. Of several for one day, the one
# with the highest id counts. `minimum` is null where the council returns to the default.
record_minimum = Table(
    "record_minimum",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("council", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("minimum", Stated(Minimum)),
    Column("set_by", Text, nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
    Index("record_minimum_of_council", "council", "valid_from", "id"),
)

# What each council's minimum says of the record of a book that it ordered, as it was published last. Whoever writes a row has
# locked the book's title.
judgement = Table(
    "judgement",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("council", Text, primary_key=True),
    Column("supplier_id", Text, nullable=False),
    Column("points", SmallInteger, nullable=False),
    Column("pass_mark", SmallInteger, nullable=False),
    Column("passes", Boolean, nullable=False),
    Column("shortfalls", Stated(tuple[Shortfall, ...]), nullable=False),
    Column("version", Integer, nullable=False),
    Column("judged_at", DateTime(timezone=True), nullable=False),
    Column("first_supplier_id", Text),
    Column("first_at", DateTime(timezone=True)),
)

# How far the judging of all books of a council has come by the minimum in force: up to the ISBN `after`, of the books ordered.
rejudging = Table(
    "rejudging",
    metadata,
    Column("council", Text, primary_key=True),
    Column("minimum_id", BigInteger, nullable=False),
    Column("after", Text, nullable=False, server_default=""),
    Column("done", Boolean, nullable=False, server_default=text("false")),
)

# Records received in a month, per supplier, and of these the ones with a shortfall; the empty shortfall stands for all of them.
QUALITY = summed(
    metadata,
    "record_quality",
    {"month": Date, "supplier_id": Text, "shortfall": Text},
    ("records", "points", "passing"),
)

# How often something happened on a day: see `domain/duplication.py`. The empty council stands for all councils together.
DUPLICATION = summed(
    metadata, "duplication", {"day": Date, "supplier_id": Text, "council": Text, "what": Text, "nth": Integer}, ("times",)
)
