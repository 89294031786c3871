"""Reads invoices with the orders they charge for, and passes on what staff decide: with the token of the person at the page."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from services.dashboard.domain.invoices import QUERIED, Charged, Invoice, Order, Summary, SummaryPage, beside_orders
from services.dashboard.usecases.asking import Services
from shared.errors import DomainError, Kind
from shared.http.calls import Api, Session
from shared.http.headers import etag

_ON_A_PAGE = 50
# Of what waits, the page shows this many and links to the rest.
_WAITING_SHOWN = 200
# An invoice of more orders shows the lines of these beside it.
_MOST_ORDERS = 100
_ASKED_AT_ONCE = 8
_PATH = "/v1/invoices"


@dataclass(frozen=True, slots=True)
class SeenMoney:
    """The page of money: what waits, oldest first, and one page of all that was asked for, newest first."""

    waiting: Sequence[Summary]
    more_wait: bool
    found: Sequence[Summary]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class SeenInvoice:
    """The page of an invoice: its lines beside the orders, the credit notes about it, and the invoice that it corrects."""

    invoice: Invoice
    charged: Sequence[Charged]
    credits: Sequence[Summary]
    corrected: Sequence[Summary]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a person decided about an invoice: to `accept` or `reject` the version that the page showed, and why."""

    decision: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Invoices:
    """The invoices of the order book."""

    services: Services

    async def list(self, token: str, *, filters: Mapping[str, str], cursor: str) -> SeenMoney:
        """Returns what waits, and the page of all invoices that `filters` and `cursor` name. Raises DomainError."""
        asked = {"limit": str(_ON_A_PAGE), **filters, **({"cursor": cursor} if cursor else {})}
        async with self._api.session(token) as session:
            waiting = await _page(session, {"state": QUERIED, "limit": str(_WAITING_SHOWN)})
            found = await _page(session, asked)
        oldest = sorted(waiting.items, key=lambda each: each.received_at)
        return SeenMoney(oldest, waiting.next_cursor is not None, found.items, found.next_cursor)

    async def read(self, invoice_id: UUID, token: str) -> SeenInvoice:
        """Returns an invoice beside what it charges for. Raises DomainError."""
        async with self._api.session(token) as session:
            invoice = Invoice.model_validate(await session.ask("GET", f"{_PATH}/{invoice_id}"))
            orders = await _orders(session, invoice)
            credits, corrected = await asyncio.gather(_credits(session, invoice), _corrected(session, invoice))
        return SeenInvoice(invoice, beside_orders(invoice, orders), credits, corrected)

    async def decide(self, invoice_id: UUID, token: str, decided: Verdicts) -> None:
        """Has the order book accept or reject a queried invoice. Raises DomainError as it refuses that."""
        path = f"{_PATH}/{invoice_id}/{decided.decision}"
        await self._api.ask("POST", path, token, body={"reason": decided.reason}, if_match=etag(decided.version))

    @property
    def _api(self) -> Api:
        return self.services.of("orders")


async def _page(session: Session, query: Mapping[str, str]) -> SummaryPage:
    return SummaryPage.model_validate(await session.ask("GET", f"{_PATH}?{urlencode(query)}"))


async def _orders(session: Session, invoice: Invoice) -> dict[UUID, Order]:
    ids = list(dict.fromkeys(line.found.order_id for line in invoice.lines if line.found))[:_MOST_ORDERS]
    room = asyncio.Semaphore(_ASKED_AT_ONCE)

    async def read(order_id: UUID) -> Order | None:
        async with room:
            try:
                return Order.model_validate(await session.ask("GET", f"/v1/orders/{order_id}"))
            except DomainError as error:
                if error.kind is Kind.NOT_FOUND:
                    return None
                raise

    return {order.order_id: order for order in await asyncio.gather(*map(read, ids)) if order is not None}


async def _credits(session: Session, invoice: Invoice) -> Sequence[Summary]:
    """Returns the credit notes that name the invoice."""
    if invoice.credit:
        return ()
    named = {"supplier_id": invoice.supplier_id, "credits_invoice": invoice.invoice_number}
    return _of_council(invoice, await _page(session, named))


async def _corrected(session: Session, invoice: Invoice) -> Sequence[Summary]:
    """Returns the invoice that a credit note corrects; a number that a supplier used twice has two."""
    if not invoice.credits_invoice:
        return ()
    named = {"supplier_id": invoice.supplier_id, "invoice_number": invoice.credits_invoice}
    return _of_council(invoice, await _page(session, named))


def _of_council(invoice: Invoice, page: SummaryPage) -> Sequence[Summary]:
    return [each for each in page.items if each.council == invoice.council]
