"""What a person records of a supplier that agreed to an exit statement. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


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
