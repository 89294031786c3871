"""Settings of the dashboard: those of every process, and where it reaches the services that its pages ask."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, Json

from shared.settings import ServiceSettings


class DashboardSettings(ServiceSettings):
    """Environment of one process of the dashboard. A page whose service has no address here says so."""

    service_urls: Json[Mapping[str, str]] = Field(
        default={},
        validate_default=False,
        description="Base URLs under which the dashboard itself reaches the services, as the person at a page: a JSON object "
        "from name (orders, catalogue, delivery, evidence, lms) to URL",
    )
    exchange_urls: Json[Mapping[str, str]] = Field(
        default={},
        validate_default=False,
        description="Base URLs under which the dashboard itself reaches the exchanges: a JSON object from supplier id to URL",
    )
