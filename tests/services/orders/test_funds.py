"""`/v1/funds`: financial years, what copies commit and cost in each, and what the council's ledger is told."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from services.orders.domain.fund_totals import FundTotal
from services.orders.incoming import subscription
from services.orders.republish import OWNER
from services.orders.store.funds import fold_counts, totals_of, wrong_totals
from services.orders.store.tables import fund_count
from shared.bus import to_envelope
from shared.contracts.delivery import Leg
from shared.contracts.spend import SpendCommitted, SpendInvoiced
from shared.contracts.stated import PriceBasis, StatedPrice
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders
from tests.services.orders.funded import (
    COST,
    NEXT_YEAR,
    THIS_YEAR,
    YEARS,
    an_order,
    faults,
    keep,
    registered,
    told,
    turn,
    year_of,
)
from tests.services.orders.goods import SUBSTITUTE, answered, charge, expected, invoice, received
from tests.services.orders.switched import Switches
from tests.services.read_model import published_again
from tests.waiting import until


async def test_only_funds_that_are_open_on_the_day_and_have_its_year_take_orders(orders: Orders) -> None:
    assert (await orders.post(an_order("SFK-1", fund="ANY"))).status_code == 201, "no fund is registered"
    await registered(
        orders,
        {"code": "FIC", "years": YEARS},
        {"code": "PLAIN"},
        {"code": "SHUT", "closed_from": "2026-03-02"},
        {"code": "SOON", "open_from": "2026-03-03"},
        {"code": "LAST", "years": [NEXT_YEAR]},
    )
    for fund, code in (
        ("ANY", "unknown-fund"),
        ("SHUT", "fund-closed"),
        ("SOON", "fund-not-open"),
        ("LAST", "fund-without-year"),
    ):
        refused = await orders.post(an_order("SFK-2", fund=fund))
        assert faults(refused) == [("/lines/0/copies/0/fund", code)]
        assert "order from FIC, PLAIN." in refused.json()["errors"][0]["detail"]
    assert (await orders.post(an_order("SFK-3", fund="PLAIN"))).status_code == 201
    orders.clock.advance(timedelta(days=1))
    assert (await orders.post(an_order("SFK-4", fund="SOON"))).status_code == 201


@pytest.mark.parametrize(
    ("fund", "said"),
    [
        ({"years": [THIS_YEAR, THIS_YEAR]}, "given twice"),
        ({"years": [THIS_YEAR, {**NEXT_YEAR, "starts_on": "2026-03-31"}]}, "days in common"),
        ({"years": [{**THIS_YEAR, "ends_on": "2024-01-01"}]}, "ends before it starts"),
        ({"open_from": "2026-04-01", "closed_from": "2026-04-01"}, "closes before it opens"),
    ],
)
async def test_a_fund_with_impossible_days_is_refused(orders: Orders, fund: dict[str, Any], said: str) -> None:
    refused = await keep(orders, {"code": "FIC", **fund})
    assert refused.status_code == 422
    assert said in refused.text
    assert (await orders.get("/v1/funds"))["items"] == []


async def test_funds_are_changed_by_who_has_read_them(orders: Orders) -> None:
    first = await keep(orders, {"code": "FIC"})
    assert (await keep(orders, {"code": "FIC", "name": "Fiction"})).status_code == 428
    second = await keep(orders, {"code": "FIC", "name": "Fiction"}, if_match=first.headers["ETag"])
    assert [fund["name"] for fund in second.json()["items"]] == ["Fiction"]
    stale = await keep(orders, {"code": "FIC", "name": "Other"}, if_match=first.headers["ETag"])
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    listed = await orders.client.get("/v1/funds?limit=1", headers=orders.headers)
    assert listed.headers["ETag"] == second.headers["ETag"]
    assert (await keep(orders, {"code": "FIC"}, {"code": "FIC"}, if_match="*")).status_code == 422


async def test_a_fund_is_answered_again_only_when_it_changed(orders: Orders) -> None:
    assert (await orders.client.get("/v1/funds/FIC", headers=orders.headers)).status_code == 404
    await orders.placed(an_order())
    first = await orders.client.get("/v1/funds/FIC", headers=orders.headers)
    assert (first.json()["registered"], [year["year"] for year in first.json()["years"]]) == (False, [""])
    again = {**orders.headers, "If-None-Match": f'"other", {first.headers["ETag"]}'}
    assert (await orders.client.get("/v1/funds/FIC", headers=again)).status_code == 304
    await orders.placed(an_order("SFK-2"))
    assert (await orders.client.get("/v1/funds/FIC", headers=again)).status_code == 200
    assert (
        await orders.of_council("GB-ESS").client.get("/v1/funds/FIC", headers=orders.of_council("GB-ESS").headers)
    ).status_code == 404


async def test_a_copy_commits_from_ordering_until_it_is_given_up_or_charged(orders: Orders) -> None:
    await registered(orders, {"code": "FIC", "years": YEARS})
    order = await orders.placed(an_order())
    line = order["lines"][0]
    none = {"committed": 0, "released": 0, "replaced": 0, "open": 0, "invoiced": 0, "credited": 0, "currency": "GBP"}
    found = await year_of(orders)
    assert found["totals"] == [{**none, "committed": 2697, "open": 2697}]
    assert (found["copies"], found["open_copies"], found["unpriced"], found["starts_on"]) == (3, 3, 0, "2025-04-01")
    one, two, three = line["copies"]
    await orders.hear(answered(order, line, "200", copies=({"copy_number": one["copy_number"]},)))
    await orders.hear(expected(order, {**line, "copies": [two, three]}, Leg.DIRECT))
    charged = charge(line, 1, copies=({"copy_number": two["copy_number"]},), costs=(COST,))
    await orders.hear(invoice(charged))
    found = await year_of(orders)
    assert found["totals"] == [{**none, "committed": 2697, "released": 899, "replaced": 899, "open": 899, "invoiced": 860}]
    assert (found["copies"], found["open_copies"]) == (3, 1)
    await orders.hear(invoice(charged, number="CN-1", credit=True, credits_invoice="INV-1"))
    after = (await year_of(orders))["totals"]
    assert after == [{**none, "committed": 2697, "released": 899, "open": 1798, "invoiced": 860, "credited": 860}]
    assert await told(orders) == [
        ("committed", "orders.order.placed.v1", "2025-26", 2697),
        ("released", "suppliers.order.responded.v1", "2025-26", 899),
        ("released", "suppliers.invoice.received.v1", "2025-26", 899),
        ("invoiced", "suppliers.invoice.received.v1", "2025-26", 860),
        ("committed", "suppliers.invoice.received.v1", "2025-26", 899),
        ("invoiced", "suppliers.invoice.received.v1", "2025-26", -860),
    ]


async def test_a_credit_of_what_was_received_commits_nothing_again(orders: Orders) -> None:
    order = await orders.placed(an_order(quantity=1))
    line = order["lines"][0]
    charged = charge(line, 1, costs=(COST,))
    await orders.hear(expected(order, line, Leg.DIRECT), received(order, line, Leg.DIRECT), invoice(charged))
    await orders.hear(invoice(charged, number="CN-1", credit=True, credits_invoice="INV-1"))
    (total,) = (await year_of(orders, year=""))["totals"]
    assert (total["open"], total["replaced"], total["invoiced"] - total["credited"]) == (0, 899, 0)


async def test_a_price_that_the_supplier_states_is_what_is_committed(orders: Orders) -> None:
    order = await orders.placed(an_order(price=None))
    found = await year_of(orders, year="")
    assert (found["totals"], found["unpriced"]) == ([], 3)
    prices = (StatedPrice(minor=999, basis=PriceBasis.RETAIL), StatedPrice(minor=700, currency="EUR", basis=PriceBasis.NET))
    await orders.hear(answered(order, order["lines"][0], "100", prices=prices))
    found = await year_of(orders, year="")
    assert ([(total["currency"], total["open"]) for total in found["totals"]], found["unpriced"]) == ([("EUR", 2100)], 0)
    assert [(what, total) for what, _, _, total in await told(orders)] == [("committed", 0), ("released", 0), ("committed", 2100)]


_WAITING = text(
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
    "WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
)


async def test_a_charge_waits_for_a_change_of_its_copies_and_knows_it(orders: Orders) -> None:
    order = await orders.placed(an_order(quantity=1))
    line = order["lines"][0]
    await orders.hear(expected(order, line, Leg.DIRECT))
    repriced = answered(order, line, "100", prices=(StatedPrice(minor=800, basis=PriceBasis.NET),))

    async def waits() -> int:
        async with orders.engine.connect() as connection:
            return int((await connection.execute(_WAITING)).scalar_one())

    async with orders.engine.begin() as connection:
        await subscription(orders.clock).handle(connection, [to_envelope(repriced, clock=orders.clock)])
        charging = asyncio.create_task(orders.hear(invoice(charge(line, 1, costs=(COST,)))))
        await until(waits)
    await charging
    assert [(what, total) for what, _, _, total in await told(orders)] == [
        ("committed", 899),
        ("released", 899),
        ("committed", 800),
        ("released", 800),
        ("invoiced", 860),
    ]


async def test_an_answer_of_the_same_batch_knows_what_the_one_before_had_charged(orders: Orders) -> None:
    order = await orders.placed(an_order(quantity=1))
    line = order["lines"][0]
    of_substitute = charge(line, 1, line_key=None, order_number="SFK-1", isbn=SUBSTITUTE, costs=(COST,))
    await orders.hear(expected(order, line, Leg.DIRECT), invoice(of_substitute))
    substituted = answered(order, line, "110", substitute_isbn=SUBSTITUTE)
    repriced = answered(order, line, "100", prices=(StatedPrice(minor=800, basis=PriceBasis.NET),))
    await orders.hear(substituted, repriced)
    told_so = [(what, total) for what, _, _, total in await told(orders)]
    assert told_so == [("committed", 899), ("released", 899), ("invoiced", 860)]


async def test_a_copy_that_is_placed_elsewhere_commits_once_and_in_the_same_year(orders: Orders) -> None:
    await registered(orders, {"code": "FIC", "years": YEARS})
    line = {
        "line_number": 1,
        "isbn": "9780141439518",
        "unit_price": {"minor": 899},
        "copies": [{"branch": "LOWE", "fund": "FIC"}],
    }
    order = await orders.placed({"order_number": "SFK-1", "lines": [line]})
    orders.clock.advance(timedelta(days=60))
    await Switches(orders).begun()
    await orders.hear(answered(order, order["lines"][0], "222"))
    found = await year_of(orders)
    assert [(total["committed"], total["released"], total["open"]) for total in found["totals"]] == [(1798, 899, 899)]
    assert [(what, year) for what, _, year, _ in await told(orders)] == [
        ("committed", "2025-26"),
        ("released", "2025-26"),
        ("committed", "2025-26"),
    ]


async def test_copies_of_an_earlier_release_are_taken_over(orders: Orders) -> None:
    order = await orders.placed(an_order())
    await orders.placed(an_order("SFK-2", price=None))
    line = order["lines"][0]
    await orders.hear(expected(order, {**line, "copies": line["copies"][:2]}, Leg.DIRECT))
    await orders.hear(answered(order, line, "100", prices=(StatedPrice(minor=800, basis=PriceBasis.NET),)))
    await orders.hear(invoice(charge(line, 1, costs=(COST,))))
    async with orders.engine.begin() as connection:
        before = await totals_of(connection, orders.council, ["FIC"])
        await connection.execute(
            text("UPDATE copy SET fund_year = NULL, expected_minor = NULL, expected_currency = NULL, spend = 'open'")
        )
        await connection.execute(text("UPDATE copy_cost SET fund = NULL, fund_year = NULL"))
        gone = await totals_of(connection, orders.council, ["FIC"])
    assert {total for of_fund in gone.values() for total in of_fund} <= {FundTotal("FIC", "", "GBP"), FundTotal("FIC", "", "")}
    spent = len(await told(orders))
    await orders.hear(invoice(charge(line, 1, costs=(COST,)), number="INV-2"))
    await turn(orders)
    async with orders.engine.connect() as connection:
        after = await totals_of(connection, orders.council, ["FIC"])
        assert await wrong_totals(connection) == []
    assert len(await told(orders)) == spent, "what does not count yet is told by republishing"
    assert [(t.currency, t.committed, t.invoiced) for t in before["FIC"]] == [("", 0, 0), ("GBP", 2400, 860)]
    assert [(t.currency, t.committed, t.replaced, t.invoiced) for t in after["FIC"]] == [("", 0, 0, 0), ("GBP", 2400, 1600, 1720)]


async def test_folding_leaves_one_row_for_each_fund_year_and_currency(orders: Orders) -> None:
    for number in range(3):
        await orders.placed(an_order(f"SFK-{number}"))
    async with orders.engine.begin() as connection:
        before = await totals_of(connection, orders.council, ["FIC"])
        await fold_counts(connection)
        assert await totals_of(connection, orders.council, ["FIC"]) == before
        assert (await connection.execute(select(func.count()).select_from(fund_count))).scalar_one() == 1


async def test_what_is_committed_and_was_charged_is_published_again(orders: Orders) -> None:
    order = await orders.placed(an_order())
    line = order["lines"][0]
    await orders.hear(expected(order, line, Leg.DIRECT), invoice(charge(line, 1, costs=(COST,))))
    again, _ = await published_again(Hearing(orders.engine, orders.clock, []), OWNER, orders.clock)
    committed = [SpendCommitted.model_validate_json(one.data) for one in again if one.type == SpendCommitted.event_type]
    invoiced = [SpendInvoiced.model_validate_json(one.data) for one in again if one.type == SpendInvoiced.event_type]
    assert [(fund.fund, fund.total, len(fund.copies[0].copy_ids)) for event in committed for fund in event.funds] == [
        ("FIC", 1798, 2)
    ]
    assert [(event.order_number, fund.total) for event in invoiced for fund in event.funds] == [("SFK-1", 860)]
