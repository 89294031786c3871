"""Invoices as the order book shows them, each line beside the ordered line that it charges, with what differs in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.dashboard.domain.needs import Urgency
from services.dashboard.domain.pages import Shape, Verdict
from shared.contracts.base import Money
from shared.contracts.invoices import Cost, InvoicedCharge, InvoiceQuery, TaxAtRate
from shared.contracts.stated import StatedPrice
from shared.money import amount_in_words
from shared.wording import counted

QUERIED = "queried"
STATES: Mapping[str, str] = {
    QUERIED: "waits for a decision",
    "matched": "counts",
    "rejected": "rejected, never counts",
    "received": "not compared yet",
}
_ARRIVED = frozenset({"received"})
_GIVEN_UP = frozenset({"cancelled", "refused"})


class Summary(Shape):
    """An invoice or a credit note in a list."""

    invoice_id: UUID
    council: str
    supplier_id: str
    invoice_number: str
    credit: bool
    credits_invoice: str | None
    invoiced_on: date
    currency: str
    total: int
    received_at: datetime
    state: str
    version: int
    queries: Sequence[InvoiceQuery] = ()

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return "credit note" if self.credit else "invoice"

    @property
    def waits(self) -> bool:
        """Whether a person has to decide about it."""
        return self.state == QUERIED

    @property
    def amount(self) -> str:
        """The amount payable in words; that of a credit note is paid back."""
        return amount_in_words(-self.total if self.credit else self.total, self.currency)

    @property
    def state_in_words(self) -> str:
        """What became of it."""
        return STATES.get(self.state, self.state)


class SummaryPage(Shape):
    """One page of a list of invoices."""

    items: Sequence[Summary] = ()
    next_cursor: str | None = None


class Found(Shape):
    """The ordered line that a line of an invoice is about."""

    line_key: str
    order_id: UUID


class Line(Shape):
    """One line as the supplier wrote it."""

    line_number: int
    line_key: str | None = None
    order_number: str | None = None
    isbn: str = ""
    quantity: int
    costs: Sequence[Cost] = ()
    title: str = ""
    found: Found | None = None


class Entry(Shape):
    """A charge as it counts. `line_number` and `copy_id` are null where it is of no line or no copy."""

    line_number: int | None
    copy_id: UUID | None


class Step(Shape):
    """One entry of the invoice's history."""

    noted_at: datetime
    to_state: str | None
    reason: str
    actor: str


class Invoice(Summary):
    """One invoice with its lines and everything that happened to it."""

    message_id: UUID
    doubts: Sequence[str] = ()
    credited: int = 0
    lines: Sequence[Line] = ()
    charges: Sequence[InvoicedCharge] = ()
    taxes: Sequence[TaxAtRate] = ()
    costs: Sequence[Entry] = ()
    history: Sequence[Step] = ()


class OrderedCopy(Shape):
    """A copy of an ordered line."""

    copy_id: UUID
    copy_number: int
    branch: str
    branch_name: str = ""
    fund: str = ""
    state: str


class OrderedLine(Shape):
    """An ordered line with its copies."""

    line_key: str
    line_number: int
    supplier_id: str
    isbn: str
    title: str
    unit_price: Money | None = None
    ordered_price: Money | None = None
    stated_prices: Sequence[StatedPrice] = ()
    copies: Sequence[OrderedCopy] = ()


class Order(Shape):
    """An order that an invoice charges for."""

    order_id: UUID
    order_number: str
    lines: Sequence[OrderedLine] = ()


@dataclass(frozen=True, slots=True)
class Charged:
    """A line of an invoice beside the ordered line: `order` and `ordered` are None where none was found or may be seen.

    `queries` are what the order book asks about the line, `differences` what differs from the order, in words.
    """

    line: Line
    currency: str
    order: Order | None
    ordered: OrderedLine | None
    queries: Sequence[InvoiceQuery]
    differences: Sequence[str]
    charged_copies: frozenset[UUID]

    @property
    def costs(self) -> Sequence[tuple[int, Cost]]:
        """Each different cost of a copy, and how many copies have it."""
        different = dict.fromkeys(self.line.costs)
        return [(self.line.costs.count(cost), cost) for cost in different]


def beside_orders(invoice: Invoice, orders: Mapping[UUID, Order]) -> list[Charged]:
    """Returns each line of an invoice beside what it charges for; `orders` by their id."""
    return [_charged(invoice, line, orders) for line in invoice.lines]


def about_all(invoice: Invoice) -> list[InvoiceQuery]:
    """Returns the queries that are about no single line."""
    numbers = {line.line_number for line in invoice.lines}
    return [query for query in invoice.queries if query.line_number not in numbers]


def _charged(invoice: Invoice, line: Line, orders: Mapping[UUID, Order]) -> Charged:
    order = orders.get(line.found.order_id) if line.found else None
    known = {each.line_key: each for each in order.lines} if order else {}
    ordered = known.get(line.found.line_key) if line.found else None
    return Charged(
        line=line,
        currency=invoice.currency,
        order=order,
        ordered=ordered,
        queries=[query for query in invoice.queries if query.line_number == line.line_number],
        differences=list(_differences(invoice, line, ordered)) if ordered else [],
        charged_copies=frozenset(
            entry.copy_id for entry in invoice.costs if entry.line_number == line.line_number and entry.copy_id
        ),
    )


def _differences(invoice: Invoice, line: Line, ordered: OrderedLine) -> Iterator[str]:
    if line.isbn and line.isbn.replace("-", "") not in (ordered.isbn, ""):
        yield f"Another ISBN: {line.isbn} is charged, {ordered.isbn} was ordered."
    price = ordered.unit_price
    if price and price.currency == invoice.currency:
        for net in sorted({cost.net for cost in line.costs} - {price.minor}):
            more = amount_in_words(abs(net - price.minor), invoice.currency)
            charged, agreed = (amount_in_words(minor, invoice.currency) for minor in (net, price.minor))
            yield f"{more} {'more' if net > price.minor else 'less'} than ordered: {charged} net, ordered at {agreed}."
    elif price:
        yield f"Another currency: charged in {invoice.currency}, ordered in {price.currency}."
    if line.quantity > len(ordered.copies):
        yield f"{counted(line.quantity, 'copy')} charged, {len(ordered.copies)} ordered."
    yield from _about_goods(invoice, line, ordered)


def _about_goods(invoice: Invoice, line: Line, ordered: OrderedLine) -> Iterator[str]:
    arrived = sum(copy.state in _ARRIVED for copy in ordered.copies)
    given_up = sum(copy.state in _GIVEN_UP for copy in ordered.copies)
    if not invoice.credit and line.quantity > arrived:
        yield f"{arrived} of {counted(len(ordered.copies), 'ordered copy')} arrived so far, {line.quantity} charged."
    if given_up and not invoice.credit:
        yield f"{counted(given_up, 'copy')} refused or cancelled."


def verdict_on_invoice(invoice: Invoice) -> Verdict:
    """Returns the first line of the page of an invoice."""
    name = f"{invoice.kind.capitalize()} {invoice.invoice_number}"
    if invoice.waits:
        line = f"{name} over {invoice.amount} has {counted(len(invoice.queries), 'query')}"
        advice = (
            "Compare each query with the order below it. Accept if it is right after all: it counts as it is. "
            "Reject if the supplier must send another: it never counts."
        )
        return Verdict(Urgency.TODAY, line, advice)
    return Verdict(None, f"{name} over {invoice.amount} {_OUTCOMES.get(invoice.state, 'is not compared yet')}", "")


_OUTCOMES: Mapping[str, str] = {"matched": "counts", "rejected": "was rejected and never counts"}


def verdict_on_money(waiting: Sequence[Summary], *, more: bool) -> Verdict:
    """Returns the first line of the page of money; `more`: more wait than these."""
    if not waiting:
        return Verdict(None, "No invoice waits for a decision", "")
    number = f"More than {len(waiting)}" if more else str(len(waiting))
    noun = "invoice or credit note waits" if number == "1" else "invoices and credit notes wait"
    advice = "Open the one that waits longest, compare it with its orders, and accept or reject it."
    return Verdict(Urgency.TODAY, f"{number} {noun} for a decision", advice)
