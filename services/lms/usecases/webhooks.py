"""What a council does with its webhook endpoints. Each use case runs in its caller's transaction; nothing here is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.webhooks import Delivery, Endpoint, EndpointState, Standing
from services.lms.store import deliveries, endpoints
from services.lms.store.feed import Feed, find_change, open_feed, position_before, read_feed, wake
from services.lms.usecases.reading import Place, check_place
from shared.acts.noting import note_change
from shared.clock import Clock
from shared.db.locks import lock_names
from shared.errors import DomainError, Kind, no_such
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a council states of an endpoint. `kinds`: those of the changes that are sent to it, empty for all."""

    url: str
    description: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """An endpoint of a council that is to be changed. `version` is the one that the caller had read; None if it does not say."""

    council: str
    webhook_endpoint_id: UUID
    version: int | None


async def create(
    connection: AsyncConnection, council: str, wanted: Wanted, clock: Clock, *, secret: str, most: int, by: str
) -> Endpoint:
    """Adds an endpoint with a sealed secret; it is sent what is told from now on. Raises DomainError (409) for one too many."""
    # Two at once would both find room for one.
    await lock_names(connection, f"webhooks {council}")
    if await endpoints.count_endpoints(connection, council) >= most:
        detail = f"A council may have {most} webhook endpoints; delete one that is not needed."
        raise DomainError("too-many-webhook-endpoints", detail, Kind.CONFLICT)
    feed = await _feed(connection, council)
    values = {
        **_stated(wanted),
        "webhook_endpoint_id": new_id(),
        "council": council,
        "secret": secret,
        "epoch": feed.epoch,
        "position": feed.last,
        "created_at": clock.now(),
        "created_by": by,
    }
    return await endpoints.add_endpoint(connection, values)


async def get(connection: AsyncConnection, council: str, endpoint_id: UUID, *, lock: bool = False) -> Endpoint:
    """Returns a council's endpoint. Raises DomainError (404)."""
    found = await endpoints.find_endpoint(connection, endpoint_id, council, lock=lock)
    if found is None:
        raise no_such("webhook-endpoint")
    return found


async def change(connection: AsyncConnection, read: Read, wanted: Wanted) -> Endpoint:
    """States an endpoint again. One that fails is tried at once at another URL. Raises DomainError: 404, 412."""
    found = await _locked(connection, read)
    values: dict[str, object] = _stated(wanted)
    if wanted.url != found.url and found.standing.state is EndpointState.FAILING:
        values |= endpoints.columns_of(Standing())
    changed = await _changed(connection, found, values)
    await note_change(connection, found, changed)
    return changed


async def delete(connection: AsyncConnection, read: Read) -> None:
    """Removes an endpoint and its deliveries. Raises DomainError: 404, 412."""
    found = await _locked(connection, read)
    await endpoints.delete_endpoint(connection, found.webhook_endpoint_id)


async def rotate(connection: AsyncConnection, read: Read, clock: Clock, *, secret: str, keep: timedelta) -> Endpoint:
    """Gives an endpoint another sealed secret; the one before counts for as long as `keep`. Raises DomainError: 404, 412."""
    found = await _locked(connection, read)
    until = clock.now() + keep if keep else None
    values = {"secret": secret, "previous_secret": found.secret if keep else None, "previous_until": until}
    return await _changed(connection, found, values)


async def enable(connection: AsyncConnection, read: Read, *, from_now: bool) -> Endpoint:
    """Sends to an endpoint again, also to one that waits for its next attempt: from where it stopped, or from now on.

    Raises DomainError: 404, 412; 409 where changes after the place where it stopped are not kept any more.
    """
    found = await _locked(connection, read)
    feed = await _feed(connection, read.council)
    if not from_now and found.epoch == feed.epoch and found.position < feed.forgotten:
        detail = "Changes after the place where it stopped are not kept any more: enable it from now, and read the lists once."
        raise DomainError("changes-not-kept", detail, Kind.CONFLICT)
    values = endpoints.columns_of(Standing())
    if from_now:
        values |= {"epoch": feed.epoch, "position": feed.last}
    return await _changed(connection, found, values)


async def send_again(connection: AsyncConnection, read: Read, since: datetime | Place) -> Endpoint:
    """Sends again everything that was told since a moment, or after a place in the feed, in its order; what is next follows.

    Raises DomainError: 404, 412; 409 for an endpoint that is disabled; 410 as `check_place`.
    """
    found = await _locked(connection, read)
    if found.standing.state is EndpointState.DISABLED:
        detail = "Nothing is sent to an endpoint that is disabled; enable it first."
        raise DomainError("webhook-endpoint-disabled", detail, Kind.CONFLICT)
    feed = await _feed(connection, read.council)
    if isinstance(since, Place):
        check_place(feed, since)
    start = since.position if isinstance(since, Place) else await position_before(connection, read.council, since)
    reached = found.position if found.epoch == feed.epoch else feed.forgotten
    # Never forward: what was not sent yet is not skipped.
    values = {"epoch": feed.epoch, "position": min(start, reached), "next_try_at": None}
    return await _changed(connection, found, values)


async def get_delivery(connection: AsyncConnection, council: str, endpoint_id: UUID, delivery_id: UUID) -> Delivery:
    """Returns an attempt to send something to a council's endpoint. Raises DomainError (404)."""
    await get(connection, council, endpoint_id)
    found = await deliveries.find_delivery(connection, endpoint_id, delivery_id)
    if found is None:
        raise no_such("webhook-delivery")
    return found


async def change_of(connection: AsyncConnection, made: Delivery) -> Row[Any] | None:
    """Returns the change that was sent; None for a test event. Raises DomainError (409) where it is not kept any more."""
    if made.position is None:
        return None
    found = await find_change(connection, made.council, UUID(made.push_id))
    if found is None:
        raise DomainError("changes-not-kept", "This change is not kept any more, so it cannot be sent again.", Kind.CONFLICT)
    return found


async def keep_sent(connection: AsyncConnection, made: Delivery) -> None:
    """Keeps an attempt that a person asked for. Raises DomainError (404) where its endpoint was deleted meanwhile."""
    await get(connection, made.council, made.webhook_endpoint_id, lock=True)
    await deliveries.add_deliveries(connection, [made])


async def sent_before(connection: AsyncConnection, council: str, endpoint_id: UUID, delivery_id: UUID) -> Delivery:
    """Returns the attempt that a request caused before.

    Raises DomainError: 404; 503 where what came back is not known, or not yet.
    """
    await get(connection, council, endpoint_id)
    found = await deliveries.find_delivery(connection, endpoint_id, delivery_id)
    if found is None:
        detail = "This was sent before under this key, and what came back is not known yet. Look into the list of deliveries."
        raise DomainError("still-being-sent", detail, Kind.UNAVAILABLE, retry_seconds=20)
    return found


async def _changed(connection: AsyncConnection, found: Endpoint, values: Mapping[str, object]) -> Endpoint:
    changed = await endpoints.change_endpoint(connection, found.webhook_endpoint_id, values)
    await wake(connection, found.council)
    return changed


async def _locked(connection: AsyncConnection, read: Read) -> Endpoint:
    """Returns an endpoint that nobody else changes in this transaction."""
    found = await get(connection, read.council, read.webhook_endpoint_id, lock=True)
    if read.version is not None and read.version != found.version:
        detail = "The webhook endpoint was changed meanwhile; read it again, and repeat your change with its new ETag."
        raise DomainError("stale-version", detail, Kind.STALE)
    return found


async def _feed(connection: AsyncConnection, council: str) -> Feed:
    await open_feed(connection, council)
    found = await read_feed(connection, council, after=0, kinds=(), limit=0)
    assert found is not None
    return found.feed


def _stated(wanted: Wanted) -> dict[str, object]:
    return asdict(wanted) | {"kinds": list(wanted.kinds)}
