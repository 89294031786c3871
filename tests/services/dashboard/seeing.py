"""What the overview shows after events, and what is on a page."""

from typing import Any

from lxml import html

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


def elements(page: str) -> Any:
    """A page as its elements, which lxml's annotations do not know well enough to ask."""
    return html.fromstring(page)


def text_of(page: str, place: str) -> str:
    """The text of the element with this id, white space once."""
    return " ".join(elements(page).get_element_by_id(place).text_content().split())
