"""Days in requests are written days, and no numbers."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.days import Day

DAYS: TypeAdapter[date] = TypeAdapter(Day)


def test_a_written_day_is_taken() -> None:
    assert DAYS.validate_python("2026-11-30") == DAYS.validate_python(date(2026, 11, 30)) == date(2026, 11, 30)


@pytest.mark.parametrize(
    "sent", [0, 1.5, True, "0", "20261130", "2026-11-31", "2026-11-30T00:00:00Z", "", None, "\uff12026-11-30"]
)
def test_what_pydantic_would_take_for_another_day_is_refused(sent: object) -> None:
    with pytest.raises(ValidationError):
        DAYS.validate_python(sent)
