"""Invoices that repeat a number: sent again, corrected, of another year, or a doubt for a person."""

from datetime import date
from uuid import uuid4

import pytest

from shared.contracts.invoices import InvoiceRejected
from tests.services.orders.conftest import Orders
from tests.services.orders.goods import charge, invoice
from tests.services.orders.invoiced import codes, costs, invoice_events, listed, supplied, the_invoice


async def test_the_same_document_again_is_noted_and_charges_nothing(orders: Orders) -> None:
    order, line = await supplied(orders)
    first = invoice(charge(line))
    await orders.hear(first)
    await orders.hear(first)
    await orders.hear(first.model_copy(update={"message_id": uuid4()}))
    found = await the_invoice(orders)
    assert [("again" in step["reason"]) for step in found["history"]] == [False, False, True, True]
    assert await costs(orders, order) == [[869], [869]]
    assert await invoice_events(orders) == ["orders.invoice.matched.v1"]


async def test_another_document_under_the_same_number_is_queried(orders: Orders) -> None:
    _, line = await supplied(orders)
    await orders.hear(invoice(charge(line, 1)))
    await orders.hear(invoice(charge(line, 1, line_number=2)))
    await orders.hear(invoice(charge(line, 1), supplier="consortium"))
    other = [found for found in await listed(orders, "?state=queried") if found["supplier_id"] == "national"]
    assert [codes(found) for found in other] == [["number_reused"]]


async def test_a_message_read_again_replaces_what_was_queried(orders: Orders) -> None:
    order, line = await supplied(orders)
    misread = invoice(charge(line, line_key="SB-MISREAD"))
    await orders.hear(misread)
    await orders.hear(misread.model_copy(update={"lines": (charge(line),)}))
    found = await the_invoice(orders)
    assert (found["state"], found["version"]) == ("matched", 2)
    assert found["lines"][0]["line_key"] == line["line_key"]
    assert await costs(orders, order) == [[869], [869]]


async def test_a_corrected_invoice_heals_the_queried_one_and_the_history_shows_both(orders: Orders) -> None:  # case A4
    order, line = await supplied(orders)
    wrong = invoice(charge(line, line_key="SB-MISPRINTED"))
    right = invoice(charge(line), invoiced_on=date(2026, 12, 1))
    await orders.hear(wrong)
    assert codes(await the_invoice(orders)) == ["unknown_line"]

    await orders.hear(right)

    found = await the_invoice(orders)
    assert (found["state"], found["version"], found["message_id"]) == ("matched", 2, str(right.message_id))
    assert found["invoiced_on"] == "2026-12-01"
    assert [step["reason"] for step in found["history"]][2] == (
        f"corrected by message {right.message_id}: GBP 17.38 for 1 line, dated 2026-12-01"
        f" replaces GBP 17.38 for 1 line, dated 2026-11-23 of message {wrong.message_id}"
    )
    assert await costs(orders, order) == [[869], [869]]


async def test_what_a_correction_replaced_never_returns(orders: Orders) -> None:
    _, line = await supplied(orders)
    wrong, right = invoice(charge(line), total=1), invoice(charge(line), total=2)
    for event in (wrong, right, wrong.model_copy(update={"total": 3})):
        await orders.hear(event)
    found = await the_invoice(orders)
    assert (found["state"], found["total"], found["message_id"]) == ("queried", 2, str(right.message_id))
    assert "not counted" in found["history"][-1]["reason"]


@pytest.mark.parametrize(("dated", "queries"), [(date(2027, 11, 22), []), (date(2027, 1, 4), ["number_reused"])])
async def test_next_years_invoice_of_the_same_number_and_total_is_charged(
    orders: Orders, dated: date, queries: list[str]
) -> None:
    _, first = await supplied(orders)
    order, second = await supplied(orders, "SFK-2")
    await orders.hear(invoice(charge(first)))

    await orders.hear(invoice(charge(second), invoiced_on=dated))

    assert [codes(found) for found in await listed(orders) if found["invoiced_on"] == str(dated)] == [queries]
    assert await costs(orders, order) == ([[], []] if queries else [[869], [869]])


async def test_a_second_document_of_a_decided_number_waits_for_a_person(orders: Orders) -> None:
    order, line = await supplied(orders)
    await orders.hear(invoice(charge(line, 1)))
    for number in (2, 3):
        await orders.hear(invoice(charge(line, 1, line_number=number)))
    (other,) = await listed(orders, "?state=queried")
    assert (codes(other), other["version"]) == (["number_reused"], 2)
    url = f"/v1/invoices/{other['invoice_id']}"
    await orders.decide(f"{url}/reject", {"reason": "Sent by mistake"}, If_Match='"2"')
    await orders.hear(invoice(charge(line, 1, line_number=4)))
    assert [codes(found) for found in await listed(orders, "?state=queried")] == [["number_reused"]]
    assert await costs(orders, order) == [[869], []]


async def test_a_rejected_invoice_never_counts_even_when_it_arrives_again(orders: Orders) -> None:
    order, line = await supplied(orders)
    first = invoice(charge(line), total=1)
    await orders.hear(first)
    url = f"/v1/invoices/{(await the_invoice(orders))['invoice_id']}"
    rejected = await orders.decide(f"{url}/reject", {"reason": "The total is absurd"}, If_Match='"1"')
    assert (rejected.status_code, rejected.json()["state"]) == (200, "rejected")
    await orders.hear(first)
    again = await orders.decide(f"{url}/accept", {"reason": "After all"}, If_Match='"2"')
    assert (again.status_code, again.json()["code"]) == (409, "invoice-settled")
    assert await costs(orders, order) == [[], []]
    (event,) = [event for event in await orders.sent() if isinstance(event, InvoiceRejected)]
    assert event.reason == "The total is absurd"
