"""Completes questions about copies: a switch has its own council, scope and periods."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked, Wanted, asked_of, asked_of_switch
from services.evidence.store import switches
from shared.clock import Clock
from shared.errors import DomainError, Fault, Kind


async def completed(connection: AsyncConnection, wanted: Wanted, clock: Clock) -> Asked:
    """Returns the whole question. Raises DomainError: 404 for a switch that is not known, 409 and 422 as `domain.asking`."""
    if wanted.switch_id is None:
        return asked_of(wanted)
    found = await switches.find_switch(connection, wanted.switch_id, wanted.council)
    if found is None:
        text = (
            f"Evidence knows no switch {wanted.switch_id} of your council. See `GET /v1/switches` of the strand's service; one "
            "from before it published them is known once its state is published again."
        )
        raise DomainError("no-such-switch", text, Kind.NOT_FOUND, [Fault("/query/switch_id", "no-such-switch", text)])
    return asked_of_switch(wanted, found, clock.today())
