"""Reads elements of X12 as dates and numbers; an invalid one becomes a finding."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from shared.findings import Finding, Severity
from shared.formats.counts import miscounted
from shared.formats.moments import moment_of, with_century
from shared.formats.numbers import decimal_of
from shared.formats.x12.codes import Code
from shared.formats.x12.cutter import Segment


def odd(code: Code, text: str, segment: Segment, severity: Severity = Severity.WARNING) -> Finding:
    """Returns a finding about a segment."""
    return Finding(code, text, severity, segment.position, segment.offset)


def counted(text: str, stated: Decimal | int | None, there: int, segment: Segment) -> list[Finding]:
    """Returns the finding about a segment whose count differs from what was read, if it does."""
    found = miscounted(Code.COUNT, text, stated, there)
    return [odd(Code.COUNT, found.text, segment, found.severity)] if found is not None else []


def day_in(segment: Segment, number: int, findings: list[Finding]) -> date | None:
    """Reads a date of eight digits, or of six as before version 004010."""
    text = segment.get(number)
    moment = moment_at(text, "")
    if text and moment is None:
        findings.append(odd(Code.INVALID_DATE, f"{segment.tag}{number:02}: {text!r} is not a date", segment))
    return moment.date() if moment is not None else None


def moment_at(day: str, time: str) -> datetime | None:
    """Reads CCYYMMDD or YYMMDD with HHMM, HHMMSS or longer; midnight without a time, None when they are not valid."""
    day = with_century(day)
    return moment_of(f"{day}T{time[:6]}" if time else day)


def decimal_in(segment: Segment, number: int, findings: list[Finding]) -> Decimal | None:
    """Reads a number of zero or more; None when it is absent or invalid."""
    text = segment.get(number)
    found = decimal_of(text)
    if text and found is None:
        text = f"{segment.tag}{number:02}: {text!r} is not a number of zero or more"
        findings.append(odd(Code.INVALID_NUMBER, text, segment))
    return found


def count_in(segment: Segment, number: int, findings: list[Finding]) -> int | None:
    """Reads a whole number of zero or more; None when it is absent or invalid."""
    found = decimal_in(segment, number, findings)
    if found is not None and found != found.to_integral_value():
        text = f"{segment.tag}{number:02}: {segment.get(number)!r} is not a whole number"
        findings.append(odd(Code.INVALID_NUMBER, text, segment))
        return None
    return int(found) if found is not None else None
