"""Decides what a date or time is, for every format: by its format code and length, or by its spelling.

Knows no message format. A time without a zone is read as UTC, because the messages name none. A year before 1900 is never a
date: nothing in the trade is as old, so its digits were meant otherwise. Whether a date is too far ahead depends on the day on
which the message arrived, which no format knows: `services/suppliers/domain/reading.py` decides that for all formats at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from shared.remembering import remembered

EARLIEST_YEAR = 1900

_YEAR_FIRST = r"(?P<year>\d{4})(?P<dash>-?)(?P<month>\d\d)(?P=dash)(?P<day>\d\d)"
_DAY_FIRST = r"(?P<day2>\d\d?)\.(?P<month2>\d\d?)\.(?P<year2>\d{4})"
_TIME = r"(?:[T ]?(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?)?"
_ZONE = r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?"
_MOMENT = re.compile(f"(?:{_YEAR_FIRST}|{_DAY_FIRST})" + _TIME + _ZONE, re.ASCII)

_FIRST_OF_LAST_CENTURY = "80"
_MARKS = re.compile(r"(?<=\d)[-T:](?=\d)")
_DAYS = {
    "101": "YYMMDD",
    "102": "CCYYMMDD",
    "201": "YYMMDDHHMM",
    "202": "YYMMDDHHMMSS",
    "203": "CCYYMMDDHHMM",
    "204": "CCYYMMDDHHMMSS",
}
_MONTHS = {"609": "YYMM", "610": "CCYYMM"}
"""UN/EDIFACT 2379: code -> digits."""
_USUAL = "102"
_BY_LENGTH = {len(_DAYS[code]): _DAYS[code] for code in ("101", "102", "201", "203", "204")}
"""The digits meant when their number is not the one that the code names. No other reading of as many digits is in use."""


@dataclass(frozen=True, slots=True)
class Coded:
    """What the digits under a format code mean: midnight for a day, its first day for a month, None for no date.

    `doubt` says what was assumed, or why there is no date; it is "" for a day that is written as its code says.
    """

    moment: datetime | None
    doubt: str = ""


def coded_moment(text: str, code: str) -> Coded:
    """Reads the digits of a date under a code of UN/EDIFACT 2379, 102 where there is none; hyphens, colons and T are passed over.

    Where the number of digits is not the code's, it decides instead of the code, and the doubt says so.
    """
    code = code.strip() or _USUAL
    shape = _DAYS.get(code) or _MONTHS.get(code)
    if shape is None:
        return Coded(None, f"{text!r} is in format {code!r}, which is not read")
    digits = _MARKS.sub("", text.strip())
    written = shape if len(digits) == len(shape) or code in _MONTHS else _BY_LENGTH.get(len(digits), shape)
    moment = _filled(digits, written)
    if moment is None:
        return Coded(None, f"{text!r} is not a date in format {code} ({shape})")
    if written != shape:
        return Coded(moment, f"{text!r} is not as long as format {code} ({shape}); it was read as {written}: {moment:%Y-%m-%d}")
    return Coded(moment, f"{text!r} names a month only; its first day is used" if code in _MONTHS else "")


def with_century(day: str) -> str:
    """Returns a day of six digits (YYMMDD) with its century; any other text unchanged."""
    return _century_of(day) + day if len(day) == len(_DAYS["101"]) else day


def _century_of(digits: str) -> str:
    """Returns the century of digits that begin with a year of two: years from 80 on are 19xx."""
    return "19" if digits >= _FIRST_OF_LAST_CENTURY else "20"


def moment_of(text: str) -> datetime | None:
    """Reads `20250205T1730`, `2025-02-05T17:30:00+02:00`, `05.02.2025` and similar spellings; None for anything else.

    A date alone is read as its midnight. Fractions of a second are dropped.
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(found[name] or found[f"{name}2"]) for name in ("year", "month", "day"))
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    return _moment(year, month, day, hour, minute, second, zone=found["zone"])


def names_zone(text: str) -> bool:
    """Returns whether the text is a moment that names its zone."""
    found = _MOMENT.fullmatch(text.strip())
    return found is not None and found["zone"] is not None


@remembered
def day_of(text: str) -> date | None:
    """Reads the day as written, in the sender's own zone; None for anything that `moment_of` cannot read."""
    moment = moment_of(text)
    return moment.date() if moment is not None else None


def _filled(digits: str, shape: str) -> datetime | None:
    if len(digits) != len(shape) or not (digits.isascii() and digits.isdigit()):
        return None
    if shape.startswith("YY"):
        digits = _century_of(digits) + digits
    month, day = digits[4:6], digits[6:8] or "01"
    hour, minute, second = (int(digits[start : start + 2] or 0) for start in (8, 10, 12))
    return _moment(int(digits[:4]), int(month), int(day), hour, minute, second)


def _moment(year: int, month: int, day: int, hour: int, minute: int, second: int, *, zone: str | None = None) -> datetime | None:
    if year < EARLIEST_YEAR:
        return None
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(zone))
    except ValueError:
        return None


def _zone(text: str | None) -> timezone:
    """Returns the offset from UTC. Raises ValueError for an offset of a day or more."""
    if text is None or text == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-offset if text[0] == "-" else offset)
