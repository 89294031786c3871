"""A connection to somebody's SFTP server: made when first used and again when lost; each operation has a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import asyncssh

FAILURES = (asyncssh.Error, OSError)
"""The errors of asyncssh, of the socket and of a time limit. TimeoutError is an OSError."""
_LOST = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)
_MOST_TRIED = 4
_GRACE_SECONDS = 1.0

Addresses: TypeAlias = Callable[[str], Awaitable[Sequence[str]]]
"""Returns the addresses of a host to which we may connect, the first one to try first."""


class Server(Protocol):
    """Where a server is, who we are there, and the public keys by which we know it."""

    @property
    def host(self) -> str:
        """Its name or address."""

    @property
    def port(self) -> int:
        """Its port."""

    @property
    def user(self) -> str:
        """Our account."""

    @property
    def host_keys(self) -> Sequence[str]:
        """Its public keys; any other is refused."""

    @property
    def connect_seconds(self) -> float:
        """Limit for connecting and logging in."""

    @property
    def operation_seconds(self) -> float:
        """Limit for one operation on a file."""


@dataclass(frozen=True, slots=True)
class Login:
    """What we log in with: a private key, or a password."""

    key: asyncssh.SSHKey | None
    password: str | None


class Unreachable(Exception):
    """The server is away, is another one, or does not answer."""


class LoginRefused(Unreachable):
    """The server takes none of our logins."""


class Refused(Unreachable):
    """The server answered that it does not do this one thing. It may do others."""


@dataclass(frozen=True, slots=True)
class Errors:
    """The errors that a connection raises; an adapter gives those of its own contract."""

    unreachable: type[Exception] = Unreachable
    login_refused: type[Exception] = LoginRefused
    refused: type[Exception] = Refused


async def _as_written(host: str) -> Sequence[str]:
    return [host]


class Connection:
    """One connection, shared by whoever sends and whoever fetches."""

    def __init__(
        self, server: Server, logins: Sequence[Login], errors: Errors | None = None, *, addresses: Addresses = _as_written
    ) -> None:
        """`logins` are tried one after the other; `errors` are the module's own where none are given."""
        self._server = server
        self._logins = logins
        self._errors = errors or Errors()
        self._addresses = addresses
        self._host_keys = [asyncssh.import_public_key(text) for text in server.host_keys]
        self._connecting = asyncio.Lock()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None

    @property
    def unreachable(self) -> type[Exception]:
        """The error for a server that is away; `refused` is one of these."""
        return self._errors.unreachable

    def refused(self, text: str) -> Exception:
        """Returns the error for one thing that is not done; others may be."""
        return self._errors.refused(text)

    async def close(self) -> None:
        """Closes the connection, if there is one, and waits until it is closed."""
        connection = self._connection
        self.drop()
        if connection is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(connection.wait_closed(), self._server.operation_seconds)

    @asynccontextmanager
    async def working(
        self, failure: str, *, seconds: float | None = None, passing: type[asyncssh.Error] | None = None
    ) -> AsyncIterator[asyncssh.SFTPClient]:
        """Gives the connected client for one operation with a time limit; failures but `passing` become errors of `errors`.

        A connection that did not answer is dropped. A connection on which the server refused the operation stays in use; the
        error is then `refused`.
        """
        limit = seconds or self._server.operation_seconds
        try:
            client = await self.connected()
            with self._dropped_after(limit + _GRACE_SECONDS):
                async with asyncio.timeout(limit):
                    yield client
        except FAILURES as error:
            if passing is not None and isinstance(error, passing):
                raise
            if answered(error):
                raise self._errors.refused(f"{failure}: {reason_of(error)}") from error
            self.drop()
            raise self.failed(failure, error) from error

    @contextmanager
    def _dropped_after(self, seconds: float) -> Iterator[None]:
        """Drops the connection where an operation goes on for longer.

        A time limit alone may not end it: asyncssh closes what it has open, and waits for the server's answer.
        """
        guard = asyncio.get_running_loop().call_later(seconds, self.drop)
        try:
            yield
        finally:
            guard.cancel()

    async def connected(self) -> asyncssh.SFTPClient:
        """Returns the client of a live connection; connects where there is none. Does not translate asyncssh's errors."""
        async with self._connecting:
            if self._client is None or self._connection is None or self._connection.is_closed():
                async with asyncio.timeout(self._server.connect_seconds):
                    self._connection, self._client = await self._connect()
            return self._client

    def failed(self, failure: str, error: BaseException) -> Exception:
        """Returns the error for a connection that failed: the server does not take our login, or is away."""
        text = f"{failure}: {reason_of(error)}"
        refused = isinstance(error, asyncssh.PermissionDenied)
        return self._errors.login_refused(text) if refused else self._errors.unreachable(text)

    def drop(self) -> None:
        """Forgets the connection and aborts it, so that none of its operations can finish while the next one works."""
        connection, self._connection, self._client = self._connection, None, None
        if connection is not None:
            connection.abort()

    async def _connect(self) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
        """Connects with the first login that is taken."""
        addresses = (await self._addresses(self._server.host))[:_MOST_TRIED]
        *before, last = self._logins
        for login in before:
            with suppress(asyncssh.PermissionDenied):
                return await self._log_in(addresses, login)
        return await self._log_in(addresses, last)

    async def _log_in(self, addresses: Sequence[str], login: Login) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
        """Connects to the first address that answers."""
        *before, last = addresses
        for address in before:
            # Of an answer, whatever it is, another address of the same server would give the same.
            with suppress(OSError):
                return await self._open(address, login)
        return await self._open(last, login)

    async def _open(self, address: str, login: Login) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
        """Connects. Trusts only the server's known keys, and reads no SSH file of the machine's user."""
        connection = await asyncssh.connect(
            address,
            self._server.port,
            username=self._server.user,
            client_keys=[login.key] if login.key else None,
            password=login.password,
            known_hosts=(self._host_keys, [], []),
            agent_path=None,
            config=None,
            keepalive_interval=self._server.operation_seconds,
        )
        try:
            return connection, await connection.start_sftp_client()
        except BaseException:
            connection.abort()
            raise


def answered(error: BaseException) -> bool:
    """Returns whether the server answered, even with a refusal: then the outcome is known."""
    return isinstance(error, asyncssh.SFTPError) and not isinstance(error, _LOST)


def reason_of(error: BaseException) -> str:
    """Returns what went wrong, in words."""
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return "the server shows another key than those that are known to be its own; ask its owner before you trust the new one"
    return str(error) or type(error).__name__
