"""The files of one mailbox in the database, for a session. Opens the transactions, and says in SFTP's errors what went wrong."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from uuid import UUID

import asyncssh
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.lms import metrics
from services.lms.domain.mailbox_messages import MailboxMessage, State
from services.lms.domain.mailboxes import Mailbox
from services.lms.door.tree import Spot, Tree, on_offer
from services.lms.store import post
from services.lms.store.mailboxes import find_mailbox
from services.lms.usecases import keeping
from shared.clock import Clock
from shared.db.errors import DATABASE_ERRORS
from shared.errors import DomainError

# A client looks at the same list many times: before, while and after it fetches.
_LISTED_SECONDS = 2.0
_MOST_CUT_OFF = 100

log = structlog.get_logger(__name__)

Listing = dict[str, dict[str, MailboxMessage]]


class Shelf:
    """Keeps, lists and gives the files of a mailbox. `turns` bounds how many sessions of a process use the database at once."""

    def __init__(self, engine: AsyncEngine, clock: Clock, mailbox: Mailbox, tree: Tree, turns: asyncio.Semaphore) -> None:
        self._engine = engine
        self._clock = clock
        self._mailbox = mailbox
        self._tree = tree
        self._turns = turns
        self._listing: Listing = {}
        self._listed_at = float("-inf")

    async def keep(self, spot: Spot, raw: bytes, *, whole: bool) -> None:
        """Keeps a file that was put in. When this returns, it is committed. Raises SFTPError where it is not kept."""
        async with self._working(f"{spot.name} could not be kept") as connection:
            await self._check_room(connection, len(raw), whole=whole)
            name = spot.name if whole else self._tree.whole_name(spot.name)
            await keeping.keep_file(connection, self._mailbox, spot.folder, name, raw, self._clock.now(), whole)
        self._listed_at = float("-inf")
        metrics.MAILBOX_TRANSFERS.labels("kept" if whole else "cut_off").inc()
        what = "file put in" if whole else "file cut off"
        log.info(what, mailbox=self._mailbox.mailbox_id, folder=spot.folder, name=spot.name, size=len(raw))

    async def listing(self) -> Listing:
        """Returns the files that the LMS sees, by folder and name."""
        if time.monotonic() - self._listed_at > _LISTED_SECONDS:
            async with self._working("the files could not be listed") as connection:
                out = await keeping.files_out(connection, self._mailbox.mailbox_id)
                arrived = await keeping.files_in(connection, self._mailbox.mailbox_id)
            found: Listing = {}
            for file in (*on_offer(out, self._mailbox.quota.bytes_on_offer), *self._shown(arrived)):
                found.setdefault(file.folder, {})[file.name] = file
            self._listing, self._listed_at = found, time.monotonic()
        return self._listing

    async def find(self, spot: Spot) -> MailboxMessage | None:
        """Returns a file that the LMS sees; None where there is none."""
        return (await self.listing()).get(spot.folder, {}).get(spot.name)

    async def content(self, file: MailboxMessage) -> bytes:
        """Returns the bytes of a file. Raises SFTPError."""
        async with self._working(f"{file.name} could not be read") as connection:
            return await keeping.file_bytes(connection, file.message_id)

    async def fetched(self, message_id: UUID) -> None:
        """Notes that a file was fetched to its end. Raises SFTPError."""
        async with self._working("the file could not be noted as fetched") as connection:
            await keeping.mark_taken(connection, message_id, self._clock.now())
        metrics.MAILBOX_TRANSFERS.labels("fetched").inc()

    async def rename(self, file: MailboxMessage, name: str) -> None:
        """Gives a file out another name, because the LMS does. Raises SFTPError."""
        async with self._working(f"{file.name} could not be renamed") as connection:
            await keeping.rename_out(connection, file.message_id, name, self._clock.now())
        self._forget(file)
        self._listing.setdefault(file.folder, {})[name] = replace(file, name=name)

    async def remove(self, file: MailboxMessage) -> None:
        """Takes a file out of the folders, because the LMS removes it. Raises SFTPError."""
        async with self._working(f"{file.name} could not be removed") as connection:
            await keeping.remove_out(connection, file.message_id, self._clock.now())
        self._forget(file)

    def _forget(self, file: MailboxMessage) -> None:
        """Takes a file out of the list that was read. Not all is read again: a client may rename hundreds."""
        self._listing.get(file.folder, {}).pop(file.name, None)

    def _shown(self, arrived: Sequence[MailboxMessage]) -> Sequence[MailboxMessage]:
        return [file for file in arrived if self._tree.shows_arrivals(file.folder)]

    @contextlib.asynccontextmanager
    async def _working(self, failure: str) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._turns, self._engine.begin() as connection:
                await self._check_open(connection)
                yield connection
        except DATABASE_ERRORS as error:
            log.warning("mailbox lost the database", mailbox=self._mailbox.mailbox_id, failure=failure, error=repr(error))
            raise asyncssh.SFTPFailure(f"{failure} now; try again in a minute.") from error
        except DomainError as error:
            raise asyncssh.SFTPNoSuchFile(error.detail) from error

    async def _check_open(self, connection: AsyncConnection) -> None:
        """Raises SFTPError where the mailbox was closed, or its credentials taken away, since the client logged in."""
        found, now = await find_mailbox(connection, self._mailbox.mailbox_id), self._clock.now()
        if found is None or not found.enabled:
            raise asyncssh.SFTPPermissionDenied("This mailbox is closed. Nothing was kept; ask whoever runs it.")
        if set(found.credentials_at(now)).isdisjoint(self._mailbox.credentials_at(now)):
            raise asyncssh.SFTPPermissionDenied("The credentials were changed; log in again with those that count now.")

    async def _check_room(self, connection: AsyncConnection, size: int, *, whole: bool) -> None:
        quota, mailbox_id = self._mailbox.quota, self._mailbox.mailbox_id
        if full := await keeping.why_full(connection, mailbox_id, quota, size):
            metrics.MAILBOX_TRANSFERS.labels("refused").inc()
            raise asyncssh.SFTPQuotaExceeded(f"The mailbox is full: {full}. Put the file again later.")
        if not whole:
            cut_off = await post.waiting_files(connection, mailbox_id, [State.CUT_OFF], limit=_MOST_CUT_OFF)
            if len(cut_off) >= _MOST_CUT_OFF:
                raise asyncssh.SFTPQuotaExceeded(f"{_MOST_CUT_OFF} files that were cut off wait for a person.")
