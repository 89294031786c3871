"""Settings of evidence: those of every process, and where it reaches the services whose facts an evidence pack has."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, Json

from shared.settings import ServiceSettings


class EvidenceSettings(ServiceSettings):
    """Environment of one process of evidence. Without these addresses no pack can be made, and everything else works."""

    orders_url: str = Field(default="", description="Base URL under which evidence itself reaches the order book")
    delivery_url: str = Field(default="", description="Base URL under which evidence itself reaches delivery")
    exchange_urls: Json[Mapping[str, str]] = Field(
        default={},
        validate_default=False,
        description="Base URLs under which evidence itself reaches the exchanges: a JSON object from supplier id to URL",
    )
