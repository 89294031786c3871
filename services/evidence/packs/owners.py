"""The services whose facts a pack has, each asked as the person who asks for the pack. Knows their addresses, and no table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

from shared.errors import DomainError, Kind
from shared.http.calls import Api, Session


class Owner(StrEnum):
    """A service that owns facts of a pack."""

    ORDERS = "orders"
    DELIVERY = "delivery"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class Owners:
    """The APIs of order book and delivery, None where no address is set, and of each supplier's exchange."""

    orders: Api | None
    delivery: Api | None
    exchanges: Mapping[str, Api]

    def of(self, supplier_id: str) -> Mapping[Owner, Api]:
        """Returns the API of each owner for a supplier. Raises DomainError (503) where an address is not set."""
        apis = {
            Owner.ORDERS: self.orders,
            Owner.DELIVERY: self.delivery,
            Owner.EXCHANGE: self.exchanges.get(supplier_id),
        }
        missing = [owner.value for owner, api in apis.items() if api is None]
        if missing:
            detail = (
                f"No pack can be made: evidence has no address of {', '.join(missing)} for the supplier {supplier_id!r}. "
                "Ask the people who run Stockbridge to set ORDERS_URL, DELIVERY_URL and EXCHANGE_URLS of evidence."
            )
            raise DomainError("owner-without-address", detail, Kind.UNAVAILABLE)
        return {owner: api for owner, api in apis.items() if api is not None}


@asynccontextmanager
async def opened(apis: Mapping[Owner, Api], token: str) -> AsyncIterator[Mapping[Owner, Session]]:
    """Yields the owners for many questions with one token."""
    async with AsyncExitStack() as stack:
        yield {owner: await stack.enter_async_context(api.session(token)) for owner, api in apis.items()}
