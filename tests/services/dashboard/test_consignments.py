"""Consignments that are overdue: which copies a place still waits for."""

from datetime import timedelta

from sqlalchemy import text

from shared.clock import ManualClock
from shared.contracts.base import Place
from shared.contracts.delivery import DiscrepancyKind
from shared.contracts.orders import CopyState
from tests.services.dashboard.facts import FIRST, SECOND, consignment, discrepancy, placed, progressed, received
from tests.services.dashboard.seeing import needs, seen
from tests.services.hearing import Hearing, number, on_day


async def test_a_consignment_is_late_the_day_after_it_was_due_until_all_is_scanned(
    dashboard: Hearing, clock: ManualClock
) -> None:
    await dashboard.hears(placed(), version=1)
    await dashboard.hears(progressed(CopyState.DESPATCHED, at=on_day(3)), version=2)
    await dashboard.hears(consignment(FIRST, SECOND))
    clock.advance(timedelta(days=2))
    assert needs(await seen(dashboard)) == {}
    clock.advance(timedelta(days=1))
    await dashboard.hears(received(FIRST))
    overview = await seen(dashboard)
    assert needs(overview) == {"late": 1}
    late = overview.troubles.late[0]
    assert (late.place_name, late.copies, late.still_to_come) == ("Stock unit", 2, 1)
    await dashboard.hears(received(SECOND))
    assert needs(await seen(dashboard)) == {}


async def _despatched(dashboard: Hearing, clock: ManualClock) -> None:
    """Both copies are on the way, and it is two days after they were due."""
    await dashboard.hears(placed(), version=1)
    await dashboard.hears(progressed(CopyState.DESPATCHED, at=on_day(3)), version=2)
    clock.advance(timedelta(days=4))


async def test_a_copy_that_a_place_reported_short_is_no_longer_awaited_there(dashboard: Hearing, clock: ManualClock) -> None:
    await _despatched(dashboard, clock)
    await dashboard.hears(consignment(FIRST, SECOND), received(SECOND), discrepancy(DiscrepancyKind.SHORT, FIRST))
    assert "late" not in needs(await seen(dashboard))


async def test_copies_that_are_expected_elsewhere_since_their_branch_closed_are_awaited_there_alone(
    dashboard: Hearing, clock: ManualClock
) -> None:
    await _despatched(dashboard, clock)
    await dashboard.hears(consignment(FIRST, SECOND))
    elsewhere = {"consignment_id": number(501), "place": Place(code="BURY", name="Bury Library"), "instead_of": number(500)}
    await dashboard.hears(consignment(FIRST).model_copy(update=elsewhere))
    late = (await seen(dashboard)).troubles.late
    assert sorted((one.place, one.copies) for one in late) == [("BURY", 1), ("HUB", 1)]
    await dashboard.hears(consignment(SECOND).model_copy(update=elsewhere))
    late = (await seen(dashboard)).troubles.late
    assert [(one.place, one.copies) for one in late] == [("BURY", 2)]


async def test_a_consignment_without_a_day_is_never_late_until_it_gets_one(dashboard: Hearing, clock: ManualClock) -> None:
    await _despatched(dashboard, clock)
    await dashboard.hears(consignment(FIRST, expected_on=None))
    assert needs(await seen(dashboard)) == {}
    await dashboard.hears(consignment(FIRST))
    assert needs(await seen(dashboard)) == {"late": 1}


async def test_what_a_release_that_dates_no_copies_wrote_can_be_late(dashboard: Hearing, clock: ManualClock) -> None:
    await _despatched(dashboard, clock)
    await dashboard.hears(consignment())
    async with dashboard.engine.begin() as connection:
        names = {"consignment_id": consignment().consignment_id, "copy_id": FIRST}
        await connection.execute(
            text("INSERT INTO consigned_copy (consignment_id, copy_id, received) VALUES (:consignment_id, :copy_id, false)"),
            names,
        )
    assert needs(await seen(dashboard)) == {"late": 1}
