"""Compares how suppliers served councils lately with before, and keeps on the work list where they got worse.

It reads the copies of the last months, so it is asked by a timer and by no page.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Float,
    Row,
    Select,
    and_,
    case,
    cast,
    delete,
    extract,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.declining import (
    BEFORE,
    FILLED_WITHIN,
    OWED_AT_MOST,
    OWED_BEFORE,
    RECENT,
    SERVED,
    Sample,
    Served,
    decline,
)
from services.dashboard.domain.work import WorkKind
from services.dashboard.store.scope import of_council
from services.dashboard.store.tables import copy
from services.dashboard.store.work_tables import work
from shared.contracts.orders import CopyState
from shared.db.arrays import among
from shared.db.bulk import replace_many

_DAY_SECONDS = 86_400
# In these a copy is owed no more, from its last change on.
_GONE = (CopyState.REFUSED.value, CopyState.CANCELLED.value)


async def refresh_declining(connection: AsyncConnection, now: datetime) -> None:
    """Lists what became worse, since when that was seen first, and removes what did not, or does no more."""
    kind = WorkKind.DECLINING.value
    found = {row["item"]: row for served in Served for row in await _declining(connection, served, now)}
    began = await connection.execute(select(work.c.item, work.c.began_at).where(work.c.kind == kind))
    since = {row.item: row.began_at for row in began}
    gone = [item for item in since if item not in found]
    await connection.execute(delete(work).where(work.c.kind == kind, among(work.c.item, gone)))
    rows = [{**row, "kind": kind, "began_at": since.get(item, now)} for item, row in sorted(found.items())]
    await replace_many(connection, work, rows, only_changed=True)


async def declines(connection: AsyncConnection, council: str | None) -> dict[str, list[str]]:
    """Returns in words what suppliers do worse than they did, by supplier, as far as a council (None: all) may see it."""
    query = select(work.c.supplier_id, work.c.detail).where(work.c.kind == WorkKind.DECLINING.value, of_council(work, council))
    found: dict[str, list[str]] = {}
    for row in await connection.execute(query.order_by(work.c.item)):
        found.setdefault(row.supplier_id, []).append(row.detail)
    return found


async def _declining(connection: AsyncConnection, served: Served, now: datetime) -> list[dict[str, object]]:
    orders = _ORDERS[served](now).subquery()
    recent = orders.c.at > (now - _ripe(served) - RECENT)
    columns = [orders.c.council, orders.c.supplier_id]
    for name, of in (("now", recent), ("before", ~recent)):
        value = orders.c.value
        for what, aggregate in (("n", func.count(value)), ("mean", func.avg(value)), ("variance", func.var_samp(value))):
            columns.append(func.coalesce(aggregate.filter(of), 0).label(f"{name}_{what}"))
    query = select(*columns).group_by(orders.c.council, orders.c.supplier_id)
    return list(_rows(served, await connection.execute(query)))


def _rows(served: Served, found: Any) -> Iterator[dict[str, object]]:
    for row in found:
        words = decline(served, _sample(row, "now"), _sample(row, "before"))
        if words:
            yield {
                "item": f"{row.supplier_id}/{row.council}/{served}",
                "council": row.council,
                "supplier_id": row.supplier_id,
                "subject": served.value,
                "cause": SERVED[served].cause,
                "detail": words,
            }


def _sample(row: Row[Any], name: str) -> Sample:
    values = row._mapping
    return Sample(values[f"{name}_n"], float(values[f"{name}_mean"]), float(values[f"{name}_variance"]))


def _ripe(served: Served) -> timedelta:
    """Returns how old an order must be, to say something."""
    return FILLED_WITHIN if served is Served.FILL else timedelta()


def _days_until(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.avg(cast(extract("epoch", moment - copy.c.ordered_at), Float()) / _DAY_SECONDS)


def _timed(moment: ColumnElement[Any], now: datetime) -> Any:
    """Orders of which something came lately: how long that took, on average of their copies."""
    c = copy.c
    known = and_(moment > now - RECENT - BEFORE, moment <= now, c.ordered_at.is_not(None))
    at, value = func.max(moment).label("at"), _days_until(moment).label("value")
    return select(c.council, c.supplier_id, at, value).where(known).group_by(c.council, c.supplier_id, c.order_id)


def _filled(now: datetime) -> Any:
    """Orders that are old enough, and which share of their copies came in time. What was cancelled counts for nothing."""
    c = copy.c
    ripe = and_(c.ordered_at > now - FILLED_WITHIN - RECENT - BEFORE, c.ordered_at <= now - FILLED_WITHIN)
    came = case((c.received_at <= c.ordered_at + FILLED_WITHIN, 1.0), else_=0.0)
    at, value = func.min(c.ordered_at).label("at"), cast(func.avg(came), Float()).label("value")
    wanted = and_(ripe, c.state != CopyState.CANCELLED.value)
    return select(c.council, c.supplier_id, at, value).where(wanted).group_by(c.council, c.supplier_id, c.order_id)


def _owed(now: datetime) -> Any:
    """Orders of which copies were answered and not sent, now or OWED_BEFORE: how long ago these were ordered."""
    return union_all(*(_owed_at(moment) for moment in (now, now - OWED_BEFORE)))


def _owed_at(moment: datetime) -> Select[Any]:
    c = copy.c
    left = func.coalesce(c.despatched_at, c.received_at, case((c.state.in_(_GONE), c.changed_at)))
    ordered = and_(c.ordered_at > moment - OWED_AT_MOST, c.answered_at <= moment)
    at = literal(moment, DateTime(True)).label("at")
    value = func.avg(cast(extract("epoch", at - c.ordered_at), Float()) / _DAY_SECONDS).label("value")
    owed = and_(ordered, or_(left.is_(None), left > moment))
    return select(c.council, c.supplier_id, at, value).where(owed).group_by(c.council, c.supplier_id, c.order_id)


_ORDERS = {
    Served.ANSWER: lambda now: _timed(copy.c.answered_at, now),
    Served.LEAD: lambda now: _timed(copy.c.received_at, now),
    Served.FILL: _filled,
    Served.OWED: _owed,
}
