"""Answers how copies travelled, hub against direct."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked, By, check_period
from services.evidence.domain.handling import Handling, handling_of
from services.evidence.store import handling
from shared.clock import Clock


async def read_handling(connection: AsyncConnection, asked: Asked, clock: Clock, zone: str) -> Handling:
    """Returns days per leg and touches of copies placed in a period, by route, however else the question groups.

    Raises DomainError (422) for a period that is none or too long.
    """
    check_period(asked.first, asked.last)
    return handling_of(await handling.handled(connection, replace(asked, by=By.ROUTE), clock, zone))
