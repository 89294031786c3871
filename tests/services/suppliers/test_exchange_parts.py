"""Further lines of an order that the supplier has already: each message is a part of its own, and so is its cancellation."""

import json

from shared.contracts.orders import CancellationRequested, LinesAdded, OrderedLine, OrderPlaced
from shared.contracts.suppliers import OrderResponded
from tests.services.suppliers.conftest import Rig, a_cancellation, a_line, a_response, an_acceptance, an_order


def added(order: OrderPlaced, *lines: OrderedLine) -> LinesAdded:
    return LinesAdded(**{**dict(order), "lines": lines}, added_at=order.placed_at, reason="moved here")


def bodies(rig: Rig) -> list[dict[str, object]]:
    return [json.loads(message.body) for message in rig.supplier.arrivals]


async def test_each_message_with_lines_of_an_order_is_its_next_part(rig: Rig) -> None:
    order, other = an_order(), an_order(number="PO-2")
    more = [added(order, a_line(number=number)) for number in (1, 2)]
    await rig.hears(order, other, *more)
    await rig.hears(added(order, a_line()))
    await rig.send_all()
    assert [(body["order"], body.get("part")) for body in bodies(rig)] == [
        ("PO-1", None), ("PO-2", None), ("PO-1", 2), ("PO-1", 3), ("PO-1", 4),
    ]  # fmt: skip


async def test_lines_that_arrive_again_are_not_sent_again(rig: Rig) -> None:
    order = an_order()
    more = added(order, a_line())
    await rig.hears(order, more)
    await rig.hears(order, more)
    await rig.send_all()
    assert [body.get("part") for body in bodies(rig)] == [None, 2]


async def test_lines_for_another_supplier_are_no_part(rig: Rig) -> None:
    order = an_order()
    await rig.hears(order, added(order, a_line().model_copy(update={"supplier_id": "another"})))
    await rig.send_all()
    assert len(bodies(rig)) == 1


async def test_a_cancellation_of_lines_of_several_parts_is_a_message_for_each(rig: Rig) -> None:
    first, second = a_line(), a_line(number=2)
    order = an_order(first)
    more = added(order, second)
    of_first = a_cancellation(order, first.line_key, 0)
    cancelled = of_first.lines[0].model_copy(update={"line_key": second.line_key, "copy_ids": (second.copies[0].copy_id,)})
    both = CancellationRequested(**{**dict(of_first), "lines": (cancelled, *of_first.lines)})
    await rig.hears(order, more, both)
    await rig.send_all()
    sent = [(body.get("part"), list(dict(body["lines"]))) for body in bodies(rig)[2:]]  # type: ignore[call-overload]
    assert sent == [(None, [first.line_key]), (2, [second.line_key])]


async def test_answers_to_each_part_are_matched_by_line_key(rig: Rig) -> None:
    first, second = a_line(), a_line()
    order = an_order(first)
    await rig.hears(order, added(order, second))
    answer = a_response(an_acceptance(second), order_number="PO-1")
    await rig.receives(rig.means(b"answer", answer))
    (event,) = await rig.published(OrderResponded)
    assert isinstance(event, OrderResponded)
    assert (event.order_id, [line.line_key for line in event.lines]) == (order.order_id, [second.line_key])


async def test_the_number_of_a_part_that_could_not_be_written_is_not_given_to_another(rig: Rig) -> None:
    order = an_order()
    await rig.hears(order)
    rig.supplier.unwritable = "no account"
    await rig.hears(added(order, a_line()))
    rig.supplier.unwritable = ""
    await rig.hears(added(order, a_line()))
    await rig.send_all()
    assert [body.get("part") for body in bodies(rig)] == [None, 3]
