"""The quiet-supplier alarm: publishes once that a feed is quiet, and once that its messages arrive again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers import outgoing
from services.suppliers.contract import Kind
from services.suppliers.domain.feeds import FeedStatus, is_quiet
from services.suppliers.exchange import Exchange
from services.suppliers.store import feeds
from shared.bus import publish
from shared.contracts.base import Event


async def watch(connection: AsyncConnection, exchange: Exchange) -> Sequence[Kind]:
    """Compares each feed's silence with its usual pause, publishes what changed, and returns the kinds that are quiet."""
    known = await feeds.statuses(connection)
    if new := exchange.profile.feeds.keys() - known.keys():
        for kind in new:
            await feeds.begin(connection, kind)
        known = await feeds.statuses(connection)
    first_order = await feeds.first_order_sent(connection)
    events: list[Event] = []
    quiet: list[Kind] = []
    for kind, status in sorted(known.items()):
        since = status.last_heard_at or first_order
        feed = exchange.profile.feeds.get(kind)
        if feed is not None and since is not None and is_quiet(feed, since, exchange.clock.now()):
            quiet.append(kind)
            events += await _quieted(connection, exchange, status)
        elif status.quieted_at is not None:
            await feeds.mark(connection, kind, None)
            # Readers compare the two times, and the clock may have gone back.
            now = max(exchange.clock.now(), status.quieted_at)
            events.append(outgoing.feed_resumed(exchange.profile.supplier_id, kind, now))
    await publish(connection, events, exchange.clock)
    return quiet


async def _quieted(connection: AsyncConnection, exchange: Exchange, status: FeedStatus) -> Sequence[Event]:
    if status.quieted_at is not None:
        return []
    now = exchange.clock.now()
    await feeds.mark(connection, status.kind, now)
    usual = exchange.profile.feeds[status.kind].hours
    return [outgoing.feed_quieted(exchange.profile.supplier_id, status, usual_hours=usual, now=now)]
