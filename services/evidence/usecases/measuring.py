"""Answers how well copies were supplied: measures of each group, and differences between arms or the sides of a switch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked, By, check_period
from services.evidence.domain.measures import (
    AFTER_LESS_BEFORE,
    PILOT_LESS_CONTROL,
    Difference,
    Measures,
    Tally,
    differences_of,
    group_of,
)
from services.evidence.store import measuring
from services.evidence.usecases import comparing
from shared.clock import Clock
from shared.contracts.trials import Arm


async def read_measures(connection: AsyncConnection, asked: Asked, clock: Clock, zone: str) -> Measures:
    """Returns the measures of copies placed in a period. Raises DomainError (422) for a period that is none or too long."""
    check_period(asked.first, asked.last)
    if asked.switch is None:
        found = await measuring.tallies(connection, asked, clock, zone)
        differences = list(_of_arms(found)) if asked.by is By.ARM else []
    else:
        found = await comparing.tallies(connection, asked, asked.switch, clock, zone)
        differences = list(_of_sides(found))
    groups = [group_of(key, tally) for key, tally in found.items()]
    rest = await measuring.unattributed(connection, asked, clock)
    return Measures(groups, differences, [each for each in rest if comparing.concerns(asked.switch, each.supplier_id)])


def _of_arms(found: Mapping[str, Tally]) -> Iterator[Difference]:
    for key, pilot in found.items():
        trial, _, arm = key.rpartition("/")
        control = found.get(f"{trial}/{Arm.CONTROL.value}")
        if arm == Arm.PILOT.value and control is not None:
            for measured in differences_of(pilot, control):
                yield Difference(trial, PILOT_LESS_CONTROL, measured)


def _of_sides(found: Mapping[str, Tally]) -> Iterator[Difference]:
    sides = {key.partition(":")[0]: tally for key, tally in found.items()}
    if "after" in sides and "before" in sides:
        for measured in differences_of(sides["after"], sides["before"]):
            yield Difference(None, AFTER_LESS_BEFORE, measured)
