"""Writes the copies that a batch of events gathered, once at its end."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.copies import GatheredCopies
from services.dashboard.domain.searching import terms_of, titles_of
from services.dashboard.store import found, writing


async def keep_copies(connection: AsyncConnection, copies: GatheredCopies) -> None:
    """Writes the copies that a batch of events gathered, and what they are searched by."""
    news = copies.all()
    await found.keep_terms(connection, terms_of(news))
    await found.keep_ordered_titles(connection, titles_of(news))
    await writing.keep_placed_orders(connection, copies.orders)
    await writing.keep_branches(connection, copies.branches)
    await writing.keep_copies(connection, news)
