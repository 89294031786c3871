"""The SFTP connection to a bookseller: made when first used and again when lost; each operation has a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import asyncssh

from services.suppliers.contract import CredentialsRefused, SupplierUnavailable
from services.suppliers.national.profile import Mailbox

FAILURES = (asyncssh.Error, OSError)
"""The errors of asyncssh, of the socket and of a time limit. TimeoutError is an OSError."""
_LOST = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)


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


class Refused(SupplierUnavailable):
    """The server answered that it does not do this one thing. It may do others."""


class Connection:
    """One connection, shared by whoever sends and whoever fetches."""

    def __init__(self, mailbox: Mailbox, credentials: Credentials) -> None:
        self._mailbox = mailbox
        self._credentials = credentials
        self._host_keys = [asyncssh.import_public_key(text) for text in mailbox.host_keys]
        self._connecting = asyncio.Lock()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None

    async def close(self) -> None:
        """Closes the connection, if there is one, and waits until it is closed."""
        connection = self._connection
        self.drop()
        if connection is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(connection.wait_closed(), self._mailbox.operation_seconds)

    @asynccontextmanager
    async def working(
        self, failure: str, *, seconds: float | None = None, passing: type[asyncssh.Error] | None = None
    ) -> AsyncIterator[asyncssh.SFTPClient]:
        """Gives the connected client for one operation with a time limit; failures but `passing` become SupplierUnavailable.

        A connection that did not answer is dropped. A connection on which the server refused the operation stays in use; the
        error is then Refused.
        """
        try:
            client = await self.connected()
            async with asyncio.timeout(seconds or self._mailbox.operation_seconds):
                yield client
        except FAILURES as error:
            if passing is not None and isinstance(error, passing):
                raise
            if answered(error):
                raise Refused(f"{failure}: {reason_of(error)}") from error
            self.drop()
            raise unavailable(failure, error) from error

    async def connected(self) -> asyncssh.SFTPClient:
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

    def drop(self) -> None:
        """Forgets the connection and aborts it, so that none of its operations can finish while the next one works."""
        connection, self._connection, self._client = self._connection, None, None
        if connection is not None:
            connection.abort()


def unavailable(failure: str, error: BaseException) -> SupplierUnavailable:
    """Returns the contract's error for a connection that failed: the server does not take our login, or is away."""
    text = f"{failure}: {reason_of(error)}"
    return CredentialsRefused(text) if isinstance(error, asyncssh.PermissionDenied) else SupplierUnavailable(text)


def answered(error: BaseException) -> bool:
    """Returns whether the server answered, even with a refusal: then the outcome is known."""
    return isinstance(error, asyncssh.SFTPError) and not isinstance(error, _LOST)


def reason_of(error: BaseException) -> str:
    """Returns what went wrong, in words."""
    return str(error) or type(error).__name__
