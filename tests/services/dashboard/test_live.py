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
        async for event in changes.told():
            told.append(event.event)  # noqa: PERF401 - a list made at the end would show nothing

    page = asyncio.create_task(listen())
    await eventually(lambda: told == ["ready", "changed"])
    await dashboard.hears(quarantined())
    await eventually(lambda: told == ["ready", "changed", "changed"])
    for task in (page, listening):
        task.cancel()
    await asyncio.wait((page, listening))
    assert [health.detail for health in changes.health()] == [""]
