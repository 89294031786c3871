"""What councils' minimums say of the records of ordered books."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from services.orders.store.tables.base import metadata

# The last judgement that the catalogue published; a higher `version` replaces it.
judgement = Table(
    "judgement",
    metadata,
    Column("council", Text, primary_key=True),
    Column("isbn", Text, primary_key=True),
    Column("supplier_id", Text, nullable=False),
    Column("score", SmallInteger, nullable=False),
    Column("pass_mark", SmallInteger, nullable=False),
    Column("passes", Boolean, nullable=False),
    Column("shortfalls", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
)
