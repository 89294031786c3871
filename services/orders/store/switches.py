"""Keeps how far switches have taken copies, and counts where these are. `shared.sourcing.switches` keeps the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, RowMapping, Select, and_, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.switching import UNSETTLED, IfCancelled, OpenCopies, OrderingSwitch, Stage
from services.orders.store.tables import copy, history, purchase_order, switch, switch_copy
from shared.contracts.orders import GIVEN_UP
from shared.contracts.switches import SwitchState
from shared.db.arrays import among
from shared.db.paging import in_order
from shared.sourcing.switches.store import SwitchStore, in_all_strands

# One pass may miss an order whose placing was under way when it passed.
PASSES = 2


def _switch(row: Row[Any]) -> OrderingSwitch:
    open_copies = OpenCopies(row.open_copies)
    own = {"open_copies": open_copies, "drain_until": row.drain_until, "dead": row.dead, "order_id": row.order_id}
    return OrderingSwitch(**in_all_strands(row), **own)


def _own(new: OrderingSwitch) -> dict[str, object]:
    own: dict[str, object] = {
        "open_copies": new.open_copies.value,
        "drain_until": new.drain_until,
        "dead": new.dead,
        "order_id": new.order_id,
    }
    # A move takes its copies in the transaction that keeps it.
    return own if new.order_id is None else {**own, "passes": PASSES, "taken_at": new.planned_at}


SWITCHES = SwitchStore(switch, history, _switch, _own, listed=switch.c.order_id.is_(None))


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
    connection: AsyncConnection,
    switch_id: UUID,
    stage: Stage | None,
    line_key: str | None,
    *,
    after: tuple[int] | None,
    limit: int,
) -> Sequence[RowMapping]:
    """Lists the copies of a switch in the order in which it took them; those of a stage, or of a line, where one is given."""
    c, shown = switch_copy.c, _shown_stage()
    columns = (
        c.entry, c.copy_id, c.line_key, c.since, c.replaced_by, copy.c.copy_number, copy.c.branch_code, copy.c.state,
        purchase_order.c.order_id, purchase_order.c.order_number, shown.label("stage"),
    )  # fmt: skip
    query = _with_copies(switch_id).with_only_columns(*columns)
    if stage is not None:
        query = query.where(shown == stage.value)
    if line_key is not None:
        query = query.where(c.line_key == line_key)
    found = await connection.execute(in_order(query, (c.entry,), after=after, limit=limit))
    rows: Sequence[RowMapping] = found.mappings().all()
    return rows


async def orders_of_copies(connection: AsyncConnection, switch_id: UUID, copy_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Returns the order of each of these copies that the switch has."""
    c = switch_copy.c
    query = select(c.copy_id, c.order_id).where(c.switch_id == switch_id, among(c.copy_id, copy_ids))
    return {row.copy_id: row.order_id for row in await connection.execute(query)}
