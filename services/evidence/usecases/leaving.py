"""Answers what still ties a council to a supplier, and keeps what persons record of its agreement.

The software counts; whether the council has left, a person decides. Each runs in its caller's transaction.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.agreements import Agreement
from services.evidence.domain.days import check_has_come
from services.evidence.domain.departures import Departure, departure_of
from services.evidence.store import agreements, departures
from shared.clock import Clock
from shared.errors import DomainError, Kind


async def read_departure(connection: AsyncConnection, council: str, supplier_id: str, clock: Clock) -> Departure:
    """Returns what still ties a council to a supplier. Raises DomainError (404) for one that it never had to do with."""
    await _check_supplier(connection, council, supplier_id)
    agreed = await agreements.agreements_of(connection, council, supplier_id)
    return departure_of(council, supplier_id, await departures.counted(connection, council, supplier_id, clock), agreed)


async def record_agreement(connection: AsyncConnection, agreed: Agreement, clock: Clock) -> None:
    """Keeps that a supplier agreed to a statement. Raises DomainError: 404 as `read_departure`, 422 for a day to come."""
    check_has_come(agreed.agreed_on, clock.today(), "/agreed_on")
    await _check_supplier(connection, agreed.council, agreed.supplier_id)
    await agreements.keep_agreement(connection, agreed)


async def _check_supplier(connection: AsyncConnection, council: str, supplier_id: str) -> None:
    if not await departures.is_known(connection, council, supplier_id):
        text = f"Evidence knows no copy, rule, invoice or reconciliation of your council with a supplier {supplier_id!r}."
        raise DomainError("no-such-supplier", f"{text} See `GET /v1/suppliers` of orders for its id.", Kind.NOT_FOUND)
