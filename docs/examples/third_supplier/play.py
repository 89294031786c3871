"""Runs all of Stockbridge with Quillfeather beside the built-in suppliers, and follows one order until every copy is received.

`python play.py`; `stack.json` says how the supplier is started. Prints the states of each copy; exits with 0 if all arrived.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from local.lms.calls import Service
from local.stack import Stack, StackOptions
from local.stack.further import further_supplier
from pydantic import BaseModel

HERE = Path(__file__).resolve().parent
SUPPLIER, COUNCIL = "quillfeather", "GB-SFK"
SCOPES = ("orders:read", "orders:write", "delivery:read", "delivery:write")
ORDER = {
    "order_number": "PO-2026-0611",
    "lines": [
        {
            "line_number": 1,
            "isbn": "9780141439518",
            "title": "Pride and Prejudice",
            "copies": [
                {"branch": "IPSW", "fund": "ADULT-FIC", "quantity": 2},
                {"branch": "LOWE", "fund": "ADULT-FIC", "quantity": 1},
            ],
        }
    ],
}
LIMIT_SECONDS = 90.0


class Document(BaseModel, extra="allow"):
    """Any JSON object: this script reads a few fields only."""

    def field(self, name: str) -> Any:
        """Returns one field."""
        return (self.model_extra or {})[name]


async def play(folder: Path) -> Document:
    """Starts everything, orders and receives; returns the order with every copy received. Raises TimeoutError after the limit."""
    async with Stack(StackOptions(folder, extra_suppliers=(further_supplier(HERE, folder),))) as stack:
        here = stack.endpoints

        def token() -> str:
            return stack.token(COUNCIL, *SCOPES)

        async with Service(here.orders, token) as orders, Service(here.delivery, token) as delivery:
            path = await _place_order(orders)
            async with asyncio.timeout(LIMIT_SECONDS):
                return await _receive_all(orders, delivery, path)


async def _place_order(orders: Service) -> str:
    """Adds the branches and the sourcing rule, places the order; returns its path in the order book."""
    await orders.put("/v1/branches", [{"code": code, "name": code} for code in ("IPSW", "LOWE")])
    await orders.post("/v1/sourcing-rules", {"supplier_id": SUPPLIER, "valid_from": "2020-01-01"})
    answer = await orders.post("/v1/orders", ORDER, key="third-supplier")
    return f"/v1/orders/{answer.json()['order_id']}"


async def _receive_all(orders: Service, delivery: Service, path: str) -> Document:
    while not _all_received(order := await orders.get(path, Document)):
        await _receive_expected(delivery)
        await asyncio.sleep(0.2)
    return order


def _all_received(order: Document) -> bool:
    return all(copy["state"] == "received" for line in order.field("lines") for copy in line["copies"])


async def _receive_expected(delivery: Service) -> None:
    """Scans every copy of every expected consignment, as its branch would."""
    for listed in await delivery.pages("/v1/consignments", Document, {"state": "expected"}):
        path = f"/v1/consignments/{listed.field('consignment_id')}"
        consignment = await delivery.get(path, Document)
        scans = [
            {"barcode": f"3011400{number:07d}", "isbn": copy["isbn"], "line_key": copy["line_key"], "condition": "ok"}
            for number, copy in enumerate(consignment.field("copies"), 1)
        ]
        await delivery.post(f"{path}/receipts", {"scans": scans, "complete": True}, key=path.rpartition("/")[2])


def _print_states(order: Document) -> None:
    """Prints each copy's states in the order in which it reached them."""
    states: defaultdict[str, list[str]] = defaultdict(list)
    for entry in order.field("timeline"):
        if entry["copy_id"] is not None and entry["to_state"] is not None:
            states[entry["copy_id"]].append(entry["to_state"])
    for line in order.field("lines"):
        for copy in line["copies"]:
            reached = " -> ".join(states[copy["copy_id"]])
            sys.stdout.write(f"{line['supplier_id']} {line['isbn']} copy {copy['copy_number']} for {copy['branch']}: {reached}\n")


def main() -> None:
    """Runs everything in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="stockbridge-third-", ignore_cleanup_errors=True) as folder:
        _print_states(asyncio.run(play(Path(folder))))


if __name__ == "__main__":
    main()
