"""Builds the events for a council's ledger: what copies of one order commit, release and cost, by fund, year and currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from services.orders.domain.commitments import Commitment, Moves
from services.orders.domain.funds import OpenFunds
from services.orders.domain.invoices.invoice import Invoice
from services.orders.domain.invoices.spending import Spent, commitments_moved
from services.orders.domain.open_order import OpenOrder
from services.orders.domain.placing import PlacedLine, PlacedOrder
from shared.contracts.base import Event
from shared.contracts.spend import FundSpend, SpendCommitted, SpendInvoiced, SpendReleased, SpentCopies

# Keeps an event far below a Kafka record's size, however large the order.
_COPIES_PER_EVENT = 1_000
ORDERED = "orders.order.placed.v1"


@dataclass(frozen=True, slots=True)
class _Amount:
    """What one copy means for a fund. `each` is None where no price is known."""

    fund: str
    year: str
    currency: str
    line_key: str
    each: int | None
    copy_id: UUID


@dataclass(frozen=True, slots=True)
class SpendingOrder:
    """The order that events about spending name."""

    council: str
    order_id: UUID
    order_number: str

    @classmethod
    def of(cls, order: OpenOrder | PlacedOrder) -> SpendingOrder:
        """Returns what events name of an order."""
        return cls(order.council, order.order_id, order.order_number)


def order_committed(order: PlacedOrder, funds: OpenFunds) -> list[SpendCommitted]:
    """Returns the events of what a new order commits; `funds` are those of its day."""
    amounts = [amount for line in order.lines for amount in _ordered(line, funds)]
    return _committed(SpendingOrder.of(order), amounts, ORDERED, order.placed_at)


def _ordered(line: PlacedLine, funds: OpenFunds) -> Iterator[_Amount]:
    price = line.asked.unit_price
    each, currency = (price.minor, price.currency) if price else (None, "")
    for copy in line.copies:
        fund = copy.asked.fund
        yield _Amount(fund, funds.year_of(fund), currency, line.line_key, each, copy.copy_id)


def committed_again(order: SpendingOrder, commitments: Iterable[Commitment], *, cause: str, at: datetime) -> list[SpendCommitted]:
    """Returns the events of what the copies of an order commit now."""
    return _committed(order, list(map(_amount, commitments)), cause, at)


def charged_again(
    order: SpendingOrder, invoice: Invoice, costs: Iterable[Any], *, cause: str, at: datetime
) -> list[SpendInvoiced]:
    """Returns the events of what an invoice charged or gave back for copies of one order; `costs` are its entries' rows."""
    amounts = [
        _Amount(
            cost.fund,
            cost.fund_year,
            cost.currency,
            cost.line_key,
            cost.net + cost.servicing + cost.carriage + cost.other + cost.vat,
            cost.copy_id,
        )
        for cost in costs
    ]
    return charged(order, invoice, amounts, cause=cause, at=at)


def spend_moved(order: SpendingOrder, moves: Moves, *, cause: str, at: datetime) -> list[Event]:
    """Returns the events of commitments that a change of an order ended and opened: what is released comes first."""
    released = [
        SpendReleased(
            council=order.council,
            order_id=order.order_id,
            order_number=order.order_number,
            cause=cause,
            funds=funds,
            released_at=at,
        )
        for funds in _in_parts(map(_amount, moves.released))
    ]
    return [*released, *_committed(order, list(map(_amount, moves.committed)), cause, at)]


def _committed(order: SpendingOrder, amounts: Sequence[_Amount], cause: str, at: datetime) -> list[SpendCommitted]:
    return [
        SpendCommitted(
            council=order.council,
            order_id=order.order_id,
            order_number=order.order_number,
            cause=cause,
            funds=funds,
            committed_at=at,
        )
        for funds in _in_parts(amounts)
    ]


def _amount(of: Commitment) -> _Amount:
    each, currency = (of.price.minor, of.price.currency) if of.price else (None, "")
    return _Amount(of.fund, of.year, currency, of.line_key, each, of.copy_id)


def spend_invoiced(invoice: Invoice, spent: Iterable[Spent], *, cause: str, at: datetime) -> list[Event]:
    """Returns the events of an invoice that counts, order by order: what it releases or opens again, then what it charges."""
    by_order: defaultdict[SpendingOrder, list[Spent]] = defaultdict(list)
    for each in spent:
        if each.year is not None:
            by_order[SpendingOrder(invoice.council, each.after.order_id, each.before.order_number)].append(each)
    events: list[Event] = []
    for order, of_order in by_order.items():
        events += spend_moved(order, commitments_moved(of_order), cause=cause, at=at)
        events += charged(order, invoice, [_cost(each, invoice.document.currency) for each in of_order], cause=cause, at=at)
    return events


def charged(
    order: SpendingOrder, invoice: Invoice, amounts: Sequence[_Amount], *, cause: str, at: datetime
) -> list[SpendInvoiced]:
    """Returns the events of what an invoice charges or gives back for copies of one order."""
    document = invoice.document
    return [
        SpendInvoiced(
            council=order.council,
            order_id=order.order_id,
            order_number=order.order_number,
            cause=cause,
            funds=funds,
            supplier_id=document.supplier_id,
            invoice_id=invoice.invoice_id,
            invoice_number=document.invoice_number,
            credit=document.credit,
            invoiced_at=at,
        )
        for funds in _in_parts(amounts)
    ]


def _cost(spent: Spent, currency: str) -> _Amount:
    copy = spent.after
    return _Amount(spent.fund, spent.year or "", currency, copy.line_key, spent.entry.total, copy.copy_id)


def _in_parts(amounts: Iterable[_Amount]) -> Iterator[tuple[FundSpend, ...]]:
    """Yields the funds of each event, with at most _COPIES_PER_EVENT copies."""
    ordered = sorted(amounts, key=_place)
    for start in range(0, len(ordered), _COPIES_PER_EVENT):
        part = ordered[start : start + _COPIES_PER_EVENT]
        yield tuple(_fund_spend(list(of_fund)) for _, of_fund in groupby(part, key=lambda each: _place(each)[:3]))


def _place(amount: _Amount) -> tuple[str, str, str, str, int]:
    return amount.fund, amount.year, amount.currency, amount.line_key, -1 if amount.each is None else amount.each


def _fund_spend(amounts: Sequence[_Amount]) -> FundSpend:
    first = amounts[0]
    return FundSpend(
        fund=first.fund,
        year=first.year,
        currency=first.currency or None,
        total=sum(amount.each or 0 for amount in amounts),
        copies=tuple(
            SpentCopies(line_key=line_key, each=each, copy_ids=tuple(amount.copy_id for amount in together))
            for (line_key, each), together in groupby(amounts, key=lambda each: (each.line_key, each.each))
        ),
    )
