"""Days in requests, as RFC 3339 writes them: `2026-11-30`. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated

from pydantic import BeforeValidator

_FORM = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _written(value: object) -> object:
    """Refuses numbers, also those in texts: pydantic takes them for seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and _FORM.fullmatch(value)):
        return value
    raise ValueError("write a day such as 2026-11-30")


# A day that somebody sends.
Day = Annotated[date, BeforeValidator(_written)]


def day_after(day: date) -> date:
    """Returns the next day, before which all of this day is; the last day that there is for itself."""
    return min(day, date.max - timedelta(days=1)) + timedelta(days=1)
