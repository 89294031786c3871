"""Reports to staff that the supplier does not take our credentials: as a quarantined message, once a day."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import CredentialsRefused, RawMessage
from services.suppliers.domain.messages import CREDENTIALS_REFUSED
from services.suppliers.exchange import Exchange
from services.suppliers.usecases import intake


async def report_refusal(connection: AsyncConnection, exchange: Exchange, refusal: CredentialsRefused, *, doing: str) -> None:
    """Keeps a report that names the supplier, what was tried and what to do; the same report only once a day."""
    text = (
        f"{exchange.profile.name} does not take our credentials ({doing}): {refusal}. Ask the supplier for valid ones, put them "
        f"into the secrets file and start this exchange again; what waits then goes on by itself. "
        f"Reported on {exchange.clock.today()}."
    )
    await intake.keep_report(connection, exchange, RawMessage("credentials", text.encode(), CREDENTIALS_REFUSED))
