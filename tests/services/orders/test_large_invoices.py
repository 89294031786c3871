"""Invoices as large as a supplier may send them are published in events that fit a Kafka record."""

from typing import Any

import pytest

from shared.contracts.invoices import InvoiceMatched, InvoiceQueried
from tests.services.orders.conftest import Orders, a_large_order
from tests.services.orders.goods import charge, invoice

pytestmark = pytest.mark.slow


async def the_invoice(orders: Orders) -> dict[str, Any]:
    (found,) = (await orders.get("/v1/invoices"))["items"]
    return await orders.get(f"/v1/invoices/{found['invoice_id']}")


async def test_an_invoice_of_thousands_of_copies_is_published_in_parts_that_fit_a_record(orders: Orders) -> None:
    placed = [await orders.placed(a_large_order(f"SFK-{number}", number)) for number in (5, 7, 8)]
    lines = [line for order in placed for line in order["lines"]]
    of_books = invoice(*(charge(line, 200, line_number=n) for n, line in enumerate(lines, start=1)))
    await orders.hear(of_books)
    found = await the_invoice(orders)
    assert [query["code"] for query in found["queries"]] == ["not_supplied"] * 20
    accepted = await orders.decide(f"/v1/invoices/{found['invoice_id']}/accept", {"reason": "Agreed"}, If_Match='"1"')
    assert (accepted.status_code, accepted.json()["state"]) == (200, "matched")
    events = [InvoiceMatched.model_validate_json(data) for data in await orders.data_of(InvoiceMatched.event_type)]
    assert [(event.part, event.parts, event.total) for event in events] == [(n, 4, of_books.total) for n in range(1, 5)]
    charged = [copy for event in events for line in event.lines for copy in line.copies]
    assert {str(copy.copy_id) for copy in charged} == {copy["copy_id"] for line in lines for copy in line["copies"]}
    assert sum(copy.cost.total for copy in charged) == of_books.total
    assert max(len(event.lines) for event in events) == 5


async def test_an_event_lists_the_first_of_very_many_queries(orders: Orders) -> None:
    strange = (charge({"line_key": None}, 200, line_number=n, order_number=f"PO-{n}", costs=()) for n in range(1, 3_001))
    await orders.hear(invoice(*strange))
    (event,) = [InvoiceQueried.model_validate_json(data) for data in await orders.data_of(InvoiceQueried.event_type)]
    found = await the_invoice(orders)
    assert found["state"] == "queried"
    assert len(found["queries"]) == 6_000 == len(event.queries) + event.unlisted
    assert event.unlisted > 0
