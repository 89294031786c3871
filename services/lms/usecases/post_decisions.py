"""What people decide about files of mailboxes: read again, discard, offer again. Each needs a reason, which is kept."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.mailbox_messages import Direction, MailboxMessage, State, moment_after, no_such_message
from services.lms.store import post
from services.lms.usecases.holding import settle
from shared.clock import Clock
from shared.contracts.messages import SettledBy
from shared.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision about a file: whose (`council`: None for staff of all), about which version, by whom and why."""

    message_id: UUID
    council: str | None
    version: int | None
    actor: str
    reason: str


async def visible(connection: AsyncConnection, message_id: UUID, council: str | None, *, lock: bool = False) -> MailboxMessage:
    """Returns a file that a council may see: its own; all for None. Raises DomainError (404)."""
    found = await (post.lock if lock else post.find)(connection, message_id)
    if council is not None and found.council != council:
        raise no_such_message(message_id)
    return found


async def replay(connection: AsyncConnection, decided: Decided, clock: Clock) -> MailboxMessage:
    """Reads a file in again, by the profile that its mailbox has now. What was placed is not placed again.

    Raises DomainError: 404, 409 where the file cannot be read again, 412.
    """
    found = await _locked(connection, decided)
    if found.direction is Direction.OUT:
        raise _wrong(found, "read again; offer it again instead")
    return await _move(connection, found, State.RECEIVED, decided, clock)


async def discard(connection: AsyncConnection, decided: Decided, clock: Clock) -> MailboxMessage:
    """Closes a file that waits for a person; its bytes are kept. Raises DomainError: 404, 409, 412."""
    found = await _locked(connection, decided)
    moved = await _move(connection, found, State.DISCARDED, decided, clock)
    return await settle(connection, moved, SettledBy.DISCARDED, clock, reason=decided.reason)


async def offer_again(connection: AsyncConnection, decided: Decided, clock: Clock) -> MailboxMessage:
    """Puts a file out again, with the same bytes, number and name. Raises DomainError: 404, 409, 412."""
    found = await _locked(connection, decided)
    if found.direction is Direction.IN:
        raise _wrong(found, "offered; it was put in by the LMS")
    if found.reference is None:
        raise _wrong(found, "offered: it is withheld from the LMS; see its reason, then discard it")
    moved = await _move(connection, found, State.READY, decided, clock)
    return await settle(connection, moved, SettledBy.APPLIED, clock, reason=decided.reason)


async def _move(connection: AsyncConnection, found: MailboxMessage, to: State, decided: Decided, clock: Clock) -> MailboxMessage:
    if found.state is to:
        return found
    now = moment_after(found, clock.now())
    changes = {"attempts": 0, "next_attempt_at": None}
    return await post.move(connection, found, to, now=now, reason=decided.reason, actor=decided.actor, changes=changes)


async def _locked(connection: AsyncConnection, decided: Decided) -> MailboxMessage:
    found = await visible(connection, decided.message_id, decided.council, lock=True)
    if decided.version is not None and decided.version != found.version:
        detail = "The file was changed meanwhile; read it again, and repeat your decision with its new ETag."
        raise DomainError("stale-version", detail, Kind.STALE)
    return found


def _wrong(message: MailboxMessage, what: str) -> DomainError:
    return DomainError("wrong-state", f"A file {message.direction} cannot be {what}.", Kind.CONFLICT)
