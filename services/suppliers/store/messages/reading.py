"""Finds messages by id, content or reference, lists them by filters, and makes a `Message` of a row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Uuid, bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import Kind
from services.suppliers.domain.messages import Direction, Message, State, bytes_unreadable, no_such_message, too_large_at_once
from services.suppliers.store.tables import message, message_part, ordered_line
from shared.db.errors import is_damaged
from shared.db.paging import newest_first

SIZE = func.length(message.c.body) + message.c.size_of_parts
SUMMARY = (*(column for column in message.c if column.name not in ("body", "size_of_parts")), SIZE.label("size"))
# Loops ask these for each message, so they are built once.
_OF_ID = select(*SUMMARY).where(message.c.id == bindparam("message_id"))
_LOCKED = _OF_ID.with_for_update()
_BODY = select(message.c.body, message.c.size_of_parts).where(message.c.id == bindparam("message_id"))
_PART = select(message_part.c.body).where(
    message_part.c.message_id == bindparam("message_id"), message_part.c.number == bindparam("part")
)
_SIZES_OF_PARTS = (
    select(message_part.c.number, func.length(message_part.c.body).label("size"))
    .where(message_part.c.message_id == bindparam("message_id"))
    .order_by(message_part.c.number)
)
_SAME_CONTENT = (
    select(message.c.id)
    .where(
        message.c.digest == bindparam("same_digest"),
        message.c.direction == Direction.IN,
        message.c.state.not_in([State.DISCARDED, State.WITHDRAWN]),
        message.c.seq < bindparam("before"),
    )
    .order_by(message.c.seq)
    .limit(1)
)


def to_message(row: Row[tuple[Any, ...]]) -> Message:
    """Makes a message of a row of `SUMMARY`."""
    return Message(
        id=row.id,
        seq=row.seq,
        direction=Direction(row.direction),
        kind=Kind(row.kind),
        state=State(row.state),
        reference=row.reference,
        control_reference=row.control_reference,
        name=row.name,
        content_type=row.content_type,
        sender=row.sender,
        push_id=row.push_id,
        digest=row.digest,
        size=row.size,
        reason=row.reason,
        findings=tuple(row.findings),
        order_ids=tuple(row.order_ids),
        line_keys=tuple(row.line_keys),
        copies={key: tuple(numbers) for key, numbers in (row.copies or {}).items()},
        councils=tuple(row.councils),
        attempts=row.attempts,
        created_at=row.created_at,
        sent_at=row.sent_at,
        next_attempt_at=row.next_attempt_at,
        correlation_id=row.correlation_id,
        version=row.version,
        profile_version=row.profile_version,
        enquiry_id=row.enquiry_id,
        enquiry_attempt=row.enquiry_attempt,
    )


async def token_of(connection: AsyncConnection, message_id: UUID) -> str:
    """Returns the token under which the supplier is asked about an `undecided` message."""
    token: str = (await connection.execute(select(message.c.decision_token).where(message.c.id == message_id))).scalar_one()
    return token


async def first(connection: AsyncConnection, statement: Select[tuple[Any, ...]], **parameters: object) -> Message | None:
    """Returns the first message that a statement over `SUMMARY` finds."""
    row = (await connection.execute(statement, parameters)).first()
    return None if row is None else to_message(row)


_LARGEST_REFERENCE = 2**31 - 1


async def find(connection: AsyncConnection, message_id: UUID) -> Message:
    """Returns the message. Raises DomainError (404) where there is none."""
    found = await first(connection, _OF_ID, message_id=message_id)
    if found is None:
        raise no_such_message(message_id)
    return found


async def lock(connection: AsyncConnection, message_id: UUID) -> Message:
    """Returns the message, locked until the transaction ends. Raises DomainError (404) where there is none."""
    found = await first(connection, _LOCKED, message_id=message_id)
    if found is None:
        raise no_such_message(message_id)
    return found


async def body_of(connection: AsyncConnection, message_id: UUID) -> bytes:
    """Returns the bytes of a message as they were kept, all at once: for what works on whole messages.

    Raises DomainError (413) for a message that was kept in parts.
    """
    row = (await connection.execute(_BODY, {"message_id": message_id})).one()
    if row.size_of_parts:
        raise too_large_at_once(message_id, row.size_of_parts)
    return bytes(row.body)


async def part_of(connection: AsyncConnection, message_id: UUID, number: int) -> bytes:
    """Returns a part of a message's bytes, counted from 0; empty behind the last one. A small message has one part."""
    found = (await connection.execute(_PART, {"message_id": message_id, "part": number})).scalar_one_or_none()
    if found is None and number == 0:
        found = (await connection.execute(_BODY, {"message_id": message_id})).one().body
    return bytes(found or b"")


class KeptBytes(NamedTuple):
    """The bytes of a message as they are kept now: the first part, the numbers of those that follow, and the size of all."""

    first: bytes
    following: Sequence[int]
    size: int


async def kept_bytes(connection: AsyncConnection, message_id: UUID) -> KeptBytes:
    """Returns what is kept of a message's bytes, also where parts are lost: the digest says whether that is all.

    Raises DomainError (404) where the database cannot read the first part.
    """
    try:
        sizes = {row.number: row.size for row in await connection.execute(_SIZES_OF_PARTS, {"message_id": message_id})}
        numbers = list(sizes) or [0]
        first = await part_of(connection, message_id, numbers[0])
    except DBAPIError as error:
        if is_damaged(error):
            raise bytes_unreadable(message_id) from error
        raise
    return KeptBytes(first, numbers[1:], sum(sizes.values()) if sizes else len(first))


async def sent_under(connection: AsyncConnection, references: Collection[int]) -> list[Message]:
    """Returns the messages of ours with these references."""
    given = [reference for reference in references if 0 < reference <= _LARGEST_REFERENCE]
    statement = select(*SUMMARY).where(message.c.reference.in_(given)).order_by(message.c.reference)
    return [to_message(row) for row in await connection.execute(statement)]


async def same_content(connection: AsyncConnection, of: Message) -> UUID | None:
    """Returns the first inbound message kept earlier with the same bytes. One that was discarded or refused does not count."""
    parameters = {"same_digest": of.digest, "before": of.seq}
    found: UUID | None = (await connection.execute(_SAME_CONTENT, parameters)).scalar_one_or_none()
    return found


async def same_reference(connection: AsyncConnection, of: Message, *, sender: str, control_reference: str) -> bool:
    """Whether another inbound message has the same sender and reference but other content."""
    statement = select(message.c.id).where(
        message.c.id != of.id,
        message.c.direction == Direction.IN,
        message.c.sender == sender,
        message.c.control_reference == control_reference,
        message.c.digest != of.digest,
    )
    return (await connection.execute(statement.limit(1))).first() is not None


async def last_inbound_at(connection: AsyncConnection) -> datetime | None:
    """Returns when the newest inbound message was kept."""
    inbound = message.c.direction == Direction.IN
    statement = select(message.c.created_at).where(inbound).order_by(message.c.seq.desc()).limit(1)
    found: datetime | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


@dataclass(frozen=True, slots=True)
class Filter:
    """Filters of a list of messages. `council` limits it to messages that touch that council's orders.

    Names and reasons contain their texts, in upper or lower case. All others match exactly.
    """

    state: State | None = None
    kind: Kind | None = None
    direction: Direction | None = None
    order_id: UUID | None = None
    order_number: str | None = None
    line_key: str | None = None
    reference: int | None = None
    control_reference: str | None = None
    supplier_reference: str | None = None
    name_contains: str | None = None
    reason_contains: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    council: str | None = None


async def page(connection: AsyncConnection, narrowed: Filter, *, after: tuple[int] | None, limit: int) -> list[Message]:
    """Returns the newest messages that pass the filter, after the `seq` of the last row on the previous page."""
    statement = newest_first(select(*SUMMARY).where(*_conditions(narrowed)), (message.c.seq,), after=after, limit=limit)
    return [to_message(row) for row in await connection.execute(statement)]


def _conditions(narrowed: Filter) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (message.c.state, narrowed.state),
        (message.c.kind, narrowed.kind),
        (message.c.direction, narrowed.direction),
        (message.c.reference, narrowed.reference),
        (message.c.control_reference, narrowed.control_reference),
    ):
        if value is not None:
            yield column == value
    if narrowed.council is not None and (narrowed.name_contains is not None or narrowed.reason_contains is not None):
        # A council is not shown the name and the reason of a message that concerns others, too.
        yield message.c.councils == [narrowed.council]
    if narrowed.name_contains is not None:
        yield message.c.name.icontains(narrowed.name_contains, autoescape=True)
    if narrowed.reason_contains is not None:
        yield message.c.reason.icontains(narrowed.reason_contains, autoescape=True)
    if narrowed.created_from is not None:
        yield message.c.created_at >= narrowed.created_from
    if narrowed.created_before is not None:
        yield message.c.created_at < narrowed.created_before
    if narrowed.council is not None:
        yield message.c.councils.contains([narrowed.council])
    yield from _touching(narrowed)


def _touching(narrowed: Filter) -> Iterator[ColumnElement[bool]]:
    """Conditions for messages that touch an order or a line. They use the order's id, which is indexed.

    A council finds a message by its own orders and lines only.
    """
    for column, value in (
        (ordered_line.c.order_id, narrowed.order_id),
        (ordered_line.c.order_number, narrowed.order_number),
        (ordered_line.c.supplier_reference, narrowed.supplier_reference),
        (ordered_line.c.line_key, narrowed.line_key),
    ):
        if value is not None:
            touched = func.array_agg(ordered_line.c.order_id.distinct(), type_=ARRAY(Uuid))
            own = [] if narrowed.council is None else [ordered_line.c.council == narrowed.council]
            orders = select(touched).where(column == value, *own).scalar_subquery()
            yield message.c.order_ids.overlap(func.coalesce(orders, literal([], ARRAY(Uuid))))
    if narrowed.line_key is not None:
        yield message.c.line_keys.contains([narrowed.line_key])
