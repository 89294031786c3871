"""Bounds of filters by time are days of the council or moments with an offset, and nothing that only looks like one."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.clock import ManualClock
from shared.http.instants import DayOrMoment, bounds_of

_BOUND: TypeAdapter[Any] = TypeAdapter(DayOrMoment)
_SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-07-01", date(2026, 7, 1)),
        ("2026-07-01T00:00:00Z", datetime(2026, 7, 1, tzinfo=UTC)),
        ("2026-07-01T09:30:00+01:00", datetime(2026, 7, 1, 8, 30, tzinfo=UTC)),
    ],
)
def test_a_bound_is_read_as_the_day_or_the_moment_that_it_is_written_as(written: str, read: date) -> None:
    bound = _BOUND.validate_python(written)
    assert type(bound) is type(read)
    assert bound == read


@pytest.mark.parametrize(
    "written", ["2026-07-01T09:30:00", "2026-07-01T09:30:00 01:00", "2026-02-30", "1782896400", "0001-01-01T00:00:00+14:00", ""]
)
def test_what_is_neither_is_refused_with_both_forms_shown(written: str) -> None:
    with pytest.raises(ValidationError, match=r"2026-11-30, or a moment .* 2026-11-30T09:30:00Z.*%2B"):
        _BOUND.validate_python(written)


def test_a_day_begins_when_it_begins_for_the_council() -> None:
    bounds = bounds_of(
        {"placed_from": date(2026, 7, 1), "placed_before": _SUMMER, "state": "sent", "read_from": None}, ManualClock(_SUMMER)
    )
    assert bounds == {
        "placed_from": datetime(2026, 6, 30, 23, tzinfo=UTC),
        "placed_before": _SUMMER,
        "state": "sent",
        "read_from": None,
    }
