"""What becomes of a file that an LMS puts in: asked, taken, refused, set aside; every step once, whatever is repeated."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from services.lms import metrics
from services.lms.domain.asked_orders import AskedState
from services.lms.domain.mailbox_messages import State
from services.lms.speaking import Correspondent
from services.lms.usecases.keeping import CUT_OFF_PATIENCE
from shared.contracts.asked import PlacingOutcome
from tests.services.lms.post.conftest import KOHA, SUFFOLK, Rig, answer
from tests.services.lms.post.dialect import JsonDialect, file_of

REFUSED = PlacingOutcome.REFUSED


async def test_a_file_asks_the_order_book_and_is_taken_when_it_answers(rig: Rig) -> None:
    kept = await rig.put(file_of("PO-1", "PO-2"))
    assert (await rig.file(kept)).state is State.ASKED
    assert [(event.order_number, event.message_id) for event in await rig.asked()] == [("PO-1", kept), ("PO-2", kept)]
    first, second = await rig.orders(kept)
    await rig.hears(answer(first))
    assert (await rig.file(kept)).state is State.ASKED
    await rig.hears(answer(second))
    assert (await rig.file(kept)).state is State.TAKEN
    assert await rig.out() == [("CONTRL", {"refusal": ""})]
    assert await rig.told() == []


async def test_an_order_refused_with_several_faults_is_answered_with_all_of_them_and_waits_for_a_person(rig: Rig) -> None:
    kept = await rig.put(file_of("PO-1", "PO-2"))
    first, second = await rig.orders(kept)
    await rig.hears(answer(first), answer(second, REFUSED, "unknown-branch", "unknown-fund"))
    found = await rig.file(kept)
    assert (found.state, found.held) == (State.PARTLY_TAKEN, True)
    assert found.reason == "order PO-2: unknown-branch is wrong (and 1 more fault)"
    assert (await rig.out())[-1] == ("APERAK", {"order": "PO-2", "faults": ["unknown-branch", "unknown-fund"]})
    assert await rig.told() == ["held"]


async def test_an_order_that_the_dialect_finds_faulty_is_answered_at_once_and_never_asked_for(rig: Rig) -> None:
    kept = await rig.put(file_of("PO-1", "PO-2", faults={"PO-2": ["quantity-differs"]}))
    assert [event.order_number for event in await rig.asked()] == ["PO-1"]
    assert await rig.out() == [
        ("CONTRL", {"refusal": ""}),
        ("APERAK", {"order": "PO-2", "faults": ["quantity-differs"]}),
    ]
    assert (await rig.file(kept)).state is State.ASKED
    await rig.hears(answer((await rig.orders(kept))[0]))
    assert (await rig.file(kept)).state is State.PARTLY_TAKEN


async def test_half_a_file_is_refused_and_a_whole_one_of_another_name_is_read(rig: Rig) -> None:
    half = await rig.put(file_of("PO-1")[:20])
    found = await rig.file(half)
    assert (found.state, found.reason) == (State.REFUSED, "the file ends in the middle")
    assert found.findings[0]["segment"] == 1
    assert await rig.out() == [("CONTRL", {"refusal": "the file ends in the middle"})]
    whole = await rig.put(file_of("PO-1"), name="b.CEP")
    assert (await rig.file(whole)).state is State.ASKED


async def test_a_file_that_was_cut_off_is_shown_after_a_while_and_settled_by_the_whole_one(rig: Rig) -> None:
    half = await rig.put(file_of("PO-1")[:20], whole=False)
    assert await rig.told() == []
    rig.clock.advance(CUT_OFF_PATIENCE)
    await rig.read()
    await rig.read()
    assert await rig.told() == ["held"]
    await rig.put(file_of("PO-1"))
    assert (await rig.file(half)).state is State.DISCARDED
    assert await rig.told() == ["held", "settled"]


async def test_a_file_that_was_cut_off_and_follows_whole_at_once_bothers_nobody(rig: Rig) -> None:
    half = await rig.put(file_of("PO-1")[:20], whole=False)
    await rig.put(file_of("PO-1"))
    rig.clock.advance(CUT_OFF_PATIENCE)
    await rig.read()
    assert (await rig.file(half)).state is State.DISCARDED
    assert await rig.told() == []


async def test_a_test_is_answered_and_orders_nothing(rig: Rig) -> None:
    kept = await rig.put(file_of("PO-1", test=True))
    assert (await rig.file(kept)).state is State.TEST
    assert await rig.asked() == []
    assert await rig.out() == [("CONTRL", {"refusal": ""})]


@pytest.mark.expects_errors
async def test_a_fault_of_ours_refuses_one_file_and_the_next_is_read(rig: Rig) -> None:
    bad = await rig.put(b"fault of ours", read=False)
    good = await rig.put(file_of("PO-1"))
    assert "a fault of ours" in (await rig.file(bad)).reason
    assert (await rig.file(good)).state is State.ASKED


async def test_text_that_no_database_holds_is_read_as_unreadable(rig: Rig) -> None:
    kept = await rig.put(file_of("PO\0-1"))
    assert [order.order_number for order in await rig.orders(kept)] == ["PO�-1"]


async def test_a_file_of_a_mailbox_that_is_gone_is_refused(rig: Rig) -> None:
    kept = await rig.put(file_of("PO-1"), box=Correspondent("closed", SUFFOLK, JsonDialect()))
    assert "does not exist any more" in (await rig.file(kept)).reason


async def test_an_order_too_large_for_an_event_is_refused_with_a_sentence(rig: Rig) -> None:
    kept = await rig.put(file_of("PO-1", note="P" * 900_001))
    (order,) = await rig.orders(kept)
    assert (order.state, order.code) == (AskedState.REFUSED, "order-too-large")


async def test_a_refused_file_with_more_orders_than_an_event_holds_is_held_and_others_are_read(rig: Rig) -> None:
    numbers = [f"{place:0>200}" for place in range(6_000)]
    large = await rig.put(file_of(*numbers, faults={each: ["unknown-branch"] for each in numbers}), read=False)
    other = await rig.put(file_of("PO-1"))
    found = await rig.file(large)
    assert (found.state, found.held, len(found.order_numbers)) == (State.REFUSED, True, 6_000)
    assert "order 0000" in found.reason
    assert (await rig.file(other)).state is State.ASKED


async def test_a_refused_file_that_is_read_again_asks_only_for_what_was_not_placed(rig: Rig) -> None:
    kept = await rig.put(file_of("PO-1", "PO-2"))
    first, second = await rig.orders(kept)
    await rig.hears(answer(first), answer(second, REFUSED, "unknown-branch"))
    await rig.decide("replay", kept)
    await rig.read()
    assert [event.order_number for event in await rig.asked()] == ["PO-1", "PO-2", "PO-2"]
    assert len({event.asked_id for event in await rig.asked()}) == 2
    await rig.hears(answer(second))
    assert (await rig.file(kept)).state is State.TAKEN
    assert await rig.told() == ["held", "settled"]


async def test_an_answer_that_comes_twice_or_again_changes_nothing(rig: Rig) -> None:
    kept = await rig.put(file_of("PO-1"))
    (order,) = await rig.orders(kept)
    refused = answer(order, REFUSED, "unknown-branch")
    await rig.hears(refused)
    await rig.hears(refused, republished=True)
    assert len(await rig.out()) == 2
    assert await rig.told() == ["held"]
    await rig.hears(answer(order), republished=True)
    assert (await rig.file(kept)).state is State.TAKEN
    await rig.hears(refused, republished=True)
    assert (await rig.file(kept)).state is State.TAKEN


async def test_a_discarded_file_waits_for_nobody(rig: Rig) -> None:
    kept = await rig.put(b"no json")
    await rig.decide("discard", kept)
    assert (await rig.file(kept)).held is False
    assert await rig.told() == ["held", "settled"]


async def test_two_hundred_files_at_once_are_read_in_their_order_each_once(rig: Rig) -> None:
    other = Correspondent("suffolk-kiosk", SUFFOLK, JsonDialect())
    rig.boxes.all.append(other)
    for place in range(100):
        for box in (KOHA, other):
            await rig.put(file_of(f"{box.mailbox_id}-{place}"), name=f"{place}.CEP", box=box, read=False)
    await rig.read()
    for box in (KOHA, other):
        numbers = [event.order_number for event in await rig.asked() if event.mailbox_id == box.mailbox_id]
        assert numbers == [f"{box.mailbox_id}-{place}" for place in range(100)]
        assert await rig.references(box.mailbox_id) == list(range(1, 101))


async def test_two_processes_that_read_at_once_take_each_file_once_and_in_order(rig: Rig) -> None:
    for place in range(20):
        await rig.put(file_of(f"PO-{place}"), name=f"{place}.CEP", read=False)

    async def read() -> None:
        reader = rig.reader()
        while await reader.turn():
            pass

    await asyncio.gather(read(), read())
    assert [event.order_number for event in await rig.asked()] == [f"PO-{place}" for place in range(20)]
    assert await rig.references() == list(range(1, 21))


async def test_files_out_that_are_not_fetched_show_in_a_metric(rig: Rig) -> None:
    await rig.put(file_of("PO-1"))
    rig.clock.advance(timedelta(hours=5))
    await rig.read()
    assert metrics.MAILBOX_NOT_FETCHED._value.get() == 1
