"""Carries files between a library system and its mailbox, over SFTP as the system's client does. Knows no message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncssh

from local.simulators.library.files import File, System

_TIMEOUT_SECONDS = 30.0
_TEMPORARY = ".part"


@dataclass(frozen=True, slots=True)
class Login:
    """How a system logs in to its mailbox. `host_key` is the server's public key, as one line; `known` by the other side."""

    host: str
    port: int
    user: str
    password: str
    host_key: str
    orders: str = "orders"
    answers: str = "answers"


class Post:
    """One open connection to a mailbox. Open it with `open_post`."""

    def __init__(self, sftp: asyncssh.SFTPClient, connection: asyncssh.SSHClientConnection, login: Login) -> None:
        self._sftp = sftp
        self._connection = connection
        self._login = login

    async def put(self, file: File, *, renamed: bool = False) -> None:
        """Uploads a file: under its own name, or under a temporary one that is `renamed` once it is whole."""
        path = f"{self._login.orders}/{file.name}"
        async with self._sftp.open(f"{path}{_TEMPORARY}" if renamed else path, "wb") as remote:
            await remote.write(file.body)
        if renamed:
            await self._sftp.rename(f"{path}{_TEMPORARY}", path)

    async def put_half(self, file: File, length: int) -> None:
        """Uploads the beginning of a file, and loses the connection before it can close it."""
        remote = await self._sftp.open(f"{self._login.orders}/{file.name}", "wb")
        await remote.write(file.body[:length])
        self._connection.abort()

    async def fetch(self, system: System, seen: set[str]) -> list[File]:
        """Returns the files that the system wants and has not `seen`; treats each as the system does once it has it."""
        files: list[File] = []
        for name in sorted(await self._sftp.listdir(self._login.answers)):
            if name in (".", "..") or name in seen or not system.wants(name):
                continue
            path = f"{self._login.answers}/{name}"
            async with self._sftp.open(path, "rb") as remote:
                # Opened as bytes: its type allows for text, too.
                body = await remote.read()
                assert isinstance(body, bytes)
                files.append(File(name, body))
            seen.add(name)
            taken = system.taken_name(name)
            if not taken:
                await self._sftp.remove(path)
            elif taken != name:
                await self._sftp.rename(path, f"{self._login.answers}/{taken}")
        return files


@asynccontextmanager
async def open_post(login: Login) -> AsyncIterator[Post]:
    """Yields a connection to the mailbox, closed at the end. Raises OSError or asyncssh.Error if there is none."""
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
        yield Post(sftp, connection, login)
