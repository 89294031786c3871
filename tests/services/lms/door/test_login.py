"""Who gets in, and who does not: keys, passwords, rotations, floods. And what nobody can do who is in."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from asyncssh import sftp
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.domain.mailbox_messages import State
from services.lms.door.session import MailboxFiles
from shared.clock import ManualClock
from tests.services.lms.door.conftest import HOST_KEY, LMS_KEY, PASSWORD, PATH, Mailboxes, public
from tests.services.lms.door.server import HALF, ORDER, Server, serving
from tests.waiting import until

STRANGER = asyncssh.generate_private_key("ssh-ed25519")
BY_PASSWORD: Mapping[str, Any] = {"client_keys": None, "password": PASSWORD}


@pytest.fixture
async def server(engine: AsyncEngine, clock: ManualClock, tmp_path: Path, mailboxes: Mailboxes) -> AsyncIterator[Server]:
    """The server, with a mailbox that a key or a password opens."""
    await mailboxes.make(credentials={"public_keys": [public(LMS_KEY)], "password": PASSWORD})
    async with serving(engine, clock, tmp_path) as server:
        yield server


async def logs_in(server: Server, user: str = "suffolk-koha", **how: Any) -> bool:
    """Returns whether somebody gets in."""
    try:
        async with server.session(user, **how) as client:
            return "orders" in await client.listdir(".")
    except asyncssh.PermissionDenied:
        return False


async def test_a_key_and_a_password_open_the_mailbox(server: Server, client: AsyncClient) -> None:
    assert await logs_in(server)
    assert await logs_in(server, **BY_PASSWORD)
    assert (await client.get(f"{PATH}/suffolk-koha/standing")).json()["reached_at"] is not None


async def test_nobody_else_gets_in(server: Server) -> None:
    assert not await logs_in(server, client_keys=[STRANGER])
    assert not await logs_in(server, client_keys=None, password="another-password")
    assert not await logs_in(server, "essex-folio", **BY_PASSWORD)
    assert not await logs_in(server, client_keys=None, password="")


async def test_both_credentials_count_for_a_while_after_a_rotation(
    server: Server, client: AsyncClient, clock: ManualClock
) -> None:
    body = {"public_keys": [public(STRANGER)], "keep_previous_hours": 1}
    await client.post(f"{PATH}/suffolk-koha/rotate-credentials", json=body)
    assert await logs_in(server, client_keys=[STRANGER])
    assert await logs_in(server)
    await client.post(f"{PATH}/suffolk-koha/rotate-credentials", json={**body, "keep_previous_hours": 0})
    assert await logs_in(server, client_keys=[STRANGER])
    assert not await logs_in(server)


async def test_a_mailbox_that_is_disabled_or_deleted_opens_to_nobody(
    server: Server, mailboxes: Mailboxes, client: AsyncClient
) -> None:
    async with server.session() as inside:
        await mailboxes.put("suffolk-koha", '"1"', enabled=False)
        assert not await logs_in(server)
        with pytest.raises(asyncssh.SFTPPermissionDenied, match="closed"):
            async with inside.open("orders/1.CEP", "wb") as file:
                await file.write(ORDER)
    await client.delete(f"{PATH}/suffolk-koha", params={"reason": "not needed"})
    assert not await logs_in(server)
    assert await server.kept() == []


async def test_there_is_no_shell_no_program_and_no_forwarding(server: Server) -> None:
    async with server.logged_in() as connection:
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.run("ls")
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.create_process()
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_connection("127.0.0.1", server.port)
        listener = None
        with pytest.raises(asyncssh.ChannelListenError):
            listener = await connection.forward_remote_port("127.0.0.1", 0, "127.0.0.1", server.port)
        assert listener is None


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "orders/../../etc/passwd", "answers/../x/1.CEP", "1.CEP"])
async def test_no_path_leads_out_of_the_folders(server: Server, path: str) -> None:
    async with server.session() as client:
        with pytest.raises(asyncssh.SFTPNoSuchFile):
            await client.stat(path)
        with pytest.raises(asyncssh.SFTPNoSuchFile):
            async with client.open(path, "wb") as file:
                await file.write(ORDER)
    assert await server.kept() == []


async def test_folders_and_links_are_not_made(server: Server) -> None:
    async with server.session() as client:
        for attempt in (
            client.mkdir("orders/inner"),
            client.mkdir("orders"),
            client.rmdir("orders"),
            client.symlink("/etc", "orders/etc"),
            client.link("orders/1", "orders/2"),
            client.readlink("orders/1"),
            client.rename("orders", "other"),
            client.statvfs("/"),
        ):
            with pytest.raises(asyncssh.SFTPError):
                await attempt


def test_no_operation_of_the_library_that_reaches_a_disk_is_left() -> None:
    reaching = [
        name
        for name, function in inspect.getmembers(sftp.SFTPServer, inspect.isfunction)
        if not name.startswith("_") and ("os." in inspect.getsource(function) or "map_path" in inspect.getsource(function))
    ]
    kept = {name for name in reaching if getattr(MailboxFiles, name) is getattr(sftp.SFTPServer, name)}
    # These format what they are given, or turn a path of the disk into one of the client.
    assert kept <= {"format_user", "format_group", "format_longname", "reverse_map_path", "convert_attrs"}


async def test_a_flood_of_bad_logins_is_slowed_down_and_locks_nobody_out(server: Server) -> None:
    flood = [asyncio.create_task(logs_in(server, "nobody", client_keys=None, password=f"guess-{n}")) for n in range(40)]
    await asyncio.sleep(0)
    assert await logs_in(server)
    for task in flood:
        task.cancel()
    await asyncio.gather(*flood, return_exceptions=True)


async def test_strangers_that_only_connect_keep_the_lms_out_for_a_moment_at_most(
    engine: AsyncEngine, clock: ManualClock, tmp_path: Path, server: Server
) -> None:
    async with serving(engine, clock, tmp_path, strangers=2, login_seconds=0.5) as small:
        idlers = [await asyncio.open_connection("127.0.0.1", small.port) for _ in range(2)]

        async def gets_in() -> bool:
            try:
                return await logs_in(small)
            except (asyncssh.Error, OSError):
                return False

        await until(gets_in)
        for _, writer in idlers:
            writer.close()


async def test_one_connection_tries_a_few_passwords_only(
    engine: AsyncEngine, clock: ManualClock, tmp_path: Path, server: Server
) -> None:
    class Guesser(asyncssh.SSHClient):
        tries = 0

        def password_auth_requested(self) -> str:
            Guesser.tries += 1
            return f"guess-{Guesser.tries}"

    async with serving(engine, clock, tmp_path, tries=3) as strict:
        with pytest.raises(asyncssh.PermissionDenied):
            async with strict.session(client_keys=None, client_factory=Guesser):
                pass
    assert Guesser.tries == 3


async def test_more_connections_than_a_mailbox_may_have_are_turned_away(
    engine: AsyncEngine, clock: ManualClock, tmp_path: Path, server: Server
) -> None:
    async with serving(engine, clock, tmp_path, connections_of_mailbox=1) as small, small.session():
        with pytest.raises((asyncssh.Error, OSError)):
            async with small.session() as client:
                await client.listdir(".")


async def test_a_file_that_is_too_large_and_one_for_which_there_is_no_room_are_refused(
    engine: AsyncEngine, clock: ManualClock, tmp_path: Path, server: Server
) -> None:
    async with serving(engine, clock, tmp_path, largest_file=1_000, memory=4_800) as small, small.session() as client:
        with pytest.raises(asyncssh.SFTPFailure, match="1000 bytes"):
            async with client.open("orders/1.CEP", "wb") as file:
                await file.write(b"x", 10_000_000)
        async with client.open("orders/2.CEP", "wb") as first, client.open("orders/3.CEP", "wb") as second:
            await first.write(ORDER * 10)
            with pytest.raises(asyncssh.SFTPFailure, match="in a minute"):
                await second.write(ORDER * 10)
        async with client.open("orders/4.CEP", "wb") as file:
            await file.write(ORDER)


async def test_a_full_mailbox_refuses_and_takes_again_when_there_is_room(server: Server, mailboxes: Mailboxes) -> None:
    await mailboxes.put("suffolk-koha", '"1"', quota={"files_waiting": 1})
    async with server.session() as client:
        async with client.open("orders/1.CEP", "wb") as file:
            await file.write(ORDER)
        with pytest.raises(asyncssh.SFTPFailure, match="full"):
            async with client.open("orders/2.CEP", "wb") as file:
                await file.write(ORDER + b" ")
    assert [one.name for one in await server.kept()] == ["1.CEP"]


async def test_a_connection_on_which_nothing_is_done_is_closed(
    engine: AsyncEngine, clock: ManualClock, tmp_path: Path, server: Server
) -> None:
    async with serving(engine, clock, tmp_path, idle_seconds=0.1) as small, small.logged_in() as connection:
        await connection.wait_closed()


async def test_a_server_that_ends_keeps_what_came_as_cut_off(
    engine: AsyncEngine, clock: ManualClock, tmp_path: Path, server: Server
) -> None:
    async with serving(engine, clock, tmp_path, finish_seconds=0.1) as ending:
        connection = await asyncssh.connect(
            "127.0.0.1",
            ending.port,
            username="suffolk-koha",
            client_keys=[LMS_KEY],
            known_hosts=([asyncssh.import_public_key(public(HOST_KEY))], [], []),
        )
        client = await connection.start_sftp_client()
        await (await client.open("orders/1.CEP", "wb")).write(HALF)
    await until(server.kept)
    (kept,) = await server.kept()
    assert kept.state is State.CUT_OFF
    connection.abort()
