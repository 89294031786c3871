"""What the door of a mailbox does with files: kept before anything reads them, and every step may be repeated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.domain.mailbox_messages import Direction, State
from services.lms.store import post
from services.lms.store.own_tables import metadata
from services.lms.store.post import NewFile
from services.lms.usecases import keeping
from shared.clock import ManualClock
from shared.db.migrations import differences
from shared.errors import DomainError
from shared.ids import new_id


@dataclass(frozen=True)
class Box:
    """A mailbox, as far as files are concerned."""

    mailbox_id: str
    council: str


BOX = Box("suffolk-koha", "GB-SFK")
RAW = b"UNA:+.? 'UNB+UNOC:3'"


async def offer(engine: AsyncEngine, clock: ManualClock, name: str = "0001.CEA") -> UUID:
    """Put a file out for the LMS."""
    new = NewFile(
        new_id(), BOX.mailbox_id, BOX.council, Direction.OUT, "ORDRSP", "out", name, RAW, State.READY, reference=int(name[:4])
    )
    async with engine.begin() as connection:
        await post.keep(connection, new, now=clock.now())
    return new.message_id


async def test_the_migration_makes_the_tables_of_the_post(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        found = await connection.run_sync(differences, [metadata])
    assert not [each for each in found if "post" in str(each) or "asked_order" in str(each)]


async def test_a_kept_file_is_there_byte_for_byte_and_kept_once(engine: AsyncEngine, clock: ManualClock) -> None:
    async with engine.begin() as connection:
        ids = [await keeping.keep_file(connection, BOX, "in", "a.CEP", RAW, clock.now(), True) for _ in range(2)]
        assert ids[0] == ids[1]
        assert await keeping.file_bytes(connection, ids[0]) == RAW
        assert [each.name for each in await keeping.files_in(connection, BOX.mailbox_id)] == ["a.CEP"]
        assert (await post.load_of(connection, BOX.mailbox_id)).waiting_bytes == len(RAW)


async def test_the_same_bytes_put_in_later_are_another_file(engine: AsyncEngine, clock: ManualClock) -> None:
    async with engine.begin() as connection:
        first = await keeping.keep_file(connection, BOX, "in", "a.CEP", RAW, clock.now(), True)
        later = clock.now() + timedelta(seconds=1)
        assert await keeping.keep_file(connection, BOX, "in", "a.CEP", RAW, later, True) != first


async def test_half_a_file_is_kept_and_never_offered_to_the_reader(engine: AsyncEngine, clock: ManualClock) -> None:
    async with engine.begin() as connection:
        half = await keeping.keep_file(connection, BOX, "in", "a.CEP", RAW[:5], clock.now(), False)
        assert (await post.find(connection, half)).state is State.CUT_OFF
        assert await post.next_work(connection, clock.now(), limit=10) == []


async def test_a_file_that_was_fetched_renamed_and_removed_says_so_once_each(engine: AsyncEngine, clock: ManualClock) -> None:
    message_id = await offer(engine, clock)
    for _ in range(2):
        async with engine.begin() as connection:
            await keeping.mark_taken(connection, message_id, clock.now())
            await keeping.rename_out(connection, message_id, "0001.EEA", clock.now())
    async with engine.begin() as connection:
        assert [(each.name, each.state) for each in await keeping.files_out(connection, BOX.mailbox_id)] == [
            ("0001.EEA", State.TAKEN)
        ]
        for _ in range(2):
            await keeping.remove_out(connection, message_id, clock.now())
        assert await keeping.files_out(connection, BOX.mailbox_id) == []
        assert [each.to_state for each in await post.history(connection, message_id)] == [State.TAKEN, State.REMOVED]


async def test_a_file_that_cannot_be_delivered_waits_for_a_person_until_it_is(engine: AsyncEngine, clock: ManualClock) -> None:
    message_id = await offer(engine, clock)
    async with engine.begin() as connection:
        assert await keeping.note_attempt(connection, message_id, clock.now()) == 1
        await keeping.mark_failed(connection, message_id, "the LMS's server refuses the folder", clock)
        assert (await post.find(connection, message_id)).held
        await keeping.mark_sent(connection, message_id, clock)
        found = await post.find(connection, message_id)
    assert (found.state, found.held) == (State.SENT, False)


async def test_a_file_that_is_not_there_is_refused(engine: AsyncEngine, clock: ManualClock) -> None:
    async with engine.begin() as connection:
        with pytest.raises(DomainError, match="There is no file"):
            await keeping.mark_taken(connection, new_id(), clock.now())
