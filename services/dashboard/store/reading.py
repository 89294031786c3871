"""Queries of what waits for a person, not of what ever did. `council` none: all councils.

Lists: longest waiting first, LONGEST_LIST at most; counts: all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Row, Select, Table, and_, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.troubles import (
    CANCELLATION_PATIENCE,
    LONGEST_LIST,
    OLDEST_DECISION,
    UNTIED_DISCREPANCY,
    Discrepancy,
    HeldFile,
    LateConsignment,
    OpenDecision,
    QuarantinedMessage,
    QueriedInvoice,
    QuietFeed,
    UnansweredCancellation,
    UncertainSending,
)
from services.dashboard.domain.work import WITHHELD
from services.dashboard.store.scope import may_concern, of_council
from services.dashboard.store.tables import (
    ASKED,
    NOT_SCANNED,
    NOT_SENT,
    OWED_AGAIN,
    TO_COME,
    TO_SEND,
    UNTIED,
    WAITING,
    cancellation,
    consigned_copy,
    consignment,
    copy,
    decision,
    discrepancy,
    feed,
    held_file,
    invoice,
    quarantined,
    sending,
    title,
)
from shared.contracts.orders import CopyState

T = TypeVar("T")

_ON_THE_WAY = (CopyState.DESPATCHED.value, CopyState.AT_HUB.value)


def _waits(table: Table) -> ColumnElement[bool]:
    return table.c.waits_since.is_not(None)


async def quarantined_messages(connection: AsyncConnection, council: str | None) -> list[QuarantinedMessage]:
    """Returns the messages in quarantine."""
    query = select(quarantined).where(_waits(quarantined), may_concern(quarantined, council)).order_by(quarantined.c.waits_since)
    return [_quarantined(row, council) for row in await connection.execute(query.limit(LONGEST_LIST))]


def _quarantined(row: Row[tuple[object, ...]], council: str | None) -> QuarantinedMessage:
    withheld = row.council is None and council is not None
    return QuarantinedMessage(
        message_id=row.message_id,
        supplier_id=row.supplier_id,
        council=row.council,
        kind=row.kind,
        reason=WITHHELD if withheld else row.reason,
        quarantined_at=row.quarantined_at,
    )


async def quarantined_counts(connection: AsyncConnection, council: str | None) -> dict[str, int]:
    """Counts the messages in quarantine per supplier."""
    query = select(quarantined.c.supplier_id, func.count().label("messages")).where(
        _waits(quarantined), may_concern(quarantined, council)
    )
    rows = await connection.execute(query.group_by(quarantined.c.supplier_id))
    return {row.supplier_id: row.messages for row in rows}


async def held_files(connection: AsyncConnection, council: str | None) -> tuple[list[HeldFile], int]:
    """Returns the files of LMSs' mailboxes that wait for a person."""
    query = select(*_columns(held_file, HeldFile)).where(_waits(held_file), of_council(held_file, council))
    return await _cut(connection, query.order_by(held_file.c.waits_since), HeldFile)


async def quiet_feeds(connection: AsyncConnection, council: str | None) -> tuple[list[QuietFeed], int]:
    """Returns the feeds that are quiet for longer than usual."""
    quiet = and_(feed.c.quieted_at.is_not(None), or_(feed.c.resumed_at.is_(None), feed.c.resumed_at < feed.c.quieted_at))
    query = select(*_columns(feed, QuietFeed)).where(quiet, may_concern(feed, council))
    return await _cut(connection, query.order_by(feed.c.quieted_at, feed.c.supplier_id, feed.c.kind), QuietFeed)


async def queried_invoices(connection: AsyncConnection, council: str | None) -> tuple[list[QueriedInvoice], int]:
    """Returns the invoices that wait for a person."""
    query = select(*_columns(invoice, QueriedInvoice)).where(_waits(invoice), of_council(invoice, council))
    return await _cut(connection, query.order_by(invoice.c.waits_since), QueriedInvoice)


async def uncertain_sendings(connection: AsyncConnection, council: str | None) -> tuple[list[UncertainSending], int]:
    """Returns the order messages that may not have arrived.

    Leaves out those whose copies are no longer in the state ordered, and those listed in quarantine already.
    """
    waiting = select(copy.c.copy_id).where(
        copy.c.order_id == sending.c.order_id,
        copy.c.supplier_id == sending.c.supplier_id,
        TO_SEND,
    )
    twice = select(quarantined.c.message_id).where(quarantined.c.message_id == sending.c.message_id, _waits(quarantined))
    query = (
        select(*_columns(sending, UncertainSending))
        .where(NOT_SENT, of_council(sending, council), waiting.exists(), ~twice.exists())
        .order_by(sending.c.sent_at)
    )
    return await _cut(connection, query, UncertainSending)


async def open_discrepancies(connection: AsyncConnection, council: str | None, now: datetime) -> tuple[list[Discrepancy], int]:
    """Returns discrepancies whose copy is still owed, and those without a copy that are younger than UNTIED_DISCREPANCY."""
    d = discrepancy.c
    tied = select(discrepancy, copy.c.title.label("ordered_title")).join(copy, copy.c.copy_id == d.copy_id).where(OWED_AGAIN)
    untied = select(discrepancy, literal("").label("ordered_title")).where(UNTIED, d.found_at >= now - UNTIED_DISCREPANCY)
    one = union_all(*(each.where(of_council(discrepancy, council)) for each in (tied, untied))).subquery()
    names = [name for name in Discrepancy.__annotations__ if name != "title"]
    shown = func.coalesce(func.nullif(title.c.title, ""), one.c.ordered_title).label("title")
    query = select(*(one.c[name] for name in names), shown).join(title, title.c.isbn == one.c.isbn, isouter=True)
    return await _cut(connection, query.order_by(one.c.found_at), Discrepancy)


async def late_consignments(connection: AsyncConnection, council: str | None, today: date) -> tuple[list[LateConsignment], int]:
    """Returns consignments due before today with copies that are still on the way and not scanned at their place."""
    c = consigned_copy.c
    still = (
        select(c.consignment_id, func.count().label("still_to_come"))
        .join(copy, copy.c.copy_id == c.copy_id)
        .where(NOT_SCANNED, c.due < today, copy.c.state.in_(_ON_THE_WAY))
        .group_by(c.consignment_id)
        .subquery()
    )
    whole = select(func.count()).where(c.consignment_id == consignment.c.consignment_id).scalar_subquery().label("copies")
    names = [name for name in LateConsignment.__annotations__ if name not in ("copies", "still_to_come")]
    query = (
        select(*(consignment.c[name] for name in names), whole, still.c.still_to_come)
        .join(still, still.c.consignment_id == consignment.c.consignment_id)
        .where(consignment.c.expected_on < today, of_council(consignment, council))
        .order_by(consignment.c.expected_on)
    )
    return await _cut(connection, query, LateConsignment)


async def unanswered_cancellations(
    connection: AsyncConnection, council: str | None, now: datetime
) -> tuple[list[UnansweredCancellation], int]:
    """Returns cancellations that are unanswered for CANCELLATION_PATIENCE and whose line still has copies to come."""
    to_come = select(copy.c.copy_id).where(copy.c.line_key == cancellation.c.line_key, TO_COME, WAITING)
    query = (
        select(*_columns(cancellation, UnansweredCancellation))
        .where(
            cancellation.c.waits_since < now - CANCELLATION_PATIENCE,
            of_council(cancellation, council),
            to_come.exists(),
        )
        .order_by(cancellation.c.waits_since)
    )
    return await _cut(connection, query, UnansweredCancellation)


async def open_decisions(connection: AsyncConnection, council: str | None, now: datetime) -> tuple[list[OpenDecision], int]:
    """Returns the lines that have asked for a decision since OLDEST_DECISION and have a copy neither received nor cancelled."""
    to_come = select(copy.c.copy_id).where(copy.c.line_key == decision.c.line_key, TO_COME)
    c = decision.c
    shown = func.coalesce(title.c.title, "").label("title")
    query = (
        select(c.line_key, c.supplier_id, c.order_id, c.order_number, c.isbn, shown, c.attention, c.asked_at)
        .join(title, title.c.isbn == c.isbn, isouter=True)
        .where(ASKED, c.asked_at > now - OLDEST_DECISION, of_council(decision, council), to_come.exists())
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
