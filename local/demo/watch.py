"""Reads every copy's state through the API of the orders service; reads again only orders that changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from local.demo.reckoning import CopyNow
from local.lms.answers import OrderInBook, OrderInList
from local.lms.calls import Service
from local.lms.ledger import keys_in
from local.lms.orders import CopyKey


@dataclass(slots=True)
class Watch:
    """The orders when last read: `copies` by key, and `names`, the copies' keys by line key and copy number."""

    orders: Service
    copies: dict[CopyKey, CopyNow] = field(default_factory=dict)
    names: dict[tuple[str, int], CopyKey] = field(default_factory=dict)
    _versions: dict[UUID, int] = field(default_factory=dict)

    async def refresh(self) -> None:
        """Brings `copies` up to date."""
        for listed in await self.orders.pages("/v1/orders", OrderInList):
            if self._versions.get(listed.order_id) != listed.version:
                order = await self._order(listed.order_id)
                self._note(order)
                self._versions[order.order_id] = order.version

    async def untitled(self) -> list[str]:
        """Returns the ISBNs of order lines without a title, neither from the LMS nor from the catalogue."""
        orders = [await self._order(order_id) for order_id in self._versions]
        return sorted({line.isbn for order in orders for line in order.lines if not line.title})

    async def _order(self, order_id: UUID) -> OrderInBook:
        return await self.orders.get(f"/v1/orders/{order_id}", OrderInBook)

    def _note(self, order: OrderInBook) -> None:
        keys = keys_in(order)
        for line in order.lines:
            for copy in line.copies:
                key = keys[copy.copy_id]
                self.copies[key] = CopyNow(line.supplier_id, copy.state)
                self.names[line.line_key, copy.copy_number] = key
