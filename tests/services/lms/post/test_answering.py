"""What an LMS is told by its mailbox: each thing once, whatever the order in which topics are read, and only what is its own."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.lms.domain.mailbox_messages import State
from services.lms.speaking import Correspondent
from services.lms.store import post
from services.lms.usecases import keeping
from shared.bus import to_envelope
from shared.contracts.asked import PlacingOutcome
from shared.contracts.base import Event, Place, PlaceKind
from shared.contracts.delivery import ConsignedCopy, ConsignmentExpected, Leg
from shared.contracts.invoices import InvoicedCopy, InvoiceMatched, MatchedInvoiceLine
from shared.contracts.orders import OrderPlaced
from shared.contracts.selections import SelectionReceived
from shared.contracts.suppliers import OrderResponded, RespondedLine
from shared.messaging.errors import Poison
from tests.services.evidence import facts
from tests.services.evidence.facts import COST, FIRST, HARBOUR, SECOND
from tests.services.hearing import number, on_day
from tests.services.lms.post.conftest import KOHA, SUFFOLK, Rig, answer
from tests.services.lms.post.dialect import JsonDialect, file_of

ORDER = number(10_001)
THIRD = number(3)
NAMED = {"SB-1": "PO-1/1"}


def placed(order_number: str = "PO-1") -> OrderPlaced:
    """The order of the file, as the order book placed it."""
    return facts.placed().model_copy(update={"order_number": order_number})


def responded(line_key: str = "SB-1") -> OrderResponded:
    """The supplier's answer to it."""
    return OrderResponded(
        council=SUFFOLK, supplier_id=HARBOUR, order_id=ORDER, message_id=number(7), responded_at=on_day(3),
        lines=(RespondedLine(line_key=line_key, status_code="100"),),
    )  # fmt: skip


def expected(*copies: UUID, leg: Leg = Leg.DIRECT, despatch: str = "D-1") -> ConsignmentExpected:
    """Goods on their way."""
    consigned = [
        ConsignedCopy(copy_id=copy, order_id=ORDER, line_key="SB-1", isbn=facts.PIRANESI, branch="IPSW") for copy in copies
    ]
    place = Place(code="CSU", kind=PlaceKind.HUB) if leg is Leg.TO_HUB else Place(code="IPSW")
    return ConsignmentExpected(
        council=SUFFOLK, consignment_id=number(8), supplier_id=HARBOUR, despatch_number=despatch, place=place, leg=leg,
        copies=tuple(consigned),
    )  # fmt: skip


def invoice(part: int = 1, parts: int = 1, line_key: str = "SB-1") -> InvoiceMatched:
    """A part of an invoice for its first copy."""
    line = MatchedInvoiceLine(
        line_number=part, line_key=line_key, order_id=ORDER, copies=(InvoicedCopy(copy_id=FIRST, cost=COST),)
    )
    return InvoiceMatched(
        council=SUFFOLK, supplier_id=HARBOUR, invoice_id=number(9), invoice_number="INV-1", credit=False,
        invoiced_on=date(2026, 3, 12), currency="GBP", total=999, matched_at=on_day(12), part=part, parts=parts, lines=(line,),
    )  # fmt: skip


SELECTION = SelectionReceived(
    council=SUFFOLK, supplier_id=HARBOUR, message_id=number(11), selection_number="SEL-1", received_at=on_day(3), lines=()
)


async def a_file(rig: Rig, *numbers: str) -> Event:
    """Put in a file; return the answer that its first order will get."""
    kept = await rig.put(file_of(*(numbers or ("PO-1",))))
    return answer((await rig.orders(kept))[0])


async def test_answer_goods_and_invoice_of_its_order_are_told_in_the_names_of_the_lms(rig: Rig) -> None:
    answered = await a_file(rig)
    await rig.hears(placed(), answered, responded(), expected(FIRST, SECOND), invoice(), SELECTION)
    assert sorted(await rig.out(), key=lambda told: told[0]) == [
        ("CONTRL", {"refusal": ""}),
        ("DESADV", {"copies": [str(FIRST), str(SECOND)], "names": NAMED}),
        ("INVOIC", {"parts": [1], "names": NAMED}),
        ("ORDRSP", {"order": "PO-1", "codes": ["100"], "names": NAMED}),
        ("QUOTES", {"selection": "SEL-1"}),
    ]
    assert await rig.references() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("seed", range(12))
async def test_events_in_any_order_of_their_topics_are_told_once_each(rig: Rig, seed: int) -> None:
    answered = await a_file(rig)
    topics: list[list[Event]] = [
        [placed(), answered, facts.added(THIRD, instead_of=SECOND, at=on_day(4)), invoice(1, 2), invoice(2, 2)],
        [responded(), SELECTION, responded("SB-3")],
        [expected(FIRST), expected(SECOND, leg=Leg.TO_HUB), expected(SECOND, leg=Leg.FROM_HUB)],
    ]
    envelopes = []
    chance = random.Random(seed)
    while any(topics):
        envelopes.append(to_envelope(chance.choice([topic for topic in topics if topic]).pop(0), clock=rig.clock))
    while envelopes:
        size = chance.randint(1, 4)
        await rig.hears_envelopes(envelopes[:size])
        envelopes = envelopes[size:]
    told = await rig.out()
    assert sorted(kind for kind, _ in told) == ["CONTRL", "DESADV", "DESADV", "INVOIC", "ORDRSP", "ORDRSP", "QUOTES"]
    assert {"parts": [1, 2], "names": {"SB-1": "PO-1/1", "SB-3": "PO-1/1"}} in [content for _, content in told]
    assert await rig.references() == list(range(1, 8))


async def test_what_was_ordered_otherwise_is_told_by_invoice_only_and_without_names(rig: Rig) -> None:
    await rig.hears(placed(), responded(), expected(FIRST), invoice())
    assert await rig.out() == [("INVOIC", {"parts": [1], "names": {"SB-1": None}})]


async def test_an_order_of_the_number_that_was_refused_is_not_taken_for_the_one_placed_otherwise(rig: Rig) -> None:
    kept = await rig.put(file_of("PO-1"))
    await rig.hears(placed(), responded(), invoice())
    assert len(await rig.out()) == 1
    (order,) = await rig.orders(kept)
    await rig.hears(answer(order, PlacingOutcome.REFUSED, "duplicate-order-number"))
    assert [kind for kind, _ in await rig.out()] == ["CONTRL", "APERAK", "INVOIC"]


async def test_an_order_placed_before_is_answered_in_the_file_that_repeats_it(rig: Rig) -> None:
    await rig.hears(placed())
    kept = await rig.put(file_of("PO-1"))
    (order,) = await rig.orders(kept)
    await rig.hears(answer(order, PlacingOutcome.REPEATED), responded())
    assert (await rig.file(kept)).state is State.TAKEN
    assert [kind for kind, _ in await rig.out()] == ["CONTRL", "ORDRSP"]


async def test_what_is_published_again_is_not_told_again_but_fills_what_is_missing(rig: Rig) -> None:
    answered = await a_file(rig)
    await rig.hears(responded())
    await rig.hears(placed(), answered, responded(), expected(FIRST), invoice(), SELECTION, republished=True)
    assert [kind for kind, _ in await rig.out()] == ["CONTRL", "ORDRSP"]


async def test_a_copy_of_a_despatch_is_told_of_once_and_again_for_another_despatch(rig: Rig) -> None:
    answered = await a_file(rig)
    await rig.hears(placed(), answered, expected(FIRST), expected(FIRST, SECOND), expected(FIRST, despatch="D-2"))
    told = [content["copies"] for kind, content in await rig.out() if kind == "DESADV"]
    assert told == [[str(FIRST)], [str(SECOND)], [str(FIRST)]]


async def test_an_lms_may_be_told_of_goods_on_their_way_to_the_hub(rig: Rig) -> None:
    rig.boxes.all[:] = [replace(KOHA, dialect=JsonDialect(wants_hub_leg=True))]
    answered = await a_file(rig)
    await rig.hears(placed(), answered, expected(FIRST, leg=Leg.TO_HUB), expected(FIRST, leg=Leg.FROM_HUB))
    assert [kind for kind, _ in await rig.out()] == ["CONTRL", "DESADV"]


async def test_an_lms_gets_only_what_it_takes_and_numbers_have_no_gaps(rig: Rig) -> None:
    rig.boxes.all[:] = [replace(KOHA, dialect=JsonDialect(takes=("ORDRSP", "INVOIC")))]
    answered = await a_file(rig)
    await rig.hears(placed(), answered, responded(), expected(FIRST), invoice(), SELECTION)
    assert sorted(kind for kind, _ in await rig.out()) == ["INVOIC", "ORDRSP"]
    assert await rig.references() == [1, 2]


async def test_another_mailbox_of_the_council_is_told_of_its_own_orders_only(rig: Rig) -> None:
    rig.boxes.all.append(Correspondent("suffolk-kiosk", SUFFOLK, JsonDialect()))
    answered = await a_file(rig)
    await rig.hears(placed(), answered, responded(), expected(FIRST), invoice(), SELECTION)
    assert [kind for kind, _ in await rig.out("suffolk-kiosk")] == ["QUOTES"]
    assert await rig.references("suffolk-kiosk") == [1]


async def test_a_council_without_a_mailbox_is_told_nothing_and_nothing_is_kept_of_it(rig: Rig) -> None:
    rig.boxes.all.clear()
    await rig.hears(placed(), responded(), expected(FIRST), invoice(), SELECTION)
    rig.boxes.all.append(KOHA)
    await rig.hears(responded())
    assert await rig.out() == []


async def test_an_answer_about_an_order_that_was_never_asked_for_is_a_dead_letter(rig: Rig) -> None:
    kept = await rig.put(file_of("PO-1"))
    (order,) = await rig.orders(kept)
    with pytest.raises(Poison, match="no file of a mailbox"):
        await rig.hears(answer(replace(order, asked_id=number(77))))


async def test_a_file_out_that_was_removed_can_be_offered_again_as_it_was(rig: Rig) -> None:
    kept = await rig.put(file_of("PO-1"))
    async with rig.engine.begin() as connection:
        (out,) = await post.answers_to(connection, kept)
        await keeping.remove_out(connection, out.message_id, rig.clock.now() + timedelta(seconds=1))
    again = await rig.decide("offer_again", out.message_id)
    assert (again.state, again.name, again.reference) == (State.READY, out.name, 1)
