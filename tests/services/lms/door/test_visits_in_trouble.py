"""What is wrong with one mailbox, or one file, delays no other; and a person sees it."""

from __future__ import annotations

from sqlalchemy import text

from services.lms.domain.mailbox_messages import State
from tests.services.lms.door.server import ORDER
from tests.services.lms.door.test_visits import Library, Visits, library, visits
from tests.waiting import until

__all__ = ["library", "visits"]


async def test_a_profile_that_cannot_be_used_any_more_is_said_and_other_mailboxes_are_visited(
    library: Library, visits: Visits
) -> None:
    async with library.open():
        await visits.register(library)
        await visits.register(library, "suffolk-second")
        async with visits.engine.begin() as connection:
            await connection.execute(text("UPDATE mailbox SET profile = '{\"old\": 1}' WHERE mailbox_id = 'suffolk-koha'"))
        library.file("orders/1.CEP", ORDER)
        async with visits.going_on():
            (kept,) = await until(visits.all)
            assert "the profile cannot be used" in await until(visits.trouble)
    assert kept.mailbox_id == "suffolk-second"


async def test_files_that_a_server_refuses_do_not_hold_up_those_behind_them(library: Library, visits: Visits) -> None:
    async with library.open():
        await visits.register(library)
        for number in range(100):
            name = f"sb{number:03}.CEA"
            library.file(f"answers/{name}", b"theirs")
            await visits.offer(name)
        await visits.offer("sb999.CEA")
        async with visits.going_on():
            await until(visits.sent)
    assert await visits.sent() == ["sb999.CEA"]


async def test_no_more_is_fetched_than_may_wait_to_be_read(library: Library, visits: Visits) -> None:
    async with library.open():
        await visits.register(library, quota={"files_waiting": 1})
        library.file("orders/1.CEP", ORDER)
        library.file("orders/2.CEP", ORDER + b" ")
        async with visits.going_on():
            assert "as much as may wait" in await until(visits.trouble)
            (kept,) = await visits.all()
            async with visits.engine.begin() as connection:
                await connection.execute(text("UPDATE post SET state = 'taken'"))
            await until(lambda: _all_kept(visits))
    assert kept.state is State.RECEIVED


async def _all_kept(visits: Visits) -> bool:
    return len(await visits.all()) == 2
