"""Queries of what waits for a person. `council` none: all councils. Lists: longest waiting first, LONGEST_LIST at most; counts: all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Row, Select, Table, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.figures import SETTLED
from services.dashboard.domain.troubles import (
    CANCELLATION_PATIENCE,
    LONGEST_LIST,
    OLDEST_DECISION,
    UNTIED_DISCREPANCY,
    Discrepancy,
    LateConsignment,
    OpenDecision,
    QuarantinedMessage,
    QueriedInvoice,
    QuietFeed,
    UnansweredCancellation,
    UncertainSending,
)
from services.dashboard.store.scope import may_concern, of_council
from services.dashboard.store.tables import (
    cancellation,
    consigned_copy,
    consignment,
    copy,
    decision,
    discrepancy,
    feed,
    invoice,
    quarantined,
    sending,
    title,
)
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import SendOutcome

T = TypeVar("T")

_REOPENED = (CopyState.MISSING.value, CopyState.DAMAGED.value)
_ON_THE_WAY = (CopyState.DESPATCHED.value, CopyState.AT_HUB.value)
_WITHHELD = "The message names no council, so its text is shown to staff of all councils only."


def _unsettled() -> ColumnElement[bool]:
    later = or_(quarantined.c.settled_at.is_(None), quarantined.c.settled_at < quarantined.c.quarantined_at)
    return and_(quarantined.c.quarantined_at.is_not(None), later)


async def quarantined_messages(connection: AsyncConnection, council: str | None) -> list[QuarantinedMessage]:
    """Returns the messages in quarantine."""
    query = select(quarantined).where(_unsettled(), may_concern(quarantined, council)).order_by(quarantined.c.quarantined_at)
    return [_quarantined(row, council) for row in await connection.execute(query.limit(LONGEST_LIST))]


def _quarantined(row: Row[tuple[object, ...]], council: str | None) -> QuarantinedMessage:
    withheld = row.council is None and council is not None
    return QuarantinedMessage(
        message_id=row.message_id,
        supplier_id=row.supplier_id,
        council=row.council,
        kind=row.kind,
        reason=_WITHHELD if withheld else row.reason,
        quarantined_at=row.quarantined_at,
    )


async def quarantined_counts(connection: AsyncConnection, council: str | None) -> dict[str, int]:
    """Counts the messages in quarantine per supplier."""
    query = select(quarantined.c.supplier_id, func.count().label("messages")).where(
        _unsettled(), may_concern(quarantined, council)
    )
    rows = await connection.execute(query.group_by(quarantined.c.supplier_id))
    return {row.supplier_id: row.messages for row in rows}


async def quiet_feeds(connection: AsyncConnection, council: str | None) -> tuple[list[QuietFeed], int]:
    """Returns the feeds that are quiet for longer than usual."""
    quiet = and_(feed.c.quieted_at.is_not(None), or_(feed.c.resumed_at.is_(None), feed.c.resumed_at < feed.c.quieted_at))
    query = select(*_columns(feed, QuietFeed)).where(quiet, may_concern(feed, council))
    return await _cut(connection, query.order_by(feed.c.quieted_at, feed.c.supplier_id, feed.c.kind), QuietFeed)


async def queried_invoices(connection: AsyncConnection, council: str | None) -> tuple[list[QueriedInvoice], int]:
    """Returns the invoices that wait for a person."""
    open_ = and_(
        invoice.c.queried_at.is_not(None), or_(invoice.c.settled_at.is_(None), invoice.c.settled_at < invoice.c.queried_at)
    )
    query = select(*_columns(invoice, QueriedInvoice)).where(open_, of_council(invoice, council))
    return await _cut(connection, query.order_by(invoice.c.queried_at), QueriedInvoice)


async def uncertain_sendings(connection: AsyncConnection, council: str | None) -> tuple[list[UncertainSending], int]:
    """Returns the order messages that may not have arrived.

    Leaves out those whose copies are no longer in the state ordered, and those listed in quarantine already.
    """
    waiting = select(copy.c.copy_id).where(
        copy.c.order_id == sending.c.order_id,
        copy.c.supplier_id == sending.c.supplier_id,
        copy.c.state == CopyState.ORDERED.value,
    )
    twice = select(quarantined.c.message_id).where(quarantined.c.message_id == sending.c.message_id, _unsettled())
    query = (
        select(*_columns(sending, UncertainSending))
        .where(sending.c.outcome != SendOutcome.SENT.value, of_council(sending, council), waiting.exists(), ~twice.exists())
        .order_by(sending.c.sent_at)
    )
    return await _cut(connection, query, UncertainSending)


async def open_discrepancies(connection: AsyncConnection, council: str | None, now: datetime) -> tuple[list[Discrepancy], int]:
    """Returns discrepancies whose copy is still owed, and those without a copy that are younger than UNTIED_DISCREPANCY."""
    untied = and_(discrepancy.c.copy_id.is_(None), discrepancy.c.found_at >= now - UNTIED_DISCREPANCY)
    query = (
        select(
            discrepancy.c.discrepancy_id,
            discrepancy.c.supplier_id,
            discrepancy.c.despatch_number,
            discrepancy.c.kind,
            discrepancy.c.isbn,
            func.coalesce(func.nullif(title.c.title, ""), copy.c.title, "").label("title"),
            discrepancy.c.quantity,
            discrepancy.c.branch,
            discrepancy.c.note,
            discrepancy.c.found_at,
        )
        .join(copy, copy.c.copy_id == discrepancy.c.copy_id, isouter=True)
        .join(title, title.c.isbn == discrepancy.c.isbn, isouter=True)
        .where(of_council(discrepancy, council), or_(copy.c.state.in_(_REOPENED), untied))
        .order_by(discrepancy.c.found_at)
    )
    return await _cut(connection, query, Discrepancy)


async def late_consignments(connection: AsyncConnection, council: str | None, today: date) -> tuple[list[LateConsignment], int]:
    """Returns consignments due before today with copies that are still on the way and not scanned at their place."""
    missing = and_(~consigned_copy.c.received, copy.c.state.in_(_ON_THE_WAY))
    query = (
        select(
            consignment.c.consignment_id,
            consignment.c.supplier_id,
            consignment.c.despatch_number,
            consignment.c.place,
            consignment.c.place_name,
            consignment.c.leg,
            consignment.c.expected_on,
            func.count().label("copies"),
            func.count().filter(missing).label("still_to_come"),
        )
        .join(consigned_copy, consigned_copy.c.consignment_id == consignment.c.consignment_id)
        .join(copy, copy.c.copy_id == consigned_copy.c.copy_id)
        .where(consignment.c.expected_on < today, of_council(consignment, council))
        .group_by(consignment.c.consignment_id)
        .having(func.count().filter(missing) > 0)
        .order_by(consignment.c.expected_on)
    )
    return await _cut(connection, query, LateConsignment)


async def unanswered_cancellations(
    connection: AsyncConnection, council: str | None, now: datetime
) -> tuple[list[UnansweredCancellation], int]:
    """Returns cancellations that are unanswered for CANCELLATION_PATIENCE and whose line still has copies to come."""
    unanswered = or_(cancellation.c.answered_at.is_(None), cancellation.c.answered_at < cancellation.c.requested_at)
    to_come = select(copy.c.copy_id).where(
        copy.c.line_key == cancellation.c.line_key, copy.c.state.not_in([state.value for state in SETTLED])
    )
    query = (
        select(*_columns(cancellation, UnansweredCancellation))
        .where(
            cancellation.c.requested_at < now - CANCELLATION_PATIENCE,
            unanswered,
            of_council(cancellation, council),
            to_come.exists(),
        )
        .order_by(cancellation.c.requested_at)
    )
    return await _cut(connection, query, UnansweredCancellation)


async def open_decisions(connection: AsyncConnection, council: str | None, now: datetime) -> tuple[list[OpenDecision], int]:
    """Returns the lines that have asked for a decision since OLDEST_DECISION and have a copy neither received nor cancelled."""
    done = [CopyState.RECEIVED.value, CopyState.CANCELLED.value]
    open_copy = select(copy.c.copy_id).where(copy.c.line_key == decision.c.line_key, copy.c.state.not_in(done))
    c = decision.c
    shown = func.coalesce(title.c.title, "").label("title")
    query = (
        select(c.line_key, c.supplier_id, c.order_id, c.order_number, c.isbn, shown, c.attention, c.asked_at)
        .join(title, title.c.isbn == c.isbn, isouter=True)
        .where(c.attention != "", c.asked_at > now - OLDEST_DECISION, of_council(decision, council), open_copy.exists())
        .order_by(c.asked_at, c.line_key)
    )
    return await _cut(connection, query, OpenDecision)


def _columns(table: Table, shape: type[object]) -> Sequence[ColumnElement[object]]:
    return [table.c[name] for name in shape.__annotations__]


async def _cut(connection: AsyncConnection, query: Select[*tuple[object, ...]], shape: type[T]) -> tuple[list[T], int]:
    """Returns the first LONGEST_LIST rows as `shape`, whose fields are the query's columns, and the number of all rows."""
    rows = (
        (await connection.execute(query.add_columns(func.count().over().label("all_rows")).limit(LONGEST_LIST))).mappings().all()
    )
    names = shape.__annotations__
    found: list[Mapping[str, object]] = [{name: row[name] for name in names} for row in rows]
    return [shape(**fields) for fields in found], (rows[0]["all_rows"] if rows else 0)
