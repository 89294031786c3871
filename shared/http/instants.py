"""Bounds of filters by time: a day, `2026-11-30`, or a moment, `2026-11-30T09:30:00Z`. Must not know any list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field, TypeAdapter

from shared.clock import Clock

# As RFC 3339 writes them: looser forms, such as seconds since 1970, mean other things than they seem to. Years that no order can
# be of are refused, because the first and last ones have moments that no database stores.
_FORM = re.compile(r"(?:19|2\d)\d\d-\d\d-\d\d(T.+)?", re.ASCII)
_MOMENT: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)
_HOW = (
    "send a day such as 2026-11-30, or a moment with its offset such as 2026-11-30T09:30:00Z; in a URL, the + of an offset is %2B"
)


def _day_or_moment(value: object) -> object:
    """Returns a text as what its form says it is: midnight in UTC would be taken for a day otherwise."""
    if not isinstance(value, str):
        return value
    try:
        form = _FORM.fullmatch(value)
        if form is None:
            raise ValueError(_HOW)
        return date.fromisoformat(value) if form[1] is None else _MOMENT.validate_python(value)
    except ValueError as error:
        raise ValueError(_HOW) from error


# A day of the council, or a moment with its offset from UTC.
DayOrMoment = Annotated[date | AwareDatetime, BeforeValidator(_day_or_moment), Field(examples=["2026-11-30"])]


def moment_of(bound: date | datetime, clock: Clock) -> datetime:
    """Returns the moment that a bound names: that at which the day begins for the council, for a day."""
    return bound if isinstance(bound, datetime) else clock.start_of(bound)


def bounds_of(filters: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """Returns filters in which each bound that is given, `..._from` or `..._before`, is a moment."""
    return {
        name: moment_of(value, clock) if name.endswith(("_from", "_before")) and isinstance(value, date) else value
        for name, value in filters.items()
    }
