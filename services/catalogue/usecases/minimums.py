"""Sets a council's own minimum for records, and finds those that it set. Each runs in its caller's transaction."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue.domain.minimums import SetMinimum, check_minimum, planned
from services.catalogue.domain.scoring import Minimum
from services.catalogue.store import minimums
from shared.clock import Clock


async def set_minimum(
    connection: AsyncConnection, council: str, own: Minimum | None, *, valid_from: date, by: str, clock: Clock
) -> None:
    """Sets a council's minimum from a day on; None returns to the default. The reminders then judge its books again.

    Raises DomainError (422) with every fault of the minimum.
    """
    check_minimum(own, valid_from, clock.today())
    await minimums.keep_minimum(connection, council, own, valid_from=valid_from, by=by, now=clock.now())


async def find_minimums(connection: AsyncConnection, council: str, clock: Clock) -> tuple[SetMinimum, list[SetMinimum]]:
    """Returns the minimum in force of a council, and those that will begin."""
    today = clock.today()
    in_force = await minimums.minimums_in_force(connection, [council], today)
    return in_force[council], planned(await minimums.minimums_after(connection, council, today))
