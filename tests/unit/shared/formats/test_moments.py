"""Dates and times in the spellings that senders use."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats.moments import day_of, moment_of


@pytest.mark.parametrize(
    "text",
    [
        *("20261124T0930", "202611240930", "2026-11-24T09:30", "2026-11-24 09:30:00", "20261124T093000Z"),
        *("24.11.2026 09:30", "2026-11-24T11:30:00.5+02:00"),
    ],
)
def test_every_spelling_means_the_same_moment(text: str) -> None:
    assert moment_of(text) == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_a_bare_date_is_its_midnight_and_a_day_is_the_senders() -> None:
    assert moment_of("5.2.2026") == datetime(2026, 2, 5, tzinfo=UTC)
    assert day_of("2026-11-24T23:30:00-05:00") == date(2026, 11, 24)


@pytest.mark.parametrize("text", ["", "soon", "20261301", "2026-1124", "2026-11-24T25:00", "2026-11-24T09:30+99:00", "٢٠٢٦١١٢٤"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert moment_of(text) is None


@given(st.text(max_size=30))
def test_no_text_makes_it_raise(text: str) -> None:
    moment_of(text)


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), st.integers(-1439, 1439))  # noqa: DTZ001
def test_iso_is_read_as_python_writes_it(moment: datetime, offset: int) -> None:
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset)))

    assert moment_of(moment.isoformat()) == moment
