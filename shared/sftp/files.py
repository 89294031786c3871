"""Files on somebody's SFTP server: listed, read in parts, and put so that nobody collects half of one."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from io import BytesIO
from typing import cast

import asyncssh

from shared.sftp.arrivals import Entry, Version, shown
from shared.sftp.connection import Connection

_CHUNK = 1024 * 1024
_SPECIAL = {asyncssh.FILEXFER_TYPE_DIRECTORY: "a folder", asyncssh.FILEXFER_TYPE_SYMLINK: "a symbolic link"}
_FILES = (asyncssh.FILEXFER_TYPE_REGULAR, asyncssh.FILEXFER_TYPE_UNKNOWN)


async def entries_in(connection: Connection, folder: bytes, *, seconds: float) -> Sequence[Entry]:
    """Returns what is in a folder and not hidden, oldest first. Names are bytes: a server may have any."""
    async with connection.working(f"folder {shown(folder)} could not be listed", seconds=seconds) as client:
        entries = [_entry(folder, found) async for found in client.scandir(folder)]
    visible = [entry for entry in entries if not entry.hidden]
    return sorted(visible, key=lambda entry: (entry.version.mtime, entry.name))


async def read_part(connection: Connection, entry: Entry, start: int, length: int, *, seconds: float) -> bytes:
    """Returns a part of a file that fits memory, within a time limit. Raises SFTPNoSuchFile, and the connection's errors."""
    body, until = BytesIO(), time.monotonic() + seconds
    async for chunk in chunks_of(connection, entry, start, length):
        body.write(chunk)
        if time.monotonic() > until:
            raise connection.refused(f"{shown(entry.path)} could not be read within {seconds:g} s")
    return body.getvalue()


async def chunks_of(connection: Connection, entry: Entry, start: int, length: int) -> AsyncIterator[bytes]:
    """Yields a part of a file in chunks with a time limit each. Raises SFTPNoSuchFile, and the connection's errors."""
    failure = f"{shown(entry.path)} could not be read"
    async with connection.working(failure, passing=asyncssh.SFTPNoSuchFile) as client:
        file = await client.open(entry.path, "rb")
    place = start
    try:
        while place < start + length:
            async with connection.working(failure):
                # asyncssh's types do not tell text files from binary ones.
                chunk = cast(bytes, await file.read(min(start + length - place, _CHUNK), place))
            if not chunk:
                break
            place += len(chunk)
            yield chunk
    finally:
        with suppress(connection.unreachable):
            async with connection.working(failure):
                await file.close()


async def remove_as_read(connection: Connection, entry: Entry) -> None:
    """Removes a file, unless it changed since it was seen. Raises the connection's errors; a file that is gone is none."""
    with suppress(asyncssh.SFTPNoSuchFile):
        async with connection.working("the server answered", passing=asyncssh.SFTPNoSuchFile) as client:
            if version_of(await client.lstat(entry.path)) == entry.version:
                await client.remove(entry.path)


async def upload(connection: Connection, path: str, content: bytes, *, failure: str) -> None:
    """Writes a whole file, which nobody may collect under this name. Raises the connection's errors."""
    async with connection.working(failure) as client:
        async with client.open(path, "wb") as file:
            await file.write(content)
        size = (await client.stat(path)).size
    # Some servers accept what no longer fits on their disk, and keep a part of it.
    if size != len(content):
        detail = f"the server kept {size} of {len(content)} bytes; its disk may be full"
        raise connection.unreachable(f"{failure}: {detail}")


def version_of(attrs: asyncssh.SFTPAttrs) -> Version:
    """Returns which content a file has, as far as its attributes say."""
    return Version(attrs.size or 0, attrs.mtime or 0)


def _entry(folder: bytes, found: asyncssh.SFTPName) -> Entry:
    """Returns an entry of a folder. The version of what is no file never changes, so that it is reported once."""
    name = cast(bytes, found.filename)
    if found.attrs.type in _FILES:
        return Entry(folder, name, version_of(found.attrs))
    return Entry(folder, name, Version(0, 0), _SPECIAL.get(found.attrs.type, "a device or a socket"))
