"""What stays when the feed is emptied, what is published again, and what is given up in the end."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from services.lms.domain.mailbox_messages import State
from services.lms.forgetter import Forgetter
from services.lms.republish import OWNER
from services.lms.store import news
from services.lms.store.post_tables import invoice_part
from services.lms.store.tables import metadata
from shared.contracts.asked import LmsMessageHeld
from shared.rebuild import empty
from shared.republish import Wanted, republish
from tests.services.lms.post.conftest import Rig
from tests.services.lms.post.dialect import file_of
from tests.services.lms.post.test_answering import a_file, invoice, placed, responded


async def test_the_post_stays_when_the_feed_is_emptied(rig: Rig) -> None:
    answered = await a_file(rig)
    async with rig.engine.begin() as connection:
        await empty(connection, metadata)
    await rig.hears(placed(), answered, responded())
    assert [kind for kind, _ in await rig.out()] == ["CONTRL", "ORDRSP"]


async def test_files_that_wait_are_published_again_and_others_are_not(rig: Rig) -> None:
    refused = await rig.put(b"no json")
    settled = await rig.put(b"no json either")
    await rig.decide("discard", settled)
    before = len(await rig.hearing.sent_envelopes())
    await republish(rig.engine, OWNER, Wanted(), clock=rig.clock, report=lambda _: None)
    (again,) = (await rig.hearing.sent_envelopes())[before:]
    assert again.republished
    told = LmsMessageHeld.model_validate_json(again.data)
    found = await rig.file(refused)
    assert (told.message_id, told.reason, told.held_at) == (refused, found.reason, found.moved_at)


async def test_what_waits_for_an_order_that_never_comes_is_given_up_with_the_changes(rig: Rig) -> None:
    await rig.put(file_of("PO-1"))
    await rig.hears(responded(), invoice(1, 2))
    async with rig.engine.connect() as connection:
        assert await news.oldest_waiting(connection) == (2, rig.clock.now())
    forgetter = Forgetter(rig.engine, rig.clock, days=90, late_seconds=900)
    for days, left in ((89, 1), (2, 0)):
        rig.clock.advance(timedelta(days=days))
        await forgetter.forget()
        async with rig.engine.connect() as connection:
            assert (await news.oldest_waiting(connection))[0] == 2 * left
            assert (await connection.execute(select(func.count()).select_from(invoice_part))).scalar_one() == left
    assert [kind for kind, _ in await rig.out()] == ["CONTRL"]


async def test_a_file_that_the_order_book_never_answered_can_be_read_again(rig: Rig) -> None:
    kept = await rig.put(file_of("PO-1"))
    await rig.decide("replay", kept)
    await rig.read()
    assert (await rig.file(kept)).state is State.ASKED
    first, again = await rig.asked()
    assert first.asked_id == again.asked_id
