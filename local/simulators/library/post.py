"""Carries files between a library system and a mailbox at the other side, over SFTP as the system's client does.

Knows no message.
"""

from __future__ import annotations

import asyncio
import json
import posixpath
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Protocol

import asyncssh

from local.simulators.library.files import File, System

TEMPORARY = ".part"
_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the system puts its orders, and the folders in which it looks for answers; "." is where it is after the login."""

    orders: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Login:
    """How a system logs in to its mailbox. `host_key`: the server's public key, a line as in OpenSSH's files."""

    host: str
    port: int
    user: str
    password: str
    host_key: str
    folders: Folders


def read_login(text: str) -> Login:
    """Reads a login from JSON, as `write_login` writes it."""
    document = json.loads(text)
    folders = document.pop("folders")
    return Login(**document, folders=Folders(folders["orders"], tuple(folders["answers"])))


def write_login(login: Login) -> str:
    """Writes a login as JSON. It contains the password."""
    return json.dumps(asdict(login), indent=2)


class Post(Protocol):
    """How files come and go, whoever runs the server."""

    async def send(self, files: Iterable[File], *, renamed: bool = False) -> None:
        """Puts files where the other side takes them. `renamed`: each under a temporary name until it is whole."""

    def fetch(self, system: System, seen: set[str]) -> AsyncGenerator[File, None]:
        """Yields files that the system wants and has not `seen`. Asked for the next one, it treats each as the system does then.

        A connection that breaks loses no file that was fetched before, and repeats none.
        """


class RemotePost:
    """A mailbox at the other side. Each call is a connection of its own and raises OSError or asyncssh.Error if it breaks."""

    def __init__(self, login: Login) -> None:
        self.login = login

    async def send(self, files: Iterable[File], *, renamed: bool = False) -> None:
        """Uploads files one after the other."""
        async with self._open() as (_, sftp):
            for file in files:
                path = f"{self.login.folders.orders}/{file.name}"
                async with sftp.open(f"{path}{TEMPORARY}" if renamed else path, "wb") as remote:
                    await remote.write(file.body)
                if renamed:
                    await sftp.rename(f"{path}{TEMPORARY}", path)

    async def send_half(self, file: File, length: int) -> None:
        """Uploads the first bytes of a file, and loses the connection before it can close it."""
        async with self._open() as (connection, sftp):
            remote = await sftp.open(f"{self.login.folders.orders}/{file.name}", "wb")
            await remote.write(file.body[:length])
            connection.abort()

    async def fetch(self, system: System, seen: set[str]) -> AsyncGenerator[File, None]:
        """Downloads from each folder in turn, by name."""
        async with self._open() as (_, sftp):
            for path in [path for folder in self.login.folders.answers for path in await _list(sftp, folder)]:
                name = posixpath.basename(path)
                if path not in seen and system.wants(name):
                    yield File(name, await _download(sftp, path))
                    seen.add(path)
                    await _rename(sftp, path, system.taken_name(name))

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]]:
        login = self.login
        known = asyncssh.import_known_hosts(f"[{login.host}]:{login.port} {login.host_key}\n")
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            connection = await asyncssh.connect(
                login.host,
                login.port,
                username=login.user,
                password=login.password,
                client_keys=None,
                known_hosts=known,
                config=None,
            )
        async with connection, connection.start_sftp_client() as sftp:
            yield connection, sftp


async def _list(sftp: asyncssh.SFTPClient, folder: str) -> list[str]:
    """Returns the paths of a folder's files, by name."""
    names = sorted(await sftp.listdir(folder))
    paths = [f"{folder}/{name}" for name in names if name not in (".", "..")]
    return [path for path in paths if await sftp.isfile(path)]


async def _rename(sftp: asyncssh.SFTPClient, path: str, name: str) -> None:
    folder, before = posixpath.split(path)
    if name != before:
        await sftp.rename(path, f"{folder}/{name}")


async def _download(sftp: asyncssh.SFTPClient, path: str) -> bytes:
    async with sftp.open(path, "rb") as remote:
        body = await remote.read()
    # Opened as bytes: its type allows for text, too.
    assert isinstance(body, bytes)
    return body
