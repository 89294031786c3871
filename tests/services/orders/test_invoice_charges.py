"""Charges that are for no copy, such as postage, on invoices and credit notes."""

import pytest

from shared.contracts.invoices import ChargeKind, InvoicedCharge, InvoiceMatched, TaxAtRate
from tests.services.orders.conftest import Orders
from tests.services.orders.goods import charge, invoice
from tests.services.orders.invoiced import codes, costs, supplied, the_invoice

POSTAGE = InvoicedCharge(description="Postage and packing", kind=ChargeKind.CARRIAGE, net=350, vat=70)


async def test_a_charge_for_no_copy_is_matched_and_kept_with_its_description(orders: Orders) -> None:  # case A15
    order, line = await supplied(orders)
    await orders.hear(invoice(charge(line), charges=(POSTAGE,), total=2158))
    found = await the_invoice(orders)
    assert (found["state"], found["queries"]) == ("matched", [])
    assert found["charges"] == [{"description": "Postage and packing", "kind": "carriage", "net": 350, "vat": 70}]
    kept = found["costs"][-1]
    assert [kept[name] for name in ("copy_id", "line_number", "description", "net", "carriage", "vat", "total")] == [
        None, None, "Postage and packing", 0, 350, 70, 420
    ]  # fmt: skip
    assert sum(cost["total"] for cost in found["costs"]) == found["total"]
    assert await costs(orders, order) == [[869], [869]]
    (event,) = [event for event in await orders.sent() if isinstance(event, InvoiceMatched)]
    assert event.charges == (POSTAGE,)


async def test_charges_alone_are_matched_and_credited_once(orders: Orders) -> None:  # case A15
    await orders.hear(invoice(charges=(POSTAGE,), total=420))
    for number in ("CN-1", "CN-2"):
        await orders.hear(invoice(charges=(POSTAGE,), total=420, number=number, credit=True, credits_invoice="INV-1"))
    await orders.hear(invoice(charges=(POSTAGE,), total=420, number="CN-3", credit=True))
    states = [(await the_invoice(orders, number))["state"] for number in ("INV-1", "CN-1", "CN-2", "CN-3")]
    assert states == ["matched", "matched", "queried", "matched"]
    twice = await the_invoice(orders, "CN-2")
    assert [query["text"] for query in twice["queries"]] == [
        "GBP 4.20 of charges is credited; GBP 0.00 of invoice INV-1 can be credited"
    ]
    assert [cost["total"] for cost in (await the_invoice(orders, "CN-1"))["costs"]] == [-420]


async def test_a_credit_of_charges_that_arrives_before_its_invoice_is_matched_when_that_is(orders: Orders) -> None:
    await orders.hear(invoice(charges=(POSTAGE,), total=420, number="CN-1", credit=True, credits_invoice="INV-1"))
    assert codes(await the_invoice(orders, "CN-1")) == ["nothing_to_credit"]
    await orders.hear(invoice(charges=(POSTAGE,), total=420))
    assert (await the_invoice(orders, "CN-1"))["state"] == "matched"


@pytest.mark.parametrize("total", [419, 0])
async def test_charges_that_do_not_add_up_are_queried(orders: Orders, total: int) -> None:
    await orders.hear(invoice(charges=(POSTAGE,) if total else (), total=total))
    assert codes(await the_invoice(orders)) == ["arithmetic"]


async def test_the_tax_at_each_rate_is_kept_and_a_wrong_one_is_queried(orders: Orders) -> None:
    taxes = (TaxAtRate(rate=0, taxable=0, tax=0), TaxAtRate(rate=2000, taxable=350, tax=70))
    right = invoice(charges=(POSTAGE,), total=420).model_copy(update={"taxes": taxes})
    wrong = invoice(charges=(POSTAGE,), total=420, number="INV-2").model_copy(update={"taxes": taxes[:1]})
    await orders.hear(right, wrong, right)
    found = await the_invoice(orders)
    assert (found["state"], found["taxes"]) == (
        "matched",
        [{"rate": 0, "taxable": 0, "tax": 0}, {"rate": 2000, "taxable": 350, "tax": 70}],
    )
    (query,) = (await the_invoice(orders, "INV-2"))["queries"]
    assert query["text"] == "the tax at all rates is GBP 0.00, but that of its lines and charges is GBP 0.70"
