"""Answers what was done twice: titles that were ordered again, and books that were catalogued again."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked, check_period
from services.evidence.domain.duplication import Duplication, savings_of, together
from services.evidence.store import cataloguing_twice, cost_models, ordering_twice
from services.evidence.usecases.costing import council_gaps
from shared.clock import Clock


async def read_duplication(connection: AsyncConnection, asked: Asked, clock: Clock, zone: str) -> Duplication:
    """Returns what a council, or each of them, did twice in a period, whatever else narrows the question.

    Raises DomainError (422) for a period that is none or too long.
    """
    check_period(asked.first, asked.last)
    again = await ordering_twice.ordered_again(connection, asked, clock)
    catalogued = await cataloguing_twice.catalogued(connection, asked, clock, zone)
    models = await cost_models.models_of(connection, asked.council)
    councils = sorted({council for (council, _), each in catalogued.items() if each.further})
    return Duplication(
        again=[*again, together(again)],
        recorded=await cataloguing_twice.recorded(connection, asked),
        savings=list(savings_of(catalogued, models)),
        gaps=list(council_gaps(asked, councils, models)),
    )
