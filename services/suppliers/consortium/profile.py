"""The profile of a consortium: what it declares in addition to every supplier's profile. Data only."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from services.suppliers.contract import Capability, HttpsProfile, HttpsUrl, OrderPlaces


class ConsortiumProfile(HttpsProfile):
    """A regional consortium that is reached over HTTPS and delivers through its central stock unit, or where it is told to."""

    kind: Literal["consortium"] = Field(default="consortium", description="Always `consortium`")
    token_url: HttpsUrl = Field(description="OAuth2 token endpoint, asked with the client credentials grant (RFC 6749, 4.4)")

    order_places: OrderPlaces = Field(
        default=OrderPlaces.ONE, description="Its order has one `deliver_to`: an order with more places is sent as several"
    )
    lists_records: bool = Field(
        default=False,
        description="Whether the consortium lists its records by `GET /v1/records?since=`: every `fetch_seconds` it is asked for "
        "those that changed since the last page that was kept, all of them at first. Without it, records arrive by push alone",
    )

    @model_validator(mode="after")
    def _hub_is_known(self) -> Self:
        if Capability.DELIVERS_TO_HUB in self.capabilities and not self.hub_code:
            raise ValueError("a supplier that delivers to a hub needs hub_code")
        return self
