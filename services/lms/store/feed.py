"""The feed of each council: adds changes at the next positions, reads a page after a position, and forgets old changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.store.tables import change, feed
from shared.db.arrays import among
from shared.db.bulk import insert_many, insert_new, update_many

CHANNEL = "changes"
"""PostgreSQL notifies it of each commit that adds changes; the payload is the council."""


@dataclass(frozen=True, slots=True)
class Addition:
    """A change to be added, unless it was told under its id or the other one.

    `body` is what pydantic writes as JSON: a body, or one that was kept.
    """

    council: str
    change_id: UUID
    kind: str
    at: datetime
    version: int | None
    body: object
    other_id: UUID | None = None


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


async def _locked(connection: AsyncConnection, councils: Set[str]) -> dict[str, int]:
    """Locks the feeds of councils, in the order of their names; returns the last position of each."""
    c = feed.c
    query = select(c.council, c.last).where(among(c.council, councils)).order_by(c.council).with_for_update()
    last = {row.council: row.last for row in await connection.execute(query)}
    if new := sorted(councils - last.keys()):
        await insert_new(connection, feed, [{"council": council} for council in new], returning=("council",))
        last = {row.council: row.last for row in await connection.execute(query)}
    return last


async def _not_told(connection: AsyncConnection, additions: Sequence[Addition]) -> list[Addition]:
    ids = {each for addition in additions for each in (addition.change_id, addition.other_id) if each is not None}
    told = set((await connection.execute(select(change.c.change_id).where(among(change.c.change_id, ids)))).scalars())
    new = []
    for addition in additions:
        if addition.change_id not in told and addition.other_id not in told:
            new.append(addition)
            told.add(addition.change_id)
    return new


async def _notify(connection: AsyncConnection, councils: Mapping[str, int]) -> None:
    name = func.unnest(bindparam("councils", type_=ARRAY(Text))).column_valued("council")
    await connection.execute(select(func.pg_notify(CHANNEL, name)), {"councils": sorted(councils)})


_OF_ANY_KIND = text(
    """
    SELECT epoch, last, forgotten, page.position, page.change_id, page.at, page.version, page.body
    FROM feed LEFT JOIN LATERAL (
        SELECT * FROM change
        WHERE change.council = feed.council AND position > coalesce(CAST(:after AS bigint), feed.forgotten)
        ORDER BY position LIMIT :limit) AS page ON true
    WHERE feed.council = :council ORDER BY page.position
    """
)
# The next rows of each kind by their index, and of these the first: a rare kind is not searched for row by row.
_OF_KINDS = text(
    """
    SELECT epoch, last, forgotten, page.position, page.change_id, page.at, page.version, page.body
    FROM feed LEFT JOIN LATERAL (
        SELECT of_kind.* FROM unnest(CAST(:kinds AS text[])) AS wanted (kind) CROSS JOIN LATERAL (
            SELECT * FROM change
            WHERE change.council = feed.council AND change.kind = wanted.kind
                AND position > coalesce(CAST(:after AS bigint), feed.forgotten)
            ORDER BY position LIMIT :limit) AS of_kind
        ORDER BY of_kind.position LIMIT :limit) AS page ON true
    WHERE feed.council = :council ORDER BY page.position
    """
)
_COLUMNS = (*(feed.c[name] for name in ("epoch", "last", "forgotten")),
            *(change.c[name] for name in ("position", "change_id", "at", "version", "body")))  # fmt: skip
_READ_ANY, _READ_KINDS = _OF_ANY_KIND.columns(*_COLUMNS), _OF_KINDS.columns(*_COLUMNS)


async def read_feed(
    connection: AsyncConnection, council: str, *, after: int | None, kinds: Sequence[str], limit: int
) -> Found | None:
    """Returns a council's changes after a position, from the first one kept where that is None; None where it has no feed yet.

    `kinds`: only changes of these kinds; none for all. Feed and rows are of one moment: positions up to `last` were looked at,
    unless `limit` rows were found.
    """
    given = {"council": council, "after": after, "limit": limit, **({"kinds": list(kinds)} if kinds else {})}
    found = (await connection.execute(_READ_KINDS if kinds else _READ_ANY, given)).all()
    if not found:
        return None
    first = found[0]
    return Found(Feed(first.epoch, first.last, first.forgotten), [row for row in found if row.position is not None])


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


async def find_change(connection: AsyncConnection, council: str, change_id: UUID) -> Row[Any] | None:
    """Returns a change of a council; None where it is not kept any more."""
    query = select(change).where(change.c.change_id == change_id, change.c.council == council)
    return (await connection.execute(query)).one_or_none()


async def position_before(connection: AsyncConnection, council: str, moment: datetime) -> int:
    """Returns the place in a council's feed after which everything was told at a moment or later."""
    c = change.c
    older = select(func.max(c.position)).where(c.council == council, c.told_at < moment)
    return (await connection.execute(older)).scalar_one() or 0


async def wake(connection: AsyncConnection, council: str) -> None:
    """Wakes, with the commit, who waits for changes of a council: what it is sent may be other changes from then on."""
    await _notify(connection, {council: 0})
