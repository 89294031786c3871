"""Who may come in: counts connections, finds mailboxes, tries passwords. One for all connections of a process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol
from weakref import WeakSet

import asyncssh
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms.domain.mailboxes import Credentials, Mailbox
from services.lms.door.limits import DoorLimits, Room, Slowing
from services.lms.door.session import Hints, MailboxFiles, Means
from services.lms.door.shelf import Shelf
from services.lms.door.tree import Tree
from services.lms.passwords import matches
from services.lms.store import mailboxes
from services.lms.usecases.profiles import profile_of
from shared.clock import Clock
from shared.db.errors import DATABASE_ERRORS

# Each takes 16 MB and a core.
_TRYING_AT_ONCE = 2
# Of a process; its other parts need connections to the database, too.
_TURNS = 3
_SHARE_OF_MAILBOX = 4

log = structlog.get_logger(__name__)


class Connected(Protocol):
    """A connection, as it is counted."""

    @property
    def address(self) -> str:
        """Where it comes from."""

    @property
    def mailbox(self) -> Mailbox | None:
        """Whose it is; None before somebody has logged in."""

    @property
    def active_at(self) -> float:
        """When its client last did something, by the monotonic clock."""

    @property
    def connection(self) -> asyncssh.SSHServerConnection:
        """The connection itself."""


class Gate:
    """Knows every connection of this process."""

    def __init__(self, engine: AsyncEngine, clock: Clock, limits: DoorLimits) -> None:
        self.limits = limits
        self.slowing = Slowing()
        self._engine = engine
        self._clock = clock
        self._guests: set[Connected] = set()
        self._turns = asyncio.Semaphore(_TURNS)
        self._room = Room(limits.memory)
        self._sessions: WeakSet[MailboxFiles] = WeakSet()
        self._rooms: dict[str, Room] = {}
        self._trying = ThreadPoolExecutor(_TRYING_AT_ONCE, thread_name_prefix="passwords")

    @property
    def guests(self) -> Sequence[Connected]:
        """Everybody who is connected."""
        return tuple(self._guests)

    def lets_in(self, guest: Connected) -> bool:
        """Counts a new connection; returns False where there are too many to which nobody has logged in."""
        strangers = [one.address for one in self._guests if one.mailbox is None]
        self._guests.add(guest)
        of_address = strangers.count(guest.address)
        return len(strangers) < self.limits.strangers and of_address < self.limits.strangers_of_address

    def admits(self, guest: Connected) -> bool:
        """Returns whether somebody who logged in may stay: False where the mailbox, or the process, has too many."""
        self.slowing.succeeded(guest.address)
        inside = [one.mailbox.mailbox_id for one in self._guests if one.mailbox is not None]
        assert guest.mailbox is not None
        of_mailbox = inside.count(guest.mailbox.mailbox_id)
        return len(inside) <= self.limits.connections and of_mailbox <= self.limits.connections_of_mailbox

    def leave(self, guest: Connected) -> None:
        """Forgets a connection."""
        self._guests.discard(guest)

    async def mailbox_of(self, username: str) -> Mailbox | None:
        """Returns the mailbox of a user; None where there is none. Raises DisconnectError where the database is away."""
        try:
            async with self._turns, self._engine.connect() as connection:
                return await mailboxes.mailbox_of_user(connection, username)
        except DATABASE_ERRORS as error:
            log.warning("mailbox login lost the database", error=repr(error))
            raise asyncssh.ServiceNotAvailable("Nobody can log in now; try again in a minute.") from error

    def credentials(self, mailbox: Mailbox | None) -> Sequence[Credentials]:
        """Returns what opens a mailbox now; nothing opens none."""
        return () if mailbox is None else mailbox.credentials_at(self._clock.now())

    async def opens(self, password: str, hashes: Sequence[str]) -> bool:
        """Returns whether a password is one of those that were hashed. Takes as long where there is none."""
        loop = asyncio.get_running_loop()
        tried = [await loop.run_in_executor(self._trying, matches, password, stored) for stored in hashes or [""]]
        return any(tried)

    async def quiet(self) -> None:
        """Waits until no session has a file open, or keeps one."""
        for session in list(self._sessions):
            await session.quiet()

    def begin(self, channel: asyncssh.SSHServerChannel[bytes], mailbox: Mailbox, hints: Hints) -> MailboxFiles:
        """Returns what a new session of a mailbox sees."""
        session = MailboxFiles(channel, self._means(mailbox, hints))
        self._sessions.add(session)
        return session

    def _means(self, mailbox: Mailbox, hints: Hints) -> Means:
        tree = Tree(profile_of(mailbox.profile).files)
        shelf = Shelf(self._engine, self._clock, mailbox, tree, self._turns)
        room = self._rooms.setdefault(mailbox.mailbox_id, Room(self.limits.memory // _SHARE_OF_MAILBOX, self._room))
        return Means(shelf, tree, room, self.limits.largest_file, self._clock, hints)

    async def note_reached(self, mailbox: Mailbox) -> None:
        """Notes in the database that somebody logged in."""
        try:
            async with self._turns, self._engine.begin() as connection:
                await mailboxes.note_reached(connection, mailbox.mailbox_id, self._clock.now())
        except DATABASE_ERRORS as error:
            log.warning("a login was not noted", mailbox=mailbox.mailbox_id, error=repr(error))

    def idle(self, now: float) -> Iterator[Connected]:
        """Yields the connections whose clients have done nothing for too long."""
        return (guest for guest in self._guests if now - guest.active_at > self.limits.idle_seconds)

    def close(self) -> None:
        """Ends the threads."""
        self._trying.shutdown(wait=False, cancel_futures=True)
