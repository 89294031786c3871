"""The bookseller's SFTP mailbox: sends our files; `inbox` fetches the supplier's. With `connection`, all I/O of the adapter."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncssh

from services.suppliers.contract import (
    Kind,
    LargeMessage,
    OutboundMessage,
    RawMessage,
    SendOutcomeUnknown,
    SupplierUnavailable,
    Transport,
    Try,
)
from services.suppliers.national.connection import Credentials, connection_to
from services.suppliers.national.inbox import Inbox
from services.suppliers.national.profile import Mailbox
from shared.sftp.connection import FAILURES, answered, reason_of
from shared.sftp.files import entries_in, upload


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


class SftpMailbox(Transport):
    """Puts files under a temporary name and renames them, so that a half-written one is never collected."""

    def __init__(self, mailbox: Mailbox, credentials: Credentials) -> None:
        self._mailbox = mailbox
        self._connection = connection_to(mailbox, credentials)
        self._inbox = Inbox(mailbox, self._connection, connection_to(mailbox, credentials))

    async def send(self, message: OutboundMessage) -> RawMessage | None:
        """Puts the message into its folder; there is no immediate answer.

        Before the rename nothing can have been collected, so any failure raises SupplierUnavailable. A rename without an answer
        raises SendOutcomeUnknown.
        """
        folder = self._folder_for(message)
        final, part = f"{folder}/{message.name}", f"{folder}/.{message.name}.part"
        failure = f"{message.name} could not be uploaded"
        await upload(self._connection, part, message.body, failure=failure)
        await self._put_in_place(message, part, final)
        return None

    async def _put_in_place(self, message: OutboundMessage, part: str, final: str) -> None:
        """Renames the file. A server refuses to rename onto an existing file: then an earlier attempt succeeded.

        That file may be collected at any moment, so it is looked for in the archive too.
        """
        try:
            client = await self._connection.connected()
        except FAILURES as error:
            raise self._connection.failed(f"{final} could not be put in place", error) from error
        try:
            async with asyncio.timeout(self._mailbox.operation_seconds):
                await client.rename(part, final)
        except FAILURES as error:
            if not answered(error):
                self._connection.drop()
                raise SendOutcomeUnknown(f"no answer to putting {final} in place: {reason_of(error)}") from error
            if not await self.has_received(message):
                raise SupplierUnavailable(f"{final} could not be put in place: {reason_of(error)}") from error

    async def has_received(self, message: OutboundMessage) -> bool | None:
        """Returns whether the message is in its folder or in the supplier's archive.

        None when it is not in its folder and the supplier keeps no archive. The folder is checked first: a file that is collected
        between the two checks is then found in the archive. Raises SupplierUnavailable.
        """
        if await self._exists(f"{self._folder_for(message)}/{message.name}"):
            return True
        archive = self._mailbox.folders.archive
        return None if archive is None else await self._exists(f"{archive}/{message.name}")

    @property
    def address(self) -> tuple[str, int]:
        """Where the bookseller's server is."""
        return self._mailbox.host, self._mailbox.port

    def tries(self) -> Sequence[Try]:
        """Its key and our login, which are one step of the protocol, and the names of the files in one folder."""
        return (Try("the server's key and our login", self._log_in), Try("a list of files", self._list))

    async def _log_in(self) -> str:
        try:
            await self._connection.connected()
        except FAILURES as error:
            raise self._connection.failed("no session", error) from error
        return f"the server shows a known key and takes the login of {self._mailbox.user}"

    async def _list(self) -> str:
        folder = self._mailbox.folders.inbound[0]
        entries = await entries_in(self._connection, folder.encode(), seconds=self._mailbox.operation_seconds)
        return f"{len(entries)} files in {folder}"

    def fetch(self, _: str | None) -> AsyncIterator[RawMessage | LargeMessage]:
        """Yields the files that may be taken, folder by folder in the profile's order, oldest first in each.

        Raises SupplierUnavailable.
        """
        return self._inbox.fetch()

    async def taken(self, message: RawMessage) -> None:
        """Notes that the file was taken; it is removed when it has not changed for a while. Raises SupplierUnavailable."""
        await self._inbox.taken(message)

    async def close(self) -> None:
        """Stops what is under way and closes the connection, if there is one."""
        await self._inbox.close()
        await self._connection.close()

    def _folder_for(self, message: OutboundMessage) -> str:
        folders = self._mailbox.folders
        return folders.record_requests if message.kind is Kind.RECORD_REQUEST else folders.orders

    async def _exists(self, path: str) -> bool:
        async with self._connection.working(f"{path} could not be looked for") as client:
            return bool(await client.exists(path))
