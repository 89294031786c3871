"""An LMS puts files into its mailbox: each counts once, when the LMS sees that it does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.domain.mailbox_messages import State
from shared.clock import ManualClock
from tests.services.lms.door.conftest import LMS_KEY, Mailboxes, public
from tests.services.lms.door.server import HALF, ORDER, Server, serving
from tests.waiting import until


@pytest.fixture
async def server(engine: AsyncEngine, clock: ManualClock, tmp_path: Path, mailboxes: Mailboxes) -> AsyncIterator[Server]:
    """The server, with the mailbox of Suffolk's Koha."""
    await mailboxes.make(credentials={"public_keys": [public(LMS_KEY)]})
    async with serving(engine, clock, tmp_path) as server:
        yield server


async def put(client: asyncssh.SFTPClient, path: str, content: bytes) -> None:
    """Puts a file."""
    async with client.open(path, "wb") as file:
        await file.write(content)


async def test_a_file_with_a_name_that_stays_is_kept_when_its_close_is_answered(server: Server) -> None:
    async with server.session() as client:
        await put(client, "orders/1.CEP", ORDER)
        (kept,) = await server.kept()
        attrs = await client.stat("orders/1.CEP")
    assert (kept.folder, kept.name, kept.state, kept.council) == ("orders", "1.CEP", State.RECEIVED, "GB-SFK")
    assert await server.bytes_of(kept) == ORDER
    assert attrs.size == len(ORDER)


async def test_a_file_under_a_temporary_name_counts_when_it_is_renamed(server: Server) -> None:
    async with server.session() as client:
        await put(client, "orders/1.CEP.tmp", ORDER)
        assert await server.kept() == []
        assert (await client.stat("orders/1.CEP.tmp")).size == len(ORDER)
        await client.rename("orders/1.CEP.tmp", "orders/1.CEP")
        (kept,) = await server.kept()
        assert not await client.exists("orders/1.CEP.tmp")
    assert (kept.name, kept.state) == ("1.CEP", State.RECEIVED)
    assert len(await server.kept()) == 1


async def test_a_file_that_counts_already_may_be_renamed_and_counts_once(server: Server) -> None:
    async with server.session() as client:
        await put(client, "orders/1", ORDER)
        await client.posix_rename("orders/1", "orders/1.CEP")
        assert await client.exists("orders/1.CEP")
    assert len(await server.kept()) == 1


async def test_a_name_used_again_is_another_file(server: Server) -> None:
    async with server.session() as client:
        await put(client, "orders/1.CEP", ORDER)
        await put(client, "orders/1.CEP", ORDER + b"\n")
    assert [one.size for one in await server.kept()] == [len(ORDER), len(ORDER) + 1]


async def test_half_a_file_is_kept_as_cut_off(server: Server) -> None:
    async with server.logged_in() as connection:
        client = await connection.start_sftp_client()
        file = await client.open("orders/1.CEP", "wb")
        await file.write(HALF)
        connection.abort()
    await until(server.kept)
    (kept,) = await server.kept()
    assert (kept.name, kept.state, kept.size) == ("1.CEP", State.CUT_OFF, len(HALF))


async def test_a_client_that_ends_without_closing_its_file_has_not_put_it(server: Server) -> None:
    async with server.logged_in() as connection:
        client = await connection.start_sftp_client()
        file = await client.open("orders/1.CEP", "wb")
        await file.write(HALF)
        client.exit()
        await until(server.kept)
    (kept,) = await server.kept()
    assert kept.state is State.CUT_OFF


async def test_a_file_that_was_never_renamed_is_kept_as_cut_off_under_its_own_name(server: Server) -> None:
    async with server.session() as client:
        await put(client, "orders/.1.CEP.part", ORDER)
    await until(server.kept)
    (kept,) = await server.kept()
    assert (kept.name, kept.state) == ("1.CEP", State.CUT_OFF)


async def test_a_temporary_file_may_be_removed_and_one_that_counts_may_not(server: Server) -> None:
    async with server.session() as client:
        await put(client, "orders/1.tmp", ORDER)
        await client.remove("orders/1.tmp")
        await put(client, "orders/1.CEP", ORDER)
        with pytest.raises(asyncssh.SFTPPermissionDenied, match="was taken already"):
            await client.remove("orders/1.CEP")
    assert [one.name for one in await server.kept()] == ["1.CEP"]


async def test_files_are_written_in_any_order_and_in_parts(server: Server) -> None:
    async with server.session() as client:
        async with client.open("orders/1.CEP", "wb") as file:
            await file.write(ORDER[40:], 40)
            await file.write(ORDER[:40], 0)
        await put(client, "orders/2.tmp", ORDER[:40])
        async with client.open("orders/2.tmp", "ab") as file:
            await file.write(ORDER[40:])
        await client.rename("orders/2.tmp", "orders/2.CEP")
    first, second = await server.kept()
    assert await server.bytes_of(first) == await server.bytes_of(second) == ORDER


@pytest.mark.parametrize("name", ["Bestellung für März.CEP", "a b'c\"d$(x);&.CEP", "..CEP", "\\x.CEP", "ж" * 100, "1\n2.CEP"])
async def test_odd_names_are_kept_as_something_that_can_be_shown(server: Server, name: str) -> None:
    async with server.session() as client:
        await put(client, f"orders/{name}", ORDER)
    (kept,) = await server.kept()
    assert kept.name.isprintable()


async def test_two_hundred_files_at_once_are_all_kept(server: Server) -> None:
    async with server.session() as client:
        await asyncio.gather(*(put(client, f"orders/{number}.CEP", b"%d %s" % (number, ORDER)) for number in range(200)))
    assert {one.name for one in await server.kept()} == {f"{number}.CEP" for number in range(200)}


async def test_twenty_logins_at_once_all_put_their_files(server: Server) -> None:
    async def one(number: int) -> None:
        async with server.session() as client:
            await put(client, f"orders/{number}.CEP", b"%d %s" % (number, ORDER))

    await asyncio.gather(*(one(number) for number in range(20)))
    assert len(await server.kept()) == 20
