"""An LMS fetches our files: it sees what is on offer, and says by what it does that it has them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.dialects import PROFILES
from services.lms.domain.mailbox_messages import Direction, MailboxMessage, State
from services.lms.store import post
from services.lms.store.post import NewFile
from shared.clock import ManualClock
from shared.ids import new_id
from tests.services.lms.door.conftest import LMS_KEY, SUFFOLK, Mailboxes, public
from tests.services.lms.door.server import ORDER, Server, serving

LARGE = bytes(range(256)) * 4_000


@pytest.fixture
async def server(engine: AsyncEngine, clock: ManualClock, tmp_path: Path, mailboxes: Mailboxes) -> AsyncIterator[Server]:
    """The server, with the mailbox of Suffolk's Koha and little room for files that were fetched."""
    quota = {"bytes_on_offer": 1024 * 1024}
    await mailboxes.make(credentials={"public_keys": [public(LMS_KEY)]}, quota=quota)
    async with serving(engine, clock, tmp_path) as server:
        yield server


async def offer(server: Server, clock: ManualClock, name: str, content: bytes = ORDER) -> MailboxMessage:
    """Writes a file for the LMS."""
    out = NewFile(new_id(), "suffolk-koha", SUFFOLK, Direction.OUT, "ORDRSP", "answers", name, content, State.READY)
    async with server.engine.begin() as connection:
        await post.keep(connection, out, now=clock.now())
    async with server.engine.connect() as connection:
        return await post.find(connection, out.message_id)


async def fetched(client: asyncssh.SFTPClient, path: str) -> bytes:
    """Fetches a file to its end."""
    async with client.open(path, "rb") as file:
        content = await file.read()
    assert isinstance(content, bytes)
    return content


async def test_the_lms_sees_its_folders_and_the_files_on_offer_and_nothing_else(server: Server, clock: ManualClock) -> None:
    await offer(server, clock, "sb1.CEA")
    async with server.session() as client:
        top = {name for name in await client.listdir("/") if not name.startswith(".")}
        inner = {name for name in await client.listdir("answers") if not name.startswith(".")}
        size = (await client.stat("/answers/sb1.CEA")).size
    assert (top, inner, size) == (set(PROFILES["koha"].files.folders), {"sb1.CEA"}, len(ORDER))


async def test_a_file_that_is_fetched_to_its_end_counts_as_taken(server: Server, clock: ManualClock) -> None:
    small, large = await offer(server, clock, "sb1.CEA"), await offer(server, clock, "sb2.CEA", LARGE)
    async with server.session() as client:
        assert await fetched(client, "answers/sb1.CEA") == ORDER
        assert await fetched(client, "answers/sb2.CEA") == LARGE
    assert (await server.state_of(small), await server.state_of(large)) == (State.TAKEN, State.TAKEN)


async def test_a_file_of_which_a_part_was_fetched_stays_ready(server: Server, clock: ManualClock) -> None:
    file = await offer(server, clock, "sb1.CEA", LARGE)
    async with server.session() as client, client.open("answers/sb1.CEA", "rb") as opened:
        await opened.read(1_000, len(LARGE) - 1_000)
    assert await server.state_of(file) is State.READY


async def test_a_connection_that_breaks_leaves_the_file_ready(server: Server, clock: ManualClock) -> None:
    file = await offer(server, clock, "sb1.CEA")
    async with server.logged_in() as connection:
        client = await connection.start_sftp_client()
        opened = await client.open("answers/sb1.CEA", "rb")
        await opened.read()
        connection.abort()
    async with server.session() as client:
        assert await client.exists("answers/sb1.CEA")
    assert await server.state_of(file) is State.READY


async def test_a_renamed_file_is_taken_and_has_its_new_name(server: Server, clock: ManualClock) -> None:
    file = await offer(server, clock, "sb1.CEA")
    async with server.session() as client:
        await client.rename("answers/sb1.CEA", "answers/sb1.EEA")
        assert await client.exists("answers/sb1.EEA")
        assert not await client.exists("answers/sb1.CEA")
    assert await server.state_of(file) is State.TAKEN


async def test_a_removed_file_is_not_on_offer_any_more(server: Server, clock: ManualClock) -> None:
    file = await offer(server, clock, "sb1.CEA")
    async with server.session() as client:
        await client.remove("answers/sb1.CEA")
        assert not await client.exists("answers/sb1.CEA")
    assert await server.state_of(file) is State.REMOVED


async def test_files_that_were_fetched_long_ago_leave_the_list_before_those_that_were_not(
    server: Server, clock: ManualClock
) -> None:
    for number in range(3):
        await offer(server, clock, f"sb{number}.CEA", LARGE[: 600 * 1024])
    async with server.session() as client:
        await fetched(client, "answers/sb1.CEA")
    async with server.session() as client:
        names = {name for name in await client.listdir("answers") if not name.startswith(".")}
    assert names == {"sb0.CEA", "sb2.CEA"}


async def test_two_processes_serve_one_mailbox(server: Server, clock: ManualClock, engine: AsyncEngine, tmp_path: Path) -> None:
    file = await offer(server, clock, "sb1.CEA")
    async with serving(engine, clock, tmp_path) as other:
        async with server.session() as client, client.open("orders/1.CEP", "wb") as opened:
            await opened.write(ORDER)
        async with other.session() as client:
            assert await client.exists("orders/1.CEP")
            assert await fetched(client, "answers/sb1.CEA") == ORDER
    async with server.session() as client:
        assert [name for name in await client.listdir("orders") if not name.startswith(".")] == ["1.CEP"]
    assert await server.state_of(file) is State.TAKEN


async def test_two_hundred_files_are_fetched_at_once(server: Server, clock: ManualClock) -> None:
    files = [await offer(server, clock, f"sb{number}.CEA") for number in range(200)]
    async with server.session() as client:
        await asyncio.gather(*(fetched(client, f"answers/{file.name}") for file in files))
    assert {await server.state_of(file) for file in files} == {State.TAKEN}
