"""The state an inbound message ends in, and why, once it is read and matched. Pure; the conformance kit asks it too."""

from __future__ import annotations

from collections.abc import Sequence

from services.suppliers.contract import Reading
from services.suppliers.domain import State
from services.suppliers.matching import Held
from services.suppliers.plan import Plan
from shared.findings import Severity

MARKED_AS_TEST = "the supplier marks it as a test"

_MOST_REASONS = 20


def end_of(plan: Plan, reading: Reading, *, nothing_new: bool) -> tuple[State, str]:
    """The state and its reason. `nothing_new`: everything the plan would apply was applied before, by other messages."""
    if plan.held:
        return (State.PARTLY_APPLIED if plan.has_anything else State.QUARANTINED), reasons_of(plan.held)
    errors = [finding.text for finding in reading.findings if finding.severity is Severity.ERROR]
    if errors:
        state = State.PARTLY_APPLIED if plan.has_anything else State.QUARANTINED
        return state, "; ".join(errors[:_MOST_REASONS])
    if plan.has_anything and nothing_new:
        return State.DUPLICATE, "everything in it was advised before"
    return State.APPLIED, ""


def reasons_of(held: Sequence[Held]) -> str:
    """Why parts are held, each reason once."""
    reasons = list(dict.fromkeys(part.reason for part in held))
    more = f"; and {len(reasons) - _MOST_REASONS} more" if len(reasons) > _MOST_REASONS else ""
    return "; ".join(reasons[:_MOST_REASONS]) + more
