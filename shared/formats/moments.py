"""Reads dates and times in the spellings that senders use: with and without hyphens, or day first with full stops.

Knows no message format. A time without a zone is read as UTC, because the messages name none.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

_YEAR_FIRST = r"(?P<year>\d{4})(?P<dash>-?)(?P<month>\d\d)(?P=dash)(?P<day>\d\d)"
_DAY_FIRST = r"(?P<day2>\d\d?)\.(?P<month2>\d\d?)\.(?P<year2>\d{4})"
_TIME = r"(?:[T ]?(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?)?"
_ZONE = r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?"
_MOMENT = re.compile(f"(?:{_YEAR_FIRST}|{_DAY_FIRST})" + _TIME + _ZONE, re.ASCII)


def moment_of(text: str) -> datetime | None:
    """Reads `20250205T1730`, `2025-02-05T17:30:00+02:00`, `05.02.2025` and similar spellings; None for anything else.

    A date alone is read as its midnight. Fractions of a second are dropped.
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(found[name] or found[f"{name}2"]) for name in ("year", "month", "day"))
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(found["zone"]))
    except ValueError:
        return None


def day_of(text: str) -> date | None:
    """Reads the day as written, in the sender's own zone; None for anything that `moment_of` cannot read."""
    moment = moment_of(text)
    return moment.date() if moment is not None else None


def _zone(text: str | None) -> timezone:
    """Returns the offset from UTC. Raises ValueError for an offset of a day or more."""
    if text is None or text == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-offset if text[0] == "-" else offset)
