"""Queries of the work list: its groups with their numbers, the things of a group page by page, and one thing.

Numbers are those that triggers keep, less what people put off, took or dealt with: never a count over all that waits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.handling import Handled, SeenItem, Whose
from services.dashboard.domain.work import WITHHELD, Group, WorkItem, WorkKind, in_order
from services.dashboard.store import work_statements as statements
from services.dashboard.store.given import rows_given
from services.dashboard.store.work_statements import Arm, Wanted

# A person does not read more groups; those that are cut off wait less long.
MOST_GROUPS = 200


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
    shape, values = wanted.shape, {**wanted.values, "day": wanted.now.astimezone(UTC).date()}
    if wanted.whose in (Whose.MINE, Whose.SNOOZED):
        return await _counted(connection, statements.handled(shape, listed=True), values)
    found: Counter[Key] = Counter()
    for *key, number in await connection.execute(statements.counted(shape), values):
        found[_key(key)] += int(number)
    found.update(await _counted(connection, statements.shown_on_the_day(shape), values))
    found.subtract(await _counted(connection, statements.handled(shape, listed=False), values))
    return found


async def _counted(connection: AsyncConnection, query: Select[Any], values: Mapping[str, object]) -> Counter[Key]:
    return Counter(_key(row) for row in await connection.execute(query, values))


def _key(values: Iterable[Any]) -> Key:
    kind, cause, council, supplier_id = values
    return (kind, cause, council, supplier_id)


async def _oldest(
    connection: AsyncConnection, wanted: Wanted, found: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], datetime]:
    """Returns since when the thing of each group waits that waits longest."""
    every = list(found)
    named, withheld = ([group for group in every if (group[1] == WITHHELD) is apart] for apart in (False, True))
    arms = {Arm(unnamed=False, of_any=False): named}
    if wanted.council is not None:
        # Apart, because an index finds the first of either, and not the first of both.
        arms[Arm(unnamed=True, of_any=False)] = [group for group in named if not _is_withheld(wanted, group[0], "")]
        arms[Arm(unnamed=True, of_any=True)] = withheld
    arms = {arm: groups for arm, groups in arms.items() if groups}
    oldest: dict[tuple[str, str], datetime] = {}
    if not arms:
        return oldest
    values = dict(wanted.values)
    for number, groups in enumerate(arms.values()):
        values |= rows_given(f"arm{number}", kind=[kind for kind, _ in groups], cause=[cause for _, cause in groups])
    for kind, cause, since in await connection.execute(statements.oldest(wanted.shape, tuple(arms)), values):
        oldest[kind, cause] = min(since, oldest.get((kind, cause), since))
    return oldest


async def things(
    connection: AsyncConnection, wanted: Wanted, *, after: tuple[datetime, str] | None, limit: int
) -> list[SeenItem]:
    """Returns the wanted things, longest waiting first. `after`: since when the last one of the page before waits, and its id."""
    since, item = after or (None, None)
    query = statements.listed(wanted.shape, after=after is not None)
    rows = await connection.execute(query, {**wanted.values, "since": since, "item": item, "most": limit})
    return [_seen(row, wanted.council) for row in rows]


async def thing(connection: AsyncConnection, wanted: Wanted, kind: WorkKind, item: str) -> SeenItem | None:
    """Returns one thing, which need not wait any more; None where there never was one that the council may see."""
    values = {"council": wanted.council, "wanted_kind": kind.value, "item": item}
    row = (await connection.execute(statements.one(wanted.council is not None), values)).one_or_none()
    return None if row is None else _seen(row, wanted.council)


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
    of_kind = replace(wanted, kind=kind)
    rows = await connection.execute(statements.waiting(of_kind.shape), {**of_kind.values, "most": limit})
    return [_seen(row, wanted.council) for row in rows]
