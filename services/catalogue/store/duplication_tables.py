"""The catalogue's tables of cataloguing that was done twice, or saved, per day."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Identity, Index, Integer, Table, Text

from services.catalogue.store.quality_tables import metadata

__all__ = ["duplication", "metadata", "waiting_duplication"]

# How often something happened on a day: see `domain/duplication.py`. The empty council stands for all councils together.
duplication = Table(
    "duplication",
    metadata,
    Column("day", Date, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("council", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("nth", Integer, primary_key=True),
    Column("times", BigInteger, nullable=False),
)

# What is to be added to `duplication`: see `store/sums.py`.
waiting_duplication = Table(
    "duplication_waiting",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("day", Date, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("council", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("nth", Integer, nullable=False),
    Column("times", BigInteger, nullable=False),
    Index("duplication_waiting_by_day", "day"),
)
