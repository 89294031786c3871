"""Keeps the table of what waits. All of it happens under one lock, so that a row is made from facts that nobody is changing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Row, and_, case, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.work import WorkKind, cause_of
from services.dashboard.store.declining import refresh_declining
from services.dashboard.store.tables import NOT_SCANNED, NOT_SENT, consigned_copy, discrepancy, sending
from services.dashboard.store.work_sources import SOURCES
from services.dashboard.store.work_tables import work
from shared.db.arrays import among
from shared.db.bulk import replace_many
from shared.db.locks import lock_names

# The triggers of `work` take the same one.
_LOCK = "work_count"


@dataclass(frozen=True, slots=True)
class Touched:
    """The facts that a batch of events changed, and so the things that may wait now, or wait no more."""

    messages: set[UUID] = field(default_factory=set)
    files: set[UUID] = field(default_factory=set)
    invoices: set[UUID] = field(default_factory=set)
    discrepancies: set[UUID] = field(default_factory=set)
    consignments: set[UUID] = field(default_factory=set)
    suppliers: set[str] = field(default_factory=set)
    lines: set[str] = field(default_factory=set)
    orders: set[UUID] = field(default_factory=set)
    copies: set[UUID] = field(default_factory=set)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Stated:
    """A thing whose own events say that it waits, since `began_at`, or that it waits no more, since `ended_at`."""

    kind: WorkKind
    item: str
    council: str | None
    supplier_id: str = ""
    service: str = ""
    cause: str = ""
    subject: str = ""
    detail: str = ""
    place: str = ""
    began_at: datetime | None = None
    ended_at: datetime | None = None


async def refresh(connection: AsyncConnection, touched: Touched) -> None:
    """Makes the rows of things that may have changed equal to what the facts say. Call it last in a transaction."""
    if not touched:
        return
    await lock_names(connection, _LOCK)
    unsent = await _found(connection, sending.c.message_id, sending.c.order_id, touched.orders, NOT_SENT)
    unfit = await _found(connection, discrepancy.c.discrepancy_id, discrepancy.c.copy_id, touched.copies)
    held = await _found(connection, consigned_copy.c.consignment_id, consigned_copy.c.copy_id, touched.copies, NOT_SCANNED)
    wanted: Mapping[WorkKind, Collection[object]] = {
        WorkKind.QUARANTINED: touched.messages,
        WorkKind.SENDING: touched.messages | unsent,
        WorkKind.HELD_FILE: touched.files,
        WorkKind.DECISION: touched.lines,
        WorkKind.SWITCH: touched.lines,
        WorkKind.CLAIM: touched.copies,
        WorkKind.CANCELLATION: touched.lines,
        WorkKind.INVOICE: touched.invoices,
        WorkKind.DISCREPANCY: touched.discrepancies | unfit,
        WorkKind.LATE: touched.consignments | held,
        WorkKind.QUIET: touched.suppliers,
        WorkKind.UNREACHABLE: touched.suppliers,
        WorkKind.ACCOUNT_STOPPED: touched.suppliers,
    }
    for kind, keys in wanted.items():
        if keys:
            await _refresh(connection, kind, keys)


async def refresh_all(connection: AsyncConnection, now: datetime) -> None:
    """Makes every row of a thing that other tables know equal to what they say, and removes those that are not shown any more."""
    await lock_names(connection, _LOCK)
    for kind in SOURCES:
        await _refresh(connection, kind, None, now)
    await refresh_declining(connection, now)


async def _refresh(
    connection: AsyncConnection, kind: WorkKind, keys: Collection[object] | None, now: datetime | None = None
) -> None:
    query = SOURCES[kind](keys)
    if now is not None:
        found = query.subquery()
        query = select(found).where(found.c.hides_at > now)
    rows = [_row(kind, row) for row in await connection.execute(query)]
    gone = delete(work).where(work.c.kind == kind.value)
    if keys is not None:
        key = _KEYS.get(kind, work.c.item)
        gone = gone.where(among(key, [str(each) for each in keys] if key is work.c.item else keys))
    if rows:
        gone = gone.where(~among(work.c.item, [row["item"] for row in rows]))
    await connection.execute(gone)
    await replace_many(connection, work, sorted(rows, key=lambda row: str(row["item"])), only_changed=True)


# By which column of `work` the things of a kind are found; all others by their own key.
_KEYS: Mapping[WorkKind, Column[Any]] = {
    WorkKind.QUIET: work.c.supplier_id,
    WorkKind.ACCOUNT_STOPPED: work.c.supplier_id,
}


def _row(kind: WorkKind, row: Row[Any]) -> dict[str, object]:
    found = dict(row._mapping)
    cause = cause_of(kind, found["cause"], subject=found["subject"], detail=found["detail"])
    return {**found, "kind": kind.value, "cause": cause}


async def _found(
    connection: AsyncConnection, wanted: Column[Any], by: Column[Any], values: Collection[object], *only: Any
) -> set[Any]:
    """Returns what other rows about these facts name."""
    if not values:
        return set()
    return set(await connection.scalars(select(wanted).where(among(by, values), *only)))


async def keep_stated(connection: AsyncConnection, things: Sequence[Stated]) -> None:
    """Keeps that things wait, or wait no more; the latest time of each stays, with what was said at it."""
    if not things:
        return
    await lock_names(connection, _LOCK)
    for thing in things:
        await _keep(connection, thing)


async def _keep(connection: AsyncConnection, thing: Stated) -> None:
    names = ("council", "supplier_id", "service", "subject", "detail", "place", "began_at", "ended_at")
    values = {name: getattr(thing, name) for name in names}
    cause = cause_of(thing.kind, thing.cause, subject=thing.subject, detail=thing.detail)
    statement = insert(work).values(kind=thing.kind.value, item=thing.item, cause=cause, **values)
    new, old = statement.excluded, work.c
    later = and_(new.began_at.is_not(None), or_(old.began_at.is_(None), old.began_at < new.began_at))
    said = (*names, "cause")
    changed: dict[str, Any] = {name: case((later, new[name]), else_=old[name]) for name in said if name != "ended_at"}
    changed["ended_at"] = func.greatest(old.ended_at, new.ended_at)
    await connection.execute(statement.on_conflict_do_update(index_elements=[old.kind, old.item], set_=changed))
