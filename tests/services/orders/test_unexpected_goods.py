"""Goods and charges that contradict what was agreed: they count, and a person is asked."""

from shared.contracts.delivery import Leg
from shared.contracts.orders import LineProgressed
from shared.contracts.suppliers import CopyReference
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import SUBSTITUTE, answered, charge, consigned, expected, invoice, line_of
from tests.services.orders.invoiced import codes, the_invoice


async def test_cancelled_copies_that_come_all_the_same_count_and_are_queried(orders: Orders) -> None:  # case A6
    order = await orders.placed(an_order())
    line = line_of(order, "national", 1)
    await orders.hear(answered(order, line, "222"), expected(order, line, Leg.DIRECT))

    after = line_of(await orders.read(order["order_id"]), "national", 1)
    assert [copy["state"] for copy in after["copies"]] == ["despatched", "despatched"]
    assert "Copy 2 was cancelled, and its goods come all the same" in after["attention"]

    await orders.hear(invoice(charge(line)))
    found = await the_invoice(orders)
    assert (found["state"], codes(found)) == ("queried", ["too_many"])
    assert "copy 1 was cancelled before it was despatched" in found["queries"][0]["text"]


async def test_the_announced_substitute_is_expected_and_may_be_charged(orders: Orders) -> None:  # case A11
    order = await orders.placed(an_order())
    line = line_of(order, "national", 1)
    await orders.hear(answered(order, line, "110", substitute_isbn=SUBSTITUTE), expected(order, line, Leg.DIRECT))

    progress = [event for event in await orders.sent() if isinstance(event, LineProgressed)]
    assert {event.substitute_isbn for event in progress} == {SUBSTITUTE}
    by_key = charge(line, 1, isbn=SUBSTITUTE)
    by_number = charge(line, 1, isbn=SUBSTITUTE, line_key=None, order_number="SFK-1", line_number=2)
    await orders.hear(invoice(by_key, by_number))
    found = await the_invoice(orders)
    assert (found["state"], found["queries"]) == ("matched", [])


async def test_a_substitute_that_was_only_offered_is_not_expected(orders: Orders) -> None:
    order = await orders.placed(an_order())
    line = line_of(order, "national", 1)
    await orders.hear(answered(order, line, "210", substitute_isbn=SUBSTITUTE), expected(order, line, Leg.DIRECT))
    await orders.hear(invoice(charge(line, isbn=SUBSTITUTE)))
    assert "ambiguous" in codes(await the_invoice(orders))


async def test_a_barcode_belongs_to_one_copy_of_the_council_and_the_second_is_named(orders: Orders) -> None:  # case A12
    order, later = await orders.placed(an_order()), await orders.placed(an_order("SFK-2"))
    line, other = line_of(order, "national", 1), line_of(later, "national", 1)
    twice = (CopyReference(place=1, barcode="B1"), CopyReference(place=2, barcode="B1"))
    await orders.hear(answered(order, line, "100", copies=twice))
    await orders.hear(answered(later, other, "100", copies=(CopyReference(barcode="B1"),)))

    for number, found, mine in (("SFK-1", order, "copy 2"), ("SFK-2", later, "copy 1")):
        after = await orders.read(found["order_id"])
        shown = line_of(after, "national", 1)
        assert [copy["barcode"] for copy in shown["copies"]].count("B1") == (number == "SFK-1")
        assert f"{mine} for IPSW of line {shown['line_key']}, order {number}, but copy 1" in shown["attention"]
        assert "order SFK-1 has it" in shown["attention"]
        assert shown["attention"] in [entry["reason"] for entry in after["timeline"]]


async def test_another_council_may_have_the_same_barcode(orders: Orders) -> None:
    norfolk = orders.of_council("GB-NFK")
    await norfolk.set_up({None: "national"})
    for service in (orders, norfolk):
        order = await service.placed(an_order())
        line = line_of(order, "national", 1)
        event = expected(order, line, Leg.DIRECT).model_copy(update={"council": service.council})
        await service.hear(event.model_copy(update={"copies": consigned(order, line)}))
        after = line_of(await service.read(order["order_id"]), "national", 1)
        assert (all(copy["barcode"] for copy in after["copies"]), after["attention"]) == (True, "")


async def test_a_line_refused_as_a_duplicate_names_the_earlier_order(orders: Orders) -> None:
    await orders.placed(an_order())
    again = await orders.placed(an_order("SFK-2"))
    line = line_of(again, "national", 1)
    await orders.hear(answered(again, line, "208"))
    after = line_of(await orders.read(again["order_id"]), "national", 1)
    assert [copy["state"] for copy in after["copies"]] == ["refused", "refused"]
    assert "do not place this line again. Open orders of the same title: SFK-1." in after["attention"]
