"""Answers what still ties a council to a supplier. The software counts; whether the council has left, a person decides."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.departures import Departure, departure_of
from services.evidence.store import departures
from shared.clock import Clock
from shared.errors import DomainError, Kind


async def read_departure(connection: AsyncConnection, council: str, supplier_id: str, clock: Clock) -> Departure:
    """Returns what still ties a council to a supplier. Raises DomainError (404) for one that it never had to do with."""
    if not await departures.is_known(connection, council, supplier_id):
        text = f"Evidence knows no copy, rule, invoice or reconciliation of your council with a supplier {supplier_id!r}."
        raise DomainError("no-such-supplier", f"{text} See `GET /v1/suppliers` of orders for its id.", Kind.NOT_FOUND)
    return departure_of(council, supplier_id, await departures.counted(connection, council, supplier_id, clock))
