"""Counts what still ties a council to a supplier. Decides nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain import departures as ties
from services.evidence.domain.departures import TYING_STATES, Counted, Found, Reconciliation
from services.evidence.store.tables import (
    charge,
    copy,
    held_message,
    invoice,
    reconciliation,
    record,
    record_request,
    rule,
    sending,
)
from shared.clock import Clock
from shared.contracts.orders import GIVEN_UP, CopyState
from shared.contracts.suppliers import SendOutcome
from shared.sourcing.rules import Strand

# So many books fit into the address of the list of them.
_MOST_BOOKS = 20
_GIVEN_UP = sorted(GIVEN_UP)
_OWED = (CopyState.MISSING, CopyState.DAMAGED)
_SENDINGS = {SendOutcome.UNKNOWN: ties.SENDING_UNKNOWN, SendOutcome.FAILED: ties.SENDING_FAILED}

Row = tuple[Strand, str, Found]


async def is_known(connection: AsyncConnection, council: str, supplier_id: str) -> bool:
    """Returns whether the council ever had anything to do with the supplier: copies, rules, invoices or a reconciliation."""
    parts = (copy, rule, invoice, reconciliation)
    here = (select(1).where(each.c.council == council, each.c.supplier_id == supplier_id).exists() for each in parts)
    return bool((await connection.execute(select(or_(*here)))).scalar_one())


async def counted(connection: AsyncConnection, council: str, supplier_id: str, clock: Clock) -> Counted:
    """Returns what facts say of a council and a supplier today."""
    rows = [
        row
        for part in (_copies, _sendings, _unanswered, _invoices, _credits, _messages, _rules, _records)
        async for row in part(connection, council, supplier_id, clock)
    ]
    found = {(strand, name): each for strand, name, each in rows}
    last = select(func.max(copy.c.placed_at)).where(_of(copy, council, supplier_id))
    return Counted(found, await _last(connection, council, supplier_id, clock), (await connection.execute(last)).scalar_one())


def _of(table: Any, council: str, supplier_id: str) -> ColumnElement[bool]:
    return and_(table.c.council == council, table.c.supplier_id == supplier_id)


def _found(row: Any, clock: Clock) -> Found:
    """Returns what a row counts; its `since` is a moment, or null."""
    return Found(row.number, None if row.since is None else clock.day_of(row.since))


def _counting(number: ColumnElement[int], since: ColumnElement[Any], *by: ColumnElement[Any]) -> Select[Any]:
    return select(*by, number.label("number"), func.min(since).label("since"))


async def _copies(connection: AsyncConnection, council: str, supplier_id: str, clock: Clock) -> AsyncIterator[Row]:
    query = _counting(func.count(), copy.c.placed_at, copy.c.state).where(
        _of(copy, council, supplier_id), copy.c.state.in_(list(TYING_STATES))
    )
    for row in await connection.execute(query.group_by(copy.c.state)):
        state = CopyState(row.state)
        yield TYING_STATES[state], ties.copies_in(state), _found(row, clock)


async def _sendings(connection: AsyncConnection, council: str, supplier_id: str, clock: Clock) -> AsyncIterator[Row]:
    """Yields messages that the supplier may not have, as long as copies of their order wait to be sent."""
    waits = (
        select(copy.c.copy_id)
        .where(_of(copy, council, supplier_id), copy.c.order_id == sending.c.order_id, copy.c.state == CopyState.ORDERED)
        .exists()
    )
    query = _counting(func.count(sending.c.message_id.distinct()), sending.c.sent_at, sending.c.outcome)
    query = query.where(_of(sending, council, supplier_id), sending.c.outcome.in_(list(_SENDINGS)), waits)
    for row in await connection.execute(query.group_by(sending.c.outcome)):
        yield Strand.ORDERING, _SENDINGS[SendOutcome(row.outcome)], _found(row, clock)


async def _unanswered(connection: AsyncConnection, council: str, supplier_id: str, clock: Clock) -> AsyncIterator[Row]:
    since = func.coalesce(copy.c.sent_at, copy.c.placed_at)
    query = _counting(func.count(copy.c.order_id.distinct()), since).where(
        _of(copy, council, supplier_id), copy.c.state == CopyState.SENT, copy.c.answered_at.is_(None)
    )
    yield Strand.ORDERING, ties.UNANSWERED, _found((await connection.execute(query)).one(), clock)


async def _invoices(connection: AsyncConnection, council: str, supplier_id: str, clock: Clock) -> AsyncIterator[Row]:
    c = invoice.c
    query = _counting(func.count(), c.queried_at).where(
        _of(invoice, council, supplier_id), c.queried_at.is_not(None), c.matched_at.is_(None), c.rejected_at.is_(None)
    )
    yield Strand.ORDERING, ties.QUERIED, _found((await connection.execute(query)).one(), clock)


async def _credits(connection: AsyncConnection, council: str, supplier_id: str, clock: Clock) -> AsyncIterator[Row]:
    """Yields copies for which more was charged than credited, and that never came or are owed again."""
    c = copy.c
    not_supplied = or_(c.state.in_(_OWED), and_(c.state.in_(_GIVEN_UP), c.received_at.is_(None)))
    paid = func.sum(charge.c.net + charge.c.servicing + charge.c.carriage + charge.c.other + charge.c.vat)
    each = (
        select(func.min(invoice.c.matched_at).label("charged_at"))
        .select_from(copy)
        .join(charge, charge.c.copy_id == c.copy_id)
        .join(invoice, invoice.c.invoice_id == charge.c.invoice_id)
        .where(_of(copy, council, supplier_id), invoice.c.supplier_id == supplier_id, not_supplied)
        .group_by(c.copy_id)
        .having(paid > 0)
        .subquery()
    )
    query = _counting(func.count(), each.c.charged_at).select_from(each)
    yield Strand.ORDERING, ties.CREDITS, _found((await connection.execute(query)).one(), clock)


async def _messages(connection: AsyncConnection, council: str, supplier_id: str, clock: Clock) -> AsyncIterator[Row]:
    c = held_message.c
    named = c.council.is_not(None).label("named")
    waits = and_(c.held_at.is_not(None), or_(c.settled_at.is_(None), c.settled_at < c.held_at))
    mine = and_(c.supplier_id == supplier_id, or_(c.council == council, c.council.is_(None)))
    for row in await connection.execute(_counting(func.count(), c.held_at, named).where(mine, waits).group_by(named)):
        yield Strand.ORDERING, ties.QUARANTINED if row.named else ties.OF_NO_COUNCIL, _found(row, clock)


async def _rules(connection: AsyncConnection, council: str, supplier_id: str, clock: Clock) -> AsyncIterator[Row]:
    c, today = rule.c, clock.today()
    to_come = (c.valid_from > today).label("to_come")
    goes_on = or_(c.valid_to.is_(None), and_(c.valid_to > today, c.valid_to > c.valid_from))
    query = _counting(func.count(), c.valid_from, c.strand, to_come).where(_of(rule, council, supplier_id), goes_on)
    for row in await connection.execute(query.group_by(c.strand, to_come)):
        yield Strand(row.strand), ties.TO_COME if row.to_come else ties.IN_FORCE, Found(row.number, row.since)


async def _records(connection: AsyncConnection, council: str, supplier_id: str, clock: Clock) -> AsyncIterator[Row]:
    """Yields books of wanted copies, whoever supplies these: records may come from another supplier than books."""
    c = copy.c
    has_one = select(record.c.isbn).where(record.c.council == council, record.c.isbn == c.isbn).exists()
    wanted = (
        select(c.isbn, func.min(c.placed_at).label("since"))
        .join(record_request, and_(record_request.c.isbn == c.isbn, record_request.c.supplier_id == supplier_id))
        .where(c.council == council, c.state.not_in(_GIVEN_UP), ~has_one)
        .group_by(c.isbn)
        .subquery()
    )
    oldest = select(wanted, func.count().over().label("number")).order_by(wanted.c.since, wanted.c.isbn).limit(_MOST_BOOKS)
    if rows := (await connection.execute(oldest)).all():
        first = _found(rows[0], clock)
        yield Strand.CATALOGUE, ties.RECORDS, Found(first.count, first.since, tuple(row.isbn for row in rows))


async def _last(connection: AsyncConnection, council: str, supplier_id: str, clock: Clock) -> Reconciliation | None:
    query = select(reconciliation).where(_of(reconciliation, council, supplier_id))
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return Reconciliation(
        reconciliation_id=row.reconciliation_id,
        reported_at=row.reported_at,
        reported_on=clock.day_of(row.reported_at),
        compared_at=row.compared_at,
        agreed=row.agreed,
        disagreeing=row.disagreeing,
        ours_only=row.ours_only,
        theirs_only=row.theirs_only,
    )
