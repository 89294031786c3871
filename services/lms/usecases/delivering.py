"""What is to be sent to an endpoint next, and what became of it. Each runs in its caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.bodies import WebhookDisabled
from services.lms.domain.webhooks import Delivery, DisabledWhy, Endpoint, EndpointState, Standing
from services.lms.store import deliveries, endpoints
from services.lms.store.feed import Addition, add_changes, read_feed
from shared.ids import new_id

_IN_WORDS = {
    DisabledWhy.GONE: "It answered 410, which means that nothing shall be sent there any more.",
    DisabledWhy.FAILED: "Every attempt failed for three days.",
}


@dataclass(frozen=True, slots=True)
class Batch:
    """The next changes for an endpoint, in their order, after `start`. When all were taken, everything up to `upto` is done.

    The endpoint has the epoch of the feed that these are from, also where that was rebuilt since the endpoint was kept.
    """

    endpoint: Endpoint
    rows: Sequence[Row[Any]]
    start: int
    upto: int


@dataclass(slots=True)
class Progress:
    """What was done for an endpoint since it was read or last kept: attempts, the place reached, and how it does now."""

    endpoint: Endpoint
    position: int
    standing: Standing
    made: list[Delivery] = field(default_factory=list)

    @property
    def start(self) -> int:
        """The place from which the attempts went on."""
        return self.endpoint.position

    def add(self, made: Delivery, standing: Standing, *, position: int | None) -> None:
        """Adds an attempt; `position` is that of its change, None where it was not taken."""
        self.made.append(made)
        self.standing = standing
        if position is not None:
            self.position = position

    def begin_after(self, kept: Endpoint) -> None:
        """Begins again with the endpoint as it was kept."""
        self.endpoint, self.made = kept, []


async def next_batch(connection: AsyncConnection, endpoint_id: UUID, now: datetime, *, limit: int) -> Batch | None:
    """Returns what is to be sent to an endpoint now; None where nothing is, or it is not there any more."""
    endpoint = await endpoints.find_endpoint(connection, endpoint_id)
    if endpoint is None or endpoint.standing.state is EndpointState.DISABLED:
        return None
    if endpoint.standing.next_try_at is not None and endpoint.standing.next_try_at > now:
        return None
    found = await read_feed(connection, endpoint.council, after=endpoint.position, kinds=endpoint.kinds, limit=limit)
    start = endpoint.position
    if found is not None and found.feed.epoch != endpoint.epoch:
        # The ids of changes are the same in the new feed, so that a receiver knows what it had already (decision 0038).
        start = 0
        found = await read_feed(connection, endpoint.council, after=start, kinds=endpoint.kinds, limit=limit)
    if found is None:
        return None
    upto = found.rows[-1].position if len(found.rows) == limit else found.feed.last
    return Batch(replace(endpoint, epoch=found.feed.epoch), found.rows, start, upto)


async def note(connection: AsyncConnection, progress: Progress, now: datetime) -> Endpoint | None:
    """Keeps attempts, and with them the place that an endpoint reached and how it does; returns it as it is now.

    Returns None where it was changed since it was read, and is to be read again. Then how it does stays, and so does its place if
    that was changed. An endpoint that becomes disabled is told to its council.
    """
    read = progress.endpoint
    found = await endpoints.find_endpoint(connection, read.webhook_endpoint_id, lock=True)
    if found is None:
        return None
    await deliveries.add_deliveries(connection, progress.made)
    if found.position != progress.start:
        return None
    await endpoints.move_endpoint(connection, found.webhook_endpoint_id, read.epoch, progress.position)
    if found.version != read.version:
        return None
    if progress.standing == found.standing:
        return replace(found, epoch=read.epoch, position=progress.position)
    if progress.standing.state is EndpointState.DISABLED:
        await add_changes(connection, [_told(found, progress.standing, now)], now)
    return await endpoints.change_endpoint(connection, found.webhook_endpoint_id, endpoints.columns_of(progress.standing))


def _told(endpoint: Endpoint, standing: Standing, now: datetime) -> Addition:
    assert standing.disabled_why is not None
    body = WebhookDisabled(
        webhook_endpoint_id=endpoint.webhook_endpoint_id, url=endpoint.url, reason=_IN_WORDS[standing.disabled_why]
    )
    return Addition(endpoint.council, new_id(), body.kind, now, None, body.model_dump(mode="json"))
