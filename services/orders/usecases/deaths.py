"""A council declares that a supplier answers no more. It is a switch whose copies wait for no answer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.planning import AskedDeath
from services.orders.store import suppliers
from services.orders.usecases.planning import SWITCHES, Previewed, preview_switch
from shared.clock import Clock
from shared.errors import DomainError, Fault, Kind, no_such
from shared.sourcing.switches.life import Planned, plan


@dataclass(frozen=True, slots=True)
class DeclareDead:
    """A person's declaration about a supplier. `confirm` is the supplier's name in the person's own words."""

    council: str
    supplier_id: str
    confirm: str
    to_supplier: str | None
    reason: str


async def preview_death(connection: AsyncConnection, wanted: DeclareDead, clock: Clock) -> Previewed:
    """Returns what the declaration would do. Writes nothing. Raises DomainError where it would be refused."""
    asked = await _confirmed(connection, wanted, clock)
    return await preview_switch(connection, asked, asked.planned(wanted.council, "", clock.now()), clock)


async def declare_dead(
    connection: AsyncConnection, wanted: DeclareDead, clock: Clock, *, idempotency_key: str, by: str
) -> Planned:
    """Keeps the declaration as a switch that begins today. The same request again gets the same switch.

    Raises DomainError: no such supplier (404), and what `plan` raises.
    """
    asked = await _confirmed(connection, wanted, clock)
    return await plan(connection, SWITCHES, asked, asked.planned(wanted.council, by, clock.now()), idempotency_key, clock)


async def _confirmed(connection: AsyncConnection, wanted: DeclareDead, clock: Clock) -> AskedDeath:
    names = {row.supplier_id: row.name for row in await suppliers.list_suppliers(connection)}
    name = names.get(wanted.supplier_id)
    if name is None:
        raise no_such("supplier")
    if wanted.confirm != name:
        text = f"This frees all copies that {wanted.supplier_id} owes, without asking it. To confirm, send its name: {name!r}."
        raise DomainError("not-confirmed", text, Kind.INVALID, [Fault("/confirm", "not-confirmed", text)])
    return AskedDeath.of(wanted.supplier_id, wanted.to_supplier, wanted.reason, clock.today())
