"""Notes switches of all strands from their owners' events. Events may arrive early, late or twice."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.switches import Switch
from services.evidence.store import switches
from services.evidence.usecases.noting import council_of
from shared.contracts.switches import SwitchChanged
from shared.messaging.envelope import Envelope
from shared.sourcing.rules import Strand

_STRANDS = {"orders": Strand.ORDERING, "catalogue": Strand.CATALOGUE, "delivery": Strand.DELIVERY}
# Only a switch of deliveries has one.
_NO_ROUTE = {"route": None}


async def switch_changed(connection: AsyncConnection, event: SwitchChanged, _: Envelope) -> None:
    """A council planned a switch of a strand, or the switch came to another state."""
    stated = event.model_dump(include={field.name for field in fields(Switch)})
    of = {"strand": _STRANDS[event.owner], "council": council_of(event)}
    await switches.keep_switch(connection, Switch(**{**_NO_ROUTE, **stated, **of}))
