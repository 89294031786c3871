"""Counts of suppliers' records for their cards. `council` none: all councils together."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.figures import RecordFigures
from services.dashboard.domain.troubles import LATELY
from services.dashboard.store.given import COUNCIL, given_council
from services.dashboard.store.scope import of_council
from services.dashboard.store.tables import ALL_COUNCILS, BELOW, duplication, judgement

_COUNTS = ("received", "repeated", "already_held", "requests_saved")


async def record_figures(connection: AsyncConnection, council: str | None, now: datetime) -> dict[str, RecordFigures]:
    """Returns, per supplier, what happened LATELY: records received, below a council's minimum, and cataloguing saved."""
    since = now - LATELY
    figures: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in await connection.execute(_fallen(council is not None), {"council": council, "since": since}):
        figures[row.supplier_id]["below"] = row.below
    whose = {"council": ALL_COUNCILS if council is None else council, "day": since.date()}
    for row in await connection.execute(_counted(), whose):
        figures[row.supplier_id] |= {name: int(getattr(row, name)) for name in _COUNTS}
    return {supplier_id: RecordFigures(**counts) for supplier_id, counts in figures.items()}


@cache
def _fallen(of_one: bool) -> Select[Any]:
    c = judgement.c
    lately = BELOW, c.judged_at > bindparam("since"), of_council(judgement, given_council(of_one))
    return select(c.supplier_id, func.count().label("below")).where(*lately).group_by(c.supplier_id)


@cache
def _counted() -> Select[Any]:
    c = duplication.c
    sums = (func.sum(c[name]).label(name) for name in _COUNTS)
    return select(c.supplier_id, *sums).where(c.council == COUNCIL, c.day > bindparam("day")).group_by(c.supplier_id)
