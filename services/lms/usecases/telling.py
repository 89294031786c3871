"""Tells councils of the news of a batch of events: what is new, once, each in the order in which its owner stated it.

News of an order that is not known yet waits for it. Events may arrive twice, late, or again as a statement of what is so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.bodies import Kind
from services.lms.domain.news import Attention, News, Title
from services.lms.domain.reading.others import title_changed
from services.lms.store import knowing
from services.lms.store.feed import Addition, add_changes
from services.lms.store.knowing import Asked
from shared.clock import Clock
from shared.contracts.orders import OrderedLines


@dataclass(slots=True)
class Gathered:
    """What a batch of events says: news in their order, orders and books that become known, and titles that changed."""

    news: list[News] = field(default_factory=list)
    orders: dict[UUID, dict[str, object]] = field(default_factory=dict)
    books: dict[tuple[str, str], dict[str, object]] = field(default_factory=dict)
    titles: dict[str, Title] = field(default_factory=dict)

    def ordered(self, council: str, event: OrderedLines) -> None:
        """Adds an order and the books that it names."""
        self.orders[event.order_id] = {"order_id": event.order_id, "council": council, "order_number": event.order_number}
        for line in event.lines:
            self.books[line.isbn, council] = {"isbn": line.isbn, "council": council}

    def changed(self, title: Title) -> None:
        """Adds a title; the highest version counts."""
        known = self.titles.get(title.isbn)
        if known is None or known.version < title.version:
            self.titles[title.isbn] = title


async def tell(connection: AsyncConnection, gathered: Gathered, clock: Clock, *, days: int) -> None:
    """Adds the news of a batch to the feeds. What happened longer than `days` ago is not told any more, only kept in mind.

    The caller has locked what the feed knows of the councils (`knowing.lock_known`).
    """
    now = clock.now()
    since = now - timedelta(days=days)
    titles = await _titles(connection, gathered)
    young = [news for news in (*await _asking_else(connection, gathered.news), *titles) if news.at >= since]
    new = await knowing.keep_orders(connection, [gathered.orders[order_id] for order_id in sorted(gathered.orders)])
    released = [row for row in await knowing.take_waiting(connection, new) if row.at >= since]
    numbers = await knowing.order_numbers(connection, {news.waits_for for news in young if news.waits_for} | new)
    ready = [news for news in young if news.waits_for is None or news.waits_for in numbers]
    placed = [_addition(news, numbers) for news in ready if news.body.kind is Kind.ORDER_PLACED]
    others = [_addition(news, numbers) for news in ready if news.body.kind is not Kind.ORDER_PLACED]
    # First the order, then what came before it, then the rest: what one owner states of a copy stays in its order.
    await add_changes(connection, [*placed, *(_released(row, numbers) for row in released), *others], now)
    early = [_early(news, now) for news in young if news.waits_for is not None and news.waits_for not in numbers]
    await knowing.let_wait(connection, early)


async def _titles(connection: AsyncConnection, gathered: Gathered) -> Sequence[News]:
    """Returns the changes of titles for the councils that ordered the books, also for those that ordered them just now."""
    new = await knowing.order_titles(connection, [gathered.books[key] for key in sorted(gathered.books)])
    news = [title_changed(title, council) for title in await knowing.titles_of(connection, new) for council in new[title.isbn]]
    councils = await knowing.councils_with(connection, gathered.titles)
    news += [title_changed(title, council) for isbn, title in gathered.titles.items() for council in councils.get(isbn, ())]
    await knowing.keep_titles(connection, gathered.titles.values())
    return news


async def _asking_else(connection: AsyncConnection, stated: Sequence[News]) -> list[News]:
    """Returns the news without what asks of a line what it asked before, and keeps what lines ask now."""
    asking = {news.attention.line_key for news in stated if news.attention}
    if not asking:
        return list(stated)
    asked = await knowing.asked_of(connection, asking)
    before = dict(asked)
    news = [each for each in stated if each.attention is None or _asks_else(asked, each.attention)]
    await knowing.keep_asked(connection, {key: now for key, now in asked.items() if before.get(key) != now})
    return news


def _asks_else(asked: dict[str, Asked], stated: Attention) -> bool:
    """Returns whether a statement is newer than what is known of its line and asks something else; keeps it if it is newer."""
    known = asked.get(stated.line_key)
    if known is not None and stated.version < known.version:
        return False
    asked[stated.line_key] = Asked(stated.words, stated.version)
    return stated.words != ("" if known is None else known.words)


def _addition(news: News, numbers: Mapping[UUID, str]) -> Addition:
    body = news.body
    if news.waits_for is not None:
        body = body.model_copy(update={"order_number": numbers[news.waits_for]})
    return Addition(news.council, news.change_id, body.kind, news.at, news.version, body, news.other_id)


def _released(row: Row[Any], numbers: Mapping[UUID, str]) -> Addition:
    body = {**row.body, "order_number": numbers[row.order_id]}
    return Addition(row.council, row.change_id, body["kind"], row.at, row.version, body)


def _early(news: News, now: datetime) -> dict[str, object]:
    return {
        "order_id": news.waits_for,
        "council": news.council,
        "change_id": news.change_id,
        "at": news.at,
        "arrived_at": now,
        "version": news.version,
        "body": news.body,
    }
