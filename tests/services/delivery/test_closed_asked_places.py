"""A branch closes where a council asked to unpack copies of others: their goods are expected where those go instead."""

import pytest

from services.delivery.incoming import handlers
from services.delivery.republish import OWNER
from shared.bus import to_envelope
from shared.contracts.base import Place
from shared.contracts.delivery import CopiesReceived, CopyMisdirected, Leg
from shared.contracts.orders import OrderedLine, OrderPlaced
from tests.builders import HUB, a_branch, a_branch_closed, an_order_placed, an_ordered_line, unpacked_elsewhere
from tests.services.delivery.conftest import Delivery
from tests.services.delivery.test_asked_places import asked_at
from tests.services.delivery.test_closed_branches import barcodes_at, goods
from tests.services.hearing import Hearing
from tests.services.read_model import ReadModel, check_feed, check_rebuild

IPSWICH, LOWESTOFT, BURY, STOW = a_branch("IPSW"), a_branch("LOWE"), a_branch("BURY"), a_branch("STOW")


def an_asking_order(*branches: str, place: Place = IPSWICH) -> tuple[OrderPlaced, OrderedLine]:
    line = asked_at(an_ordered_line(branches=branches), place)
    return an_order_placed(line), line


@pytest.mark.parametrize("advised_first", [False, True])
async def test_goods_of_other_branches_are_unpacked_where_the_closed_one_was_taken_over_and_go_on(
    delivery: Delivery, *, advised_first: bool
) -> None:
    order, line = an_asking_order("LOWE", "LOWE")
    news = [unpacked_elsewhere(order, BURY), goods(line, 1, 2, named="LOWE")]
    await delivery.hears(order)
    for event in reversed(news) if advised_first else news:
        await delivery.hears(event)
    assert (await barcodes_at(delivery, "BURY"), await barcodes_at(delivery, "IPSW")) == ([["B1", "B2"]], [])
    for place in ("BURY", "LOWE"):
        here = await delivery.consignment(place=place)
        await delivery.receives(here["consignment_id"], {"barcode": "B1"}, {"barcode": "B2"})
    received = [(event.leg, event.place.code) for event in await delivery.published(CopiesReceived)]
    assert received == [(Leg.TO_HUB, "BURY"), (Leg.FROM_HUB, "LOWE")]
    assert await delivery.discrepancies() == []


@pytest.mark.parametrize("advised_first", [False, True])
async def test_a_branch_that_takes_over_ends_with_its_own_goods_and_passes_on_the_others(
    delivery: Delivery, *, advised_first: bool
) -> None:
    order, line = an_asking_order("LOWE", "BURY")
    news = [unpacked_elsewhere(order, LOWESTOFT), goods(line, 1, 2)]
    await delivery.hears(order)
    for event in reversed(news) if advised_first else news:
        await delivery.hears(event)
    for _ in range(2):
        for here in await delivery.consignments():
            whole = (await delivery.get(f"/v1/consignments/{here['consignment_id']}")).json()
            scans = [{"barcode": copy["barcode"]} for copy in whole["copies"] if copy["state"] == "outstanding"]
            if scans:
                await delivery.receives(here["consignment_id"], *scans)
    ended = {(event.leg, event.place.code, len(event.copies)) for event in await delivery.published(CopiesReceived)}
    # What was on the way there to be passed on is passed on to itself: figures know that leg already.
    both = {(Leg.TO_HUB, "LOWE", 2), (Leg.FROM_HUB, "LOWE", 1)}
    told_before = {(Leg.TO_HUB, "LOWE", 1), (Leg.DIRECT, "LOWE", 1)}
    assert ended == {(Leg.FROM_HUB, "BURY", 1), *(both if advised_first else told_before)}
    assert await delivery.discrepancies() == []


async def test_goods_at_the_closed_branch_and_at_the_other_are_no_wrong_place_and_elsewhere_they_are(delivery: Delivery) -> None:
    order, line = an_asking_order("LOWE", "LOWE", "LOWE")
    await delivery.hears(order, unpacked_elsewhere(order, BURY))
    old, new = goods(line, 1), goods(line, 2).model_copy(update={"deliver_to": BURY, "despatch_number": "D-2"})
    await delivery.hears(old, new)
    assert await delivery.discrepancies() == []
    await delivery.hears(goods(line, 3).model_copy(update={"deliver_to": HUB, "despatch_number": "D-3"}))
    (event,) = await delivery.published(CopyMisdirected)
    assert (event.place, event.deliver_to) == (HUB, BURY)


async def test_goods_of_a_closed_branch_stay_at_the_place_that_was_asked_and_go_on_to_the_new_branch(delivery: Delivery) -> None:
    order, line = an_asking_order("IPSW", place=LOWESTOFT)
    moved = a_branch_closed(order, BURY, IPSWICH, hub=LOWESTOFT)
    await delivery.hears(order, moved, goods(line, 1).model_copy(update={"deliver_to": LOWESTOFT}))
    for place in ("LOWE", "BURY"):
        here = await delivery.consignment(place=place)
        await delivery.receives(here["consignment_id"], {"barcode": "B1"})
    assert [event.leg for event in await delivery.published(CopiesReceived)] == [Leg.TO_HUB, Leg.FROM_HUB]
    assert await delivery.discrepancies() == []


async def test_places_that_close_one_after_the_other_hand_goods_on(delivery: Delivery) -> None:
    order, line = an_asking_order("LOWE")
    await delivery.hears(order, goods(line, 1), unpacked_elsewhere(order, BURY), unpacked_elsewhere(order, STOW))
    assert [await barcodes_at(delivery, place) for place in ("IPSW", "BURY", "STOW")] == [[], [], [["B1"]]]
    await delivery.hears(a_branch_closed(order, IPSWICH, LOWESTOFT, hub=STOW))
    assert await barcodes_at(delivery, "STOW") == [["B1"]], "the asked place stays, whichever branch it goes on to"
    await delivery.hears(unpacked_elsewhere(order, BURY))
    assert await barcodes_at(delivery, "BURY") == [["B1"]], "it was reopened"
    here = await delivery.consignment(place="BURY")
    await delivery.receives(here["consignment_id"], {"barcode": "B1"})
    assert await barcodes_at(delivery, "IPSW") == [["B1"]]


async def test_a_read_model_is_the_same_from_what_is_published_again(
    delivery: Delivery, read_model: ReadModel, evidence_model: ReadModel, feed_model: ReadModel
) -> None:
    order, line = an_asking_order("LOWE", "BURY")
    await delivery.hears(order, goods(line, 1, 2), unpacked_elsewhere(order, LOWESTOFT))
    hearing = Hearing(delivery.engine, delivery.clock, handlers(delivery.clock))
    await check_rebuild(hearing, OWNER, delivery.clock, read_model, evidence_model)
    known = [to_envelope(order, clock=delivery.clock, version=1)]
    await check_feed(hearing, OWNER, delivery.clock, feed_model, known=known)
