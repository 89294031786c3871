"""We visit an LMS's own SFTP server: fetch its orders, put our files, and bear with what it does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.domain.mailbox_messages import Direction, MailboxMessage, State
from services.lms.loops.visitor import Rhythm, Visitor
from services.lms.sealing import Seal
from services.lms.store import post
from services.lms.store.post import NewFile
from services.lms.visiting import Visiting
from shared.clock import ManualClock
from shared.http.outward import Address, Allowed, Resolver, resolve
from shared.ids import new_id
from tests.services.lms.door.conftest import HOST_KEY, LMS_KEY, PATH, SUFFOLK, Mailboxes, public
from tests.services.lms.door.server import HALF, ORDER
from tests.services.serving import WEBHOOKS
from tests.waiting import until

SECRET = "battery-horse-staple"


@dataclass
class Library:
    """An LMS's own server: a folder, and what it does to whoever comes."""

    root: Path
    port: int = 0
    host_key: asyncssh.SSHKey = HOST_KEY
    password: str = SECRET
    stalls: bool = False
    refuses_removal: bool = False
    logins: list[str] = field(default_factory=list)

    def file(self, path: str, content: bytes) -> None:
        """Puts a file there, as the LMS does."""
        (self.root / path).write_bytes(content)

    def names(self, folder: str) -> list[str]:
        """What is in a folder."""
        return sorted(path.name for path in (self.root / folder).iterdir())

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serves until the end; at the same port, where it was open before."""
        acceptor = await asyncssh.listen(
            "127.0.0.1",
            self.port,
            reuse_address=True,
            server_factory=lambda: _Guest(self),
            server_host_keys=[self.host_key],
            sftp_factory=lambda channel: _Files(channel, self),
        )
        self.port = acceptor.get_port()
        try:
            yield
        finally:
            acceptor.close()


class _Guest(asyncssh.SSHServer):
    def __init__(self, library: Library) -> None:
        self._library = library

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self._library.logins.append(username)
        return password == self._library.password


class _Files(asyncssh.SFTPServer):
    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], library: Library) -> None:
        super().__init__(channel, chroot=str(library.root).encode())
        self._library = library

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        if self._library.stalls:
            await asyncio.Event().wait()
        async for name in super().scandir(path):
            yield name

    def remove(self, path: bytes) -> None:
        if self._library.refuses_removal:
            raise asyncssh.SFTPPermissionDenied("you may not")
        super().remove(path)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    root = tmp_path / "library"
    for folder in ("orders", "answers"):
        (root / folder).mkdir(parents=True)
    return Library(root)


@dataclass(frozen=True)
class Visits:
    """What tests do with a mailbox at the LMS."""

    engine: AsyncEngine
    clock: ManualClock
    mailboxes: Mailboxes
    client: AsyncClient

    async def register(self, library: Library, name: str = "suffolk-koha", **stated: Any) -> None:
        """Makes a mailbox at the library's server."""
        place = {"host": "127.0.0.1", "port": library.port, "host_keys": [public(HOST_KEY)]}
        login = {"credentials": {"password": SECRET}, **stated}
        await self.mailboxes.make(name, user="stockbridge", lms_server=place, **login)

    @asynccontextmanager
    async def going_on(self, allowed: Allowed | None = None, resolver: Resolver = resolve) -> AsyncIterator[None]:
        """Visits all the time, as a process does."""
        allowed = Allowed.of(["127.0.0.0/8"]) if allowed is None else allowed
        visiting = Visiting(allowed, resolver, Seal(SecretStr(WEBHOOKS["webhook_keys"].get_secret_value())))
        visitor = Visitor(self.engine, self.clock, visiting, Rhythm(0.1, settle_seconds=0.2))
        work = asyncio.create_task(visitor.run())
        try:
            yield
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def all(self, direction: Direction = Direction.IN) -> list[MailboxMessage]:
        """Returns the files in, or out, the first one first."""
        async with self.engine.connect() as connection:
            rows = await post.page(connection, post.Filter(direction=direction), after=None, limit=1_000)
        return list(rows)[::-1]

    async def offer(self, name: str, content: bytes = ORDER) -> None:
        """Writes a file for the LMS."""
        out = NewFile(new_id(), "suffolk-koha", SUFFOLK, Direction.OUT, "ORDRSP", "answers", name, content, State.READY)
        async with self.engine.begin() as connection:
            await post.keep(connection, out, now=self.clock.now())

    async def sent(self) -> list[str]:
        """Returns the names of the files that were put at the LMS."""
        return [file.name for file in await self.all(Direction.OUT) if file.state is State.SENT]

    async def trouble(self, name: str = "suffolk-koha") -> str:
        """Returns what is wrong with a mailbox."""
        return str((await self.client.get(f"{PATH}/{name}/standing")).json()["trouble"])


@pytest.fixture
def visits(engine: AsyncEngine, clock: ManualClock, mailboxes: Mailboxes, client: AsyncClient) -> Visits:
    return Visits(engine, clock, mailboxes, client)


async def test_orders_are_fetched_kept_and_removed_and_our_files_are_put(library: Library, visits: Visits) -> None:
    async with library.open():
        await visits.register(library)
        await visits.offer("sb1.CEA")
        library.file("orders/1.CEP", ORDER)
        async with visits.going_on():
            await until(visits.sent)
            await until(lambda: _is_empty(library))
    (kept,) = await visits.all()
    assert (kept.name, kept.folder, kept.state) == ("1.CEP", "orders", State.RECEIVED)
    assert library.names("answers") == ["sb1.CEA"]
    assert (library.root / "answers/sb1.CEA").read_bytes() == ORDER
    assert await visits.trouble() == ""


async def test_half_a_file_and_other_files_stay_where_they_are(library: Library, visits: Visits) -> None:
    async with library.open():
        await visits.register(library)
        for name, content in (("half.CEP", HALF), ("1.CEP.tmp", ORDER), ("notes.txt", b"hello"), ("1.CEP", ORDER)):
            library.file(f"orders/{name}", content)
        async with visits.going_on():
            await until(visits.all)
            library.file("orders/2.CEP", ORDER + b" ")
            await until(lambda: _kept(visits, 2))
    names = {file.name for file in await visits.all()}
    assert {"1.CEP", "2.CEP"} <= names <= {"1.CEP", "2.CEP", "half.CEP"}
    assert {"1.CEP.tmp", "notes.txt"} <= set(library.names("orders"))


async def test_what_was_kept_before_a_crash_is_removed_and_not_kept_again(library: Library, visits: Visits) -> None:
    library.refuses_removal = True
    async with library.open():
        await visits.register(library)
        library.file("orders/1.CEP", ORDER)
        async with visits.going_on():
            await until(visits.all)
        library.refuses_removal = False
        async with visits.going_on():
            await until(lambda: _is_empty(library))
    assert len(await visits.all()) == 1


async def test_the_same_name_with_other_content_is_another_file(library: Library, visits: Visits) -> None:
    async with library.open():
        await visits.register(library)
        async with visits.going_on():
            library.file("orders/1.CEP", ORDER)
            await until(visits.all)
            library.file("orders/1.CEP", ORDER + b"\r\n")
            await until(lambda: _kept(visits, 2))
    assert {file.size for file in await visits.all()} == {len(ORDER), len(ORDER) + 2}


async def test_a_file_that_was_put_before_its_answer_was_lost_counts_as_sent(library: Library, visits: Visits) -> None:
    async with library.open():
        await visits.register(library)
        await visits.offer("sb1.CEA")
        library.file("answers/sb1.CEA", ORDER)
        async with visits.going_on():
            await until(visits.sent)
    assert library.names("answers") == ["sb1.CEA"]


async def test_another_file_with_our_name_is_not_overwritten(library: Library, visits: Visits) -> None:
    async with library.open():
        await visits.register(library)
        await visits.offer("sb1.CEA")
        library.file("answers/sb1.CEA", b"theirs")
        async with visits.going_on():
            assert "another file with this name" in await until(visits.trouble)
    assert (library.root / "answers/sb1.CEA").read_bytes() == b"theirs"
    assert await visits.sent() == []


async def test_a_changed_host_key_is_not_trusted(library: Library, visits: Visits) -> None:
    async with library.open():
        await visits.register(library)
    library.host_key = LMS_KEY
    async with library.open(), visits.going_on():
        assert "another key" in await until(visits.trouble)
    assert library.logins == []


async def test_an_address_that_is_not_public_any_more_is_not_connected_to(library: Library, visits: Visits) -> None:
    async def to_this_machine(_: str) -> list[Address]:
        return [ip_address("127.0.0.1")]

    async with library.open():
        await visits.register(library)
        async with visits.going_on(Allowed(), to_this_machine):
            assert "not public (loopback)" in await until(visits.trouble)
    assert library.logins == []


async def test_a_server_that_stalls_delays_no_other(library: Library, visits: Visits, tmp_path: Path) -> None:
    other = Library(tmp_path / "other")
    for folder in ("orders", "answers"):
        (other.root / folder).mkdir(parents=True)
    library.stalls = True
    async with library.open(), other.open():
        await visits.register(library)
        await visits.register(other, "suffolk-second")
        other.file("orders/1.CEP", ORDER)
        async with visits.going_on():
            (kept,) = await until(visits.all)
    assert kept.mailbox_id == "suffolk-second"


async def test_a_server_that_comes_back_is_visited_again(library: Library, visits: Visits) -> None:
    async with library.open():
        await visits.register(library)
    library.file("orders/1.CEP", ORDER)
    async with visits.going_on():
        assert await until(visits.trouble)
        async with library.open():
            await until(visits.all)
            await until(lambda: _no_trouble(visits))


async def test_after_a_rotation_the_password_before_is_tried_too(library: Library, visits: Visits) -> None:
    async with library.open():
        await visits.register(library)
        rotated = await visits.client.post(f"{PATH}/suffolk-koha/rotate-credentials", json={"password": "not-there-yet"})
        assert rotated.status_code == 200
        library.file("orders/1.CEP", ORDER)
        async with visits.going_on():
            await until(visits.all)


async def test_a_test_says_what_came_back(library: Library, visits: Visits) -> None:
    async with library.open():
        await visits.register(library)
        library.file("orders/1.CEP", ORDER)
        (library.root / "answers").rmdir()
        good = (await visits.client.post(f"{PATH}/suffolk-koha/test")).json()
        library.password = "changed-meanwhile"
        refused = (await visits.client.post(f"{PATH}/suffolk-koha/test")).json()
    away = (await visits.client.post(f"{PATH}/suffolk-koha/test")).json()
    assert good["reached"]
    found = {one["folder"]: one["files"] for one in good["folders"]}
    assert (found["orders"], found["answers"]) == (1, None)
    assert "does not take our password" in refused["trouble"]
    assert "cannot be reached" in away["trouble"]
    assert library.names("orders") == ["1.CEP"]


async def _is_empty(library: Library) -> bool:
    return not library.names("orders")


async def _kept(visits: Visits, number: int) -> bool:
    return len(await visits.all()) >= number


async def _no_trouble(visits: Visits) -> bool:
    return not await visits.trouble()
