"""The profile of a consortium: what it declares in addition to every supplier's profile. Data only."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from services.suppliers.contract import Capability, SupplierProfile


class ConsortiumProfile(SupplierProfile):
    """A regional consortium that is reached over HTTPS and delivers through its central stock unit."""

    kind: Literal["consortium"] = Field(default="consortium", description="Always `consortium`")
    base_url: str = Field(description="Root of the consortium's API; `/v1/orders` and the other paths are added to it")
    token_url: str = Field(description="OAuth2 token endpoint, asked with the client credentials grant (RFC 6749, 4.4)")
    ca_file: Path | None = Field(
        default=None,
        description="PEM file of the only authority whose certificates are accepted; the system's authorities where absent",
    )
    connect_seconds: float = Field(
        default=5.0, gt=0, description="Limit for opening a connection, in seconds; past it the message was certainly not sent"
    )
    answer_seconds: float = Field(
        default=20.0,
        gt=0,
        description="Limit for each wait on an open connection, in seconds; past it the outcome is unknown. "
        "A request with its answer may take this and `connect_seconds` together",
    )
    largest_answer: int = Field(
        default=4 * 1024 * 1024,
        gt=0,
        description="Bytes; of a larger answer, or of a compressed one, only the beginning is kept, quarantined",
    )

    @field_validator("base_url", "token_url")
    @classmethod
    def _over_tls(cls, url: str) -> str:
        if not url.startswith("https://"):
            raise ValueError("must begin with https://")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _hub_is_known(self) -> Self:
        if Capability.DELIVERS_TO_HUB in self.capabilities and not self.hub_code:
            raise ValueError("a supplier that delivers to a hub needs hub_code")
        return self
