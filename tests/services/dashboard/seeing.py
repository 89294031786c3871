"""What the overview shows after events."""

from services.dashboard.domain.needs import Overview
from services.dashboard.usecases.overview import read_overview
from tests.services.hearing import Hearing


async def seen(dashboard: Hearing, council: str | None = None) -> Overview:
    """The overview now."""
    async with dashboard.engine.connect() as connection:
        return await read_overview(connection, council, dashboard.clock)


def needs(overview: Overview) -> dict[str, int]:
    """What needs a person, and how many."""
    return {need.kind: need.count for need in overview.needs}
