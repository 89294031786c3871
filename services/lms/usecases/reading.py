"""Answers what happened to a council after a place in its feed: at once, or as soon as something does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.domain.bodies import Kind
from services.lms.store.feed import Feed, Found, open_feed, read_feed
from services.lms.waking import Waking
from shared import errors
from shared.errors import DomainError

_CURE = "Read the lists of orders, consignments, invoices and titles that you keep, then `/v1/changes` without `after`."


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a council's feed: after the change at a position."""

    epoch: UUID
    position: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes of a council to find: after a place (None: from the first that is kept), of these kinds (none: of all)."""

    council: str
    after: Place | None
    kinds: Sequence[Kind]
    limit: int


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows of changes in their order, perhaps none, and the place to go on from."""

    rows: Sequence[Row[Any]]
    next: Place


async def changes_after(engine: AsyncEngine, wanted: Wanted) -> Changes:
    """Returns the next changes.

    Raises DomainError (410): the feed was built again since the place was given, or what followed it was removed.
    """
    found = await _found(engine, wanted)
    if wanted.after is not None:
        check_place(found.feed, wanted.after)
    # All positions up to the last one were looked at, unless the page is full.
    position = found.rows[-1].position if len(found.rows) == wanted.limit else found.feed.last
    return Changes(found.rows, Place(found.feed.epoch, position))


async def changes_awaited(engine: AsyncEngine, waking: Waking, wanted: Wanted, seconds: float) -> Changes:
    """Returns the next changes, none only if there was none for so many seconds. Holds no connection while it waits.

    Raises DomainError: as `changes_after`, and as `Waking.waiting`.
    """
    changes = await changes_after(engine, wanted)
    if changes.rows or not seconds:
        return changes
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    async with waking.waiting(wanted.council) as woken:
        await _in_time(waking.listens(), until - loop.time())
        while not changes.rows:
            woken.clear()
            changes = await changes_after(engine, replace(wanted, after=changes.next))
            if changes.rows or not await _in_time(woken.wait(), until - loop.time()):
                break
    return changes


async def _in_time(waiting: Any, seconds: float) -> bool:
    """Waits, and returns whether what was waited for came in time."""
    try:
        await asyncio.wait_for(waiting, seconds)
    except TimeoutError:
        return False
    return True


async def _found(engine: AsyncEngine, wanted: Wanted) -> Found:
    after = None if wanted.after is None else wanted.after.position
    async with engine.connect() as connection:
        found = await read_feed(connection, wanted.council, after=after, kinds=wanted.kinds, limit=wanted.limit)
    if found is not None:
        return found
    async with engine.begin() as connection:
        await open_feed(connection, wanted.council)
    return await _found(engine, wanted)


def check_place(feed: Feed, after: Place) -> None:
    """Raises DomainError (410) where a feed does not go on after a place: it was built again, or what followed was removed."""
    # A position that was not given yet: the database is an older one, from a backup.
    if after.epoch != feed.epoch or after.position > feed.last:
        detail = f"The feed was built again since this cursor was given, and its places are others. {_CURE}"
        raise DomainError("feed-rebuilt", detail, errors.Kind.GONE)
    if after.position < feed.forgotten:
        detail = f"Changes after this cursor are older than the feed keeps them, and were removed. {_CURE}"
        raise DomainError("changes-forgotten", detail, errors.Kind.GONE)
