"""Answers a question about copies: measures, handling, costs, or the whole report, each with what people decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked
from services.evidence.domain.costs import Costs
from services.evidence.domain.decisions import Decision
from services.evidence.domain.measures import Measures
from services.evidence.domain.report import Report
from services.evidence.schemas.asking import Selection
from services.evidence.schemas.costs import CostsView, costs_view
from services.evidence.schemas.handling import HandlingView, handling_view
from services.evidence.schemas.measures import MeasuresView, measures_view
from services.evidence.usecases.asking import completed
from services.evidence.usecases.costing import read_costs
from services.evidence.usecases.deciding import decisions_on
from services.evidence.usecases.duplicating import read_duplication
from services.evidence.usecases.handling import read_handling
from services.evidence.usecases.measuring import read_measures
from shared.clock import Clock


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers questions as of its clock. `zone` is the name of the councils' time zone."""

    clock: Clock
    zone: str

    async def asked(self, connection: AsyncConnection, question: Selection, council: str | None) -> Asked:
        """Returns the whole question of a council, or of staff of all councils for None. Raises DomainError as `completed`."""
        return await completed(connection, question.wanted(council), self.clock)

    async def measures(self, connection: AsyncConnection, asked: Asked) -> MeasuresView:
        """Returns the measures."""
        found = await read_measures(connection, asked, self.clock, self.zone)
        return measures_view(asked, found, self.clock.now(), await self._decided(connection, asked, found))

    async def costs(self, connection: AsyncConnection, asked: Asked) -> CostsView:
        """Returns the costs."""
        found = await read_costs(connection, asked, self.clock, self.zone)
        return costs_view(asked, found, self.clock.now(), await self._decided(connection, asked, found))

    async def handling(self, connection: AsyncConnection, asked: Asked) -> HandlingView:
        """Returns how copies travelled."""
        found = await read_handling(connection, asked, self.clock, self.zone)
        return handling_view(asked, found, self.clock.now(), await self._decided(connection, asked))

    async def report(self, connection: AsyncConnection, asked: Asked) -> Report:
        """Returns all of these, and what was done twice."""
        measures = await read_measures(connection, asked, self.clock, self.zone)
        costs = await read_costs(connection, asked, self.clock, self.zone)
        return Report(
            asked=asked,
            measures=measures,
            handling=await read_handling(connection, asked, self.clock, self.zone),
            costs=costs,
            duplication=await read_duplication(connection, asked, self.clock, self.zone),
            now=self.clock.now(),
            decisions=await self._decided(connection, asked, measures, costs),
        )

    async def _decided(self, connection: AsyncConnection, asked: Asked, *found: Measures | Costs) -> Sequence[Decision]:
        return await decisions_on(connection, asked, (group.key for each in found for group in each.groups))
