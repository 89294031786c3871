"""Finds files of mailboxes by id, content or state, and lists them by filters."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Row, and_, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.mailbox_messages import Change, Direction, MailboxMessage, State, no_such_message
from services.lms.store.post_tables import post, post_change
from shared.db.paging import in_order, locked_page, narrowed, newest_first

_C = post.c
SUMMARY = tuple(_C[field.name] for field in fields(MailboxMessage))


def _is_in(*states: State) -> ColumnElement[bool]:
    """Returns whether a file is in one of these states, which are in the statement's text.

    PostgreSQL uses the index of what waits only where it sees the states when it plans.
    """
    return _C.state.in_(bindparam("states", [str(state) for state in states], expanding=True, literal_execute=True, unique=True))


_ON_OFFER = and_(_is_in(State.READY, State.TAKEN), literal_column("direction = 'out'", Boolean()))
# States in which a file waits for something: ours to do, the order book's, a person's, or the LMS's.
WAITS = (State.RECEIVED, State.ASKED, State.CUT_OFF, State.READY, State.FAILED, State.REFUSED, State.PARTLY_TAKEN)


def to_message(row: Row[Any]) -> MailboxMessage:
    """Makes a file of a row of `SUMMARY`."""
    values = dict(row._mapping)
    values |= {"direction": Direction(values["direction"]), "state": State(values["state"])}
    values |= {"findings": tuple(values["findings"]), "order_numbers": tuple(values["order_numbers"])}
    return MailboxMessage(**values)


async def find(connection: AsyncConnection, message_id: UUID) -> MailboxMessage:
    """Returns a file. Raises DomainError (404) where there is none."""
    row = (await connection.execute(select(*SUMMARY).where(_C.message_id == message_id))).one_or_none()
    if row is None:
        raise no_such_message(message_id)
    return to_message(row)


async def lock(connection: AsyncConnection, message_id: UUID) -> MailboxMessage:
    """Returns a file that nobody else changes in this transaction. Raises DomainError (404) where there is none."""
    query = select(*SUMMARY).where(_C.message_id == message_id).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise no_such_message(message_id)
    return to_message(row)


async def bytes_of(connection: AsyncConnection, message_id: UUID) -> bytes:
    """Returns the bytes of a file as they were exchanged. Raises DomainError (404) where there is none."""
    found = (await connection.execute(select(_C.raw).where(_C.message_id == message_id))).scalar_one_or_none()
    if found is None:
        raise no_such_message(message_id)
    return bytes(found)


async def history(connection: AsyncConnection, message_id: UUID) -> list[Change]:
    """Returns every move of a file, first to last."""
    c = post_change.c
    rows = await connection.execute(select(post_change).where(c.message_id == message_id).order_by(c.id))
    return [Change(State(row.from_state), State(row.to_state), row.changed_at, row.actor, row.reason) for row in rows]


async def same_content(connection: AsyncConnection, of: MailboxMessage) -> UUID | None:
    """Returns the first file that was put into the mailbox earlier with the same bytes, and of which nothing was refused."""
    query = select(_C.message_id).where(_is_same(of), _C.state.in_([State.RECEIVED, State.ASKED, State.TAKEN, State.TEST]))
    return (await connection.execute(query.order_by(_C.seq).limit(1))).scalar_one_or_none()


def _is_same(of: MailboxMessage) -> ColumnElement[bool]:
    same = and_(_C.mailbox_id == of.mailbox_id, _C.digest == of.digest, _C.direction == Direction.IN)
    return and_(same, _C.seq < of.seq)


async def refused_before(connection: AsyncConnection, again: MailboxMessage) -> list[MailboxMessage]:
    """Returns the earlier files with the same bytes that were refused, wholly or in part; locked."""
    query = select(*SUMMARY).where(_is_same(again), _is_in(State.REFUSED, State.PARTLY_TAKEN))
    return [to_message(row) for row in await connection.execute(query.order_by(_C.seq).with_for_update())]


async def cut_off_before(connection: AsyncConnection, whole: MailboxMessage) -> list[MailboxMessage]:
    """Returns the files of the same name that were cut off before this one arrived whole; locked."""
    query = select(*SUMMARY).where(
        _C.mailbox_id == whole.mailbox_id,
        _C.folder == whole.folder,
        _C.name == whole.name,
        _is_in(State.CUT_OFF),
        _C.seq < whole.seq,
    )
    return [to_message(row) for row in await connection.execute(query.order_by(_C.seq).with_for_update())]


async def answers_to(connection: AsyncConnection, message_id: UUID) -> list[MailboxMessage]:
    """Returns the files that answer a file, first to last."""
    rows = await connection.execute(select(*SUMMARY).where(_C.answers == message_id).order_by(_C.seq))
    return [to_message(row) for row in rows]


async def offered(connection: AsyncConnection, mailbox_id: str, *, ready: int, taken: int) -> list[MailboxMessage]:
    """Returns the files out that the LMS may fetch, the oldest first: `ready` not fetched yet, and the newest `taken` fetched.

    However many it has fetched over the years, none hides one that it has not.
    """
    unread = await waiting_files(connection, mailbox_id, [State.READY], limit=ready)
    # By an expression, so that the index of what is on offer is read, and not that of all files in their order.
    newest = (_C.seq + 0).desc()
    query = select(*SUMMARY).where(_C.mailbox_id == mailbox_id, _ON_OFFER, _C.state == State.TAKEN).order_by(newest)
    fetched = [to_message(row) for row in await connection.execute(query.limit(taken))]
    return sorted([*unread, *fetched], key=lambda file: file.seq)


async def waiting_files(
    connection: AsyncConnection, mailbox_id: str, states: Collection[State], *, limit: int, due_at: datetime | None = None
) -> list[MailboxMessage]:
    """Returns the files of a mailbox in some states, the oldest first; with `due_at`, without those that are tried later."""
    query = select(*SUMMARY).where(_C.mailbox_id == mailbox_id, _is_in(*states))
    if due_at is not None:
        query = query.where(func.coalesce(_C.next_attempt_at, due_at) <= due_at)
    return [to_message(row) for row in await connection.execute(in_order(query, (_C.seq,), after=None, limit=limit))]


@dataclass(frozen=True, slots=True)
class Load:
    """How many files, and bytes of them, wait in a mailbox to be read."""

    waiting: int
    waiting_bytes: int


async def load_of(connection: AsyncConnection, mailbox_id: str) -> Load:
    """Returns how much waits in a mailbox to be read."""
    query = select(func.count(), func.coalesce(func.sum(_C.size), 0)).where(_C.mailbox_id == mailbox_id, _is_in(State.RECEIVED))
    row = (await connection.execute(query)).one()
    return Load(*(int(number) for number in row))


@dataclass(frozen=True, slots=True)
class Work:
    """The next file of a mailbox that is to be worked on."""

    mailbox_id: str
    message_id: UUID


async def next_work(connection: AsyncConnection, now: datetime, *, limit: int) -> list[Work]:
    """Returns the oldest file of each mailbox that is to be read, those first that wait longest.

    A file that waits for its next attempt holds up those of its mailbox, so that their order is kept.
    """
    first = (
        select(_C.mailbox_id, _C.message_id, _C.seq, _C.next_attempt_at)
        .where(_is_in(State.RECEIVED))
        .ext(distinct_on(_C.mailbox_id))
        .order_by(_C.mailbox_id, _C.seq)
        .subquery()
    )
    due = func.coalesce(first.c.next_attempt_at, now) <= now
    query = select(first.c.mailbox_id, first.c.message_id).where(due).order_by(first.c.seq).limit(limit)
    return [Work(*row) for row in await connection.execute(query)]


async def cut_off_due(connection: AsyncConnection, now: datetime) -> list[MailboxMessage]:
    """Returns the files that were cut off and have not followed whole in time, of which nobody was told; locked."""
    query = select(*SUMMARY).where(_is_in(State.CUT_OFF), _C.next_attempt_at <= now).order_by(_C.seq)
    return [to_message(row) for row in await connection.execute(query.limit(100).with_for_update(skip_locked=True))]


async def count_not_fetched(connection: AsyncConnection, before: datetime) -> int:
    """Returns how many files have waited for their LMS since before a moment."""
    query = select(func.count()).where(_is_in(State.READY), _C.moved_at < before)
    return int((await connection.execute(query)).scalar_one())


async def held_after(
    connection: AsyncConnection, council: str | None, since: datetime | None, *, after: int | None, limit: int
) -> list[MailboxMessage]:
    """Returns the next files of which it was published that they wait for a person, in the order in which they were kept.

    Nobody changes them until the transaction ends.
    """
    query = narrowed(select(*SUMMARY).where(_C.held), {_C.council: council})
    if since is not None:
        query = query.where(_C.moved_at >= since)
    return [to_message(row) for row in await locked_page(connection, query, _C.seq, after, limit)]


async def councils(connection: AsyncConnection) -> set[str]:
    """Returns the councils that have files."""
    return set((await connection.execute(select(_C.council).distinct())).scalars())


async def files_in_state(connection: AsyncConnection) -> Mapping[tuple[str, State], tuple[int, datetime]]:
    """Returns how many files wait in each mailbox and state, and since when the oldest does."""
    query = (
        select(_C.mailbox_id, _C.state, func.count().label("number"), func.min(_C.moved_at).label("since"))
        .where(_is_in(*WAITS))
        .group_by(_C.mailbox_id, _C.state)
    )
    rows = await connection.execute(query)
    return {(row.mailbox_id, State(row.state)): (row.number, row.since) for row in rows}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which files a list contains; a field that is None does not narrow it. `name` is a part of the file's name."""

    council: str | None = None
    mailbox_id: str | None = None
    direction: Direction | None = None
    state: State | None = None
    kind: str | None = None
    order_number: str | None = None
    name: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None


async def page(connection: AsyncConnection, wanted: Filter, *, after: tuple[int] | None, limit: int) -> Sequence[MailboxMessage]:
    """Lists files, the newest first; `after` is the `seq` of the last one of the page before."""
    equal = {_C[name]: getattr(wanted, name) for name in ("council", "mailbox_id", "direction", "state", "kind")}
    query = narrowed(select(*SUMMARY).where(*_conditions(wanted)), equal)
    return [to_message(row) for row in await connection.execute(newest_first(query, (_C.seq,), after=after, limit=limit))]


def _conditions(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.order_number is not None:
        yield _C.order_numbers.contains([wanted.order_number])
    if wanted.name is not None:
        yield _C.name.icontains(wanted.name, autoescape=True)
    if wanted.created_from is not None:
        yield _C.created_at >= wanted.created_from
    if wanted.created_before is not None:
        yield _C.created_at < wanted.created_before
