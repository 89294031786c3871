"""Keeps switches, and counts where their copies are. Scoped by council."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, RowMapping, Select, and_, case, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.switching import UNSETTLED, IfCancelled, OpenCopies, Scope, Stage, Switch
from services.orders.store.tables import copy, history, purchase_order, switch, switch_copy
from shared.contracts.orders import GIVEN_UP
from shared.contracts.switches import SwitchState
from shared.db.arrays import among
from shared.db.paging import in_order, locked_page, narrowed, newest_first

_UNFINISHED = (SwitchState.PLANNED.value, SwitchState.RUNNING.value)
# One pass may miss an order whose placing was under way when it passed.
PASSES = 2


@dataclass(frozen=True, slots=True)
class Request:
    """What recognises a request to plan a switch that is sent again."""

    idempotency_key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class SwitchFilter:
    """Which switches a list contains; a field that is None does not narrow it."""

    council: str
    state: SwitchState | None = None


async def lock_switches(connection: AsyncConnection, council: str) -> None:
    """Makes whoever plans a switch of the council wait until the transaction ends: no two can overlap."""
    locked = text("SELECT pg_advisory_xact_lock(hashtextextended('switches/' || :council, 0))")
    await connection.execute(locked, {"council": council})


async def request_of(connection: AsyncConnection, council: str, idempotency_key: str) -> tuple[UUID, bytes] | None:
    """Returns the switch that was planned under a key, and the fingerprint of that request."""
    c = switch.c
    query = select(c.switch_id, c.fingerprint).where(c.council == council, c.idempotency_key == idempotency_key)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (row.switch_id, row.fingerprint)


async def unfinished(connection: AsyncConnection, council: str) -> list[Switch]:
    """Returns the council's switches that are planned or running."""
    query = select(switch).where(switch.c.council == council, switch.c.state.in_(_UNFINISHED))
    return [_switch(row) for row in await connection.execute(query)]


async def add_switch(connection: AsyncConnection, new: Switch, request: Request) -> None:
    """Keeps a new switch."""
    values = {
        "switch_id": new.switch_id,
        "council": new.council,
        "from_supplier": new.from_supplier,
        "to_supplier": new.to_supplier,
        "branches": list(new.scope.branches),
        "materials": list(new.scope.materials),
        "first_day": new.first_day,
        "open_copies": new.open_copies.value,
        "drain_until": new.drain_until,
        "reason": new.reason,
        "state": new.state.value,
        "planned_at": new.planned_at,
        "planned_by": new.planned_by,
        "dead": new.dead,
        "idempotency_key": request.idempotency_key,
        "fingerprint": request.fingerprint,
    }
    await connection.execute(insert(switch).values(**values))


async def get_switch(connection: AsyncConnection, switch_id: UUID, council: str | None, *, lock: bool = False) -> Switch | None:
    """Returns one switch, of any council where none is given, or None; `lock` locks its row until the transaction ends."""
    query = narrowed(select(switch).where(switch.c.switch_id == switch_id), {switch.c.council: council})
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else _switch(row)


@dataclass(frozen=True, slots=True)
class StatedSwitch:
    """A switch as it is published: how many states it has had, and when it came to its state."""

    switch: Switch
    version: int
    at: datetime


async def stated_switches(connection: AsyncConnection, found: Sequence[Switch]) -> list[StatedSwitch]:
    """Returns switches with what their history says of their states."""
    c = history.c
    steps = select(c.subject_id, func.count().label("version"), func.max(c.at).label("at")).where(
        among(c.subject_id, [one.switch_id for one in found]), c.to_state.is_not(None)
    )
    last = {row.subject_id: row for row in await connection.execute(steps.group_by(c.subject_id))}
    return [StatedSwitch(one, last[one.switch_id].version, last[one.switch_id].at) for one in found]


async def switches_after(connection: AsyncConnection, council: str | None, *, after: UUID | None, limit: int) -> list[Switch]:
    """Returns the next switches by id; their states stay as they are until the transaction ends."""
    query = narrowed(select(switch), {switch.c.council: council})
    return [_switch(row) for row in await locked_page(connection, query, switch.c.switch_id, after, limit)]


async def list_switches(
    connection: AsyncConnection, wanted: SwitchFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Switch]:
    """Lists the newest switches first; `after` is the (planned_at, switch_id) of the last one of the page before."""
    c = switch.c
    query = narrowed(select(switch), {c.council: wanted.council, c.state: wanted.state})
    rows = await connection.execute(newest_first(query, (c.planned_at, c.switch_id), after=after, limit=limit))
    return [_switch(row) for row in rows]


async def set_state(connection: AsyncConnection, switch_id: UUID, state: SwitchState) -> None:
    """Writes the state of a switch."""
    await connection.execute(update(switch).where(switch.c.switch_id == switch_id).values(state=state.value))


def _switch(row: Row[Any]) -> Switch:
    return Switch(
        switch_id=row.switch_id,
        council=row.council,
        from_supplier=row.from_supplier,
        to_supplier=row.to_supplier,
        scope=Scope(tuple(row.branches), tuple(row.materials)),
        first_day=row.first_day,
        open_copies=OpenCopies(row.open_copies),
        drain_until=row.drain_until,
        reason=row.reason,
        state=SwitchState(row.state),
        planned_at=row.planned_at,
        planned_by=row.planned_by,
        dead=row.dead,
    )


async def due(connection: AsyncConnection, day: date) -> list[UUID]:
    """Returns the planned switches whose first day has come, those planned first first."""
    c = switch.c
    query = (
        select(c.switch_id).where(c.state == SwitchState.PLANNED.value, c.first_day <= day).order_by(c.first_day, c.planned_at)
    )
    return list((await connection.execute(query)).scalars())


async def running(connection: AsyncConnection) -> list[UUID]:
    """Returns the running switches."""
    query = select(switch.c.switch_id).where(switch.c.state == SwitchState.RUNNING.value)
    return list((await connection.execute(query.order_by(switch.c.planned_at))).scalars())


async def note_reached(connection: AsyncConnection, switch_id: UUID, order_id: UUID) -> None:
    """Keeps up to which order a switch has taken copies."""
    await connection.execute(update(switch).where(switch.c.switch_id == switch_id).values(reached=order_id))


async def end_pass(connection: AsyncConnection, switch_id: UUID, at: datetime) -> None:
    """Ends a pass over all orders; the last one is kept as the end of taking copies."""
    c = switch.c
    taken_at = case((c.passes + 1 >= PASSES, at))
    await connection.execute(
        update(switch).where(c.switch_id == switch_id).values(passes=c.passes + 1, reached=None, taken_at=taken_at)
    )


async def orders_at(connection: AsyncConnection, switch_id: UUID, stage: Stage, *, limit: int) -> list[UUID]:
    """Returns orders with copies of a switch in a stage."""
    c = switch_copy.c
    query = select(c.order_id).where(c.switch_id == switch_id, c.stage == stage.value).distinct()
    return list((await connection.execute(query.order_by(c.order_id).limit(limit))).scalars())


async def unanswered(connection: AsyncConnection, before: datetime, *, limit: int) -> list[tuple[UUID, UUID, UUID]]:
    """Returns copies that a supplier was asked to cancel before then and has not answered about: order, switch and copy id.

    Those of switches that were withdrawn meanwhile ask nobody, unless two may come; nor do those that a later switch has.
    """
    c, later = switch_copy.c, switch_copy.alias("later")
    of_later = exists().where(later.c.order_id == c.order_id, later.c.copy_id == c.copy_id, later.c.entry > c.entry)
    waits = or_(c.stage == Stage.RECALLING.value, switch.c.state != SwitchState.WITHDRAWN.value)
    query = (
        select(c.order_id, c.switch_id, c.copy_id)
        .join(switch, switch.c.switch_id == c.switch_id)
        .where(c.stage.in_((Stage.ASKED.value, Stage.RECALLING.value)), c.since <= before, waits, ~of_later)
        .order_by(c.since)
        .limit(limit)
    )
    return [(row.order_id, row.switch_id, row.copy_id) for row in await connection.execute(query)]


async def is_settled(connection: AsyncConnection, switch_id: UUID) -> bool:
    """Returns whether a switch has taken all copies and none of them waits for anything."""
    c = switch_copy.c
    waits = exists().where(c.switch_id == switch_id, c.stage.in_([stage.value for stage in UNSETTLED]))
    query = select(switch.c.switch_id).where(switch.c.switch_id == switch_id, switch.c.taken_at.is_not(None), ~waits)
    return (await connection.execute(query)).first() is not None


def _shown_stage() -> ColumnElement[str]:
    """Returns the stage of a copy, as `domain.switching.effective` has it."""
    c = switch_copy.c
    asks = and_(c.stage == Stage.ASKS.value, copy.c.state.not_in(GIVEN_UP))
    at_first = c.stage.in_((Stage.DRAINS.value, Stage.ASKED.value)) | asks
    left = and_(switch.c.state == SwitchState.WITHDRAWN.value, at_first, c.if_cancelled != IfCancelled.NOW.value)
    return case((left, Stage.STAYS.value), else_=c.stage)


def _with_copies(switch_id: UUID) -> Select[Any]:
    c = switch_copy.c
    return (
        select()
        .select_from(switch_copy)
        .join(switch, switch.c.switch_id == c.switch_id)
        .join(copy, copy.c.copy_id == c.copy_id)
        .join(purchase_order, purchase_order.c.order_id == c.order_id)
        .where(c.switch_id == switch_id)
    )


async def stage_counts(connection: AsyncConnection, switch_id: UUID) -> dict[Stage, int]:
    """Counts the copies of a switch per stage."""
    stage = _shown_stage()
    query = _with_copies(switch_id).with_only_columns(stage.label("stage"), func.count().label("copies")).group_by(stage)
    return {Stage(row.stage): row.copies for row in await connection.execute(query)}


async def orders_asking(connection: AsyncConnection, switch_id: UUID, *, limit: int) -> Sequence[RowMapping]:
    """Returns the first orders with copies that ask a person, by number, each with how many copies."""
    o = purchase_order.c
    asking = _shown_stage().in_((Stage.ASKS.value, Stage.DOUBLED.value))
    query = _with_copies(switch_id).where(asking).with_only_columns(o.order_id, o.order_number, func.count().label("copies"))
    return (await connection.execute(query.group_by(o.order_id).order_by(o.order_number).limit(limit))).mappings().all()


async def list_copies(
    connection: AsyncConnection, switch_id: UUID, stage: Stage | None, *, after: tuple[int] | None, limit: int
) -> Sequence[RowMapping]:
    """Lists the copies of a switch in the order in which it took them."""
    c, shown = switch_copy.c, _shown_stage()
    columns = (
        c.entry, c.copy_id, c.line_key, c.since, c.replaced_by, copy.c.copy_number, copy.c.branch_code, copy.c.state,
        purchase_order.c.order_id, purchase_order.c.order_number, shown.label("stage"),
    )  # fmt: skip
    query = _with_copies(switch_id).with_only_columns(*columns)
    if stage is not None:
        query = query.where(shown == stage.value)
    found = await connection.execute(in_order(query, (c.entry,), after=after, limit=limit))
    rows: Sequence[RowMapping] = found.mappings().all()
    return rows


async def orders_of_copies(connection: AsyncConnection, switch_id: UUID, copy_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Returns the order of each of these copies that the switch has."""
    c = switch_copy.c
    query = select(c.copy_id, c.order_id).where(c.switch_id == switch_id, among(c.copy_id, copy_ids))
    return {row.copy_id: row.order_id for row in await connection.execute(query)}
