"""One connection of an LMS: who it is, and which sessions it may have. No shell, no program, no forwarding.

A login that fails is answered later each time, by address; nobody is locked out by the failures of others.
"""

from __future__ import annotations

import asyncio
import time

import asyncssh
import structlog
from asyncssh.channel import SSHChannel
from asyncssh.stream import SSHServerStreamSession

from services.lms import metrics
from services.lms.domain.mailboxes import Mailbox
from services.lms.door.gate import Gate
from services.lms.door.session import MailboxFiles
from services.lms.keys import written

_MOST_SESSIONS, _MOST_USERS = 10, 5
_SFTP_VERSION = 3

log = structlog.get_logger(__name__)


class Guest(asyncssh.SSHServer):
    """A connection, from its first byte to its last."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._connection: asyncssh.SSHServerConnection | None = None
        self._mailboxes: dict[str, Mailbox | None] = {}
        self._tries = 0
        self._sessions = 0
        self.address = ""
        self.mailbox: Mailbox | None = None
        self.active_at = time.monotonic()

    @property
    def connection(self) -> asyncssh.SSHServerConnection:
        """The connection itself."""
        assert self._connection is not None
        return self._connection

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Turns the connection away where there are too many that nobody has logged in to."""
        self._connection = conn
        self.address = str(conn.get_extra_info("peername")[0])
        if not self._gate.lets_in(self):
            metrics.MAILBOX_LOGINS.labels("turned_away").inc()
            log.warning("mailbox connection turned away", address=self.address, reason="too many have not logged in")
            conn.abort()

    def connection_lost(self, _: Exception | None) -> None:
        """Notes that it is gone."""
        self._gate.leave(self)

    async def begin_auth(self, username: str) -> bool:
        """Finds the mailbox of a user. Always asks for credentials, whether there is one or not."""
        if len(self._mailboxes) >= _MOST_USERS:
            raise asyncssh.PermissionDenied("Too many users; connect again.")
        self._mailboxes[username] = await self._gate.mailbox_of(username)
        return True

    def password_auth_supported(self) -> bool:
        """A password may open a mailbox."""
        return True

    def public_key_auth_supported(self) -> bool:
        """A key may open a mailbox."""
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """Returns whether a password opens the mailbox of a user. Takes as long where there is none."""
        found = self._mailboxes.get(username)
        hashes = [credentials.password for credentials in self._gate.credentials(found)]
        if await self._gate.opens(password, hashes):
            return True
        await self._failed(found, "password")
        return False

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Returns whether a key opens the mailbox of a user; asyncssh checks that the client has it."""
        found = self._mailboxes.get(username)
        if written(key) in {each for credentials in self._gate.credentials(found) for each in credentials.public_keys}:
            return True
        # Not slowed down: a client offers each key that it has, and none can be guessed.
        self._count(found, "key")
        return False

    def auth_completed(self) -> None:
        """Notes whose connection it is; turns it away where its mailbox has too many."""
        self.mailbox = self._mailboxes[self.connection.get_extra_info("username")]
        assert self.mailbox is not None
        if not self._gate.admits(self):
            metrics.MAILBOX_LOGINS.labels("turned_away").inc()
            log.warning("mailbox connection turned away", mailbox=self.mailbox.mailbox_id, reason="too many are open")
            self.connection.abort()
            return
        metrics.MAILBOX_LOGINS.labels("taken").inc()
        log.info("mailbox login", mailbox=self.mailbox.mailbox_id, address=self.address)
        self.connection.create_task(self._gate.note_reached(self.mailbox))

    def session_requested(self) -> SSHServerStreamSession[bytes] | bool:
        """Opens a session for SFTP, unless there are too many."""
        if self.mailbox is None or self._sessions >= _MOST_SESSIONS:
            return False
        self._sessions += 1
        return _Session(self, self._gate)

    def session_ended(self) -> None:
        """Counts one session less."""
        self._sessions -= 1

    def touch(self) -> None:
        """Notes that the client does something."""
        self.active_at = time.monotonic()

    async def _failed(self, found: Mailbox | None, how: str) -> None:
        self._count(found, how)
        await asyncio.sleep(self._gate.slowing.failed(self.address, time.monotonic()))

    def _count(self, found: Mailbox | None, how: str) -> None:
        """Counts a try. The log has no name that nobody has: people type passwords there."""
        metrics.MAILBOX_LOGINS.labels("refused").inc()
        self._tries += 1
        mailbox = "none" if found is None else found.mailbox_id
        log.warning("mailbox login refused", mailbox=mailbox, address=self.address, how=how, tries=self._tries)
        if self._tries >= self._gate.limits.tries:
            raise asyncssh.PermissionDenied("Too many tries; connect again.")


class _Session(SSHServerStreamSession[bytes]):
    """A session that knows whether its client is gone: then a file that is closed was not closed by the client."""

    def __init__(self, guest: Guest, gate: Gate) -> None:
        super().__init__(None, self._files, sftp_version=_SFTP_VERSION, allow_scp=False)
        self._guest = guest
        self._gate = gate
        self._ended = False

    @property
    def has_ended(self) -> bool:
        """Whether the client, or the connection to it, is gone."""
        return self._ended

    def touch(self) -> None:
        """Notes that the client does something."""
        self._guest.touch()

    def eof_received(self) -> bool:
        """Notes that the client sends no more; also called where the connection is lost."""
        self._ended = True
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Notes that the session is over."""
        self._guest.session_ended()
        super().connection_lost(exc)

    def _files(self, channel: SSHChannel[bytes]) -> MailboxFiles:
        assert isinstance(channel, asyncssh.SSHServerChannel)
        assert self._guest.mailbox is not None
        return self._gate.begin(channel, self._guest.mailbox, self)
