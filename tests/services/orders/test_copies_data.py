"""What suppliers state about copies in despatches and invoices is kept beside what answers state, and a new plan is news."""

from typing import Any

from shared.contracts.delivery import ConsignmentExpected, Leg
from shared.contracts.orders import LineProgressed
from shared.contracts.stated import StatedItem
from shared.contracts.suppliers import CopyReference
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import answered, charge, expected, invoice, line_of, received


def an_order_with_a_plan() -> dict[str, Any]:
    order = an_order()
    order["lines"][0]["copies"][0].update(sequence="ANF", item={"rotation_plan": "ROT-A"})
    return order


def stating(event: ConsignmentExpected, *stated: StatedItem | None) -> ConsignmentExpected:
    pairs = zip(event.copies, stated, strict=True)
    return event.model_copy(update={"copies": tuple(copy.model_copy(update={"stated": item}) for copy, item in pairs)})


async def stated(orders: Orders, order: dict[str, Any]) -> list[dict[str, Any]]:
    """What is stated about each copy of the first line at the national supplier, without what is not."""
    line = line_of(await orders.read(order["order_id"]), "national", 1)
    return [{name: value for name, value in (copy["stated"] or {}).items() if value} for copy in line["copies"]]


async def plans(orders: Orders) -> list[list[tuple[str, str]]]:
    """Collection and plan of the copies in each event about lines."""
    events = [event for event in await orders.sent() if isinstance(event, LineProgressed)]
    return [[(copy.sequence, copy.rotation_plan) for copy in event.copies] for event in events]


async def test_a_despatch_adds_to_what_an_answer_stated(orders: Orders) -> None:
    order = await orders.placed(an_order_with_a_plan())
    line = line_of(order, "national", 1)
    item = StatedItem(shelfmark="F AUS", rotation_plan="ROT-A")
    await orders.hear(answered(order, line, "100", copies=(CopyReference(copy_number=1, item=item),)))
    await orders.hear(stating(expected(order, line, Leg.DIRECT), StatedItem(rotation_plan="ROT-B", servicing=("BJ",)), None))
    assert await stated(orders, order) == [{"shelfmark": "F AUS", "rotation_plan": "ROT-B", "servicing": ["BJ"]}, {}]
    assert (await plans(orders))[-1] == [("ANF", "ROT-B"), ("ANF", "ROT-A")], "as stated, else as ordered"


async def test_another_plan_is_news_though_the_copy_moves_no_further(orders: Orders) -> None:
    order = await orders.placed(an_order_with_a_plan())
    line = line_of(order, "national", 1)
    same, other = (
        answered(order, line, "100", copies=(CopyReference(copy_number=1, item=StatedItem(rotation_plan=plan)),))
        for plan in ("ROT-A", "ROT-C")
    )
    await orders.hear(answered(order, line, "100"))
    before = len(await plans(orders))
    await orders.hear(same)
    assert len(await plans(orders)) == before, "it is what was ordered"
    await orders.hear(other)
    assert (await plans(orders))[before:] == [[("ANF", "ROT-C")]]


async def test_an_invoice_adds_what_it_states_about_the_copies_that_it_charges(orders: Orders) -> None:
    order = await orders.placed(an_order_with_a_plan())
    line = line_of(order, "national", 1)
    await orders.hear(received(order, line, Leg.DIRECT))
    barcodes = [f"3{number:013}" for number in (2, 1)]
    items = (StatedItem(value="8.99"), StatedItem(rotation_plan="ROT-D"))
    copies = tuple(CopyReference(barcode=code, item=item) for code, item in zip(barcodes, items, strict=True))
    await orders.hear(invoice(charge(line, copies=copies)))
    (bill,) = (await orders.get("/v1/invoices"))["items"]
    assert bill["state"] == "matched"
    assert await stated(orders, order) == [{"rotation_plan": "ROT-D"}, {"value": "8.99"}]


async def test_a_queried_invoice_says_nothing_about_copies_yet(orders: Orders) -> None:
    order = await orders.placed(an_order_with_a_plan())
    line = line_of(order, "national", 1)
    copy = CopyReference(copy_number=1, item=StatedItem(rotation_plan="ROT-D"))
    await orders.hear(invoice(charge(line, quantity=1, copies=(copy,))))
    assert await stated(orders, order) == [{}, {}]
    await orders.hear(expected(order, line, Leg.DIRECT))
    assert await stated(orders, order) == [{"rotation_plan": "ROT-D"}, {}]
