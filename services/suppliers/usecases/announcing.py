"""The exchange says that it is there, so that councils can name its supplier in sourcing rules."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers import outgoing
from services.suppliers.exchange import Exchange
from shared.bus import publish


async def announce(connection: AsyncConnection, exchange: Exchange) -> None:
    """Publishes that the supplier has an exchange. It is repeated at every start, so that nobody need have kept the first."""
    event = outgoing.supplier_announced(
        exchange.profile,
        takes_cancellations=exchange.canceller is not None,
        takes_route_changes=exchange.rerouter is not None,
        takes_offer_answers=exchange.offer_answerer is not None,
        takes_enquiries=exchange.enquirer is not None,
        now=exchange.clock.now(),
    )
    await publish(connection, [event], exchange.clock)
