"""Links from the overview to the pages and API resources of other services where staff settle each item. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Links:
    """Base URLs of the order book, of each supplier's exchange, and of lms. Without a base URL a link is None.

    `with_pages` are the suppliers whose messages have a page here, because the dashboard reaches their exchange.
    """

    orders: str = ""
    exchanges: Mapping[str, str] = field(default_factory=dict)
    with_pages: Collection[str] = ()
    lms: str = ""

    def message(self, supplier_id: str, message_id: UUID) -> str | None:
        """Returns the link to the page of a message, else to it in its exchange: its findings; what to decide is below it."""
        if supplier_id in self.with_pages:
            return f"/messages/{quote(supplier_id, safe='')}/{message_id}"
        return self._in_exchange(supplier_id, f"/v1/messages/{message_id}")

    def feed(self, supplier_id: str, kind: str) -> str | None:
        """Returns the link to all messages of one kind from a supplier, newest first."""
        return self._in_exchange(supplier_id, f"/v1/messages?{urlencode({'direction': 'in', 'kind': kind})}")

    def invoice(self, invoice_id: UUID) -> str | None:
        """Returns the link to an invoice in the order book: its queries; accept and reject are below it."""
        return f"{self.orders.rstrip('/')}/v1/invoices/{invoice_id}" if self.orders else None

    def order(self, order_id: UUID) -> str | None:
        """Returns the link to an order in the order book: its lines with prices and timeline; cancellations are below it."""
        return f"{self.orders.rstrip('/')}/v1/orders/{order_id}" if self.orders else None

    def file(self, message_id: UUID) -> str | None:
        """Returns the link to a file of a mailbox in lms: its orders with their faults; what to decide is below it."""
        return f"{self.lms.rstrip('/')}/v1/mailbox-messages/{message_id}" if self.lms else None

    def _in_exchange(self, supplier_id: str, path: str) -> str | None:
        base = self.exchanges.get(supplier_id, "")
        return f"{base.rstrip('/')}{path}" if base else None
