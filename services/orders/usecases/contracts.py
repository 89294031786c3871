"""Reads what the orders of a day need to know of contracts that end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store import suppliers
from shared.sourcing.contract_end_store import in_force
from shared.sourcing.contract_ends import Contracts


async def contracts_on(connection: AsyncConnection, councils: Collection[str], on: date) -> Mapping[str, Contracts]:
    """Returns the contract ends in force by council, and how late what is ordered on a day would arrive."""
    ends = await in_force(connection, councils)
    days = await suppliers.usual_days(connection) if ends else {}
    return {council: Contracts(on, ends[council], days) for council in councils}
