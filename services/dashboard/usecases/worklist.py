"""Reads the work list, and keeps what people do about things on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.handling import Handled, SeenItem, Whose
from services.dashboard.domain.visitors import Visitor
from services.dashboard.domain.work import Group, WorkItem, WorkKind, in_order, read_as_seen
from services.dashboard.store import handling, work_copies, work_reading
from services.dashboard.store.work_statements import Wanted
from shared.errors import DomainError, Kind

_GONE = "This does not wait any more: somebody settled it meanwhile, or it is another council's."

ON_A_PAGE = 50
# What one press of a button settles at most, so that a person sees within seconds what became of it.
MOST_AT_ONCE = 200

After = tuple[datetime, str] | None


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of the list, as they are in its address; empty ones do not narrow it."""

    kind: WorkKind | None = None
    supplier: str = ""
    council: str = ""
    whose: Whose = Whose.ANYBODY

    def wanted(self, visitor: Visitor, now: datetime, cause: str | None = None) -> Wanted:
        """Returns what this person may see of it. `now` is in the council's zone."""
        return Wanted(
            visitor.council,
            now,
            now.date(),
            visitor.subject,
            self.kind,
            cause,
            self.supplier,
            self.council if visitor.council is None else "",
            self.whose,
        )


async def read_groups(connection: AsyncConnection, wanted: Wanted) -> list[Group]:
    """Returns the groups of the list, most urgent first."""
    counted = await work_reading.numbers(connection, wanted)
    found = [*await work_reading.groups(connection, wanted, counted), *await work_copies.groups(connection, wanted)]
    return sorted(found, key=in_order)


async def read_group(connection: AsyncConnection, wanted: Wanted) -> Group | None:
    """Returns the group of one kind and cause; None where nothing of it waits."""
    return next(iter(await read_groups(connection, wanted)), None)


async def read_things(connection: AsyncConnection, wanted: Wanted, after: After, limit: int = ON_A_PAGE) -> list[SeenItem]:
    """Returns the things of a group, longest waiting first."""
    if wanted.kind in work_copies.COUNTED_BY_DAYS:
        return await work_copies.things(connection, wanted, after=after, limit=limit)
    return await work_reading.things(connection, wanted, after=after, limit=limit)


async def read_thing(connection: AsyncConnection, wanted: Wanted, kind: WorkKind, item: str) -> SeenItem:
    """Returns one thing with its notes. Raises DomainError (404) where there never was one that this person may see."""
    if kind is WorkKind.OVERDUE:
        found = await work_copies.copy_thing(connection, wanted, item)
    else:
        found = await work_reading.thing(connection, wanted, kind, item)
    if found is None:
        raise DomainError("no-such-thing", _GONE, Kind.NOT_FOUND)
    return replace(found, notes=await handling.notes_of(connection, found.work, wanted.council))


async def put_off(connection: AsyncConnection, seen: SeenItem, until: date | None, now: datetime) -> None:
    """Puts a thing off until a day; None: shows it again. Raises DomainError (422) for a day that is not after today."""
    if until is not None and until <= now.date():
        raise DomainError("day-in-the-past", "Choose a day after today.", Kind.INVALID)
    await handling.snooze(connection, seen.work, until)


async def waiting_at(connection: AsyncConnection, wanted: Wanted, shown_at: datetime) -> list[SeenItem]:
    """Returns the things of a group that wait longest, MOST_AT_ONCE at most, but for those that came after the page was made."""
    return [seen for seen in await read_things(connection, wanted, None, MOST_AT_ONCE) if seen.work.since <= shown_at]


async def ticked(connection: AsyncConnection, wanted: Wanted, marks: Sequence[str]) -> list[SeenItem]:
    """Returns the things that were ticked. `marks`: each `as_seen` by the page. Raises DomainError (422) for any other text."""
    found = [read_as_seen(mark) for mark in dict.fromkeys(marks)]
    known = [mark for mark in found if mark is not None]
    if len(known) < len(found) or wanted.kind is None:
        raise DomainError(
            "not-readable", "This form is of another page. Load the page again, and tick what you mean.", Kind.INVALID
        )
    return [await _ticked(connection, wanted, wanted.kind, since, item) for since, item in known]


async def _ticked(connection: AsyncConnection, wanted: Wanted, kind: WorkKind, since: datetime, item: str) -> SeenItem:
    try:
        seen = await read_thing(connection, wanted, kind, item)
        return replace(seen, changed=seen.waits and seen.work.since != since)
    except DomainError:
        # Settled since the page was made: it is among what was not done, and keeps none of the others.
        gone = WorkItem(kind, item, None, "", cause="", subject=item, detail="", since=wanted.now)
        return SeenItem(gone, Handled(), waits=False)
