"""Where staff settle what waits: addresses of other services' API resources. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Links:
    """Base URLs of the order book and of the exchanges by supplier id; what has none gets no link (None)."""

    orders: str = ""
    exchanges: Mapping[str, str] = field(default_factory=dict)

    def message(self, supplier_id: str, message_id: UUID) -> str | None:
        """A message of a supplier's exchange: its findings, and below it replay, release and discard."""
        return self._in_exchange(supplier_id, f"/v1/messages/{message_id}")

    def feed(self, supplier_id: str, kind: str) -> str | None:
        """What a supplier sent in a matter, newest first."""
        return self._in_exchange(supplier_id, f"/v1/messages?{urlencode({'direction': 'inbound', 'kind': kind})}")

    def invoice(self, invoice_id: UUID) -> str | None:
        """An invoice in the order book: what is questioned, and below it how to settle it."""
        return f"{self.orders.rstrip('/')}/v1/invoices/{invoice_id}" if self.orders else None

    def _in_exchange(self, supplier_id: str, path: str) -> str | None:
        base = self.exchanges.get(supplier_id, "")
        return f"{base.rstrip('/')}{path}" if base else None
