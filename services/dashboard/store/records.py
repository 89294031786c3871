"""Counts of suppliers' records for their cards. `council` none: all councils together."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.figures import RecordFigures
from services.dashboard.domain.troubles import LATELY
from services.dashboard.store.scope import of_council
from services.dashboard.store.tables import ALL_COUNCILS, BELOW, duplication, judgement

_COUNTS = ("received", "repeated", "already_held", "requests_saved")


async def record_figures(connection: AsyncConnection, council: str | None, now: datetime) -> dict[str, RecordFigures]:
    """Returns, per supplier, what happened LATELY: records received, below a council's minimum, and cataloguing saved."""
    since = now - LATELY
    fallen = select(judgement.c.supplier_id, func.count().label("below")).where(
        BELOW, judgement.c.judged_at > since, of_council(judgement, council)
    )
    figures: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in await connection.execute(fallen.group_by(judgement.c.supplier_id)):
        figures[row.supplier_id]["below"] = row.below
    mine = duplication.c.council == (ALL_COUNCILS if council is None else council)
    sums = (func.sum(duplication.c[name]).label(name) for name in _COUNTS)
    counted = select(duplication.c.supplier_id, *sums).where(mine, duplication.c.day > since.date())
    for row in await connection.execute(counted.group_by(duplication.c.supplier_id)):
        figures[row.supplier_id] |= {name: int(getattr(row, name)) for name in _COUNTS}
    return {supplier_id: RecordFigures(**counts) for supplier_id, counts in figures.items()}
