"""Reads and writes what councils state that their own work costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.cost_models import Activity, CostModel, Effort
from services.evidence.store.own_tables import cost_model
from shared.db.locks import lock_names
from shared.db.paging import narrowed


async def lock_day(connection: AsyncConnection, council: str, valid_from: date) -> None:
    """Waits for whoever sets a model of this day, and keeps others waiting until the transaction ends."""
    await lock_names(connection, f"cost-model/{council}/{valid_from}")


async def keep_model(connection: AsyncConnection, model: CostModel) -> None:
    """Writes a model down; it takes the place of an earlier one from the same day."""
    efforts = {
        activity.value: {"minutes": str(each.minutes), "hourly_rate": each.hourly_rate, "borne_by": each.borne_by}
        for activity, each in model.efforts.items()
    }
    row = {
        "council": model.council,
        "valid_from": model.valid_from,
        "valid_to": model.valid_until,
        "currency": model.currency,
        "efforts": efforts,
        "set_by": model.set_by,
        "set_at": model.set_at,
    }
    await connection.execute(insert(cost_model).values(row))


async def models_of(connection: AsyncConnection, council: str | None) -> dict[str, list[CostModel]]:
    """Returns the models of a council, or of every council for None, in order of their first days."""
    c = cost_model.c
    query = narrowed(select(cost_model), {c.council: council}).ext(distinct_on(c.council, c.valid_from))
    found: dict[str, list[CostModel]] = {}
    for row in await connection.execute(query.order_by(c.council, c.valid_from, c.id.desc())):
        found.setdefault(row.council, []).append(_model(row))
    return found


def _model(row: Row[Any]) -> CostModel:
    efforts = {
        Activity(name): Effort(Decimal(each["minutes"]), each["hourly_rate"], each["borne_by"])
        for name, each in row.efforts.items()
    }
    return CostModel(row.council, row.valid_from, row.valid_to, row.currency, efforts, row.set_by, row.set_at)
