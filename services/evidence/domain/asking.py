"""What is asked of evidence: a period, how to group, and which copies. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.errors import DomainError, Fault, Kind

MOST_DAYS = 1_830
"""Five years and some days."""


class By(StrEnum):
    """What copies are grouped by. ARM: trial and arm, only of copies in a trial; MONTH: in which they were placed or invoiced."""

    SUPPLIER = "supplier"
    ARM = "arm"
    BRANCH = "branch"
    MATERIAL = "material"
    MONTH = "month"
    ROUTE = "route"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: copies of a council (None: of all) and of a period of days, both ends included; None does not narrow."""

    council: str | None
    first: date
    last: date
    by: By
    supplier: str | None = None
    trial: str | None = None
    branch: str | None = None
    material: str | None = None


def check_period(first: date, last: date) -> None:
    """Raises DomainError (422) for a period that ends before it begins or is too long."""
    days = (last - first).days + 1
    if not 1 <= days <= MOST_DAYS:
        found = "it is before `from`" if days < 1 else f"these are {days:,} days"
        text = f"`to` is `from` or a later day, {MOST_DAYS:,} days in all at most; {found}."
        raise DomainError("invalid-period", text, Kind.INVALID, [Fault("/query/to", "invalid-period", text)])
