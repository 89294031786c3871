"""What is done at one LMS's own SFTP server: its orders are fetched, and our files put. Opens the transactions.

A file is removed there only after it was committed here, and one of ours is put under a temporary name and renamed. The process
may be killed between any two lines: what was kept already is not kept again after it starts.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import asyncssh
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms import metrics
from services.lms.dialects.profile import FilesIn
from services.lms.domain.mailbox_messages import MailboxMessage
from services.lms.domain.mailboxes import Mailbox
from services.lms.store.visits import was_kept
from services.lms.usecases import keeping
from services.lms.usecases.profiles import profile_of
from services.lms.visiting import OPERATION_SECONDS
from shared.backoff import pause_after
from shared.clock import Clock
from shared.sftp.arrivals import Arrival, Entry, shown
from shared.sftp.connection import Connection, Refused
from shared.sftp.endings import WINDOW, ending_of
from shared.sftp.files import entries_in, read_part, remove_as_read, upload

_MOST_PUT = 100
_MOST_TRIES = 12
_FIRST_PAUSE, _LONGEST_PAUSE = 60.0, 3_600.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class VisitLimits:
    """When a file of an LMS counts as uploaded, and how large it may be."""

    largest_file: int
    temporary_endings: tuple[str, ...]
    settle_seconds: float
    stuck_seconds: float = 3_600.0


class Visit:
    """One mailbox of which we are the client: what is known of the LMS's files, from look to look."""

    def __init__(self, engine: AsyncEngine, clock: Clock, mailbox: Mailbox, connection: Connection, limits: VisitLimits) -> None:
        self.mailbox = mailbox
        self._engine = engine
        self._clock = clock
        self._connection = connection
        self._limits = limits
        self._orders: FilesIn = profile_of(mailbox.profile).files.orders
        self._arrivals: dict[str, Arrival] = {}
        # What is there at the first look may have been kept by a process that ended before it could remove it.
        self._is_first = True
        # Why files are left at the LMS's server for now, although they are whole.
        self._full = ""

    async def look(self) -> str:
        """Fetches what is whole, and puts what is ready. Returns what is wrong with single files; "" for nothing.

        Raises Unreachable.
        """
        unlisted = self._full = ""
        try:
            await self._fetch_all()
            self._is_first = False
        except Refused as error:
            unlisted = str(error)
        refused = await self._put_all()
        return "; ".join(filter(None, (unlisted, self._full, *self._reports(), *refused)))

    def break_off(self) -> None:
        """Drops the connection, so that nothing waits for the server any more."""
        self._connection.drop()

    async def _fetch_all(self) -> None:
        folder = self._orders.folder.encode()
        entries = await entries_in(self._connection, folder, seconds=OPERATION_SECONDS)
        wanted = [entry for entry in entries if self._is_wanted(entry)]
        seen = {shown(entry.path) for entry in wanted}
        self._arrivals = {path: arrival for path, arrival in self._arrivals.items() if path in seen}
        for entry in wanted:
            arrival = self._arrivals.setdefault(shown(entry.path), Arrival(entry, since=_now(), begun=_now()))
            arrival.seen(entry, self._limits, _now())
            try:
                await self._take(arrival)
            except Refused as error:
                arrival.failed(_now(), f"{shown(entry.path)}: {error}")

    def _is_wanted(self, entry: Entry) -> bool:
        """Other files are left where they are; what is being uploaded is watched, so that it is not stuck unseen."""
        name = shown(entry.name)
        return self._orders.takes(name) or self._orders.is_temporary(name)

    async def _take(self, arrival: Arrival) -> None:
        """Keeps a file that is whole, and removes one that was kept and grows no more."""
        if arrival.may_be_read(self._limits, _now()):
            await self._keep(arrival)
        if arrival.may_be_removed(self._limits, _now()):
            await remove_as_read(self._connection, arrival.entry)

    async def _keep(self, arrival: Arrival) -> None:
        entry, mailbox_id = arrival.entry, self.mailbox.mailbox_id
        async with self._engine.connect() as connection:
            full = await keeping.why_full(connection, mailbox_id, self.mailbox.quota, entry.version.size)
        if full:
            self._full = f"no more orders are fetched: {full}"
            return
        try:
            content = await read_part(self._connection, entry, 0, entry.version.size + 1, seconds=OPERATION_SECONDS)
        except asyncssh.SFTPNoSuchFile:
            return
        if len(content) != entry.version.size:
            return
        arrival.read_as(entry.version, ending_of(content[:WINDOW], content[-WINDOW:]))
        if not arrival.is_finished(self._limits, _now()):
            return
        folder, name = self._orders.folder, shown(entry.name)
        async with self._engine.begin() as connection:
            if not self._is_first or not await was_kept(connection, mailbox_id, folder, name, content):
                await keeping.keep_file(connection, self.mailbox, folder, name, content, self._clock.now(), True)
                metrics.MAILBOX_TRANSFERS.labels("kept").inc()
                log.info("file fetched", mailbox=mailbox_id, folder=folder, name=name, size=len(content))
        arrival.kept = arrival.fetched

    async def _put_all(self) -> Sequence[str]:
        """Puts the files that are ready, oldest first; returns what the server refused."""
        async with self._engine.connect() as connection:
            ready = await keeping.files_to_send(connection, self.mailbox.mailbox_id, self._clock.now(), limit=_MOST_PUT)
        return [refused for file in ready if (refused := await self._put(file))]

    async def _put(self, file: MailboxMessage) -> str:
        async with self._engine.connect() as connection:
            content = await keeping.file_bytes(connection, file.message_id)
        try:
            await self._put_in_place(file, content)
        except Refused as error:
            await self._note_refused(file, str(error))
            return str(error)
        async with self._engine.begin() as connection:
            await keeping.mark_sent(connection, file.message_id, self._clock)
        metrics.MAILBOX_TRANSFERS.labels("sent").inc()
        log.info("file put", mailbox=self.mailbox.mailbox_id, folder=file.folder, name=file.name, size=file.size)
        return ""

    async def _put_in_place(self, file: MailboxMessage, content: bytes) -> None:
        final, part = f"{file.folder}/{file.name}", f"{file.folder}/.{file.name}.part"
        failure = f"{final} could not be put"
        if await self._is_there(final, file.size, failure):
            return
        await upload(self._connection, part, content, failure=failure)
        async with self._connection.working(failure) as client:
            await client.rename(part, final)

    async def _is_there(self, path: str, size: int, failure: str) -> bool:
        """Returns whether an earlier attempt put the file, whose answer was lost. Another file is not overwritten."""
        try:
            async with self._connection.working(failure, passing=asyncssh.SFTPNoSuchFile) as client:
                found = (await client.stat(path)).size
        except asyncssh.SFTPNoSuchFile:
            return False
        if found != size:
            raise Refused(f"{failure}: another file with this name is there, of {found} bytes; remove it, then offer ours again")
        return True

    async def _note_refused(self, file: MailboxMessage, reason: str) -> None:
        """Tries again later, for some hours; then the file waits for a person."""
        pause = pause_after(file.attempts + 1, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE)
        async with self._engine.begin() as connection:
            again_at = self._clock.now() + timedelta(seconds=pause)
            if await keeping.note_attempt(connection, file.message_id, again_at) >= _MOST_TRIES:
                await keeping.mark_failed(connection, file.message_id, reason, self._clock)

    def _reports(self) -> Sequence[str]:
        """Returns why files stay at the LMS's server, each time while they do."""
        found = [(path, arrival.trouble or arrival.left_because(self._limits)) for path, arrival in self._arrivals.items()]
        stuck = [f"{path} stays where it is: {why}" for path, why in found if why and self._is_old(path)]
        return stuck[:5]

    def _is_old(self, path: str) -> bool:
        return _now() - self._arrivals[path].begun >= self._limits.stuck_seconds


def _now() -> float:
    return time.monotonic()
