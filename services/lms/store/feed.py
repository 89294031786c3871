"""The feed of each council: adds changes at the next positions, reads a page after a position, and forgets old changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, bindparam, func, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.store.tables import change, feed
from shared.db.arrays import among
from shared.db.bulk import insert_many, insert_new, update_many

CHANNEL = "changes"
"""PostgreSQL notifies it of each commit that adds changes; the payload is the council."""


@dataclass(frozen=True, slots=True)
class Addition:
    """A change to be added. `body` is what pydantic writes as JSON: a body, or one that was kept."""

    council: str
    change_id: UUID
    kind: str
    at: datetime
    version: int | None
    body: object


@dataclass(frozen=True, slots=True)
class Feed:
    """How far a council's feed goes: `last` is the greatest position given, `forgotten` the greatest one removed."""

    epoch: UUID
    last: int
    forgotten: int


@dataclass(frozen=True, slots=True)
class Found:
    """A council's feed, and rows of it, as of one moment."""

    feed: Feed
    rows: Sequence[Row[Any]]


async def add_changes(connection: AsyncConnection, additions: Sequence[Addition], at: datetime) -> int:
    """Adds those changes that were not told before, in their order, in the caller's transaction; returns how many were new.

    Locks the feed of each council until the transaction ends: another transaction's changes get later positions and are seen
    later, so a reader that goes on from the last position it saw skips none. The commit wakes who waits for changes.
    """
    if not additions:
        return 0
    last = await _locked(connection, {addition.council for addition in additions})
    new = await _not_told(connection, additions)
    rows = []
    for addition in new:
        last[addition.council] += 1
        rows.append({**_columns(addition), "position": last[addition.council], "told_at": at})
    await insert_many(connection, change, rows)
    told = Counter(addition.council for addition in new)
    await update_many(connection, feed, "council", [{"council": council, "last": last[council]} for council in sorted(told)])
    await _notify(connection, told)
    return len(new)


def _columns(addition: Addition) -> dict[str, object]:
    return {
        "council": addition.council,
        "change_id": addition.change_id,
        "kind": addition.kind,
        "at": addition.at,
        "version": addition.version,
        "body": addition.body,
    }


async def _locked(connection: AsyncConnection, councils: Collection[str]) -> dict[str, int]:
    """Locks the feeds of councils, in the order of their names; returns the last position of each."""
    await insert_new(connection, feed, [{"council": council} for council in sorted(councils)], returning=("council",))
    c = feed.c
    query = select(c.council, c.last).where(among(c.council, councils)).order_by(c.council).with_for_update()
    return {row.council: row.last for row in await connection.execute(query)}


async def _not_told(connection: AsyncConnection, additions: Sequence[Addition]) -> list[Addition]:
    first = {addition.change_id: addition for addition in reversed(additions)}
    told = set((await connection.execute(select(change.c.change_id).where(among(change.c.change_id, first)))).scalars())
    return [addition for addition in additions if addition is first[addition.change_id] and addition.change_id not in told]


async def _notify(connection: AsyncConnection, councils: Mapping[str, int]) -> None:
    name = func.unnest(bindparam("councils", type_=ARRAY(Text))).column_valued("council")
    await connection.execute(select(func.pg_notify(CHANNEL, name)), {"councils": sorted(councils)})


async def read_feed(
    connection: AsyncConnection, council: str, *, after: int | None, kinds: Sequence[str], limit: int
) -> Found | None:
    """Returns a council's changes after a position, from the first one kept where that is None; None where it has no feed yet.

    `kinds`: only changes of these kinds; none for all. Feed and rows are of one moment: positions up to `last` were looked at,
    unless `limit` rows were found.
    """
    c = feed.c
    start = c.forgotten if after is None else bindparam("after", after, type_=change.c.position.type)
    rows = _of_kinds(start, kinds, limit) if kinds else _of_any_kind(start, limit)
    columns = (c.epoch, c.last, c.forgotten, *(column for column in rows.c if column.name != "council"))
    query = select(*columns).select_from(feed.outerjoin(rows, true())).where(c.council == council).order_by(rows.c.position)
    found = (await connection.execute(query)).all()
    if not found:
        return None
    first = found[0]
    return Found(Feed(first.epoch, first.last, first.forgotten), [row for row in found if row.position is not None])


def _of_any_kind(start: Any, limit: int) -> Any:
    query = select(change).where(change.c.council == feed.c.council, change.c.position > start)
    return query.order_by(change.c.position).limit(limit).lateral("page")


def _of_kinds(start: Any, kinds: Sequence[str], limit: int) -> Any:
    """Reads the next rows of each kind by their index, and of these the first: a rare kind is not searched for row by row."""
    kind = func.unnest(bindparam("kinds", list(kinds), type_=ARRAY(Text))).column_valued("wanted")
    of_kind = select(change).where(change.c.council == feed.c.council, change.c.kind == kind, change.c.position > start)
    each = of_kind.order_by(change.c.position).limit(limit).lateral("each")
    return select(each).select_from(kind.join(each, true())).order_by(each.c.position).limit(limit).lateral("page")


async def open_feed(connection: AsyncConnection, council: str) -> None:
    """Gives a council a feed, unless it has one: also a place in an empty feed is one to go on from."""
    await insert_new(connection, feed, [{"council": council}], returning=("council",))


_FORGET = text(
    """
    WITH locked AS (SELECT council, forgotten FROM feed WHERE council = :council FOR UPDATE),
    removed AS (
        DELETE FROM change USING locked
        WHERE change.council = locked.council AND position <= forgotten + :limit AND told_at < :before RETURNING position)
    UPDATE feed SET forgotten = greatest(forgotten, (SELECT max(position) FROM removed))
    WHERE council = :council AND EXISTS (SELECT FROM removed) RETURNING (SELECT count(*) FROM removed)
    """
)


async def forget(connection: AsyncConnection, council: str, before: datetime, *, limit: int) -> int:
    """Removes changes of a council that were told before then, `limit` positions at most; returns how many it removed."""
    removed: int | None = (
        await connection.execute(_FORGET, {"council": council, "before": before, "limit": limit})
    ).scalar_one_or_none()
    return removed or 0


async def councils(connection: AsyncConnection) -> Sequence[str]:
    """Returns the councils that have a feed."""
    return (await connection.execute(select(feed.c.council).order_by(feed.c.council))).scalars().all()
