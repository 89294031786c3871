"""Keeps what people do about things that wait. A thing is named by its kind and its id within the kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.handling import Handled, Note, Person
from services.dashboard.domain.work import WorkKind
from services.dashboard.store.own import handling, handling_note
from shared.ids import new_id


async def take(connection: AsyncConnection, kind: WorkKind, item: str, person: Person | None, at: datetime) -> None:
    """Keeps who does something about a thing; None: nobody any more."""
    taken: dict[str, object] = {"taken_by": None, "taken_name": "", "taken_at": None}
    if person is not None:
        taken = {"taken_by": person.subject, "taken_name": person.name, "taken_at": at}
    await _keep(connection, kind, item, taken)


async def snooze(connection: AsyncConnection, kind: WorkKind, item: str, until: date | None) -> None:
    """Keeps until which day a thing is not shown; None: it is shown again."""
    await _keep(connection, kind, item, {"snoozed_until": until})


async def finish(connection: AsyncConnection, kind: WorkKind, item: str, at: datetime) -> None:
    """Keeps that a person dealt with what no service settles."""
    await _keep(connection, kind, item, {"done_at": at})


async def add_note(connection: AsyncConnection, kind: WorkKind, item: str, note: Note, subject: str) -> None:
    """Keeps a note."""
    values = {"note_id": new_id(), "kind": kind.value, "item": item, "written_by": subject}
    told = {"written_at": note.written_at, "name": note.name, "words": note.words}
    await connection.execute(insert(handling_note).values(**values, **told))


async def read(connection: AsyncConnection, kind: WorkKind, item: str) -> Handled:
    """Returns what people did about a thing, with its notes, the oldest first."""
    c, notes = handling.c, handling_note.c
    row = (await connection.execute(select(handling).where(c.kind == kind.value, c.item == item))).mappings().one_or_none()
    written = select(notes.written_at, notes.name, notes.words).where(notes.kind == kind.value, notes.item == item)
    found = [Note(*each) for each in await connection.execute(written.order_by(notes.written_at, notes.note_id))]
    return handled(row, found)


def handled(row: Mapping[str, Any] | None, notes: list[Note] | None = None) -> Handled:
    """Returns what a row of `handling` says; nothing where there is none."""
    if row is None or row["kind"] is None:
        return Handled(notes=notes or [])
    names = ("taken_by", "taken_name", "taken_at", "snoozed_until", "done_at")
    return Handled(**{name: row[name] for name in names}, notes=notes or [])


async def _keep(connection: AsyncConnection, kind: WorkKind, item: str, values: Mapping[str, object]) -> None:
    statement = insert(handling).values(kind=kind.value, item=item, **values)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[handling.c.kind, handling.c.item], set_=dict(values))
    )
