"""When a council asks its suppliers about copies by itself: the policy for each supplier, and what makes a copy late. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from services.orders.domain.copies import WAITING, Copy
from shared.contracts.enquiries import EnquiryKind
from shared.contracts.orders import CopyState

# The supplier has the order, and the goods are not here.
ASKABLE = WAITING - {CopyState.ORDERED} | {CopyState.DESPATCHED}
_WORKING_DAYS = 5


class Situation(StrEnum):
    """Why a supplier is asked about copies. `asked`: a person asks it, whatever its policy says."""

    UNANSWERED = "unanswered"
    OVERDUE = "overdue"
    BACK_ORDERED = "back_ordered"
    SHORT = "short"
    DAMAGED = "damaged"
    ASKED = "asked"


# The state that makes a copy late; `overdue` goes by its day instead.
STATES: Mapping[Situation, CopyState] = {
    Situation.UNANSWERED: CopyState.SENT,
    Situation.BACK_ORDERED: CopyState.BACK_ORDERED,
    Situation.SHORT: CopyState.MISSING,
    Situation.DAMAGED: CopyState.DAMAGED,
}
KINDS: Mapping[Situation, EnquiryKind] = {
    Situation.UNANSWERED: EnquiryKind.STATUS,
    Situation.OVERDUE: EnquiryKind.STATUS,
    Situation.BACK_ORDERED: EnquiryKind.STATUS,
    Situation.SHORT: EnquiryKind.SHORT,
    Situation.DAMAGED: EnquiryKind.DAMAGED,
}


@dataclass(frozen=True, slots=True)
class Steps:
    """When a supplier is asked: first after so many days, again after so many, and so often at most."""

    first_after: int
    again_after: int
    at_most: int


@dataclass(frozen=True, slots=True)
class Policy:
    """How a council chases one supplier; a situation without steps is not chased.

    `weekends`: whether Saturdays and Sundays count as days.
    """

    council: str
    supplier_id: str
    steps: Mapping[Situation, Steps] = field(default_factory=dict)
    weekends: bool = False


def days_on(start: date, days: int, *, weekends: bool) -> date:
    """Returns the day that comes so many days, one at least, after another one. Without weekends, only working days count."""
    if weekends:
        return start + timedelta(days=days)
    on_friday = start - timedelta(days=max(start.weekday() - _WORKING_DAYS + 1, 0))
    weeks, rest = divmod(days, _WORKING_DAYS)
    over_a_weekend = on_friday.weekday() + rest >= _WORKING_DAYS
    return on_friday + timedelta(days=7 * weeks + rest + (2 if over_a_weekend else 0))


def last_late_day(today: date, days: int, *, weekends: bool) -> date:
    """Returns the last day from which so many days have passed today."""
    day = today - timedelta(days=days)
    while days_on(day, days, weekends=weekends) > today:
        day -= timedelta(days=1)
    return day


def is_late(copy: Copy, situation: Situation, since: date) -> bool:
    """Returns whether a copy is still late in the way for which its supplier was asked."""
    match situation:
        case Situation.OVERDUE:
            return copy.state in ASKABLE and (copy.expected_on or copy.promised_on) == since
        case Situation.BACK_ORDERED:
            return copy.state is CopyState.BACK_ORDERED and copy.expected_on is None
        case Situation.ASKED:
            return copy.state in ASKABLE
        case _:
            return copy.state is STATES[situation]
