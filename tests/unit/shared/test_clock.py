"""Time, and the day that it is for a council."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.clock import ManualClock


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 7, 1, 22, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 12, 1, 23, 30, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_a_day_is_the_councils_and_not_that_of_utc(moment: datetime, day: date) -> None:  # case B7
    clock = ManualClock(moment)
    assert (clock.today(), clock.day_of(moment)) == (day, day)
    assert clock.now() == moment


def test_the_zone_is_a_setting() -> None:
    clock = ManualClock(datetime(2026, 7, 1, 12, tzinfo=UTC), ZoneInfo("Pacific/Auckland"))
    assert clock.today() == date(2026, 7, 2)
    clock.advance(timedelta(hours=-1))
    assert clock.today() == date(2026, 7, 1)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 7, 1), date(2026, 10, 25), date(2026, 12, 1)])
def test_a_day_begins_at_the_councils_midnight(day: date) -> None:
    clock = ManualClock(datetime(2026, 7, 1, 12, tzinfo=UTC))
    begin = clock.start_of(day)
    assert (clock.day_of(begin), clock.day_of(begin - timedelta(seconds=1))) == (day, day - timedelta(days=1))
