"""What the door of a mailbox does with its files: keeps those put in, lists and gives those out, notes what becomes of them.

Each use case runs in its caller's transaction and may be repeated: the second time it changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.mailbox_messages import Direction, MailboxMessage, State
from services.lms.domain.mailboxes import Quota
from services.lms.store import post
from services.lms.store.post import NewFile
from services.lms.usecases.holding import hold, settle
from shared.clock import Clock
from shared.contracts.messages import SettledBy

# A file that was cut off is shown to staff when no whole one has followed by then: most programs try again at once.
CUT_OFF_PATIENCE = timedelta(minutes=15)
_FILES = UUID("5a6a2d3c-6c0f-4c0c-9d44-0d1a3a1f7b52")
_MOST_LISTED = 10_000
# An LMS looks often, and a mailbox keeps for years what was fetched.
_MOST_TAKEN = 1_000
_BY_LMS = "the LMS"


class OfCouncil(Protocol):
    """What is to be known of a mailbox to keep a file in it."""

    @property
    def mailbox_id(self) -> str:
        """Its name."""

    @property
    def council(self) -> str:
        """The council whose it is."""


async def keep_file(
    connection: AsyncConnection, mailbox: OfCouncil, folder: str, name: str, raw: bytes, arrived_at: datetime, whole: bool
) -> UUID:
    """Keeps a file that was put into a mailbox; returns its id. It counts as received when the caller's transaction commits.

    `name` is the one that it has once it is whole, without a temporary ending. `whole`: False where the connection broke before
    its end; it is then shown and never read. The same call again keeps nothing; at another moment the same bytes are another
    file, which the reader sets aside as a duplicate.
    """
    digest = hashlib.sha256(raw).hexdigest()
    named = "\n".join((mailbox.mailbox_id, folder, name, arrived_at.isoformat(), str(whole), digest))
    new = NewFile(
        message_id=uuid5(_FILES, named),
        mailbox_id=mailbox.mailbox_id,
        council=mailbox.council,
        direction=Direction.IN,
        kind="",
        folder=folder,
        name=name,
        raw=raw,
        state=State.RECEIVED if whole else State.CUT_OFF,
        reason="" if whole else "the connection broke before the end of the file",
        next_attempt_at=None if whole else arrived_at + CUT_OFF_PATIENCE,
    )
    await post.keep(connection, new, now=arrived_at)
    return new.message_id


async def why_full(connection: AsyncConnection, mailbox_id: str, quota: Quota, size: int) -> str:
    """Returns why a mailbox takes no file of this size now; "" where it does."""
    load = await post.load_of(connection, mailbox_id)
    if load.waiting < quota.files_waiting and load.waiting_bytes + size <= quota.bytes_waiting:
        return ""
    return f"{load.waiting} files with {load.waiting_bytes} bytes wait to be read, which is as much as may wait"


async def files_in(connection: AsyncConnection, mailbox_id: str) -> Sequence[MailboxMessage]:
    """Returns the files that were put into a mailbox and are not read yet, the oldest first."""
    return await post.waiting_files(connection, mailbox_id, [State.RECEIVED], limit=_MOST_LISTED)


async def files_out(connection: AsyncConnection, mailbox_id: str) -> Sequence[MailboxMessage]:
    """Returns the files that a mailbox offers, in their order: those not fetched yet (`ready`), the last that were (`taken`)."""
    return await post.offered(connection, mailbox_id, ready=_MOST_LISTED, taken=_MOST_TAKEN)


async def files_to_send(connection: AsyncConnection, mailbox_id: str, now: datetime, *, limit: int) -> Sequence[MailboxMessage]:
    """Returns the files that are to be put into the LMS's own folders now, the oldest first."""
    return await post.waiting_files(connection, mailbox_id, [State.READY], limit=limit, due_at=now)


async def file_bytes(connection: AsyncConnection, message_id: UUID) -> bytes:
    """Returns the bytes of a file. Raises DomainError (404) where there is none."""
    return await post.bytes_of(connection, message_id)


async def mark_taken(connection: AsyncConnection, message_id: UUID, at: datetime) -> None:
    """Notes that the LMS fetched a file to its end. Raises DomainError (404) where there is none, as all of these do."""
    found = await post.lock(connection, message_id)
    if found.state is State.READY:
        await post.move(connection, found, State.TAKEN, now=at, reason="fetched to its end", actor=_BY_LMS)


async def rename_out(connection: AsyncConnection, message_id: UUID, name: str, at: datetime) -> None:
    """Gives a file out the name that the LMS gave it: with that it says that it has taken the file."""
    found = await post.lock(connection, message_id)
    if found.name == name or found.state not in (State.READY, State.TAKEN):
        return
    if found.state is State.READY:
        reason = f"renamed from {found.name}"
        found = await post.move(connection, found, State.TAKEN, now=at, reason=reason, actor=_BY_LMS)
    await post.change(connection, found, {"name": name})


async def remove_out(connection: AsyncConnection, message_id: UUID, at: datetime) -> None:
    """Takes a file out of the mailbox because the LMS removed it. It stays in the list of messages, and can be offered again."""
    found = await post.lock(connection, message_id)
    if found.state is State.READY:
        reason = "removed without having been fetched to its end"
    elif found.state is State.TAKEN:
        reason = "removed after it was fetched"
    else:
        return
    await post.move(connection, found, State.REMOVED, now=at, reason=reason, actor=_BY_LMS)


async def mark_sent(connection: AsyncConnection, message_id: UUID, clock: Clock) -> None:
    """Notes that a file was put into the LMS's own folder."""
    found = await post.lock(connection, message_id)
    if found.state in (State.READY, State.FAILED):
        sent = await post.move(connection, found, State.SENT, now=clock.now())
        await settle(connection, sent, SettledBy.APPLIED, clock, reason="it was delivered")


async def note_attempt(connection: AsyncConnection, message_id: UUID, again_at: datetime) -> int:
    """Notes that a file could not be delivered yet and is tried again at a moment; returns how often it was tried."""
    found = await post.lock(connection, message_id)
    values = {"attempts": found.attempts + 1, "next_attempt_at": again_at}
    return (await post.change(connection, found, values)).attempts


async def mark_failed(connection: AsyncConnection, message_id: UUID, reason: str, clock: Clock) -> None:
    """Notes that a file cannot be delivered into the LMS's own folder: it waits for a person, who reads `reason`."""
    found = await post.lock(connection, message_id)
    if found.state is State.READY:
        failed = await post.move(connection, found, State.FAILED, now=clock.now(), reason=reason)
        await hold(connection, failed, clock)
