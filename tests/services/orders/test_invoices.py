"""Invoices in the order book: charged to copies, queried, decided by people, credited; each copy once."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.contracts.delivery import Leg
from shared.contracts.invoices import InvoiceMatched, InvoiceQueried
from shared.contracts.suppliers import CopyReference
from shared.messaging.errors import Poison
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import COST, charge, expected, invoice, line_of
from tests.services.orders.invoiced import codes, costs, listed, supplied, the_invoice


async def test_an_invoice_without_queries_is_matched_and_its_costs_are_kept_with_the_copies(orders: Orders) -> None:
    order, line = await supplied(orders)
    await orders.hear(invoice(charge(line)))
    found = await the_invoice(orders)
    assert (found["state"], found["version"], found["queries"], found["total"]) == ("matched", 1, [], 1738)
    assert found["lines"][0]["found"] == {"line_key": line["line_key"], "order_id": order["order_id"], "by": "line_key"}
    assert [(step["from_state"], step["to_state"]) for step in found["history"]] == [(None, "received"), ("received", "matched")]
    assert [cost["total"] for cost in found["costs"]] == [869, 869]
    (copy, _) = line_of(await orders.read(order["order_id"]), "national", 1)["copies"]
    parts = ("invoice_number", "credit", "currency", "list_price", "discount", "net", "servicing", "carriage", "other", "vat")
    assert [copy["costs"][0][part] for part in parts] == ["INV-1", False, "GBP", 899, 180, 719, 125, 0, 0, 25]
    (event,) = [event for event in await orders.sent() if isinstance(event, InvoiceMatched)]
    assert [str(charged.copy_id) for charged in event.lines[0].copies] == [copy["copy_id"] for copy in line["copies"]]
    assert event.lines[0].copies[0].cost == COST


async def test_the_timeline_of_a_copy_shows_its_charge(orders: Orders) -> None:
    order, line = await supplied(orders)
    await orders.hear(invoice(charge(line, 1, copies=(CopyReference(copy_number=2),))))
    entry = (await orders.read(order["order_id"]))["timeline"][-1]
    assert (entry["copy_id"], entry["reason"]) == (line["copies"][1]["copy_id"], "charged GBP 8.69 on INV-1")
    assert (entry["cause"], entry["from_state"], entry["to_state"]) == ("suppliers.invoice.received.v1", None, None)


async def test_an_invoice_finds_its_copies_by_order_and_isbn_or_by_barcode(orders: Orders) -> None:
    _, line = await supplied(orders)
    by_order = charge(line, 1, line_key=None, order_number="SFK-1", isbn="0-14-143951-3")
    by_barcode = charge(line, 1, line_key=None, line_number=2, copies=(CopyReference(barcode="30000000000002"),))
    await orders.hear(invoice(by_order, by_barcode))
    found = await the_invoice(orders)
    assert [one["found"]["by"] for one in found["lines"]] == ["order_and_isbn", "barcode"]
    assert found["state"] == "matched"


async def test_nothing_of_a_queried_invoice_counts(orders: Orders) -> None:
    order, line = await supplied(orders)
    await orders.hear(invoice(charge(line, 3)))
    found = await the_invoice(orders)
    assert (found["state"], codes(found), found["costs"]) == ("queried", ["too_many"], [])
    assert await costs(orders, order) == [[], []]
    (event,) = [event for event in await orders.sent() if isinstance(event, InvoiceQueried)]
    assert (event.queries[0].line_number, event.total) == (1, 2607)


async def test_another_supplier_s_line_is_unknown_to_an_invoice(orders: Orders) -> None:
    _, line = await supplied(orders)
    await orders.hear(invoice(charge(line), supplier="consortium"))
    assert codes(await the_invoice(orders)) == ["unknown_line"]


async def test_accepting_charges_the_copies_found_and_keeps_the_rest_without_a_copy(orders: Orders) -> None:
    order, line = await supplied(orders)
    await orders.hear(invoice(charge(line, 3), charge(line, 1, line_key="SB-NOTOURS", line_number=2), total=4000))
    found = await the_invoice(orders)
    accepted = await orders.decide(f"/v1/invoices/{found['invoice_id']}/accept", {"reason": "Agreed by phone"}, If_Match='"1"')
    assert (accepted.status_code, accepted.headers["ETag"]) == (200, '"2"')
    after = accepted.json()
    assert [(cost["line_number"], cost["copy_id"] is not None, cost["total"]) for cost in after["costs"]] == [
        (1, True, 869), (1, True, 869), (1, False, 869), (2, False, 869), (None, False, 524)
    ]  # fmt: skip
    assert sum(cost["total"] for cost in after["costs"]) == after["total"] == 4000
    assert (after["history"][-1]["reason"], after["history"][-1]["actor"]) == ("accepted: Agreed by phone", "librarian")
    assert await costs(orders, order) == [[869], [869]]
    (event,) = [event for event in await orders.sent() if isinstance(event, InvoiceMatched)]
    assert ([matched.line_number for matched in event.lines], event.total) == ([1], 4000)


@pytest.mark.parametrize("decision", ["accept", "reject"])
async def test_a_decision_sent_again_gets_the_invoice_and_counts_once(orders: Orders, decision: str) -> None:
    _, line = await supplied(orders)
    await orders.hear(invoice(charge(line), total=1))
    url = f"/v1/invoices/{(await the_invoice(orders))['invoice_id']}/{decision}"
    first, again = [await orders.decide(url, {"reason": "Agreed"}, If_Match='"1"', Idempotency_Key="k") for _ in range(2)]
    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    other = await orders.decide(url, {"reason": "Not agreed"}, If_Match='"1"')
    assert other.status_code == 412


async def test_a_decision_needs_the_version_that_was_read_and_a_reason(orders: Orders) -> None:
    _, line = await supplied(orders)
    await orders.hear(invoice(charge(line), total=1))
    url = f"/v1/invoices/{(await the_invoice(orders))['invoice_id']}/accept"
    missing = await orders.decide(url, {"reason": "Agreed"})
    stale = await orders.decide(url, {"reason": "Agreed"}, If_Match='"7"')
    silent = await orders.decide(url, {}, If_Match='"1"')
    assert (missing.status_code, stale.status_code, silent.status_code) == (428, 412, 422)


async def test_a_credit_note_reverses_its_invoice_and_the_copies_can_be_charged_again(orders: Orders) -> None:
    order, line = await supplied(orders)
    await orders.hear(invoice(charge(line)))
    await orders.hear(invoice(charge(line), number="CN-1", credit=True, credits_invoice="INV-1"))
    assert (await the_invoice(orders, "CN-1"))["state"] == "matched"
    assert await costs(orders, order) == [[869, -869], [869, -869]]
    first = await the_invoice(orders)
    assert (first["state"], first["credited"]) == ("matched", 1738)
    assert "CN-1" in first["history"][-1]["reason"]
    await orders.hear(invoice(charge(line), number="INV-2"))
    assert (await the_invoice(orders, "INV-2"))["state"] == "matched"
    assert await costs(orders, order) == [[869, -869, 869], [869, -869, 869]]


async def test_a_credit_for_what_was_not_charged_is_queried(orders: Orders) -> None:
    _, line = await supplied(orders)
    await orders.hear(invoice(charge(line), number="CN-1", credit=True))
    assert codes(await the_invoice(orders, "CN-1")) == ["nothing_to_credit"]


async def test_the_price_tolerance_applies_to_the_ordered_price(orders: Orders) -> None:
    asked = an_order()
    asked["lines"][0]["unit_price"] = {"minor": 600}
    order = await orders.placed(asked)
    line = line_of(order, "national", 1)
    await orders.hear(expected(order, line, Leg.DIRECT))
    await orders.hear(invoice(charge(line)))
    found = await the_invoice(orders)
    assert (codes(found), found["queries"][0]["text"]) == (
        ["price"],
        "a net price of GBP 7.19 is charged; GBP 6.00 was ordered",
    )


async def test_many_invoices_at_once_charge_a_copy_once(orders: Orders) -> None:
    order, line = await supplied(orders)
    await asyncio.gather(*(orders.hear(invoice(charge(line), number=f"INV-{n}")) for n in range(5)))
    states = sorted(found["state"] for found in await listed(orders))
    assert states == ["matched", "queried", "queried", "queried", "queried"]
    assert await costs(orders, order) == [[869], [869]]


async def test_an_invoice_that_names_no_council_is_poison(orders: Orders) -> None:
    with pytest.raises(Poison, match="names no council"):
        await orders.hear(invoice(council=None))


async def test_one_council_never_sees_or_touches_another_s_invoices(orders: Orders) -> None:
    _, line = await supplied(orders)
    await orders.hear(invoice(charge(line), total=1))
    found = await the_invoice(orders)
    other = orders.of_council("GB-ESS")
    url = f"/v1/invoices/{found['invoice_id']}"
    assert await listed(other) == []
    assert (await orders.client.get(url, headers=other.headers)).status_code == 404
    for action in ("accept", "reject"):
        answer = await other.decide(f"{url}/{action}", {"reason": "Not mine"}, If_Match='"1"')
        assert (answer.status_code, answer.json()["code"]) == (404, "no-such-invoice")
    await other.hear(invoice(charge(line), number="INV-ESS", council="GB-ESS"))
    assert codes((await listed(other))[0]) == ["unknown_line"]


async def test_operations_staff_read_the_invoices_of_all_councils_and_decide_about_none(orders: Orders) -> None:
    for council in ("GB-SFK", "GB-ESS"):
        await orders.hear(invoice(charge({"line_key": "NOT-OURS"}), council=council))
    staff = orders.tokens.headers("orders:read", "orders:write", council=None)
    answer = await orders.client.get("/v1/invoices?state=queried", headers=staff)
    items = answer.json()["items"]
    assert sorted(found["council"] for found in items) == ["GB-ESS", "GB-SFK"]
    assert [found["council"] for found in await listed(orders)] == ["GB-SFK"]
    for found in items:
        url = f"/v1/invoices/{found['invoice_id']}"
        whole = await orders.client.get(url, headers=staff)
        assert (whole.status_code, whole.json()["council"]) == (200, found["council"])
        refused = await orders.client.post(f"{url}/reject", json={"reason": "Not ours"}, headers={**staff, "If-Match": '"1"'})
        assert (refused.status_code, refused.json()["code"]) == (403, "no-council")
    without = await orders.client.get("/v1/invoices", headers=orders.tokens.headers("delivery:read", council=None))
    assert (without.status_code, without.json()["code"]) == (403, "missing-scope")


async def test_a_reader_may_read_but_not_decide(orders: Orders) -> None:
    headers = {**orders.tokens.headers("orders:read", council="GB-SFK"), "If-Match": '"1"'}
    assert (await orders.client.get("/v1/invoices", headers=headers)).status_code == 200
    answer = await orders.client.post(f"/v1/invoices/{uuid4()}/accept", json={"reason": "Agreed"}, headers=headers)
    assert answer.status_code == 403


async def test_invoices_are_listed_page_by_page_newest_first(orders: Orders) -> None:
    _, line = await supplied(orders)
    for number in range(3):
        await orders.hear(invoice(charge(line, 3), number=f"INV-{number}"))
    first = await orders.get("/v1/invoices?limit=2&supplier_id=national&state=queried")
    rest = await orders.get(f"/v1/invoices?limit=2&supplier_id=national&state=queried&cursor={first['next_cursor']}")
    seen = [found["invoice_number"] for found in first["items"] + rest["items"]]
    assert (sorted(seen), rest["next_cursor"]) == (["INV-0", "INV-1", "INV-2"], None)
    assert await listed(orders, "?state=matched") == []


async def test_the_database_itself_refuses_a_second_charge_of_a_copy(orders: Orders) -> None:
    _, line = await supplied(orders)
    await orders.hear(invoice(charge(line)))
    async with orders.engine.connect() as connection:
        columns = (await connection.execute(text("SELECT * FROM copy_cost LIMIT 1"))).keys()
        kept = ", ".join(column for column in columns if column not in ("entry_id", "seq"))
        again = f"INSERT INTO copy_cost (entry_id, {kept}) SELECT gen_random_uuid(), {kept} FROM copy_cost"
        with pytest.raises(Exception, match="copy_cost_standing"):
            await connection.execute(text(again))
