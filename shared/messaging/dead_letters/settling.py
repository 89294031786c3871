"""Lists, shows, replays and discards dead letters for operations staff. Must not know how they are written (writing.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.paging import locked_page, narrowed, newest_first
from shared.messaging.dead_letters.telling import LetterNews, Tell, tell_nobody
from shared.messaging.dead_letters.unsent import OUTBOX
from shared.messaging.dead_letters.writing import unpack_headers
from shared.messaging.envelope import Envelope
from shared.messaging.errors import DeadLetterSettled, NoSuchDeadLetter, Poison, ReasonRequired
from shared.messaging.outbox import RecordTooLarge, append
from shared.messaging.subscription import Subscription
from shared.messaging.tables import dead_letter, inbox


class DeadLetterState(StrEnum):
    """The state of a dead letter; `dead` waits for staff to settle it."""

    DEAD = "dead"
    REPLAYED = "replayed"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up, with all that Kafka delivered of it. It is also a Record, so that it can be read again."""

    id: UUID
    consumer: str
    event_id: UUID
    event_type: str | None
    council_id: str | None
    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    value: bytes | None
    reason: str
    attempts: int
    first_failed_at: datetime
    dead_at: datetime
    state: DeadLetterState
    settled_at: datetime | None
    settled_by: str | None
    settled_reason: str | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which dead letters to list; a field that is None does not filter. `after` is the id of the previous page's last letter."""

    consumer: str | None = None
    topic: str | None = None
    event_type: str | None = None
    council_id: str | None = None
    state: DeadLetterState | None = None
    after: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Decision:
    """Who settles a dead letter, when, and why."""

    actor: str
    at: datetime
    reason: str = ""


async def list_dead_letters(connection: AsyncConnection, wanted: Filter) -> list[DeadLetter]:
    """Returns the wanted dead letters, newest first; the first page if `after` does not exist."""
    columns = dead_letter.c
    names = ("consumer", "topic", "event_type", "council_id", "state")
    query = narrowed(select(dead_letter), {columns[name]: getattr(wanted, name) for name in names})
    keys = (columns.dead_at, columns.id)
    after = None
    if wanted.after is not None:
        after = (await connection.execute(select(*keys).where(columns.id == wanted.after))).one_or_none()
    return [_read(row) for row in await connection.execute(newest_first(query, keys, after=after, limit=wanted.limit))]


async def get_dead_letter(connection: AsyncConnection, letter_id: UUID) -> DeadLetter:
    """Returns one dead letter. Raises NoSuchDeadLetter."""
    return await _fetch(connection, letter_id, lock=False)


async def replay_dead_letter(
    connection: AsyncConnection,
    letter_id: UUID,
    *,
    subscriptions: Sequence[Subscription],
    decision: Decision,
    tell: Tell = tell_nobody,
) -> DeadLetter:
    """Passes the event, under its own id, to its consumer's handler again, in the caller's transaction.

    An event of the outbox is written into the outbox again, behind all others. A second call has no effect. Raises
    NoSuchDeadLetter, DeadLetterSettled (it was discarded), Poison (it cannot be read, is still too large, or its consumer is
    not among the subscriptions), or what the handler raises; the caller then rolls back, and the letter stays as it was.
    """
    letter = await _fetch(connection, letter_id, lock=True)
    if letter.state is DeadLetterState.REPLAYED:
        return letter
    if letter.state is DeadLetterState.DISCARDED:
        raise DeadLetterSettled(f"dead letter {letter_id} was discarded by {letter.settled_by}")
    handlers = {subscription.consumer: subscription.handle for subscription in subscriptions}
    if letter.consumer not in (OUTBOX, *handlers):
        raise Poison(f"no consumer {letter.consumer} in this service")
    try:
        envelope = Envelope.from_record(letter)
    except ValueError as error:
        raise Poison(f"not an event: {error}") from error
    if letter.consumer == OUTBOX:
        await _send_again(connection, envelope)
        return await _settle(connection, letter_id, DeadLetterState.REPLAYED, decision, tell)
    await handlers[letter.consumer](connection, [envelope])
    mine = (inbox.c.consumer == letter.consumer) & (inbox.c.event_id == letter.event_id)
    await connection.execute(update(inbox).where(mine).values(outcome="applied"))
    return await _settle(connection, letter_id, DeadLetterState.REPLAYED, decision, tell)


async def _send_again(connection: AsyncConnection, envelope: Envelope) -> None:
    try:
        await append(connection, [envelope])
    except RecordTooLarge as error:
        raise Poison(f"still too large: {error}") from error


async def discard_dead_letter(
    connection: AsyncConnection, letter_id: UUID, *, decision: Decision, tell: Tell = tell_nobody
) -> DeadLetter:
    """Settles it without effect. Raises ReasonRequired, NoSuchDeadLetter, or DeadLetterSettled (it was replayed)."""
    if not decision.reason.strip():
        raise ReasonRequired("give the reason for which the message is discarded")
    letter = await _fetch(connection, letter_id, lock=True)
    if letter.state is DeadLetterState.REPLAYED:
        raise DeadLetterSettled(f"dead letter {letter_id} was replayed by {letter.settled_by}")
    if letter.state is DeadLetterState.DISCARDED:
        return letter
    return await _settle(connection, letter_id, DeadLetterState.DISCARDED, decision, tell)


async def letters_after(
    connection: AsyncConnection, council_id: str | None, *, after: UUID | None, limit: int
) -> list[LetterNews]:
    """Locks and returns what is published of the next dead letters by id: of one council, or of all."""
    query = narrowed(select(dead_letter), {dead_letter.c.council_id: council_id})
    rows = await locked_page(connection, query, dead_letter.c.id, after, limit)
    return [_news(_read(row)) for row in rows]


async def _fetch(connection: AsyncConnection, letter_id: UUID, *, lock: bool) -> DeadLetter:
    query = select(dead_letter).where(dead_letter.c.id == letter_id)
    if lock:
        query = query.with_for_update()
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NoSuchDeadLetter(f"no dead letter {letter_id}")
    return _read(row)


async def _settle(
    connection: AsyncConnection, letter_id: UUID, state: DeadLetterState, decision: Decision, tell: Tell
) -> DeadLetter:
    settled = (
        update(dead_letter)
        .where(dead_letter.c.id == letter_id)
        .values(state=state.value, settled_at=decision.at, settled_by=decision.actor, settled_reason=decision.reason or None)
        .returning(dead_letter)
    )
    letter = _read((await connection.execute(settled)).one())
    await append(connection, list(filter(None, [tell(_news(letter))])))
    return letter


def _news(letter: DeadLetter) -> LetterNews:
    about = (letter.id, letter.consumer, letter.event_type or "", letter.council_id)
    return LetterNews(*about, letter.reason, letter.dead_at, letter.settled_at)


def _read(row: Row[Any]) -> DeadLetter:
    columns = dict(row._mapping)
    columns["headers"] = unpack_headers(columns["headers"])
    columns["state"] = DeadLetterState(columns["state"])
    return DeadLetter(**columns)
