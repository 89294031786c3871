"""How long a supplier was silent, with and without weekends."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.suppliers.contract import Feed
from services.suppliers.domain.feeds import is_quiet, silence

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


def on(day: int, hour: int = 0) -> datetime:
    """An hour of March 2026, whose 2nd is a Monday."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "now", "hours"),
    [
        (on(2, 9), on(2, 17), 8),
        (on(6, 17), on(9, 9), 7 + 9),
        (on(7, 3), on(8, 20), 0),
        (on(7, 3), on(9, 1), 1),
        (on(2), on(16), 2 * 120),
        (on(5), on(20), 2 * 120 + 24),
        (on(3), on(2), 0),
    ],
)
def test_the_hours_of_a_weekend_do_not_count(since: datetime, now: datetime, hours: int) -> None:
    assert silence(since, now, weekends=False) == timedelta(hours=hours)


def test_weekends_are_those_of_utc() -> None:
    tokyo = timezone(timedelta(hours=9))

    assert silence(on(6, 23), datetime(2026, 3, 7, 9, 0, tzinfo=tokyo), weekends=False) == timedelta(hours=1)


@given(first=MOMENTS, second=MOMENTS, third=MOMENTS)
def test_silence_adds_up_and_never_exceeds_the_time_that_passed(first: datetime, second: datetime, third: datetime) -> None:
    first, second, third = sorted((first, second, third))

    whole = silence(first, third, weekends=False)
    assert whole == silence(first, second, weekends=False) + silence(second, third, weekends=False)
    assert timedelta(0) <= whole <= silence(first, third, weekends=True) == third - first


def test_a_feed_is_quiet_only_after_its_usual_pause() -> None:
    feed = Feed(hours=24)

    assert not is_quiet(feed, on(6, 12), on(9, 12))
    assert is_quiet(feed, on(6, 12), on(9, 13))
