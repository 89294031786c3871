"""Staff of the branches: unpack what arrives, scan it, and receive it in the library system that ordered it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from uuid import UUID

from local.lms.answers import Consignment, ConsignmentInList, Goods, OrderInBook, ReceiptTaken
from local.lms.calls import Service
from local.simulators.library.library import Library

_PAUSE_SECONDS = 0.5
_ON_THE_WAY = ("expected", "partly_received")
_TO_HUB = "to_hub"
_BARCODES = 10**12


class Staff:
    """Unpacks everything that one council is sent, in good condition. `orders` and `delivery` are called as the council."""

    def __init__(self, orders: Service, delivery: Service) -> None:
        self.libraries: list[Library] = []
        self._orders = orders
        self._delivery = delivery
        self._books: dict[UUID, OrderInBook] = {}

    async def work(self) -> None:
        """Unpacks until cancelled."""
        while True:
            for state in _ON_THE_WAY:
                for listed in await self._delivery.pages("/v1/consignments", ConsignmentInList, {"state": state}):
                    await self._unpack(listed.consignment_id)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _unpack(self, consignment_id: UUID) -> None:
        consignment = await self._delivery.get(f"/v1/consignments/{consignment_id}", Consignment)
        goods = [one for one in consignment.copies if one.state == "outstanding"]
        if not goods:
            return
        barcodes = {one.item_id: one.barcode or _new_barcode(one) for one in goods}
        body = {"scans": [_scan(one, barcodes[one.item_id]) for one in goods]}
        path = f"/v1/consignments/{consignment_id}/receipts"
        key = hashlib.sha256(json.dumps([path, body]).encode()).hexdigest()[:32]
        taken = ReceiptTaken.model_validate_json((await self._delivery.post(path, body, key=key)).content)
        received = {item.copy_id for item in taken.items if item.state == "received"}
        if consignment.leg == _TO_HUB:
            return
        for one in goods:
            if one.copy_id in received:
                await self._receive(one, barcodes[one.item_id])

    async def _receive(self, goods: Goods, barcode: str) -> None:
        """Receives a book in the system whose order number is on its slip."""
        if goods.order_id is None:
            return
        order = self._books.get(goods.order_id) or await self._orders.get(f"/v1/orders/{goods.order_id}", OrderInBook)
        self._books[goods.order_id] = order
        branch = next(copy.branch for line in order.lines for copy in line.copies if copy.copy_id == goods.copy_id)
        number = int(order.order_number)
        for library in self.libraries:
            if library.ledger.of_order(number):
                library.ledger.scan(number, goods.isbn, branch, barcode)


def _scan(goods: Goods, barcode: str) -> dict[str, str]:
    """Returns the scan of a book; one without a barcode gets a new one from the branch."""
    scan = {"barcode": barcode}
    if goods.barcode is None:
        scan |= {"isbn": goods.isbn, **({"line_key": goods.line_key} if goods.line_key else {})}
    return scan


def _new_barcode(goods: Goods) -> str:
    return f"29{goods.item_id.int % _BARCODES:012d}"
