"""Records of ordered books below their council's minimum, on the cards of suppliers."""

from __future__ import annotations

from datetime import timedelta

from services.dashboard.domain.troubles import LATELY
from shared.clock import ManualClock
from tests.services.dashboard.facts import HARBOUR, LATER, NORFOLK, SUFFOLK, judged
from tests.services.dashboard.seeing import needs, seen
from tests.services.hearing import Hearing


async def below(dashboard: Hearing, council: str | None = None) -> dict[str, int]:
    return {card.supplier_id: card.records.below for card in (await seen(dashboard, council)).suppliers}


async def test_a_card_counts_the_suppliers_records_below_a_minimum(dashboard: Hearing) -> None:
    await dashboard.hears(judged(), judged(council=NORFOLK))
    assert await below(dashboard) == {HARBOUR: 2}
    assert await below(dashboard, SUFFOLK) == {HARBOUR: 1}
    assert needs(await seen(dashboard)) == {}


async def test_a_record_that_passes_since_then_is_not_counted(dashboard: Hearing) -> None:
    await dashboard.hears(judged())
    await dashboard.hears(judged(passes=True, version=2, at=LATER))
    await dashboard.hears(judged())
    assert await below(dashboard) == {}


async def test_a_record_is_counted_for_two_weeks(dashboard: Hearing, clock: ManualClock) -> None:
    await dashboard.hears(judged(at=clock.now() - LATELY + timedelta(minutes=1)))
    assert await below(dashboard) == {HARBOUR: 1}
    clock.advance(timedelta(minutes=1))
    assert await below(dashboard) == {}
