"""Settings of the dashboard: those of every process, and the addresses that its page links to."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, Json

from shared.settings import ServiceSettings
from shared.sourcing.rules import Strand


class DashboardSettings(ServiceSettings):
    """Environment of one process of the dashboard. Without these addresses its pages neither link to others nor ask them."""

    orders_url: str = Field(default="", description="Base URL under which staff reach the order book")
    lms_url: str = Field(default="", description="Base URL under which staff reach lms, for files of library systems")
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
    strand_urls: Json[Mapping[Strand, str]] = Field(
        default={},
        validate_default=False,
        description="Base URLs under which the dashboard itself reaches the services of the strands, for changes of rules and "
        "switches: a JSON object from strand (ordering, catalogue, delivery) to URL",
    )
