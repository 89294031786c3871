"""Copies whose place the council named in its order, and what a place sees of where a copy goes on to."""

from services.delivery.incoming import handlers
from services.delivery.republish import OWNER
from shared.contracts.base import Place
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, CopyMisdirected, Leg
from shared.contracts.orders import OrderedLine
from shared.contracts.stated import ItemData, StatedItem
from shared.contracts.suppliers import CopyReference
from tests.builders import HUB, a_branch, a_despatch, a_despatched_line, a_parcel, an_order_placed, an_ordered_line, unpacked_at
from tests.services.delivery.conftest import Delivery
from tests.services.delivery.test_switches import Switches
from tests.services.hearing import Hearing
from tests.services.read_model import published_again

LOWESTOFT = a_branch("LOWE")


def with_copies(line: OrderedLine, **changed: object) -> OrderedLine:
    return line.model_copy(update={"copies": tuple(copy.model_copy(update=changed) for copy in line.copies)})


def asked_at(line: OrderedLine, place: Place) -> OrderedLine:
    return with_copies(unpacked_at(line, place), deliver_to_asked=True)


async def test_goods_at_the_asked_branch_are_in_their_place_and_go_on_to_their_own(delivery: Delivery) -> None:
    line = asked_at(an_ordered_line(branches=["IPSW"]), LOWESTOFT)
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line)), deliver_to=LOWESTOFT))
    assert await delivery.discrepancies() == []
    for leg in ("to_hub", "from_hub"):
        consignment = await delivery.consignment(leg=leg)
        await delivery.receives(consignment["consignment_id"], {"line_key": line.line_key})
    received = [(event.leg, event.place.code) for event in await delivery.published(CopiesReceived)]
    assert received == [(Leg.TO_HUB, "LOWE"), (Leg.FROM_HUB, "IPSW")]


async def test_goods_elsewhere_than_asked_are_at_the_wrong_place(delivery: Delivery) -> None:
    line = asked_at(an_ordered_line(branches=["IPSW"]), LOWESTOFT)
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line)), deliver_to=HUB))
    (event,) = await delivery.published(CopyMisdirected)
    assert (event.place, event.deliver_to) == (HUB, LOWESTOFT)


async def test_a_switch_of_the_route_leaves_copies_whose_place_was_asked(delivery: Delivery) -> None:
    switches = Switches(delivery)
    await switches.set_up()
    shown = (await switches.ask("/preview", from_supplier="eastern")).json()
    await delivery.hears(an_order_placed(asked_at(an_ordered_line(branches=["IPSW", "LOWE"]), HUB), number="PO-2"))
    assert (await switches.ask("/preview", from_supplier="eastern")).json() == shown


async def test_a_place_sees_collection_and_plan_of_each_copy_on_both_legs(delivery: Delivery) -> None:
    line = unpacked_at(an_ordered_line(branches=["IPSW"]), HUB)
    line = with_copies(line, sequence="ANF", item=ItemData(rotation_plan="ROT-A"))
    plain = an_ordered_line(branches=["LOWE"], isbn="9780141439600")
    parcel = a_parcel(a_despatched_line(line), a_despatched_line(plain))
    await delivery.hears(an_order_placed(line, plain), a_despatch(parcel, deliver_to=HUB))
    for leg in ("to_hub", "from_hub"):
        consignment = await delivery.consignment(leg=leg)
        shown = {(copy["branch"], copy["sequence"], copy["rotation_plan"]) for copy in consignment["copies"]}
        assert ("IPSW", "ANF", "ROT-A") in shown
        await delivery.receives(consignment["consignment_id"], {"line_key": line.line_key})
    told = [
        (event.leg, event.copies[0].sequence, event.copies[0].rotation_plan)
        for event in await delivery.published(ConsignmentExpected)
    ]
    assert told == [(Leg.TO_HUB, "ANF", "ROT-A"), (Leg.FROM_HUB, "ANF", "ROT-A")]
    again, _ = await published_again(Hearing(delivery.engine, delivery.clock, handlers(delivery.clock)), OWNER, delivery.clock)
    assert all(b"ROT-A" in each.data for each in again if each.type == ConsignmentExpected.event_type)


async def test_a_plan_that_the_notice_states_is_shown_and_passed_on_and_advises_no_second_item(delivery: Delivery) -> None:
    line = unpacked_at(an_ordered_line(branches=["IPSW"]), HUB)
    line = with_copies(line, item=ItemData(rotation_plan="ROT-A"))
    stated = StatedItem(rotation_plan="ROT-B", servicing=("BJ",))
    notices = [
        a_despatch(a_parcel(a_despatched_line(line, copies=[CopyReference(copy_number=1, item=item)])), deliver_to=HUB)
        for item in (stated, None, stated.model_copy(update={"shelfmark": "F"}))
    ]
    await delivery.hears(an_order_placed(line), *notices)
    consignment = await delivery.consignment(leg="to_hub")
    assert [copy["rotation_plan"] for copy in consignment["copies"]] == ["ROT-B"]
    await delivery.receives(consignment["consignment_id"], {"line_key": line.line_key})
    told = await delivery.published(ConsignmentExpected)
    assert [(event.leg, event.copies[0].rotation_plan, event.copies[0].stated) for event in told] == [
        (Leg.TO_HUB, "ROT-B", stated),
        (Leg.FROM_HUB, "ROT-B", stated),
    ]
