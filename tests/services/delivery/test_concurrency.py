"""Several consumers and several people at once: no copy gets goods twice, and nothing deadlocks."""

import asyncio

from shared.contracts.delivery import ConsignmentExpected, CopiesReceived
from shared.contracts.orders import CopyState, OrderedLine
from shared.contracts.suppliers import DespatchAdvised
from tests.builders import (
    HUB,
    ISBN,
    a_despatch,
    a_despatched_line,
    a_line_progressed,
    a_parcel,
    an_order_placed,
    an_ordered_line,
)
from tests.services.delivery.conftest import Delivery


async def test_despatches_at_the_same_moment_never_share_a_copy(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW"] * 4)
    await delivery.hears(an_order_placed(line))
    despatches = [a_despatch(a_parcel(a_despatched_line(line)), number=f"D-{n}") for n in range(5)]
    await asyncio.gather(*(delivery.hears(despatch) for despatch in despatches))

    expected = [copy.copy_id for event in await delivery.published(ConsignmentExpected) for copy in event.copies]
    assert sorted(expected) == sorted(copy.copy_id for copy in line.copies)
    assert [row["kind"] for row in await delivery.discrepancies()] == ["surplus"]


async def test_parcels_may_be_added_while_the_first_are_unpacked(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW", "BSE"] * 5)
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line)), deliver_to=HUB))
    (hub,) = await delivery.consignments()
    parcels = [a_parcel(a_despatched_line(line), parcel_id=f"P{n}") for n in range(9)]

    async def unpack() -> None:
        for _ in range(9):
            await delivery.receives(hub["consignment_id"], {"isbn": ISBN})

    async def add() -> None:
        for parcel in parcels:
            await delivery.hears(a_despatch(parcel, deliver_to=HUB))

    await asyncio.gather(unpack(), add())
    await delivery.receives(hub["consignment_id"], complete=True)
    received = [copy.copy_id for event in await delivery.published(CopiesReceived) for copy in event.copies]
    assert len(set(received)) == len(received)
    short = await delivery.discrepancies(kind="short")
    surplus = sum(row["quantity"] for row in await delivery.discrepancies(kind="surplus"))
    assert len(received) + len(short) == 10
    assert len(received) + surplus == 9


async def test_batches_that_name_the_same_copies_in_another_order_take_turns(delivery: Delivery) -> None:
    first, second = an_ordered_line(branches=["IPSW"] * 20), an_ordered_line(branches=["IPSW"] * 20)
    await delivery.hears(an_order_placed(first), an_order_placed(second, number="PO-2"))

    def despatches(number: str, *lines: OrderedLine) -> list[DespatchAdvised]:
        return [a_despatch(a_parcel(a_despatched_line(line)), number=f"{number}-{line.line_key}") for line in lines]

    for turn in range(10):
        await asyncio.gather(
            delivery.hears(*despatches(f"A{turn}", first, second)), delivery.hears(*despatches(f"B{turn}", second, first))
        )
    expected = [copy.copy_id for event in await delivery.published(ConsignmentExpected) for copy in event.copies]
    assert len(set(expected)) == len(expected) == 40


async def test_events_of_orders_never_deadlock_with_goods(delivery: Delivery) -> None:
    lines = sorted((an_ordered_line(branches=["IPSW"]) for _ in range(10)), key=lambda line: line.copies[0].copy_id)
    orders = [an_order_placed(line, number=f"PO-{n}") for n, line in enumerate(lines)]
    await delivery.hears(*orders, a_despatch(a_parcel(*map(a_despatched_line, lines))))
    (consignment,) = await delivery.consignments()

    async def unpack() -> None:
        for _ in range(10):
            answer = await delivery.post_receipt(consignment["consignment_id"], {"scans": [{"isbn": ISBN}]})
            assert answer.status_code == 201, answer.text

    async def change() -> None:
        for turn in range(10):
            state = CopyState.CANCELLED if turn % 2 else CopyState.ACCEPTED
            news = [a_line_progressed(order, order.lines[0], state, copies=order.lines[0].copies) for order in orders]
            await delivery.hears(*reversed(news))

    await asyncio.gather(unpack(), change())
