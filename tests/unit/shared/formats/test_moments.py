"""Dates and times in the spellings that senders use, and by format code and length."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats.moments import coded_moment, day_of, moment_of, names_zone, with_century

PATTERNS = {
    "101": "%y%m%d",
    "102": "%Y%m%d",
    "201": "%y%m%d%H%M",
    "202": "%y%m%d%H%M%S",
    "203": "%Y%m%d%H%M",
    "204": "%Y%m%d%H%M%S",
}
LENGTHS = {6: "101", 8: "102", 10: "201", 12: "203", 14: "204"}
EVERY_MONTH = [datetime(2026 + month % 3, month, day, 17, 45, 9, tzinfo=UTC) for month in range(1, 13) for day in (1, 9, 12, 28)]


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


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "20261301", "2026-1124", "2026-11-24T25:00", "2026-11-24T09:30+99:00", "٢٠٢٦١١٢٤"),
        *("010831", "2608311200", "1899-12-31", "0108-03-01"),
    ],
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert moment_of(text) is None


@given(st.text(max_size=30))
def test_no_text_makes_it_raise(text: str) -> None:
    moment_of(text)


@given(st.text(max_size=30), st.sampled_from([*PATTERNS, "", "610", "718"]))
def test_no_digits_make_it_raise(text: str, code: str) -> None:
    assert coded_moment(text, code).moment is None or text


@given(st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 30)), st.integers(-1439, 1439))  # noqa: DTZ001
def test_iso_is_read_as_python_writes_it(moment: datetime, offset: int) -> None:
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset)))

    assert moment_of(moment.isoformat()) == moment
    assert names_zone(moment.isoformat())
    assert not names_zone(moment.replace(tzinfo=None).isoformat())


@pytest.mark.parametrize("written", PATTERNS)
@pytest.mark.parametrize("code", ["", *PATTERNS])
def test_digits_mean_the_same_under_every_code_in_every_month(code: str, written: str) -> None:  # case B1
    for moment in EVERY_MONTH:
        digits = moment.strftime(PATTERNS[written])
        expected = datetime.strptime(digits, PATTERNS[written]).replace(tzinfo=UTC)
        read = coded_moment(digits, code)

        if written == (code or "102"):
            assert (read.moment, read.doubt) == (expected, "")
        elif LENGTHS[len(digits)] == written and code != "202":
            assert read.moment == expected
            assert repr(digits) in read.doubt
        assert read.moment is None or 2000 < read.moment.year < 2032 or read.doubt


@pytest.mark.parametrize(
    ("digits", "code", "day"),
    [
        ("010831", "102", date(2001, 8, 31)),
        ("20261130", "203", date(2026, 11, 30)),
        ("260831", "203", date(2026, 8, 31)),
        ("260831", "", date(2026, 8, 31)),
        ("2608311200", "", date(2026, 8, 31)),
        ("2608311200", "203", date(2026, 8, 31)),
        ("991231", "101", date(1999, 12, 31)),
        ("202701", "610", date(2027, 1, 1)),
        ("2701", "609", date(2027, 1, 1)),
        ("2026-11-24", "102", date(2026, 11, 24)),
    ],
)
def test_the_length_decides_where_it_is_not_the_codes(digits: str, code: str, day: date) -> None:
    moment = coded_moment(digits, code).moment

    assert moment is not None
    assert moment.date() == day


@pytest.mark.parametrize(
    ("digits", "code"),
    [
        *[("202701", "102"), ("20270115", "610"), ("00000000", "102"), ("01083103", "102"), ("18991231", "102")],
        *[("2026W10", "718"), ("20260231", "102"), ("2026", "102"), ("", "102"), ("٢٠٢٦١١٢٤", "102"), ("202611242500", "203")],
    ],
)
def test_what_is_no_date_says_why(digits: str, code: str) -> None:
    read = coded_moment(digits, code)

    assert read.moment is None
    assert code in read.doubt


@pytest.mark.parametrize(("day", "whole"), [("261124", "20261124"), ("800101", "19800101"), ("20261124", "20261124"), ("", "")])
def test_a_day_of_six_digits_gets_its_century(day: str, whole: str) -> None:
    assert with_century(day) == whole
