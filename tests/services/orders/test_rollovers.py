"""Rollovers move what a fund's copies still commit to another financial year, by a decision and on its day."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.orders.store import rollovers
from shared.contracts.delivery import Leg
from tests.services.orders.conftest import Orders
from tests.services.orders.funded import COST, YEARS, an_order, faults, registered, told, turn, year_of
from tests.services.orders.goods import charge, expected, invoice


async def roll(orders: Orders, path: str = "/v1/funds/FIC/rollovers", key: str = "roll-1", **other: Any) -> httpx.Response:
    body = {
        "from_year": "2025-26",
        "to_year": "2026-27",
        "rolls_on": orders.clock.today().isoformat(),
        "reason": "The year ended",
    }
    return await orders.decide(path, {**body, **other}, Idempotency_Key=key)


async def test_a_rollover_moves_what_is_still_committed_on_its_day(orders: Orders) -> None:
    await registered(orders, {"code": "FIC", "years": YEARS}, {"code": "LOCAL", "years": YEARS})
    order = await orders.placed(an_order())
    await orders.placed(an_order("SFK-2", fund="LOCAL"))
    line = order["lines"][0]
    await orders.hear(expected(order, line, Leg.DIRECT), invoice(charge(line, 1, costs=(COST,))))
    day = date(2026, 4, 1)
    preview = await roll(orders, "/v1/funds/FIC/rollovers/preview", rolls_on=day.isoformat())
    assert preview.json() == {"fund": "FIC", "copies": 2, "unpriced": 0, "moved": [{"minor": 1798, "currency": "GBP"}]}
    decided = await roll(orders, rolls_on=day.isoformat())
    assert (decided.status_code, decided.json()["state"]) == (201, "planned")
    await turn(orders)
    assert (await year_of(orders))["totals"][0]["open"] == 1798
    orders.clock.advance(timedelta(days=(day - orders.clock.today()).days))
    await turn(orders)
    done = await orders.get(decided.headers["Location"])
    assert (done["state"], done["copies"], done["moved"]) == ("done", 2, [{"minor": 1798, "currency": "GBP"}])
    await orders.hear(invoice(charge(line, 2, costs=(COST, COST)), number="INV-2"))
    old, new = (await year_of(orders))["totals"][0], (await year_of(orders, year="2026-27"))["totals"][0]
    assert (old["open"], old["invoiced"], old["committed"]) == (0, 860, 899)
    assert (new["open"], new["invoiced"], new["committed"]) == (0, 1720, 1798)
    assert (await year_of(orders, "LOCAL"))["totals"][0]["open"] == 2697, "another fund stays"
    told_so = [
        entry["reason"] for entry in (await orders.read(order["order_id"]))["timeline"] if "rolled over" in entry["reason"]
    ]
    assert told_so == ["commitments rolled over: copies 2, 3 of fund FIC from 2025-26 to 2026-27: The year ended"]
    rolled = [(what, year, total) for what, cause, year, total in await told(orders) if cause == "orders.funds.rollover"]
    assert rolled == [("released", "2025-26", 1798), ("committed", "2026-27", 1798)]


async def test_a_rollover_takes_the_next_orders_with_something_to_move(orders: Orders) -> None:
    await registered(orders, {"code": "FIC", "years": YEARS}, {"code": "LOCAL", "years": YEARS})
    await orders.placed(an_order(fund="LOCAL"))
    first, second, third = sorted([UUID((await orders.placed(an_order(f"SFK-{n}")))["order_id"]) for n in (2, 3, 4)])
    rollover_id = UUID((await roll(orders)).json()["rollover_id"])
    async with orders.engine.begin() as connection:
        locked = await rollovers.lock_rollover(connection, rollover_id)
        assert locked is not None
        two, one = [await rollovers.next_orders(connection, locked[0], after, limit=2) for after in (None, second)]
        assert (list(two.order_ids), two.last, list(one.order_ids)) == ([first, second], second, [third])
        assert (await rollovers.next_orders(connection, locked[0], one.last, limit=2)).last is None


async def test_the_same_rollover_is_decided_once(orders: Orders) -> None:
    await registered(orders, {"code": "FIC", "years": YEARS}, {"code": "LOCAL", "years": YEARS}, {"code": "PLAIN"})
    first = await roll(orders)
    for again in (await roll(orders), await roll(orders, key="roll-2")):
        assert (again.status_code, again.json()) == (201, first.json())
        assert again.headers["Idempotent-Replayed"] == "true"
    other = await roll(orders, reason="Something else")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    both = await roll(orders, "/v1/fund-rollovers", key="roll-3")
    assert [found["fund"] for found in both.json()["items"]] == ["FIC", "LOCAL"]
    assert both.json()["items"][0] == first.json()
    listed = (await orders.get("/v1/fund-rollovers?fund=FIC"))["items"]
    assert listed == [first.json()]
    assert (await orders.client.post("/v1/funds/FIC/rollovers", json={}, headers=orders.headers)).status_code == 422


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"rolls_on": "2026-03-01"}, ("/rolls_on", "past-day")),
        ({"from_year": "2024-25"}, ("/from_year", "unknown-year")),
        ({"to_year": "2027-28"}, ("/to_year", "unknown-year")),
        ({"from_year": "2026-27", "to_year": "2025-26"}, ("/to_year", "year-not-later")),
    ],
)
async def test_a_rollover_that_cannot_be_is_refused(orders: Orders, asked: dict[str, Any], fault: tuple[str, str]) -> None:
    await registered(orders, {"code": "FIC", "years": YEARS})
    for path in ("/v1/funds/FIC/rollovers", "/v1/funds/FIC/rollovers/preview"):
        assert faults(await roll(orders, path, **asked)) == [fault]
    assert (await roll(orders, "/v1/funds/NONE/rollovers")).status_code == 404
    assert faults(await roll(orders, "/v1/fund-rollovers", funds=["FIC", "NONE"])) == [("/funds/1", "unknown-fund")]
