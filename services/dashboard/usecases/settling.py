"""Settles things of the work list through the services that own them, as the person at the page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.domain.handling import SHORTEST_REASON, SeenItem, kept_words
from services.dashboard.domain.plain import for_staff
from services.dashboard.domain.settling import Way, left_open, looked_at, only_others, owner_of, versioned, ways_of
from services.dashboard.domain.visitors import Visitor
from services.dashboard.domain.work import WorkItem
from services.dashboard.store import handling
from services.dashboard.usecases.asking import Services
from shared.clock import Clock
from shared.errors import DomainError, Kind
from shared.http.headers import etag

_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Refused:
    """A thing that was not settled, and why."""

    seen: SeenItem
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of several things that were to be settled in one way."""

    done: int
    refused: Sequence[Refused]


@dataclass(frozen=True, slots=True)
class Offered:
    """What a person may do about a thing now, and its version; None where its owner keeps none, or does not answer."""

    ways: Sequence[Way]
    version: int | None


@dataclass(frozen=True, slots=True)
class Settling:
    """Settles things: by their owners, or here where no service keeps them."""

    services: Services
    engine: AsyncEngine
    clock: Clock

    async def ways_for(self, work: WorkItem, visitor: Visitor) -> Sequence[Way]:
        """Returns what this person may do about a thing from the list; all that its kind has where its owner does not say."""
        ways = _allowed(work, visitor)
        return left_open(ways, work, await self._read(ways, work, looked_at(ways, work), visitor))

    async def offered(self, work: WorkItem, visitor: Visitor) -> Offered:
        """Returns the same for the page of one thing, with its version. Its owner is asked once."""
        ways, versioned_at = _allowed(work, visitor), versioned(work)
        found = await self._read(ways, work, looked_at(ways, work) or versioned_at, visitor)
        return Offered(left_open(ways, work, found), found["version"] if versioned_at and found is not None else None)

    async def _read(self, ways: Sequence[Way], work: WorkItem, address: str, visitor: Visitor) -> Any:
        """Returns what the owner of a thing has at an address; None where there is none, or it does not answer."""
        if not ways or not address:
            return None
        try:
            return await self.services.owner(owner_of(ways[0], work)).ask("GET", address, visitor.token)
        except DomainError:
            return None

    async def settle(self, seen: SeenItem, way: Way, visitor: Visitor, reason: str, *, version: int | None = None) -> None:
        """Settles one thing. Raises DomainError as its owner refuses it, or 409 where it waits no more or has changed.

        `version`: what the page showed, so that nothing is settled that a colleague changed meanwhile; None: the newest.
        """
        if not seen.waits:
            raise DomainError("settled-before", "It does not wait any more: somebody settled it.", Kind.CONFLICT)
        if seen.changed:
            raise DomainError("changed-since", "It changed after the page was made: open it, and decide again.", Kind.CONFLICT)
        if way.service == "own":
            await self._finish(seen, visitor, reason)
            return
        work, token = seen.work, visitor.token
        async with self.services.owner(owner_of(way, work)).session(token) as session:
            found = None if way.look is None else await session.ask("GET", way.look(work))
            call = way.ask(work, found)
            if call.versioned and version is None:
                version = (found or await session.ask("GET", call.versioned))["version"]
            tag = etag(version) if call.versioned and version is not None else ""
            await session.ask("POST", call.path, body={**call.body, "reason": reason}, if_match=tag)

    async def settle_all(self, things: Sequence[SeenItem], way: Way, visitor: Visitor, reason: str) -> Outcome:
        """Settles several things, a few at a time. A refusal of one keeps none of the others."""
        limit = asyncio.Semaphore(_AT_ONCE)

        async def one(seen: SeenItem) -> Refused | None:
            async with limit:
                try:
                    await self.settle(seen, way, visitor, reason)
                except DomainError as error:
                    return Refused(seen, for_staff(error.detail))
            return None

        results = await asyncio.gather(*map(one, things))
        refused = [result for result in results if result is not None]
        return Outcome(len(things) - len(refused), refused)

    async def _finish(self, seen: SeenItem, visitor: Visitor, reason: str) -> None:
        why = kept_words(reason, shortest=SHORTEST_REASON)
        now: datetime = self.clock.now()
        async with self.engine.begin() as connection:
            # Clocks differ: whatever waits since, it was dealt with after.
            await handling.finish(connection, seen.work, max(now, seen.work.since))
            await handling.add_note(connection, seen.work, visitor, now, f"Dealt with: {why}")


def _allowed(work: WorkItem, visitor: Visitor) -> Sequence[Way]:
    return ways_of(work.kind) if visitor.operates and not only_others(work, visitor.council) else ()
