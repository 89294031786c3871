"""Reads and writes mailboxes. Who may change one, and when, is decided above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.mailboxes import Credentials, Mailbox, MailboxChange, Place, Quota
from services.lms.store.mailbox_tables import mailbox, mailbox_change
from shared.bus import current_cause
from shared.db.paging import in_order, newest_first

_C = mailbox.c
_OWN = [field.name for field in fields(Mailbox)]
_SELECTED = select(*(_C[name] for name in _OWN))
_ORDER = (_C.created_at, _C.mailbox_id)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a mailbox does: when somebody last logged in, and what went wrong since then, "" for nothing."""

    reached_at: datetime | None
    trouble: str
    trouble_at: datetime | None


async def add_mailbox(connection: AsyncConnection, values: Mapping[str, object]) -> Mailbox:
    """Writes a new mailbox; returns it."""
    rows = await connection.execute(insert(mailbox).values({**values, "version": 1}).returning(*_SELECTED.selected_columns))
    return _mailbox_of(rows.one())


async def names_taken(connection: AsyncConnection, mailbox_id: str, user: str) -> Mapping[str, str]:
    """Returns what of a mailbox's id and the LMS's user is taken: `mailbox_id` or `user` -> by which mailbox of any council."""
    used = (_C.user == user) & _C.place.is_(None) & _C.deleted_at.is_(None)
    rows = await connection.execute(select(_C.mailbox_id, used.label("used")).where((_C.mailbox_id == mailbox_id) | used))
    found: dict[str, str] = {}
    for row in rows:
        found |= {"user": row.mailbox_id} if row.used else {}
        found |= {"mailbox_id": row.mailbox_id} if row.mailbox_id == mailbox_id else {}
    return found


async def count_mailboxes(connection: AsyncConnection, council: str) -> int:
    """Returns how many mailboxes a council has."""
    query = select(func.count()).select_from(mailbox).where(_C.council == council, _C.deleted_at.is_(None))
    return int((await connection.execute(query)).scalar_one())


async def find_mailbox(
    connection: AsyncConnection, mailbox_id: str, council: str | None = None, *, lock: bool = False
) -> Mailbox | None:
    """Returns a mailbox, of one council unless `council` is None; with `lock`, nobody else changes it in this transaction."""
    query: Select[Any] = _SELECTED.where(_C.mailbox_id == mailbox_id, _C.deleted_at.is_(None))
    if council is not None:
        query = query.where(_C.council == council)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else _mailbox_of(row)


async def mailbox_of_user(connection: AsyncConnection, user: str) -> Mailbox | None:
    """Returns the enabled mailbox to which this user of an LMS logs in."""
    query = _SELECTED.where(_C.user == user, _C.place.is_(None), _C.deleted_at.is_(None), _C.enabled)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _mailbox_of(row)


async def mailboxes_to_visit(connection: AsyncConnection) -> Sequence[Mailbox]:
    """Returns the enabled mailboxes of which we are the client."""
    query = _SELECTED.where(_C.place.is_not(None), _C.deleted_at.is_(None), _C.enabled).order_by(_C.number)
    return [_mailbox_of(row) for row in await connection.execute(query)]


async def list_mailboxes(
    connection: AsyncConnection, council: str | None, *, after: tuple[datetime, str] | None, limit: int
) -> Sequence[Mailbox]:
    """Lists mailboxes, of one council unless it is None, the oldest first; `after` is where the page before ended."""
    query: Select[Any] = _SELECTED.where(_C.deleted_at.is_(None))
    if council is not None:
        query = query.where(_C.council == council)
    return [_mailbox_of(row) for row in await connection.execute(in_order(query, _ORDER, after=after, limit=limit))]


async def change_mailbox(connection: AsyncConnection, mailbox_id: str, values: Mapping[str, object]) -> Mailbox:
    """Changes columns of a mailbox, which gets its next version; returns it."""
    changed = update(mailbox).where(_C.mailbox_id == mailbox_id).values({**values, "version": _C.version + 1})
    return _mailbox_of((await connection.execute(changed.returning(*_SELECTED.selected_columns))).one())


async def note_reached(connection: AsyncConnection, mailbox_id: str, at: datetime) -> None:
    """Notes that somebody logged in; whatever was wrong is over."""
    reached = update(mailbox).where(_C.mailbox_id == mailbox_id)
    await connection.execute(reached.values(reached_at=at, trouble="", trouble_at=None))


async def note_trouble(connection: AsyncConnection, mailbox_id: str, trouble: str, at: datetime) -> None:
    """Notes what went wrong with a mailbox."""
    await connection.execute(update(mailbox).where(_C.mailbox_id == mailbox_id).values(trouble=trouble, trouble_at=at))


async def standing_of(connection: AsyncConnection, mailbox_id: str) -> Standing:
    """Returns how a mailbox does, which must exist."""
    row = await connection.execute(select(_C.reached_at, _C.trouble, _C.trouble_at).where(_C.mailbox_id == mailbox_id))
    return Standing(*row.one())


async def add_change(connection: AsyncConnection, mailbox_id: str, at: datetime, what: str, reason: str, actor: str) -> None:
    """Writes down what a person did with a mailbox."""
    values = {"mailbox_id": mailbox_id, "at": at, "what": what, "reason": reason, "actor": actor}
    await connection.execute(insert(mailbox_change).values({**values, "correlation_id": current_cause().correlation_id}))


async def list_changes(
    connection: AsyncConnection, mailbox_id: str, *, after: tuple[int] | None, limit: int
) -> Sequence[MailboxChange]:
    """Lists what people did with a mailbox, the newest first; `after` is where the page before ended."""
    c = mailbox_change.c
    query = select(*(c[field.name] for field in fields(MailboxChange))).where(c.mailbox_id == mailbox_id)
    rows = await connection.execute(newest_first(query, (c.change_id,), after=after, limit=limit))
    return [MailboxChange(*row) for row in rows]


def columns_of(part: Place | Quota | Credentials | None) -> dict[str, object] | None:
    """Returns a part of a mailbox as its column has it."""
    return None if part is None else asdict(part)


def _mailbox_of(row: Row[Any]) -> Mailbox:
    values = dict(row._mapping)
    place, quota, previous = values["place"], values["quota"], values["previous_credentials"]
    read = {
        "place": None if place is None else Place(place["host"], place["port"], tuple(place["host_keys"])),
        "quota": Quota(**quota),
        "credentials": _credentials_of(values["credentials"]),
        "previous_credentials": None if previous is None else _credentials_of(previous),
    }
    return Mailbox(**(values | read))


def _credentials_of(stored: Mapping[str, Any]) -> Credentials:
    return Credentials(tuple(stored["public_keys"]), stored["password"], stored["private_key"])
