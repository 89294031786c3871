"""Invoices that arrive before what they are about: nothing keeps a supplier's answers, despatches and documents in order."""

import asyncio

import pytest

from shared.contracts.delivery import Leg
from shared.contracts.suppliers import CopyReference
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import SUBSTITUTE, answered, charge, expected, invoice, line_of, received
from tests.services.orders.invoiced import codes, costs, invoice_events, listed, supplied, the_invoice


async def test_an_invoice_that_arrives_before_the_goods_is_matched_when_they_arrive(orders: Orders) -> None:
    order = await orders.placed(an_order())
    line = line_of(order, "national", 1)
    await orders.hear(invoice(charge(line)))
    assert codes(await the_invoice(orders)) == ["not_supplied"]
    await orders.hear(received(order, line, Leg.DIRECT))
    found = await the_invoice(orders)
    assert (found["state"], found["version"], found["queries"]) == ("matched", 2, [])
    assert found["history"][-1]["cause"] == "delivery.copies.received.v1"
    assert await invoice_events(orders) == ["orders.invoice.queried.v1", "orders.invoice.matched.v1"]


async def test_goods_settle_no_other_query(orders: Orders) -> None:
    order = await orders.placed(an_order())
    line = line_of(order, "national", 1)
    await orders.hear(invoice(charge(line), total=1))
    await orders.hear(received(order, line, Leg.DIRECT))
    found = await the_invoice(orders)
    assert (found["state"], codes(found)) == ("queried", ["arithmetic"])


@pytest.mark.parametrize(
    ("named", "query"), [({}, "ambiguous"), ({"line_key": None, "order_number": "SFK-1"}, "unknown_line")], ids=["key", "order"]
)
async def test_an_invoice_for_a_substitute_is_matched_when_the_answer_names_that(
    orders: Orders, named: dict[str, object], query: str
) -> None:
    order, line = await supplied(orders)
    await orders.hear(invoice(charge(line, 2, isbn=SUBSTITUTE, **named)))
    assert codes(await the_invoice(orders)) == [query]
    await orders.hear(answered(order, line, "110", substitute_isbn=SUBSTITUTE))
    found = await the_invoice(orders)
    assert (found["state"], found["history"][-1]["cause"]) == ("matched", "suppliers.order.responded.v1")
    assert await costs(orders, order) == [[869], [869]]


async def test_an_invoice_by_barcode_is_matched_when_the_despatch_names_that(orders: Orders) -> None:
    order = await orders.placed(an_order())
    line = line_of(order, "national", 1)
    copies = (CopyReference(barcode="30000000000001"), CopyReference(barcode="30000000000002"))
    await orders.hear(invoice(charge(line, line_key=None, copies=copies)))
    assert codes(await the_invoice(orders)) == ["unknown_line"]
    await orders.hear(expected(order, line, Leg.DIRECT))
    found = await the_invoice(orders)
    assert (found["state"], found["history"][-1]["cause"]) == ("matched", "delivery.consignment.expected.v1")


async def test_credit_notes_that_arrive_before_their_invoice_are_matched_when_that_is(orders: Orders) -> None:
    order, line = await supplied(orders)
    await orders.hear(invoice(charge(line, 1), number="CN-1", credit=True, credits_invoice="INV-1"))
    await orders.hear(invoice(charge(line, 1), number="CN-2", credit=True))
    await orders.hear(invoice(charge(line)))
    assert [(await the_invoice(orders, number))["state"] for number in ("CN-1", "CN-2")] == ["matched", "matched"]
    assert await costs(orders, order) == [[869, -869], [869, -869]]
    assert (await invoice_events(orders))[-3:] == ["orders.invoice.matched.v1"] * 3


async def test_an_invoice_that_charges_a_copy_again_is_matched_when_the_first_charge_is_credited(orders: Orders) -> None:
    order, line = await supplied(orders)
    await orders.hear(invoice(charge(line)))
    await orders.hear(invoice(charge(line), number="INV-2"))
    assert codes(await the_invoice(orders, "INV-2")) == ["invoiced_before"]
    await orders.hear(invoice(charge(line), number="CN-1", credit=True, credits_invoice="INV-1"))
    assert (await the_invoice(orders, "INV-2"))["state"] == "matched"
    assert await costs(orders, order) == [[869, -869, 869], [869, -869, 869]]


async def test_news_settles_no_number_that_was_used_before(orders: Orders) -> None:
    order = await orders.placed(an_order())
    line = line_of(order, "national", 1)
    await orders.hear(invoice(charge(line), total=1))
    first = await the_invoice(orders)
    await orders.decide(f"/v1/invoices/{first['invoice_id']}/reject", {"reason": "Wrong total"}, If_Match='"1"')
    await orders.hear(invoice(charge(line)))
    await orders.hear(expected(order, line, Leg.DIRECT))
    (queried,) = await listed(orders, "?state=queried")
    assert "number_reused" in codes(await orders.get(f"/v1/invoices/{queried['invoice_id']}"))


async def test_news_of_one_council_s_order_matches_no_invoice_of_another(orders: Orders) -> None:
    essex = orders.of_council("GB-ESS")
    by_order = {"line_key": None, "order_number": "SFK-1", "isbn": "9780141439518"}
    await orders.hear(invoice(charge({"line_key": ""}, 2, **by_order), council="GB-ESS"))
    await essex.set_up({None: "national", "LOWE": "consortium"})
    await essex.placed(an_order("SFK-1"))
    await supplied(orders, "SFK-1")
    assert codes(await the_invoice(essex)) == ["unknown_line"]


async def test_goods_and_an_invoice_at_once_always_end_in_a_match(orders: Orders) -> None:
    for round_number in range(5):
        order = await orders.placed(an_order(f"SFK-R{round_number}"))
        line = line_of(order, "national", 1)
        charged = invoice(charge(line), number=f"INV-R{round_number}")
        await asyncio.gather(orders.hear(charged), orders.hear(received(order, line, Leg.DIRECT)))
    assert {found["state"] for found in await listed(orders)} == {"matched"}


async def test_an_answer_and_the_invoice_for_its_substitute_at_once_always_end_in_a_match(orders: Orders) -> None:
    for round_number in range(5):
        order, line = await supplied(orders, f"SFK-R{round_number}")
        by_order = {"line_key": None, "order_number": f"SFK-R{round_number}", "isbn": SUBSTITUTE}
        charged = invoice(charge(line, 2, **by_order), number=f"INV-R{round_number}")
        await asyncio.gather(orders.hear(charged), orders.hear(answered(order, line, "110", substitute_isbn=SUBSTITUTE)))
    assert {found["state"] for found in await listed(orders)} == {"matched"}
