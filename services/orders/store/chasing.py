"""Keeps councils' policies for chasing their suppliers; finds copies that are late by them, and enquiries that are due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, RowMapping, Select, cast, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.chasing import ASKABLE, STATES, Policy, Situation, Steps
from services.orders.domain.enquiries import EnquiryState
from services.orders.store.open_copies import wanted_from_supplier
from services.orders.store.tables import chasing_policy, copy, enquiry, enquiry_copy, order_line, order_state
from shared.db.arrays import among
from shared.db.paging import in_order

_ASKABLE = sorted(state.value for state in ASKABLE)


@dataclass(frozen=True, slots=True)
class LateCopy:
    """A copy that its supplier is to be asked about, and since when it is late."""

    copy_id: UUID
    line_key: str
    since: date


async def list_policies(
    connection: AsyncConnection, council: str, *, after: tuple[str] | None = None, limit: int | None = None
) -> Sequence[RowMapping]:
    """Lists a council's policies by supplier."""
    c = chasing_policy.c
    query = select(chasing_policy).where(c.council == council)
    rows: Sequence[RowMapping] = (
        (await connection.execute(in_order(query, (c.supplier_id,), after=after, limit=limit))).mappings().all()
    )
    return rows


async def find_policy(connection: AsyncConnection, council: str, supplier_id: str) -> RowMapping | None:
    """Returns a council's policy for a supplier; None where it has none."""
    c = chasing_policy.c
    query = select(chasing_policy).where(c.council == council, c.supplier_id == supplier_id)
    return (await connection.execute(query)).mappings().one_or_none()


async def keep_policy(connection: AsyncConnection, policy: Policy, *, version: int, at: datetime, by: str) -> None:
    """Keeps a policy in place of the council's last one for the supplier."""
    values = {
        "steps": {
            situation.value: {
                "first_after": steps.first_after,
                "again_after": steps.again_after,
                "at_most": steps.at_most,
            }
            for situation, steps in policy.steps.items()
        },
        "weekends": policy.weekends,
        "version": version,
        "changed_at": at,
        "changed_by": by,
    }
    c = chasing_policy.c
    statement = insert(chasing_policy).values(council=policy.council, supplier_id=policy.supplier_id, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=[c.council, c.supplier_id], set_=values))


async def policies(connection: AsyncConnection) -> list[Policy]:
    """Returns the policies of all councils."""
    rows = await connection.execute(select(chasing_policy).order_by(chasing_policy.c.council, chasing_policy.c.supplier_id))
    return [to_policy(row) for row in rows.mappings()]


def to_policy(row: RowMapping) -> Policy:
    """Returns a policy from its row."""
    steps = {Situation(situation): Steps(**values) for situation, values in row.steps.items()}
    return Policy(row.council, row.supplier_id, steps, row.weekends)


async def late_orders(
    connection: AsyncConnection, policy: Policy, situation: Situation, *, late_on: date, zone: str, limit: int
) -> list[UUID]:
    """Returns the first orders by id with copies that are late since `late_on` or before, and were not asked about for that."""
    found = _late(policy, situation, late_on, zone).with_only_columns(copy.c.order_id)
    return list((await connection.execute(found.distinct().order_by(copy.c.order_id).limit(limit))).scalars())


async def late_copies(
    connection: AsyncConnection,
    policy: Policy,
    situation: Situation,
    *,
    late_on: date,
    zone: str,
    order_ids: Sequence[UUID],
) -> Mapping[UUID, Sequence[LateCopy]]:
    """Returns these copies of some orders, which are locked, by order id."""
    query = _late(policy, situation, late_on, zone).where(among(copy.c.order_id, order_ids))
    columns = (copy.c.order_id, copy.c.copy_id, copy.c.line_key, _since(situation, zone).label("since"))
    late: defaultdict[UUID, list[LateCopy]] = defaultdict(list)
    for row in await connection.execute(query.with_only_columns(*columns).order_by(copy.c.line_key, copy.c.copy_number)):
        late[row.order_id].append(LateCopy(row.copy_id, row.line_key, row.since))
    return late


def _since(situation: Situation, zone: str) -> ColumnElement[date]:
    """Returns since when a copy is late: the day it was expected, else the council's day of its last news, or of its goods'."""
    c = copy.c
    if situation is Situation.OVERDUE:
        return func.coalesce(c.expected_on, c.promised_on)
    claims = situation in (Situation.SHORT, Situation.DAMAGED)
    moment = func.coalesce(c.owed_since, c.progressed_at) if claims else c.progressed_at
    return cast(func.timezone(zone, moment), Date)


def _late(policy: Policy, situation: Situation, late_on: date, zone: str) -> Select[Any]:
    """Selects nothing yet of the copies that are late in this way, that are wanted, and that nobody was asked about for that.

    A copy that is asked about for another reason waits for what becomes of that; one that a person asked about waits
    until that was as many days ago as make it late.
    """
    s, c, ec = order_state.c, copy.c, enquiry_copy.c
    states = _ASKABLE if situation is Situation.OVERDUE else [STATES[situation].value]
    since = _since(situation, zone)
    waiting = (
        select(s.order_id)
        .where(s.council == policy.council, s.supplier_id == policy.supplier_id, s.state.in_(states))
        .distinct()
        .subquery("waiting")
    )
    last_asked_on = cast(func.timezone(zone, enquiry.c.last_asked_at), Date)
    goes_on = enquiry.c.next_on.is_not(None) | (last_asked_on > late_on)
    is_unsettled = ec.outcome == EnquiryState.OPEN.value
    asked = (
        select(literal(1))
        .select_from(enquiry_copy.join(enquiry, enquiry.c.enquiry_id == ec.enquiry_id))
        .where(
            ec.copy_id == c.copy_id,
            ((enquiry.c.situation == situation.value) & ((ec.since == since) | is_unsettled))
            | ((enquiry.c.state == EnquiryState.OPEN.value) & is_unsettled & goes_on),
        )
        .exists()
    )
    without_a_day = [c.expected_on.is_(None)] if situation is Situation.BACK_ORDERED else []
    return (
        select()
        .select_from(waiting)
        .join(copy, c.order_id == waiting.c.order_id)
        .join(order_line, order_line.c.line_key == c.line_key)
        .where(order_line.c.supplier_id == policy.supplier_id, c.state.in_(states), *wanted_from_supplier())
        .where(since <= late_on, ~asked, *without_a_day)
    )


async def due_orders(connection: AsyncConnection, today: date, *, limit: int) -> list[UUID]:
    """Returns the first orders by id with enquiries that are due."""
    c = enquiry.c
    query = select(c.order_id).where(c.next_on <= today).distinct().order_by(c.order_id).limit(limit)
    return list((await connection.execute(query)).scalars())
