"""What suppliers state beside their answers reaches the order book, its API, and the order that follows from a selection."""

from typing import Any
from uuid import uuid4

from shared.contracts.orders import LineProgressed, OrderPlaced
from shared.contracts.selections import SelectedCopy
from shared.contracts.stated import ItemData, PriceBasis, StatedItem, StatedPrice, SupplierReferences
from shared.contracts.suppliers import CopyReference, OrderResponded, RespondedLine
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import NOW, charge, invoice, line_of
from tests.services.orders.test_proposals import accept, asked, line, proposed


def answered(order: dict[str, Any], ordered: dict[str, Any], *answers: dict[str, Any]) -> OrderResponded:
    lines = tuple(RespondedLine.model_validate({"line_key": ordered["line_key"], **answer}) for answer in answers)
    return OrderResponded(
        supplier_id=ordered["supplier_id"], order_id=order["order_id"], message_id=uuid4(), responded_at=NOW, lines=lines
    )


def priced_order(**copy: object) -> dict[str, Any]:
    order = an_order()
    order["lines"][0]["unit_price"] = {"minor": 899, "currency": "GBP"}
    order["lines"][0]["copies"][0].update(copy)
    return order


PRICE = StatedPrice(minor=1299, currency="GBP", basis=PriceBasis.RETAIL, code="AAE")


async def test_a_held_line_asks_with_the_new_and_the_ordered_price(orders: Orders) -> None:  # case A10
    order = await orders.placed(priced_order())
    ordered = line_of(order, "national", 1)
    await orders.hear(answered(order, ordered, {"status_code": "903", "prices": (PRICE,)}))

    after = await orders.read(order["order_id"])
    held = line_of(after, "national", 1)
    assert held["attention"] == (
        "Decide whether the new price is acceptable. The supplier states GBP 12.99 retail price; GBP 8.99 was ordered."
    )
    assert held["unit_price"] == {"minor": 899, "currency": "GBP"}
    assert held["stated_prices"] == [{"minor": 1299, "currency": "GBP", "basis": "retail", "code": "AAE"}]
    said, offered = after["timeline"][-2:]
    assert "price GBP 12.99 retail price" in said["reason"]
    assert offered["reason"] == f"the price GBP 12.99 is offered: decision {held['decisions'][0]['decision_id']} is open"


async def test_what_a_person_must_decide_is_published_when_it_changes(orders: Orders) -> None:
    order = await orders.placed(priced_order())
    ordered = line_of(order, "national", 1)
    as_ordered = StatedPrice(minor=899, currency="GBP", basis=PriceBasis.RETAIL, code="AAE")
    answers = [("100", ()), ("100", (PRICE,)), ("100", (PRICE,)), ("100", ()), ("100", (as_ordered,))]
    for code, prices in answers:
        await orders.hear(answered(order, ordered, {"status_code": code, "prices": prices}))

    events = [event for event in await orders.sent() if isinstance(event, LineProgressed)]
    asked = "Decide whether the new price is acceptable. The supplier states GBP 12.99 retail price; GBP 8.99 was ordered."
    assert [(len(event.copies), event.attention) for event in events] == [(2, ""), (0, asked), (0, "")]


async def test_an_accepted_line_asks_only_beyond_the_tolerance_of_invoices(orders: Orders) -> None:
    order = await orders.placed(priced_order())
    ordered = line_of(order, "national", 1)
    asked_about = []
    for minor in (943, 944):
        price = PRICE.model_copy(update={"minor": minor})
        await orders.hear(answered(order, ordered, {"status_code": "100", "prices": (price,)}))
        asked_about.append(bool(line_of(await orders.read(order["order_id"]), "national", 1)["attention"]))
    assert asked_about == [False, True]


async def test_an_answer_without_a_price_leaves_the_stated_one(orders: Orders) -> None:
    order = await orders.placed(priced_order())
    ordered = line_of(order, "national", 1)
    await orders.hear(answered(order, ordered, {"status_code": "903", "prices": (PRICE,)}))
    await orders.hear(answered(order, ordered, {"status_code": "100"}))

    assert [price["minor"] for price in line_of(await orders.read(order["order_id"]), "national", 1)["stated_prices"]] == [1299]


async def test_an_item_load_s_data_is_kept_with_its_copy(orders: Orders) -> None:  # case A13
    order = await orders.placed(an_order())
    ordered = line_of(order, "national", 1)
    references = (
        CopyReference(copy_number=2, branch="IPSW", barcode="B2", item=StatedItem(stock_category="BK", servicing=("BB",))),
    )
    await orders.hear(answered(order, ordered, {"status_code": "100", "copies": references}))

    first, second = line_of(await orders.read(order["order_id"]), "national", 1)["copies"]
    assert first["stated"] is None
    assert (second["stated"]["stock_category"], second["stated"]["servicing"], second["state"]) == ("BK", ["BB"], "accepted")


async def test_an_order_may_state_data_about_its_copies(orders: Orders) -> None:
    order = await orders.placed(priced_order(item={"stock_category": "BK", "classification": "823.912"}))

    copies = line_of(order, "national", 1)["copies"]
    assert [copy["item"]["classification"] for copy in copies] == ["823.912", "823.912"]
    (event,) = [event for event in await orders.sent() if isinstance(event, OrderPlaced)]
    assert event.lines[0].copies[0].item == ItemData(stock_category="BK", classification="823.912")


async def test_data_that_no_message_can_carry_is_refused_by_its_place(orders: Orders) -> None:
    answer = await orders.post(priced_order(item={"stock_category": "B" * 36, "colour": "red"}))

    assert answer.status_code == 422
    pointers = {fault["pointer"] for fault in answer.json()["errors"]}
    assert pointers == {"/lines/0/copies/0/item/stock_category", "/lines/0/copies/0/item/colour"}


async def test_a_selection_is_ordered_with_its_data_and_under_the_supplier_s_references(orders: Orders) -> None:  # case A14
    copy = SelectedCopy(branch="IPSW", fund="FIC", item=ItemData(stock_category="BK", classification="823.912"))
    called = SupplierReferences(line="SO77/1", article="BK-20417")
    chosen = line(1, "9780141439518", copy).model_copy(update={"supplier_references": called})
    found = await proposed(orders, chosen)
    assert found["lines"][0]["supplier_references"]["line"] == "SO77/1"
    assert found["lines"][0]["copies"][0]["item"]["stock_category"] == "BK"

    answer = await accept(orders, found)

    assert answer.status_code == 201, answer.text
    (event,) = [event for event in await orders.sent() if isinstance(event, OrderPlaced)]
    assert event.lines[0].supplier_references == called
    assert event.lines[0].copies[0].item == copy.item
    order = await orders.read(answer.json()["order_id"])
    assert order["lines"][0]["supplier_references"] == called.model_dump()
    assert order["lines"][0]["copies"][0]["item"]["classification"] == "823.912"


async def test_a_line_ordered_in_place_of_a_selected_one_keeps_the_references(orders: Orders) -> None:
    chosen = line(1).model_copy(update={"supplier_references": SupplierReferences(line="SO77/1")})
    found = await proposed(orders, chosen)

    answer = await accept(orders, found, lines=[asked("SEL-1-1"), asked("", line_number=2, isbn="9780141439600")])

    order = await orders.read(answer.json()["order_id"])
    assert [one["supplier_references"] and one["supplier_references"]["line"] for one in order["lines"]] == ["SO77/1", None]


async def test_what_an_answer_calls_a_line_is_added_to_what_is_known(orders: Orders) -> None:
    order = await orders.placed(an_order())
    ordered = line_of(order, "national", 1)
    for called in (SupplierReferences(line="SO77/1"), SupplierReferences(article="BK-20417")):
        await orders.hear(answered(order, ordered, {"status_code": "100", "supplier_references": called}))

    after = line_of(await orders.read(order["order_id"]), "national", 1)
    assert after["supplier_references"] == {"line": "SO77/1", "order": "", "article": "BK-20417"}


async def test_a_charge_without_order_and_book_is_named_by_its_title_and_the_supplier_s_reference(orders: Orders) -> None:
    order = await orders.placed(an_order())
    called = SupplierReferences(order="0084390261")
    nameless = charge(line_of(order, "national", 1), 1, line_key=None, order_number=None, isbn="", title="Piranesi")
    await orders.hear(invoice(nameless.model_copy(update={"supplier_references": called})))

    (found,) = (await orders.get("/v1/invoices"))["items"]
    shown = await orders.get(f"/v1/invoices/{found['invoice_id']}")
    assert (shown["lines"][0]["title"], shown["lines"][0]["supplier_references"]["order"]) == ("Piranesi", "0084390261")
    (query,) = shown["queries"]
    assert query["text"] == "no line ordered from this supplier matches 'Piranesi', supplier's order 0084390261"
