"""`/v1/switches/rehearsal`: where the orders of a past period would have gone by proposed rules, or after a switch."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from bench.filling import COUNCIL, fill_order_book
from services.orders.store.placed import Period, PlacedOrders, placed_orders
from shared.contracts.trials import Arm, DrawUnit
from shared.sourcing.rules import Trial
from shared.sourcing.trials import draw
from tests.services.orders.conftest import Orders, announced
from tests.services.orders.goods import answered
from tests.services.orders.switched import Switches
from tests.services.plans import scans_of


def an_order(number: str, **other: Any) -> dict[str, Any]:
    """An order of one line: two copies for Ipswich, of the national bookseller, and one for Lowestoft, of the consortium."""
    copies = [{"branch": "IPSW", "fund": "FIC", "quantity": 2}, {"branch": "LOWE", "fund": "FIC"}]
    line = {"line_number": 1, "isbn": "9780141439518", "title": "Emma", "copies": copies, "unit_price": {"minor": 899}}
    return {"order_number": number, "lines": [{**line, **other}]}


def a_rule(supplier: str, branch: str | None = None, **other: Any) -> dict[str, Any]:
    return {"supplier_id": supplier, "branch": branch, "valid_from": "2026-01-01", **other}


def a_period(orders: Orders, **other: Any) -> dict[str, Any]:
    today = orders.clock.today()
    return {"from": (today - timedelta(days=30)).isoformat(), "to": today.isoformat(), **other}


async def rehearsed(orders: Orders, **body: Any) -> dict[str, Any]:
    answer = await orders.decide("/v1/switches/rehearsal", a_period(orders, **body))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def faults(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


def gbp(minor: int) -> list[dict[str, Any]]:
    return [{"minor": minor, "currency": "GBP"}]


def sums(found: dict[str, Any]) -> dict[str | None, tuple[tuple[int, int], tuple[int, int]]]:
    """Lines and copies of each supplier, before and after."""
    shown = {each["supplier_id"]: (each["before"], each["after"]) for each in found["suppliers"]}
    return {name: ((b["lines"], b["copies"]), (a["lines"], a["copies"])) for name, (b, a) in shown.items()}


async def test_rules_are_rehearsed_beside_those_there_are_and_nothing_is_written(orders: Orders) -> None:
    placed = [await orders.placed(an_order(f"SFK-{number}")) for number in (1, 2)]
    before = (await orders.published(), await orders.get("/v1/sourcing-rules"))
    found = await rehearsed(orders, rules=[a_rule("national", "LOWE", valid_from="2026-02-01")])
    assert (found["orders"], sums(found)) == (2, {"consortium": ((2, 2), (0, 0)), "national": ((2, 4), (2, 6))})
    assert [each["after"]["money"] for each in found["suppliers"]] == [[], gbp(6 * 899)]
    moved = {"from_supplier": "consortium", "to_supplier": "national"}
    (branch,) = found["branches"]
    assert branch == {"branch": "LOWE", **moved, "lines": 2, "copies": 2, "money": gbp(2 * 899), "unpriced": 0}
    assert {line["order_id"] for line in found["lines"]} == {order["order_id"] for order in placed}
    first, price = found["lines"][0], {"minor": 899, "currency": "GBP"}
    shown = ("line_number", "title", "branches", "copies", "price", "from_supplier", "to_supplier")
    assert [first[name] for name in shown] == [1, "Emma", ["LOWE"], 1, price, "consortium", "national"]
    assert (found["unlisted"], found["rules_on"]) == (0, orders.clock.today().isoformat())
    assert (await orders.published(), await orders.get("/v1/sourcing-rules")) == before


async def test_a_switch_is_rehearsed_as_it_would_leave_the_rules(orders: Orders) -> None:
    await orders.hear(announced("third"))
    await orders.placed(an_order("SFK-1"))
    switches = Switches(orders)
    body = switches.body(from_supplier="national", to_supplier="third", open_copies="drain")
    found = await rehearsed(orders, switch=body)
    assert sums(found) == {"consortium": ((1, 1), (1, 1)), "national": ((1, 2), (0, 0)), "third": ((0, 0), (1, 2))}
    await switches.begun(**body)
    assert sums(await rehearsed(orders, switch=switches.body())) == {
        "consortium": ((1, 1), (0, 0)), "national": ((1, 2), (1, 1)), "third": ((0, 0), (1, 2)),
    }  # fmt: skip


async def test_copies_that_no_rule_would_cover_are_of_no_supplier(orders: Orders) -> None:
    await orders.placed(an_order("SFK-1", unit_price=None))
    found = await rehearsed(
        orders, switch=Switches(orders).body(from_supplier="national", to_supplier=None, open_copies="cancel")
    )
    assert sums(found) == {"consortium": ((1, 1), (1, 1)), "national": ((1, 2), (0, 0)), None: ((0, 0), (1, 2))}
    assert [(each["to_supplier"], each["money"], each["unpriced"]) for each in found["branches"]] == [(None, [], 2)]


async def test_a_trial_is_rehearsed_with_the_draw_that_it_would_make(orders: Orders) -> None:
    for number in range(20):
        await orders.placed(an_order(f"SFK-{number}"))
    trial = {"name": "bookseller", "share": "0.5", "unit": "order"}
    rule = a_rule("national", "LOWE", mode="pilot", trial=trial, valid_from="2026-02-01")
    moved = {line["order_number"] for line in (await rehearsed(orders, rules=[rule]))["lines"]}
    terms = Trial("bookseller", Decimal("0.5"), DrawUnit.ORDER)
    numbers = [f"SFK-{number}" for number in range(20)]
    assert moved == {number for number in numbers if draw(terms, "GB-SFK", (number,)) is Arm.PILOT}
    assert 0 < len(moved) < 20


async def test_lines_are_as_they_were_placed_whatever_became_of_them(orders: Orders) -> None:
    placed = await orders.placed(an_order("SFK-1"))
    await Switches(orders).begun()
    line = next(line for line in placed["lines"] if line["supplier_id"] == "consortium")
    await orders.hear(answered(placed, line, "222"))
    assert len((await orders.read(placed["order_id"]))["lines"]) == 3
    tomorrow = (orders.clock.today() + timedelta(days=1)).isoformat()
    found = await rehearsed(orders, rules=[a_rule("consortium", "LOWE", valid_from=tomorrow)])
    assert (sums(found)["consortium"], found["rules_on"]) == (((1, 1), (1, 1)), tomorrow)


async def test_contract_ends_decide_as_for_an_order_placed_on_the_day_of_the_rules(orders: Orders) -> None:
    await orders.hear(announced("consortium", 14))
    await orders.placed(an_order("SFK-1"))
    last_day = {"supplier_id": "consortium", "last_day": "2026-03-20"}
    for next_supplier, day, outcome, to_supplier in (
        (None, "2026-03-07", "contract-ends-before", "consortium"),
        (None, "2026-03-21", "other-rule", "national"),
        ("national", "2026-03-21", "next-supplier", "national"),
        ("national", "2026-03-07", "next-supplier", "national"),
    ):
        body = {**last_day, "reason": "We leave the consortium", "next_supplier": next_supplier}
        made = await orders.decide("/v1/contract-ends", body)
        assert made.status_code == 201, made.text
        same = [a_rule("national", "IPSW", valid_from=orders.clock.today().isoformat())]
        assert (await rehearsed(orders, rules=same))["contract_ends"] == [], "what is ordered today arrives in time"
        found = await rehearsed(orders, rules=[a_rule("national", "IPSW", valid_from=day)])
        (effect,) = found["contract_ends"]
        shown = {**last_day, "outcome": outcome, "to_supplier": to_supplier}
        assert effect == {**shown, "lines": 1, "copies": 1, "money": gbp(899), "unpriced": 0}
        assert sums(found)[to_supplier][1] == ((1, 1) if to_supplier == "consortium" else (1, 3))
    back = Switches(orders).body(from_supplier="national", to_supplier="consortium", first_day="2026-03-07")
    assert [(each["outcome"], each["copies"]) for each in (await rehearsed(orders, switch=back))["contract_ends"]] == [
        ("next-supplier", 3)
    ]
    orders.clock.advance(timedelta(days=5))
    placed = await orders.placed(an_order("SFK-2"))
    assert [(line["supplier_id"], len(line["copies"])) for line in placed["lines"]] == [("national", 3)]


async def test_only_orders_of_the_council_and_period_are_rehearsed(orders: Orders) -> None:
    await orders.placed(an_order("SFK-1"))
    orders.clock.advance(timedelta(days=1))
    await orders.placed(an_order("SFK-2"))
    today = orders.clock.today()
    rules = [a_rule("national", "LOWE", valid_from="2026-02-01")]
    for first, last, count in ((0, 0, 1), (1, 0, 2), (1, 1, 1), (9, 2, 0)):
        days = {"from": (today - timedelta(days=first)).isoformat(), "to": (today - timedelta(days=last)).isoformat()}
        assert (await rehearsed(orders, rules=rules, **days))["orders"] == count, (first, last)
    assert (await rehearsed(orders.of_council("GB-NFK"), rules=rules))["orders"] == 0


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"to": "2020-01-01", "rules": [a_rule("national")]}, ("/to", "ends-before-it-begins")),
        ({"to": "2999-01-01", "rules": [a_rule("national")]}, ("/to", "future-day")),
        ({"rules": [a_rule("national", "LOWE")]}, ("/rules/0/valid_from", "same-first-day")),
        ({"rules": [a_rule("national"), a_rule("nobody", "IPSW")]}, ("/rules/1/supplier_id", "unknown-supplier")),
        ({"rules": [a_rule("national", valid_to="2026-01-02")]}, ("/rules/0/valid_to", "not-in-force")),
        ({"rules": [a_rule("national", mode="pilot")]}, ("/rules/0/trial", "trial-missing")),
        ({}, ("", "value_error")),
    ],
)
async def test_a_rehearsal_that_cannot_be_is_refused(orders: Orders, asked: dict[str, Any], fault: tuple[str, str]) -> None:
    assert faults(await orders.decide("/v1/switches/rehearsal", a_period(orders, **asked))) == [fault]


async def test_faults_of_a_switch_point_into_it(orders: Orders) -> None:
    body = Switches(orders).body(to_supplier="consortium", branches=["NOWHERE"])
    found = faults(await orders.decide("/v1/switches/rehearsal", a_period(orders, switch=body)))
    assert found == [("/switch/to_supplier", "same-supplier"), ("/switch/branches/0", "unknown-branch")]


async def test_a_page_of_past_orders_is_read_by_index_and_no_order_twice(orders: Orders) -> None:
    await fill_order_book(orders.engine, 10_000)
    async with orders.engine.connect() as connection:
        for setting in ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin"):
            await connection.execute(text(f"SET LOCAL {setting} = off"))
        period = Period(COUNCIL, orders.clock.start_of(orders.clock.today() - timedelta(days=36_500)), orders.clock.now())
        pages: list[PlacedOrders] = []

        async def page() -> None:
            pages.append(await placed_orders(connection, period, after=None, limit=10))

        scans = await scans_of(connection, page)
        assert [scan for scan in scans if "Seq Scan" in scan.kind] == []
        assert max(scan.rows for scan in scans) <= 10 * 6, scans
        while pages[-1].last is not None:
            pages.append(await placed_orders(connection, period, after=pages[-1].last, limit=10))
        ids = [order[0].order_id for each in pages for order in each.orders]
        count = (await connection.execute(text("SELECT count(*) FROM purchase_order WHERE council = 'GB-1'"))).scalar_one()
    assert (len(set(ids)), len(ids)) == (count, count)
