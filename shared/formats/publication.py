"""Reads the day, month or year in which a book is published, in the spellings that records use. Knows no format."""

from __future__ import annotations

import re
from datetime import date

from shared.remembering import remembered

# A time after the day is left out: nobody publishes a book by the hour.
_TIME = r"(?:[T ]\d\d[\d:.]*(?:Z|[+-]\d\d:?(?:\d\d)?)?)?"
_DATE = re.compile(rf"(?P<year>\d{{4}})(?:(?P<dash>-?)(?P<month>\d\d)(?:(?P=dash)(?P<day>\d\d))?)?{_TIME}", re.ASCII)
_PERIOD = re.compile(r"(\d{8})-?\d{8}", re.ASCII)
_FIRST_PRINTED_BOOK, _LAST_YEAR = 1450, 2999


@remembered
def plain_date(text: str) -> str | None:
    """Returns an ISO date, year-month or year, without time; text that is no number, such as `Spring 2027`, unchanged.

    None for a number that is no date. Months and days of 00 are left out; of a period, the first day counts.
    """
    text = text.strip()
    period = _PERIOD.fullmatch(text)
    found = _DATE.fullmatch(period[1] if period else text)
    if found is None:
        return None if text.isdecimal() else text
    parts = [found["year"]]
    for part in (found["month"], found["day"]):
        if part in (None, "00"):
            break
        parts.append(part)
    year, month, day = (int(part) for part in (*parts, "01", "01")[:3])
    try:
        date(year, month, day)
    except ValueError:
        return None
    return "-".join(parts) if _FIRST_PRINTED_BOOK <= year <= _LAST_YEAR else None
