"""Records that were received of late, and requests that were saved, on the cards of suppliers."""

from __future__ import annotations

from services.dashboard.domain.figures import RecordFigures
from services.dashboard.domain.troubles import LATELY
from shared.clock import ManualClock
from tests.services.dashboard.facts import HARBOUR, NORFOLK, SUFFOLK, duplication
from tests.services.dashboard.seeing import needs, seen
from tests.services.hearing import Hearing


async def figures(dashboard: Hearing, council: str | None = None) -> dict[str, RecordFigures]:
    return {card.supplier_id: card.records for card in (await seen(dashboard, council)).suppliers}


async def test_a_council_sees_its_own_counts_and_operations_staff_those_of_all_together(dashboard: Hearing) -> None:
    await dashboard.hears(duplication(), duplication(NORFOLK, received=3), duplication(None, received=9))
    assert await figures(dashboard, SUFFOLK) == {HARBOUR: RecordFigures(0, 5, 1, 1, 2)}
    assert await figures(dashboard) == {HARBOUR: RecordFigures(0, 9, 1, 1, 2)}
    assert needs(await seen(dashboard)) == {}, "nothing here needs a person"


async def test_later_counts_of_a_day_take_the_place_of_earlier_ones(dashboard: Hearing) -> None:
    await dashboard.hears(duplication(received=7, version=2))
    await dashboard.hears(duplication(received=5, version=1))
    assert (await figures(dashboard, SUFFOLK))[HARBOUR].received == 7


async def test_days_of_two_weeks_are_added_up(dashboard: Hearing, clock: ManualClock) -> None:
    today = clock.now().date()
    await dashboard.hears(duplication(day=today), duplication(day=today - LATELY), duplication(day=today - LATELY / 2))
    assert (await figures(dashboard, SUFFOLK))[HARBOUR].received == 10
