"""The bookseller's SFTP mailbox: the only part of the adapter that does I/O. Does not know what is in a file."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import cast

import asyncssh

from services.suppliers.contract import Kind, OutboundMessage, RawMessage, SendOutcomeUnknown, SupplierUnavailable
from services.suppliers.national.profile import Mailbox

# The errors of asyncssh, of the socket and of a time limit. TimeoutError is an OSError.
_FAILURES = (asyncssh.Error, OSError)
_LOST = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)
# Files read at the same time, because each costs several round trips.
_READ_AT_ONCE = 8
_UNFINISHED_ENDINGS = (".part", ".tmp", ".filepart")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Our credentials: a private key, or a password."""

    key: asyncssh.SSHKey | None
    password: str | None

    @classmethod
    def of(cls, secrets: Mapping[str, str]) -> Credentials:
        """Returns the credentials in `sftp_private_key` or `sftp_password`. Raises ValueError when neither can be used."""
        text, password = secrets.get("sftp_private_key"), secrets.get("sftp_password")
        if not text and not password:
            raise ValueError("the secrets hold neither sftp_private_key nor sftp_password")
        try:
            key = asyncssh.import_private_key(text) if text else None
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
            raise ValueError(f"sftp_private_key cannot be read: {error}") from error
        return cls(key, password)


@asynccontextmanager
async def open_mailbox(mailbox: Mailbox, credentials: Credentials) -> AsyncIterator[SftpMailbox]:
    """Opens the mailbox for the life of the process. Does not connect yet: a supplier that is down must not stop us."""
    # asyncssh would log every look into the mailbox.
    asyncssh.set_log_level(logging.WARNING)
    opened = SftpMailbox(mailbox, credentials)
    try:
        yield opened
    finally:
        await opened.close()


class SftpMailbox:
    """Puts files under a temporary name and renames them, so that a half-written one is never collected."""

    def __init__(self, mailbox: Mailbox, credentials: Credentials) -> None:
        self._mailbox = mailbox
        self._credentials = credentials
        self._host_keys = [asyncssh.import_public_key(text) for text in mailbox.host_keys]
        self._connecting = asyncio.Lock()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None

    async def send(self, message: OutboundMessage) -> RawMessage | None:
        """Puts the message into its folder; there is no immediate answer.

        Before the rename nothing can have been collected, so any failure raises SupplierUnavailable. A rename without an answer
        raises SendOutcomeUnknown.
        """
        folder = self._folder_for(message)
        final, part = f"{folder}/{message.name}", f"{folder}/.{message.name}.part"
        async with self._working(f"{message.name} could not be uploaded") as client, client.open(part, "wb") as file:
            await file.write(message.body)
        await self._put_in_place(part, final)
        return None

    async def _put_in_place(self, part: str, final: str) -> None:
        """Renames the file. A server refuses to rename onto an existing file: then an earlier attempt succeeded."""
        try:
            client = await self._connected()
        except _FAILURES as error:
            raise SupplierUnavailable(f"{final} could not be put in place: {_reason(error)}") from error
        try:
            async with asyncio.timeout(self._mailbox.operation_seconds):
                await client.rename(part, final)
        except _FAILURES as error:
            if not _answered(error):
                self._drop()
                raise SendOutcomeUnknown(f"no answer to putting {final} in place: {_reason(error)}") from error
            if not await self._exists(final):
                raise SupplierUnavailable(f"{final} could not be put in place: {_reason(error)}") from error

    async def has_received(self, message: OutboundMessage) -> bool | None:
        """Returns whether the message is in its folder or in the supplier's archive.

        None when it is not in its folder and the supplier keeps no archive. The folder is checked first: a file that is collected
        between the two checks is then found in the archive. Raises SupplierUnavailable.
        """
        if await self._exists(f"{self._folder_for(message)}/{message.name}"):
            return True
        archive = self._mailbox.folders.archive
        return None if archive is None else await self._exists(f"{archive}/{message.name}")

    async def fetch(self) -> AsyncIterator[RawMessage]:
        """Yields the waiting files, folder by folder in the profile's order, oldest first in each.

        The folders are listed in reverse order, so that a despatch is never yielded before a response that was in the mailbox
        when it arrived. Hidden files, files with an ending of unfinished uploads, and files that grew while they were read are
        left for a later look. Raises SupplierUnavailable.
        """
        inbound = self._mailbox.folders.inbound
        listed = [(folder, await self._listed(folder)) for folder in reversed(inbound)]
        files = [(f"{folder}/{name}", size) for folder, found in reversed(listed) for name, size in found]
        for start in range(0, len(files), _READ_AT_ONCE):
            batch = files[start : start + _READ_AT_ONCE]
            bodies = await asyncio.gather(*(self._read(path, size) for path, size in batch))
            for (path, size), body in zip(batch, bodies, strict=True):
                if body is not None and len(body) == size:
                    yield RawMessage(path, body)

    async def taken(self, message: RawMessage) -> None:
        """Removes the file, unless its size shows that another was put under its name meanwhile. Raises SupplierUnavailable."""
        async with self._working(f"{message.name} could not be removed") as client:
            try:
                if (await client.stat(message.name)).size == len(message.body):
                    await client.remove(message.name)
            except asyncssh.SFTPNoSuchFile:
                return

    async def close(self) -> None:
        """Closes the connection, if there is one, and waits until it is closed."""
        connection = self._connection
        self._drop()
        if connection is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(connection.wait_closed(), self._mailbox.operation_seconds)

    def _folder_for(self, message: OutboundMessage) -> str:
        folders = self._mailbox.folders
        return folders.record_requests if message.kind is Kind.RECORD_REQUEST else folders.orders

    async def _listed(self, folder: str) -> list[tuple[str, int]]:
        """Returns names and sizes of the finished files of a folder, oldest first."""
        async with self._working(f"folder {folder} could not be listed") as client:
            entries = await client.readdir(folder)
        finished = [entry for entry in entries if _is_finished(entry)]
        files = sorted((entry.attrs.mtime or 0, str(entry.filename), entry.attrs.size or 0) for entry in finished)
        return [(name, size) for _, name, size in files if size <= self._mailbox.largest_file]

    async def _read(self, path: str, size: int) -> bytes | None:
        """Returns the file's bytes, one more than `size` if it grew; None when the file is gone."""
        async with self._working(f"{path} could not be read") as client:
            try:
                async with client.open(path, "rb") as file:
                    # asyncssh's types do not tell text files from binary ones.
                    return cast(bytes, await file.read(size + 1))
            except asyncssh.SFTPNoSuchFile:
                return None

    async def _exists(self, path: str) -> bool:
        async with self._working(f"{path} could not be looked for") as client:
            return bool(await client.exists(path))

    @asynccontextmanager
    async def _working(self, failure: str) -> AsyncIterator[asyncssh.SFTPClient]:
        """Gives the connected client for one operation with a time limit; every failure becomes SupplierUnavailable.

        A connection that did not answer is dropped. A connection on which the server refused the operation stays in use.
        """
        try:
            client = await self._connected()
            async with asyncio.timeout(self._mailbox.operation_seconds):
                yield client
        except _FAILURES as error:
            if not _answered(error):
                self._drop()
            raise SupplierUnavailable(f"{failure}: {_reason(error)}") from error

    async def _connected(self) -> asyncssh.SFTPClient:
        """Returns the client of a live connection; connects where there is none. Does not translate asyncssh's errors."""
        async with self._connecting:
            if self._client is None or self._connection is None or self._connection.is_closed():
                async with asyncio.timeout(self._mailbox.connect_seconds):
                    self._connection, self._client = await self._connect()
            return self._client

    async def _connect(self) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
        """Connects. Trusts only the host keys of the profile, and reads no SSH file of the machine's user."""
        connection = await asyncssh.connect(
            self._mailbox.host,
            self._mailbox.port,
            username=self._mailbox.user,
            client_keys=[self._credentials.key] if self._credentials.key else None,
            password=self._credentials.password,
            known_hosts=(self._host_keys, [], []),
            agent_path=None,
            config=None,
            keepalive_interval=self._mailbox.operation_seconds,
        )
        try:
            return connection, await connection.start_sftp_client()
        except BaseException:
            connection.abort()
            raise

    def _drop(self) -> None:
        """Forgets the connection and aborts it, so that none of its operations can finish while the next one works."""
        connection, self._connection, self._client = self._connection, None, None
        if connection is not None:
            connection.abort()


def _answered(error: BaseException) -> bool:
    """Returns whether the server answered, even with a refusal: then the outcome is known."""
    return isinstance(error, asyncssh.SFTPError) and not isinstance(error, _LOST)


def _is_finished(entry: asyncssh.SFTPName) -> bool:
    name = str(entry.filename)
    regular = entry.attrs.type in (asyncssh.FILEXFER_TYPE_REGULAR, asyncssh.FILEXFER_TYPE_UNKNOWN)
    return regular and not name.startswith(".") and not name.lower().endswith(_UNFINISHED_ENDINGS)


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
