"""Connects to LMSs' own SFTP servers: to public addresses only, checked when a mailbox is stated and again at each connection."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.lms.domain.mailboxes import Credentials, Mailbox, Place
from services.lms.keys import private_key
from services.lms.sealing import Seal, UnknownKey
from services.lms.usecases.mailboxes import refused
from services.lms.usecases.profiles import profile_of
from shared.http.outward import Allowed, RefusedUrl, Resolver, check_host, checked_addresses
from shared.sftp.connection import Connection, Login, LoginRefused, Refused, Unreachable

CONNECT_SECONDS, OPERATION_SECONDS = 10.0, 15.0
_SSH_PORT, _FIRST_FREE_PORT = 22, 1024
_AT_HOST = "/lms_server/host"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as a look found it. `files` is None where it could not be listed."""

    folder: str
    files: int | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What came back when we logged in at an LMS's own server."""

    reached: bool
    trouble: str
    folders: Sequence[Folder] = ()


@dataclass(frozen=True, slots=True)
class _Server:
    host: str
    port: int
    user: str
    host_keys: Sequence[str]
    connect_seconds: float = CONNECT_SECONDS
    operation_seconds: float = OPERATION_SECONDS


class Visiting:
    """Knows which addresses may be connected to, and opens our credentials."""

    def __init__(self, allowed: Allowed, resolver: Resolver, seal: Seal) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._seal = seal

    async def check(self, place: Place | None) -> None:
        """Raises DomainError (422) unless we may connect to an LMS's own server as of now."""
        if place is None:
            return
        try:
            check_host(place.host, self._allowed)
            async with asyncio.timeout(CONNECT_SECONDS):
                await checked_addresses(place.host, self._allowed, self._resolver)
        except RefusedUrl as error:
            raise refused(_AT_HOST, str(error)) from error
        except OSError as error:
            detail = "The host's name cannot be resolved; correct it, or try again when its DNS answers."
            raise refused(_AT_HOST, detail) from error
        if not self._allowed.has_host(place.host) and place.port != _SSH_PORT and place.port < _FIRST_FREE_PORT:
            raise refused("/lms_server/port", f"Use port {_SSH_PORT}, or one from {_FIRST_FREE_PORT} on.")

    def connection(self, mailbox: Mailbox, now: datetime) -> Connection:
        """Returns the connection to the server of an LMS, which is not made yet. Raises UnknownKey."""
        assert mailbox.place is not None
        place = mailbox.place
        logins = [self._login(credentials) for credentials in mailbox.credentials_at(now)]
        server = _Server(place.host, place.port, mailbox.user, place.host_keys)
        return Connection(server, logins, addresses=self._addresses)

    async def look(self, mailbox: Mailbox, now: datetime) -> Look:
        """Logs in, counts what is in the folders of the profile, and leaves."""
        try:
            connection = self.connection(mailbox, now)
        except UnknownKey as error:
            return Look(False, f"Our credentials cannot be read: {error}. Rotate the credentials of the mailbox.")
        try:
            return Look(True, "", [await _counted(connection, folder) for folder in profile_of(mailbox.profile).files.folders])
        except LoginRefused:
            what = "password" if mailbox.credentials.password else "key"
            cure = "state the right one" if what == "password" else "authorise the public key of this mailbox there"
            return Look(False, f"The server does not take our {what}: {cure}.")
        except Unreachable as error:
            return Look(False, f"The server cannot be reached: {error}.")
        finally:
            await connection.close()

    async def _addresses(self, host: str) -> Sequence[str]:
        """Returns the addresses of a host. Raises OSError where it has none, or one that may not be connected to."""
        try:
            return [str(address) for address in await checked_addresses(host, self._allowed, self._resolver)]
        except RefusedUrl as error:
            raise PermissionError(str(error)) from error

    def _login(self, credentials: Credentials) -> Login:
        if credentials.private_key:
            return Login(private_key(self._seal.open(credentials.private_key)), None)
        return Login(None, self._seal.open(credentials.password).get_secret_value())


async def _counted(connection: Connection, folder: str) -> Folder:
    try:
        async with connection.working("it could not be listed") as client:
            names = await client.listdir(folder)
    except Refused as error:
        return Folder(folder, None, str(error))
    return Folder(folder, sum(not name.startswith(".") for name in names))
