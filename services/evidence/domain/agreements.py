"""What a person records of a supplier that agreed to an exit statement. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shared.errors import DomainError, Fault, Kind


@dataclass(frozen=True, slots=True)
class Agreement:
    """A supplier's agreement: by whom there, on which day, in which words, to the statement with which digest.

    `recorded_by` is the person of the council who recorded it.
    """

    council: str
    supplier_id: str
    digest: str
    agreed_by: str
    agreed_on: date
    words: str
    recorded_by: str
    recorded_at: datetime


def check_agreement(agreed_on: date, today: date) -> None:
    """Raises DomainError (422) for an agreement on a day that has not come."""
    if agreed_on > today:
        text = f"{agreed_on} has not come yet; give the day on which the supplier agreed, {today} at the latest."
        raise DomainError("in-the-future", text, Kind.INVALID, [Fault("/agreed_on", "in-the-future", text)])
