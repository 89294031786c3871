"""What becomes of bytes that an LMS puts in a second time: nothing is ordered twice, and what was refused is read again."""

from __future__ import annotations

from services.lms.domain.mailbox_messages import State
from services.lms.store import post
from services.lms.usecases import keeping
from shared.contracts.asked import PlacingOutcome
from tests.services.lms.post.conftest import Rig, answer
from tests.services.lms.post.dialect import file_of

REFUSED = PlacingOutcome.REFUSED


async def test_the_same_bytes_again_ask_nothing_and_offer_the_first_answers_again(rig: Rig) -> None:
    first = await rig.put(file_of("PO-1"))
    await rig.hears(answer((await rig.orders(first))[0]))
    async with rig.engine.begin() as connection:
        for each in await post.answers_to(connection, first):
            await keeping.mark_taken(connection, each.message_id, rig.clock.now())
    again = await rig.put(file_of("PO-1"), name="b.CEP")
    found = await rig.file(again)
    assert found.state is State.DUPLICATE
    assert str(first) in found.reason
    assert len(await rig.asked()) == len(await rig.out()) == 1
    async with rig.engine.connect() as connection:
        assert {each.state for each in await post.answers_to(connection, first)} == {State.READY}


async def test_a_refused_file_that_is_put_in_again_is_read_again_and_the_first_waits_for_nobody(rig: Rig) -> None:
    first = await rig.put(file_of("PO-1"))
    await rig.hears(answer((await rig.orders(first))[0], REFUSED, "unknown-branch"))
    again = await rig.put(file_of("PO-1"))
    assert (await rig.file(again)).state is State.ASKED
    before = await rig.file(first)
    assert (before.state, before.held) == (State.DISCARDED, False)
    assert str(again) in before.reason
    await rig.hears(answer((await rig.orders(again))[0]))
    assert (await rig.file(again)).state is State.TAKEN
    assert await rig.told() == ["held", "settled"]


async def test_a_file_taken_in_part_that_is_put_in_again_asks_for_all_its_orders_again(rig: Rig) -> None:
    first = await rig.put(file_of("PO-1", "PO-2"))
    placed, refused = await rig.orders(first)
    await rig.hears(answer(placed), answer(refused, REFUSED, "unknown-branch"))
    again = await rig.put(file_of("PO-1", "PO-2"))
    placed, refused = await rig.orders(again)
    await rig.hears(answer(placed, PlacingOutcome.REPEATED), answer(refused))
    assert (await rig.file(again)).state is State.TAKEN
    assert (await rig.file(first)).state is State.DISCARDED


async def test_a_file_is_no_repetition_of_one_that_was_set_aside_itself(rig: Rig) -> None:
    first = await rig.put(file_of("PO-1"))
    await rig.put(file_of("PO-1"))
    await rig.hears(answer((await rig.orders(first))[0], REFUSED, "unknown-branch"))
    third = await rig.put(file_of("PO-1"))
    assert (await rig.file(third)).state is State.ASKED
