"""Orders whose copies are invoiced, and what the API says about the invoices."""

from typing import Any

from shared.contracts.delivery import Leg
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import expected, line_of


async def supplied(orders: Orders, number: str = "SFK-1") -> tuple[dict[str, Any], dict[str, Any]]:
    """An order, and its line of two copies that the national supplier has despatched."""
    order = await orders.placed(an_order(number))
    line = line_of(order, "national", 1)
    await orders.hear(expected(order, line, Leg.DIRECT))
    return order, line


async def listed(orders: Orders, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await orders.get(f"/v1/invoices{query}"))["items"]
    return items


async def the_invoice(orders: Orders, number: str = "INV-1") -> dict[str, Any]:
    (found,) = await listed(orders, f"?invoice_number={number}")
    return await orders.get(f"/v1/invoices/{found['invoice_id']}")


async def invoice_events(orders: Orders) -> list[str]:
    return [event.event_type for event in await orders.sent() if ".invoice." in event.event_type]


def codes(found: dict[str, Any]) -> list[str]:
    return [query["code"] for query in found["queries"]]


async def costs(orders: Orders, order: dict[str, Any]) -> list[list[int]]:
    after = line_of(await orders.read(order["order_id"]), "national", 1)
    return [[cost["total"] for cost in copy["costs"]] for copy in after["copies"]]
