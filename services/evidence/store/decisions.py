"""Reads and writes what people decided, each with the figures that were kept with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.decisions import Decision, Subject, Topic
from services.evidence.store.own_tables import decision
from services.evidence.store.scope import is_in_trial
from services.evidence.store.tables import copy
from shared.db.paging import in_order, narrowed, newest_first

_STATED = [decision.c[field.name] for field in fields(Decision)]


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """Which decisions a list contains; a field that is None does not narrow it."""

    council: str
    about: Subject | None = None
    name: str | None = None


async def keep_decision(connection: AsyncConnection, decided: Decision, figures: str) -> None:
    """Writes a decision down with the figures of its moment; earlier ones stay."""
    await connection.execute(insert(decision).values(**{**asdict(decided), "about": decided.about.value}, figures=figures))


async def decisions_about(connection: AsyncConnection, council: str | None, topics: Sequence[Topic]) -> list[Decision]:
    """Returns what was decided about any of these, by a council or by all for None, in the order in which it was recorded."""
    c = decision.c
    if not topics:
        return []
    wanted = or_(*((c.about == topic.about.value) & (c.name == topic.name) for topic in topics))
    query: Select[Any] = narrowed(select(*_STATED).where(wanted), {c.council: council})
    found = await connection.execute(in_order(query, (c.recorded_at, c.decision_id), after=None, limit=None))
    return [_decision(row) for row in found]


async def list_decisions(
    connection: AsyncConnection, wanted: DecisionFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Decision]:
    """Lists a council's decisions, the last recorded first; `after` is where the page before ended."""
    c = decision.c
    query: Select[Any] = narrowed(select(*_STATED), {c.council: wanted.council, c.about: wanted.about, c.name: wanted.name})
    rows = await connection.execute(newest_first(query, (c.recorded_at, c.decision_id), after=after, limit=limit))
    return [_decision(row) for row in rows]


async def find_decision(connection: AsyncConnection, council: str, decision_id: UUID) -> tuple[Decision, str] | None:
    """Returns a decision of a council and the figures that were kept with it, or None."""
    c = decision.c
    query: Select[Any] = select(*_STATED, c.figures).where(c.council == council, c.decision_id == decision_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (_decision(row), row.figures)


async def is_trial(connection: AsyncConnection, council: str, trial: str) -> bool:
    """Returns whether copies of the council were ever ordered in the trial."""
    c = copy.c
    query = select(c.copy_id).where(c.council == council, is_in_trial(trial)).limit(1)
    return (await connection.execute(query)).first() is not None


def _decision(row: Row[Any]) -> Decision:
    values = {column.name: row._mapping[column.name] for column in _STATED}
    return Decision(**{**values, "about": Subject(values["about"])})
