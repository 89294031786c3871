"""Reads and writes baselines and what was promised against them. Nothing of either is ever changed. Scoped by council."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.baselines import Baseline
from services.evidence.domain.promises import Per, Promise
from services.evidence.store.own_tables import baseline, promise
from shared.db.paging import newest_first

Place = tuple[datetime, UUID] | None
_BASELINE = [baseline.c[field.name] for field in fields(Baseline)]
_PROMISE = [promise.c[field.name] for field in fields(Promise)]


async def keep_baseline(connection: AsyncConnection, frozen: Baseline, figures: str) -> bool:
    """Writes a baseline down. Returns whether it did: not where the council has one of this name."""
    values = {**asdict(frozen), "currencies": list(frozen.currencies), "figures": figures}
    kept = insert(baseline).values(**values).on_conflict_do_nothing(constraint="baseline_name").returning(baseline.c.baseline_id)
    return (await connection.execute(kept)).first() is not None


async def find_baseline(connection: AsyncConnection, council: str, baseline_id: UUID) -> tuple[Baseline, str] | None:
    """Returns a baseline and the text of its figures, or None."""
    c = baseline.c
    query: Select[Any] = select(*_BASELINE, c.figures).where(c.council == council, c.baseline_id == baseline_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else (_baseline(row), row.figures)


async def list_baselines(connection: AsyncConnection, council: str, *, after: Place, limit: int) -> Sequence[Baseline]:
    """Lists a council's baselines, the last frozen first; `after` is where the page before ended."""
    c = baseline.c
    query: Select[Any] = select(*_BASELINE).where(c.council == council)
    rows = await connection.execute(newest_first(query, (c.frozen_at, c.baseline_id), after=after, limit=limit))
    return [_baseline(row) for row in rows]


async def keep_promise(connection: AsyncConnection, made: Promise) -> None:
    """Writes a promise down."""
    await connection.execute(insert(promise).values(**{**asdict(made), "per": made.per.value}))


async def find_promise(connection: AsyncConnection, council: str, promise_id: UUID) -> Promise | None:
    """Returns a promise, or None."""
    query: Select[Any] = select(*_PROMISE).where(promise.c.council == council, promise.c.promise_id == promise_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _promise(row)


async def list_promises(connection: AsyncConnection, council: str, *, after: Place, limit: int) -> Sequence[Promise]:
    """Lists what a council was promised, the last recorded first; `after` is where the page before ended."""
    c = promise.c
    query: Select[Any] = select(*_PROMISE).where(c.council == council)
    rows = await connection.execute(newest_first(query, (c.recorded_at, c.promise_id), after=after, limit=limit))
    return [_promise(row) for row in rows]


def _baseline(row: Row[Any]) -> Baseline:
    values = {column.name: row._mapping[column.name] for column in _BASELINE}
    return Baseline(**{**values, "currencies": tuple(row.currencies)})


def _promise(row: Row[Any]) -> Promise:
    return Promise(**{**row._mapping, "per": Per(row.per)})
