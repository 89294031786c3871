"""Queries of the work list: its groups with their numbers, the things of a group page by page, and one thing.

Numbers are those that triggers keep, less what people put off, took or dealt with: never a count over all that waits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, Text, and_, false, func, literal, or_, select, true, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.handling import Handled, SeenItem, Whose
from services.dashboard.domain.work import WITHHELD, Group, WorkItem, WorkKind, in_order
from services.dashboard.store.given import given_rows
from services.dashboard.store.own_tables import handling
from services.dashboard.store.scope import may_concern, of_council
from services.dashboard.store.tables import copy_count, title
from services.dashboard.store.work_tables import work, work_count

# A person does not read more groups; those that are cut off wait less long.
MOST_GROUPS = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which things are wanted: those that a council may see (None: all), narrowed by filters that are not empty.

    `subject`: who asks, for what is theirs. `today` is the council's, by which a thing is put off.
    """

    council: str | None
    now: datetime
    today: date
    subject: str = ""
    kind: WorkKind | None = None
    cause: str | None = None
    supplier_id: str = ""
    of_council: str = ""
    whose: Whose = Whose.ANYBODY


_HANDLED = ("taken_by", "taken_name", "taken_at", "snoozed_until", "done_at")
Key = tuple[str, str, str, str]
"""Kind, cause, council ("" for none) and supplier of things that are counted together."""


async def groups(connection: AsyncConnection, wanted: Wanted, counted: Counter[Key]) -> list[Group]:
    """Returns the groups of the wanted things, which `numbers` counted, most urgent first; MOST_GROUPS at most."""
    gathered: defaultdict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    for (kind, cause, council, supplier_id), number in counted.items():
        seen = WITHHELD if _is_withheld(wanted, kind, council) else cause
        gathered[kind, seen][council, supplier_id] += number
    oldest = await _oldest(connection, wanted, gathered.keys())
    found = [
        Group(
            WorkKind(kind),
            cause,
            sum(things.values()),
            tuple(sorted({supplier_id for _, supplier_id in +things if supplier_id})),
            tuple(sorted({council for council, _ in +things if council})),
            oldest.get((kind, cause)),
        )
        for (kind, cause), things in gathered.items()
        if sum(things.values()) > 0
    ]
    return sorted(found, key=in_order)[:MOST_GROUPS]


def _is_withheld(wanted: Wanted, kind: str, council: str) -> bool:
    named = council != ""
    return wanted.council is not None and not named and kind in (WorkKind.QUARANTINED.value, WorkKind.DEAD_LETTER.value)


async def numbers(connection: AsyncConnection, wanted: Wanted) -> Counter[Key]:
    """Counts the wanted things by kind, cause, council and supplier."""
    if wanted.whose in (Whose.MINE, Whose.SNOOZED):
        return await _handled_numbers(connection, wanted, _of_whose(wanted))
    c, today = work_count.c, wanted.now.astimezone(UTC).date()
    keys = (c.kind, c.cause, c.council, c.supplier_id)
    whole = (
        select(*keys, func.sum(c.things))
        .where(c.shows_on < today, c.hides_on > today, *_narrowed(work_count, wanted))
        .group_by(*keys)
    )
    found: Counter[Key] = Counter()
    for *key, number in await connection.execute(whole):
        found[_key(key)] += int(number)
    of_today = or_(
        and_(work.c.shows_on == today, func.isfinite(work.c.shows_on)),
        and_(work.c.hides_on == today, func.isfinite(work.c.hides_on)),
    )
    found.update(await _counted(connection, select(*_keys()).where(*_shown(wanted), of_today)))
    found.subtract(await _handled_numbers(connection, wanted, ~_of_whose(wanted)))
    return found


async def _handled_numbers(connection: AsyncConnection, wanted: Wanted, only: ColumnElement[bool]) -> Counter[Key]:
    """Counts the things that somebody handles, which are few, and of which this is so."""
    query = select(*_keys()).join(handling, _same()).where(*_shown(wanted), only)
    return await _counted(connection, query)


async def _counted(connection: AsyncConnection, query: Select[Any]) -> Counter[Key]:
    return Counter(_key(row) for row in await connection.execute(query))


def _keys() -> Sequence[ColumnElement[Any]]:
    return (work.c.kind, work.c.cause, func.coalesce(work.c.council, ""), work.c.supplier_id)


def _key(values: Iterable[Any]) -> Key:
    kind, cause, council, supplier_id = values
    return (kind, cause, council, supplier_id)


def _same() -> ColumnElement[bool]:
    return and_(handling.c.kind == work.c.kind, handling.c.item == work.c.item)


def _of_whose(wanted: Wanted) -> ColumnElement[bool]:
    """Selects, of things joined with what people do about them, those that are in the list."""
    c = handling.c
    put_off = func.coalesce(c.snoozed_until > wanted.today, false())
    done = func.coalesce(c.done_at >= work.c.waits_since, false())
    if wanted.whose is Whose.SNOOZED:
        return and_(put_off, ~done)
    mine = c.taken_by == wanted.subject if wanted.whose is Whose.MINE else true()
    nobody = c.taken_by.is_(None) if wanted.whose is Whose.NOBODY else true()
    return and_(~put_off, ~done, mine, nobody)


def _narrowed(table: Table, wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    """Narrows rows of `work` or of `work_count` to a council, and by the filters."""
    c = table.c
    scope = may_concern(table, wanted.council) if table is work else _counts_of(wanted.council)
    equal = {"kind": wanted.kind, "supplier_id": wanted.supplier_id, "council": wanted.of_council}
    narrowed = [c[name] == value for name, value in equal.items() if value]
    if wanted.cause is not None:
        withheld = wanted.cause == WITHHELD and table is work
        narrowed.append(c.council.is_(None) if withheld else c.cause == wanted.cause)
    return (scope, *narrowed)


def _counts_of(council: str | None) -> ColumnElement[bool]:
    if council is None:
        return true()
    suppliers = select(copy_count.c.supplier_id).where(copy_count.c.council == council)
    c = work_count.c
    return or_(c.council == council, and_(c.council == "", c.supplier_id.in_(suppliers)))


def _shown(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    c = work.c
    return (c.waits_since.is_not(None), c.shows_at <= wanted.now, c.hides_at > wanted.now, *_narrowed(work, wanted))


async def _oldest(
    connection: AsyncConnection, wanted: Wanted, found: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], datetime]:
    """Returns since when the thing of each group waits that waits longest: one look into an index for each, in one statement."""
    every = list(found)
    named, withheld = ([group for group in every if (group[1] == WITHHELD) is apart] for apart in (False, True))
    arms = [_first(wanted, named, of_council(work, wanted.council))] if named else []
    if wanted.council is not None:
        # Apart, because an index finds the first of either, and not the first of both.
        unnamed = and_(work.c.council.is_(None), may_concern(work, wanted.council))
        open_to_it = [group for group in named if not _is_withheld(wanted, group[0], "")]
        arms += [_first(wanted, groups, unnamed) for groups in (open_to_it, withheld) if groups]
    oldest: dict[tuple[str, str], datetime] = {}
    if not arms:
        return oldest
    for kind, cause, since in await connection.execute(union_all(*arms)):
        oldest[kind, cause] = min(since, oldest.get((kind, cause), since))
    return oldest


def _first(wanted: Wanted, found: Sequence[tuple[str, str]], scope: ColumnElement[bool]) -> Select[Any]:
    """Selects since when the first thing of each group within a scope waits. Withheld ones are of any cause."""
    kinds, causes = ([each[place] for each in found] for place in (0, 1))
    group = given_rows("wanted", kind=(Text, kinds), cause=(Text, causes))
    of_any = replace(wanted, council=None, kind=None, cause=None)
    cause = true() if WITHHELD in causes else work.c.cause == group.c.cause
    same = scope, work.c.kind == group.c.kind, cause
    first = _list(of_any, select(work.c.waits_since)).where(*same).limit(1).lateral("first")
    return select(group.c.kind, group.c.cause, first.c.waits_since).select_from(group.join(first, true()))


def _list(wanted: Wanted, query: Select[Any]) -> Select[Any]:
    joined = query.join_from(work, handling, _same(), isouter=True)
    return joined.where(*_shown(wanted), _of_whose(wanted)).order_by(work.c.waits_since, work.c.item)


async def things(
    connection: AsyncConnection, wanted: Wanted, *, after: tuple[datetime, str] | None, limit: int
) -> list[SeenItem]:
    """Returns the wanted things, longest waiting first. `after`: since when the last one of the page before waits, and its id."""
    query = _list(wanted, _whole())
    if after is not None:
        since, item = after
        query = query.where(tuple_(work.c.waits_since, work.c.item) > tuple_(literal(since), literal(item)))
    return [_seen(row, wanted.council) for row in await connection.execute(query.limit(limit))]


async def thing(connection: AsyncConnection, wanted: Wanted, kind: WorkKind, item: str) -> SeenItem | None:
    """Returns one thing, which need not wait any more; None where there never was one that the council may see."""
    query = _whole().join_from(work, handling, _same(), isouter=True)
    narrowed = (work.c.kind == kind.value, work.c.item == item, may_concern(work, wanted.council))
    row = (await connection.execute(query.where(*narrowed))).one_or_none()
    return None if row is None else _seen(row, wanted.council)


def _whole() -> Select[Any]:
    name = select(title.c.title).where(title.c.isbn == work.c.isbn).scalar_subquery().label("title")
    return select(work, name, *(column.label(f"handled_{column.name}") for column in handling.c))


def _seen(row: Row[Any], council: str | None) -> SeenItem:
    found = dict(row._mapping)
    texts = (
        "item",
        "council",
        "supplier_id",
        "cause",
        "subject",
        "detail",
        "service",
        "place",
        "isbn",
        "order_number",
        "line_key",
    )
    one = WorkItem(
        kind=WorkKind(found["kind"]),
        since=found["waits_since"] or found["began_at"] or found["ended_at"],
        title=found["title"] or "",
        order_id=found["order_id"],
        **{name: found[name] for name in texts},
    )
    about = Handled(**{name: found[f"handled_{name}"] for name in _HANDLED}) if found["handled_kind"] else Handled()
    return SeenItem(one.seen_by(council), about, waits=found["waits_since"] is not None)


async def waiting(connection: AsyncConnection, wanted: Wanted, kind: WorkKind, limit: int) -> list[SeenItem]:
    """Returns the things of a kind that wait, whatever people do about them."""
    query = _whole().join_from(work, handling, _same(), isouter=True).where(*_shown(replace(wanted, kind=kind)))
    rows = await connection.execute(query.order_by(work.c.waits_since, work.c.item).limit(limit))
    return [_seen(row, wanted.council) for row in rows]
