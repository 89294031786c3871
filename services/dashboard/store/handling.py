"""Keeps what people do about things that wait. A thing is named by its kind and its id within the kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.handling import Note
from services.dashboard.domain.visitors import Visitor
from services.dashboard.domain.work import WorkItem
from services.dashboard.store.own_tables import handling, handling_note
from shared.ids import new_id


async def take(connection: AsyncConnection, work: WorkItem, person: Visitor | None, at: datetime) -> None:
    """Keeps who does something about a thing; None: nobody any more."""
    taken: dict[str, object] = {"taken_by": None, "taken_name": "", "taken_at": None}
    if person is not None:
        taken = {"taken_by": person.subject, "taken_name": person.name, "taken_at": at}
    await _keep(connection, work, taken)


async def snooze(connection: AsyncConnection, work: WorkItem, until: date | None) -> None:
    """Keeps until which day a thing is not shown; None: it is shown again."""
    await _keep(connection, work, {"snoozed_until": until})


async def finish(connection: AsyncConnection, work: WorkItem, at: datetime) -> None:
    """Keeps that a person dealt with what no service settles."""
    await _keep(connection, work, {"done_at": at})


async def add_note(connection: AsyncConnection, work: WorkItem, person: Visitor, at: datetime, words: str) -> None:
    """Keeps a note of a person about a thing."""
    named = {"note_id": new_id(), "kind": work.kind.value, "item": work.item, "written_at": at}
    told = {"written_by": person.subject, "name": person.name, "words": words, "council": person.council}
    await connection.execute(insert(handling_note).values(**named, **told))


async def notes_of(connection: AsyncConnection, work: WorkItem, council: str | None) -> list[Note]:
    """Returns the notes about a thing, the oldest first: a council's own, and those of staff of all councils, who see all."""
    c = handling_note.c
    query = select(c.written_at, c.name, c.words).where(c.kind == work.kind.value, c.item == work.item)
    if council is not None:
        query = query.where(or_(c.council.is_(None), c.council == council))
    return [Note(*row) for row in await connection.execute(query.order_by(c.written_at, c.note_id))]


async def _keep(connection: AsyncConnection, work: WorkItem, values: Mapping[str, object]) -> None:
    statement = insert(handling).values(kind=work.kind.value, item=work.item, **values)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[handling.c.kind, handling.c.item], set_=dict(values))
    )
