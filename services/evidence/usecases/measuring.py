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
from shared.clock import Clock
from shared.contracts.trials import Arm


async def read_measures(connection: AsyncConnection, asked: Asked, clock: Clock, zone: str) -> Measures:
    """Returns the measures of copies placed in a period. Raises DomainError (422) for a period that is none or too long."""
    check_period(asked.first, asked.last)
    found = await measuring.tallies(connection, asked, clock, zone)
    groups = [group_of(key, tally) for key, tally in found.items()]
    rest = await measuring.unattributed(connection, asked, clock)
    concerned = [each for each in rest if asked.switch is None or asked.switch.concerns(each.supplier_id)]
    return Measures(groups, list(_differences(asked, found)), concerned)


def _differences(asked: Asked, found: Mapping[str, Tally]) -> Iterator[Difference]:
    if asked.by is By.ARM:
        yield from _of_arms(found)
    if asked.switch is not None and {asked.switch.sides.after, asked.switch.sides.before} <= found.keys():
        sides = asked.switch.sides
        for measured in differences_of(found[sides.after], found[sides.before]):
            yield Difference(None, AFTER_LESS_BEFORE, measured)


def _of_arms(found: Mapping[str, Tally]) -> Iterator[Difference]:
    for key, pilot in found.items():
        trial, _, arm = key.rpartition("/")
        control = found.get(f"{trial}/{Arm.CONTROL.value}")
        if arm == Arm.PILOT.value and control is not None:
            for measured in differences_of(pilot, control):
                yield Difference(trial, PILOT_LESS_CONTROL, measured)
