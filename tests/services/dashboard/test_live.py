"""Pages are told at once that something changed."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.pages.live import Changes
from tests.services.dashboard.facts import quarantined
from tests.services.hearing import Hearing
from tests.waiting import eventually


async def test_a_page_that_listens_is_told_of_each_change_once_it_is_committed(engine: AsyncEngine, dashboard: Hearing) -> None:
    changes = Changes(engine)
    listening = asyncio.create_task(changes.run())
    told: list[str | None] = []

    async def listen() -> None:
        async for event in changes.told("o.perez"):
            told.append(event.event)  # noqa: PERF401 - a list made at the end would show nothing

    page = asyncio.create_task(listen())
    await eventually(lambda: told == ["ready", "changed"])
    await dashboard.hears(quarantined())
    await eventually(lambda: told == ["ready", "changed", "changed"])
    for task in (page, listening):
        task.cancel()
    await asyncio.wait((page, listening))
    assert [health.detail for health in changes.health()] == [""]


async def test_one_person_cannot_take_the_places_of_all_others(engine: AsyncEngine) -> None:
    changes = Changes(engine)
    pages = [changes.told("o.perez") for _ in range(25)]
    for page in pages:
        await anext(page)
    assert changes.is_full("o.perez")
    assert not changes.is_full("j.archer")
    await pages[0].aclose()  # type: ignore[attr-defined]  # a generator
    assert not changes.is_full("o.perez")
