"""Funds of the tests' council, and what the API and the ledger's events say of them."""

from collections.abc import Sequence
from typing import Any

import httpx

from services.orders.fund_timer import FundTimer
from shared.contracts.invoices import Cost
from shared.contracts.spend import SpendCommitted, SpendInvoiced, SpendReleased
from tests.services.orders.conftest import Orders

THIS_YEAR = {"year": "2025-26", "starts_on": "2025-04-01", "ends_on": "2026-03-31"}
NEXT_YEAR = {"year": "2026-27", "starts_on": "2026-04-01", "ends_on": "2027-03-31"}
YEARS = [THIS_YEAR, NEXT_YEAR]
COST = Cost(list_price=899, discount=49, net=850, vat=10)


def an_order(number: str = "SFK-1", *, price: int | None = 899, fund: str = "FIC", quantity: int = 3) -> dict[str, Any]:
    """An order of one line with copies of the national bookseller."""
    line = {"line_number": 1, "isbn": "9780141439518", "copies": [{"branch": "IPSW", "fund": fund, "quantity": quantity}]}
    return {"order_number": number, "lines": [line if price is None else {**line, "unit_price": {"minor": price}}]}


async def keep(orders: Orders, *funds: dict[str, Any], if_match: str | None = None) -> httpx.Response:
    headers = orders.headers if if_match is None else {**orders.headers, "If-Match": if_match}
    return await orders.client.put("/v1/funds", json=funds, headers=headers)


async def registered(orders: Orders, *funds: dict[str, Any]) -> None:
    assert (await keep(orders, *funds)).status_code == 200


async def year_of(orders: Orders, fund: str = "FIC", year: str = "2025-26") -> dict[str, Any]:
    """A year of a fund, with the amounts of each total as `currency minor`."""
    (found,) = (await orders.get(f"/v1/funds/{fund}?year={year}"))["years"]
    totals = [
        {name: amount["minor"] for name, amount in total.items()} | {"currency": total["open"]["currency"]}
        for total in found["totals"]
    ]
    return {**found, "totals": totals}


def faults(answer: httpx.Response) -> Sequence[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


async def told(orders: Orders) -> list[tuple[str, str, str, int]]:
    """What the council's ledger was told: what, cause, year and total of each event's fund."""
    events = [event for event in await orders.sent() if isinstance(event, SpendCommitted | SpendReleased | SpendInvoiced)]
    return [(event.event_type.split(".")[2], event.cause, fund.year, fund.total) for event in events for fund in event.funds]


async def turn(orders: Orders) -> None:
    await FundTimer(orders.engine, orders.clock).turn()
