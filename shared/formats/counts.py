"""Compares a count that a sender states with what was read. One rule for every format.

Less than stated is an error, and so is a count that cannot be read: something may be missing. More is a warning: everything
stated is there, so the sender has miscounted, and holding the message up would find nothing.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from shared.findings import Finding, Severity


def miscounted(code: StrEnum, text: str, stated: Decimal | int | None, there: Decimal | int) -> Finding | None:
    """Returns the finding about a count that differs; None where it agrees. `stated` is None for what is no number."""
    if stated == there:
        return None
    # Credit notes count in negative numbers.
    if stated is not None and abs(Decimal(stated)) <= abs(Decimal(there)):
        return Finding(code, text, Severity.WARNING)
    return Finding(code, f"{text}: some may be missing", Severity.ERROR)
