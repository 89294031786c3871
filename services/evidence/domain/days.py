"""Checks days that people state. Pure."""

from __future__ import annotations

from datetime import date

from shared.errors import DomainError, Fault, Kind


def check_has_come(day: date, today: date, pointer: str) -> None:
    """Raises DomainError (422) for a day in the future; `pointer` is its place in the request."""
    if day > today:
        text = f"{day} is in the future; give the day on which it was, {today} at the latest."
        raise DomainError("in-the-future", text, Kind.INVALID, [Fault(pointer, "in-the-future", text)])
