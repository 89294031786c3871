"""The metadata in which the order book's tables are registered."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
