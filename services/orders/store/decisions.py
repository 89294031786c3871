"""Loads and writes decisions about offers, under the row lock of their order, and lists them. Scoped by council."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, RowMapping, Select, Update, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.decisions import Decision, DecisionState, Offer
from services.orders.domain.open_order import Line
from services.orders.store.tables import decision, order_line, purchase_order, title
from shared.contracts.base import money_or_none
from shared.contracts.decisions import AfterDecline, OfferKind
from shared.contracts.stated import PriceBasis
from shared.db.arrays import among_given
from shared.db.bulk import replace_many
from shared.db.paging import narrowed, newest_first

_OF_ORDERS = (
    select(decision).where(among_given(decision.c.order_id, "order_ids")).order_by(decision.c.asked_at, decision.c.decision_id)
)


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """Which decisions a list contains; a field that is None does not narrow it. Fields have the names of `DecisionQuery`'s."""

    council: str
    state: DecisionState | None = None
    supplier_id: str | None = None
    kind: OfferKind | None = None


async def decisions_of(connection: AsyncConnection, order_ids: Collection[UUID]) -> list[Decision]:
    """Returns the decisions about lines of these orders, the oldest first."""
    return [to_decision(row) for row in await connection.execute(_OF_ORDERS, {"order_ids": list(order_ids)})]


async def list_decisions(
    connection: AsyncConnection, wanted: DecisionFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """Lists the newest decisions first, each with the number of its order and the title of the substitute."""
    c = decision.c
    narrow = {c.council: wanted.council, c.state: wanted.state, c.supplier_id: wanted.supplier_id, c.kind: wanted.kind}
    query = newest_first(narrowed(_shown(), narrow), (c.asked_at, c.decision_id), after=after, limit=limit)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def decisions_of_order(connection: AsyncConnection, order_id: UUID) -> Sequence[RowMapping]:
    """Returns the decisions about lines of an order as `list_decisions` does, but the oldest first."""
    c = decision.c
    query = _shown().where(c.order_id == order_id).order_by(c.asked_at, c.decision_id)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def version_of(connection: AsyncConnection, order_id: UUID, council: str) -> int | None:
    """Returns the version of an order of the council; None where it has no such order."""
    c = purchase_order.c
    query = select(c.version).where(c.order_id == order_id, c.council == council)
    found: int | None = (await connection.execute(query)).scalar()
    return found


def _shown() -> Select[Any]:
    """Selects decisions with the number of their order, and the title of the book that is offered, where it is known."""
    c = decision.c
    return (
        select(decision, purchase_order.c.order_number, title.c.title.label("offered_title"))
        .join(purchase_order, purchase_order.c.order_id == c.order_id)
        .join(title, title.c.isbn == c.isbn, isouter=True)
    )


async def write_decisions(connection: AsyncConnection, changed: Iterable[tuple[Decision, str]]) -> None:
    """Writes decisions, new ones and such as are in another state, each with the council of its order."""
    await replace_many(connection, decision, [_values(council, each) for each, council in changed])


async def write_accepted(connection: AsyncConnection, lines: Iterable[Line]) -> None:
    """Writes book and price of lines since an offer was accepted. What was ordered first is kept, whatever is accepted later."""
    for line in lines:
        await connection.execute(_accepting(line))


def _accepting(line: Line) -> Update:
    c = order_line.c
    minor, currency = (None, None) if line.price is None else (line.price.minor, line.price.currency)
    first = case((c.isbn != line.isbn, func.coalesce(c.ordered_isbn, c.isbn)), else_=c.ordered_isbn)
    dearer = or_(c.price_minor.is_distinct_from(minor), c.price_currency.is_distinct_from(currency))
    changes = and_(c.repriced.is_(False), dearer)
    return (
        update(order_line)
        .where(c.line_key == line.line_key)
        .values(
            isbn=line.isbn,
            substitute_isbn=line.substitute_isbn,
            ordered_isbn=first,
            price_minor=minor,
            price_currency=currency,
            repriced=or_(c.repriced, dearer),
            ordered_minor=case((changes, c.price_minor), else_=c.ordered_minor),
            ordered_currency=case((changes, c.price_currency), else_=c.ordered_currency),
        )
    )


def to_decision(row: Row[Any] | RowMapping) -> Decision:
    """Returns a decision from its row."""
    offer = Offer(
        kind=OfferKind(row.kind),
        isbn=row.isbn,
        price=money_or_none(row.price_minor, row.price_currency),
        basis=None if row.price_basis is None else PriceBasis(row.price_basis),
        until=row.offer_until,
        status_code=row.status_code,
        questions=tuple(row.questions),
        copy_ids=tuple(row.copy_ids),
    )
    return Decision(
        decision_id=row.decision_id,
        order_id=row.order_id,
        line_key=row.line_key,
        supplier_id=row.supplier_id,
        offer=offer,
        ordered_isbn=row.ordered_isbn,
        ordered_price=money_or_none(row.ordered_minor, row.ordered_currency),
        message_id=row.message_id,
        asked_at=row.asked_at,
        state=DecisionState(row.state),
        then=None if row.after_decline is None else AfterDecline(row.after_decline),
        reason=row.reason,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        untold=row.untold,
        asked_to_cancel=row.asked_to_cancel,
    )


def _values(council: str, of: Decision) -> dict[str, Any]:
    offer, ordered = of.offer, of.ordered_price
    return {
        "decision_id": of.decision_id,
        "order_id": of.order_id,
        "line_key": of.line_key,
        "council": council,
        "supplier_id": of.supplier_id,
        "kind": offer.kind.value,
        "state": of.state.value,
        "isbn": offer.isbn,
        "price_minor": None if offer.price is None else offer.price.minor,
        "price_currency": None if offer.price is None else offer.price.currency,
        "price_basis": None if offer.basis is None else offer.basis.value,
        "offer_until": offer.until,
        "status_code": offer.status_code,
        "questions": list(offer.questions),
        "copy_ids": list(offer.copy_ids),
        "ordered_isbn": of.ordered_isbn,
        "ordered_minor": None if ordered is None else ordered.minor,
        "ordered_currency": None if ordered is None else ordered.currency,
        "message_id": of.message_id,
        "asked_at": of.asked_at,
        "after_decline": None if of.then is None else of.then.value,
        "reason": of.reason,
        "decided_at": of.decided_at,
        "decided_by": of.decided_by,
        "untold": of.untold,
        "asked_to_cancel": of.asked_to_cancel,
    }
