"""Settings of the dashboard: those of every process, and the addresses that its page links to."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, Json

from shared.settings import ServiceSettings


class DashboardSettings(ServiceSettings):
    """Environment of one process of the dashboard. Without these addresses the page has no links to the other services."""

    orders_url: str = Field(default="", description="Base URL under which staff reach the order book")
    supplier_urls: Json[Mapping[str, str]] = Field(
        default={},
        validate_default=False,
        description="Base URLs under which staff reach the exchanges: a JSON object from supplier id to URL",
    )
    exchange_urls: Json[Mapping[str, str]] = Field(
        default={},
        validate_default=False,
        description="Base URLs under which the dashboard itself reaches the exchanges: a JSON object from supplier id to URL",
    )
