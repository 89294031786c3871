"""Answers how well copies were supplied: measures of each group, and differences between the arms of each trial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked, By, check_period
from services.evidence.domain.measures import Difference, Measures, Tally, differences_of, group_of
from services.evidence.store import measuring
from shared.clock import Clock
from shared.contracts.trials import Arm


async def read_measures(connection: AsyncConnection, asked: Asked, clock: Clock, zone: str) -> Measures:
    """Returns the measures of copies placed in a period. Raises DomainError (422) for a period that is none or too long."""
    check_period(asked.first, asked.last)
    found = await measuring.tallies(connection, asked, clock, zone)
    groups = [group_of(key, tally) for key, tally in found.items()]
    differences = list(_differences(found)) if asked.by is By.ARM else []
    return Measures(groups, differences, await measuring.unattributed(connection, asked, clock))


def _differences(found: Mapping[str, Tally]) -> Iterator[Difference]:
    for key, pilot in found.items():
        trial, _, arm = key.rpartition("/")
        control = found.get(f"{trial}/{Arm.CONTROL.value}")
        if arm == Arm.PILOT.value and control is not None:
            for measured in differences_of(pilot, control):
                yield Difference(trial, measured)
