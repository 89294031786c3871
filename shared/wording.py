"""Numbers, days and lengths of time in sentences for people. Pure; knows no service."""

from __future__ import annotations

from datetime import date, timedelta

# Unit, its seconds, and the seconds from which it is used: days are of interest only from the second on.
_UNITS = (("day", 86_400, 2 * 86_400), ("hour", 3_600, 3_600), ("minute", 60, 60), ("second", 1, 1))


def counted(number: int, noun: str) -> str:
    """Returns a number with its noun, in the plural unless the number is 1: `1 copy`, `3 copies`, `2 days`, `2 switches`."""
    if number == 1:
        return f"1 {noun}"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{number} {noun[:-1]}ies"
    return f"{number} {noun}{'es' if noun.endswith('ch') else 's'}"


def day_in_words(day: date) -> str:
    """Returns a day in words: `2 March 2026`."""
    return f"{day:%-d %B %Y}"


def time_in_words(length: timedelta, *, exactly: bool = False) -> str:
    """Returns a length of time in words: `under a minute`, `59 minutes`, `47 hours`, `2 days`.

    With `exactly`, seconds count, and the next smaller unit follows: `under a second`, `12 seconds`, `1 hour 5 minutes`.
    """
    units = _UNITS if exactly else _UNITS[:-1]
    seconds = int(length.total_seconds())
    place = next((place for place, (_, _, least) in enumerate(units) if seconds >= least), None)
    if place is None:
        return f"under a {units[-1][0]}"
    said = []
    for unit, size, _ in units[place : place + (2 if exactly else 1)]:
        number, seconds = divmod(seconds, size)
        if number:
            said.append(counted(number, unit))
    return " ".join(said)
