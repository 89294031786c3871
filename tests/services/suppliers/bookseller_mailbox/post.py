"""Our mailbox client over real SFTP, the supplier that uploads, and a server that is odd."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

from services.suppliers.contract import LargeMessage, RawMessage, SupplierUnavailable, Transport
from tests.unit.services.suppliers.national.written import a_message
from tests.waiting import until

ANSWER = a_message("ORDRSP", "BGM+231+R-1+9").body
SECOND = a_message("ORDRSP", "BGM+231+R-2+9", reference="72").body
RECORDS = b'<?xml version="1.0"?><ONIXMessage release="3.0">' + b"<Product></Product>" * 40 + b"</ONIXMessage>"
LISTED = b"isbn;title\r\n9780141439518;Pride and Prejudice\r\n"
NEVER, SOON = 3_600.0, 0.05


@dataclass
class Post:
    """Our mailbox client, the folders that it sees, and a second client: the supplier that uploads."""

    root: Path
    mailbox: Transport
    supplier: asyncssh.SFTPClient

    large: asyncio.Task[RawMessage | None] | None = None

    async def look(self) -> list[RawMessage]:
        """One look into the mailbox; everything yielded is taken, a large file beside the looks as the exchange does it."""
        found = []
        if self.large is not None and self.large.done():
            # One that could not be fetched is yielded again.
            with suppress(SupplierUnavailable):
                found += [kept for kept in (self.large.result(),) if kept is not None]
            self.large = None
        async for message in self.mailbox.fetch(None):
            if isinstance(message, RawMessage):
                found.append(message)
                await self.mailbox.taken(message)
            elif self.large is None:
                self.large = asyncio.create_task(_taken(message))
        return found

    async def look_until(self, count: int) -> list[RawMessage]:
        """Looks until so many messages were yielded in all."""
        found: list[RawMessage] = []

        async def enough() -> bool:
            found.extend(await self.look())
            return len(found) >= count

        await until(enough)
        return found

    async def look_until_gone(self, path: Path) -> list[RawMessage]:
        """Looks until a file is removed; returns what was yielded until then."""
        found: list[RawMessage] = []

        async def gone() -> bool:
            found.extend(await self.look())
            return not await self.supplier.exists(os.fsencode(path.relative_to(self.root)))

        await until(gone)
        return [*found, *await self.look()]

    def put(self, name: str | bytes, body: bytes, folder: str = "responses") -> Path:
        path = Path(os.fsdecode(os.path.join(os.fsencode(self.root / folder), os.fsencode(name))))
        path.write_bytes(body)
        return path


async def _taken(large: LargeMessage) -> RawMessage | None:
    """Takes a large file; None for one that is unfinished."""
    body = b"".join([part async for part in large.parts])
    if not body:
        return None
    await large.taken()
    return RawMessage(large.name, body)


Opener = Callable[..., Awaitable[Post]]


@dataclass
class Moods:
    """What the odd server does, by name of file."""

    denied: set[bytes] = field(default_factory=set)
    drops: set[bytes] = field(default_factory=set)
    keeps: set[bytes] = field(default_factory=set)
    closed_folders: set[bytes] = field(default_factory=set)
    made_up: list[bytes] = field(default_factory=list)
    slow: dict[bytes, asyncio.Event] = field(default_factory=dict)
    has_room_for: int | None = None


class OddServer(asyncssh.SFTPServer):
    """An SFTP server that refuses, breaks off or waits where its moods say so."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], root: Path, moods: Moods) -> None:
        super().__init__(channel, chroot=os.fsencode(root))
        self._moods = moods
        self._slow: dict[object, asyncio.Event] = {}

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        name = os.path.basename(path)
        if name in self._moods.denied:
            raise asyncssh.SFTPPermissionDenied("not for you")
        if name in self._moods.drops:
            self.channel.get_connection().abort()
        opened = super().open(path, pflags, attrs)
        if name in self._moods.slow:
            self._slow[opened] = self._moods.slow[name]
        return opened

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        if (waits := self._slow.get(file_obj)) is not None:
            await waits.wait()
        read: bytes = super().read(file_obj, offset, size)  # type: ignore[assignment]
        return read

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Keeps what there is room for, and acknowledges the rest too, as asyncssh's own server does on a full disk."""
        kept = data if self._moods.has_room_for is None else data[: max(0, self._moods.has_room_for - offset)]
        super().write(file_obj, offset, kept)
        return len(data)

    def remove(self, path: bytes) -> None:
        if os.path.basename(path) in self._moods.keeps:
            raise asyncssh.SFTPPermissionDenied("nothing is removed here")
        super().remove(path)

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        if os.path.basename(path) in self._moods.closed_folders:
            raise asyncssh.SFTPPermissionDenied("closed")
        async for entry in super().scandir(path):
            yield entry
        for name in self._moods.made_up if path.endswith(b"responses") else []:
            yield asyncssh.SFTPName(name, attrs=asyncssh.SFTPAttrs(size=9, permissions=0o100644, mtime=1))
