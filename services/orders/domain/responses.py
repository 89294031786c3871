"""Applies a supplier's response about a line to the line's copies.

Precedence when parts of a response disagree: account stopped, then cancelled or not found, then the status code,
then quantities, then an acceptance without any of these. Availability never changes a copy; it only explains.
Pure; finds no order and writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.orders.domain.copies import Change, Copy, Target, move, open_to_answers
from services.orders.domain.statuses import Effect, effect_of
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import CopyReference, LineAction, Quantities, RespondedLine
from shared.wording import counted

ACCOUNT_STOPPED = Effect(
    CopyState.REFUSED, "account stopped: the supplier refuses the whole order", "Contact the supplier: the account is stopped."
)

# Actions that outrank a status code.
_STRONG_ACTIONS: dict[LineAction, Effect] = {
    LineAction.CANCELLED: Effect(CopyState.CANCELLED, "line cancelled by the supplier"),
    LineAction.NOT_FOUND: Effect(None, "line not found at the supplier", "The supplier does not know the line: it may be lost."),
}
_WEAK_ACTIONS: dict[LineAction, Effect] = {
    LineAction.ACCEPTED: Effect(CopyState.ACCEPTED, "accepted"),
    LineAction.CHANGED: Effect(CopyState.ACCEPTED, "accepted with a change", "Check what the supplier changed."),
    LineAction.UNCHANGED: Effect(None, "no action taken by the supplier"),
}

# The field of `Quantities` that counts the copies in each state.
_FAMILY = {
    CopyState.ACCEPTED: "accepted",
    CopyState.HELD: "accepted",
    CopyState.BACK_ORDERED: "back_ordered",
    CopyState.REFUSED: "cancelled",
    CopyState.CANCELLED: "cancelled",
}
_PLAIN_STATE = {"accepted": CopyState.ACCEPTED, "back_ordered": CopyState.BACK_ORDERED, "cancelled": CopyState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Applied:
    """The result of a response: changes per copy, a note for the timeline, and what a person must decide (empty: nothing)."""

    changes: tuple[Change, ...]
    note: str
    attention: str


def apply_response(copies: Sequence[Copy], answer: RespondedLine, *, account_stopped: bool = False) -> Applied:
    """Applies a response about one line. Never raises: what does not match becomes a note and a request for attention."""
    effect = _effect(answer, account_stopped=account_stopped)
    open_copies = open_to_answers(copies, reopens=effect.reopens)
    parts = _parts(_new_quantities(answer.quantities, copies), effect)
    targets = _share_out(open_copies, answer, effect, parts=parts)
    note = _note(effect, answer)
    barcodes = _barcodes([copy for copy in open_copies if copy in targets], answer.copies)
    changes = tuple(
        move(copy, Target(targets[copy], note, answer.available_on, barcodes.get(copy)))
        for copy in open_copies
        if copy in targets
    )
    problems = [effect.attention, _quantity_problem(answer.quantities, copies), _late_problem(effect, open_copies, copies)]
    return Applied(changes, note, " ".join(problem for problem in problems if problem))


def _effect(answer: RespondedLine, *, account_stopped: bool) -> Effect:
    if account_stopped:
        return ACCOUNT_STOPPED
    strong = _STRONG_ACTIONS.get(answer.action) if answer.action else None
    # A cancellation's code says why it was cancelled (220-223) or that it was refused outright: keep that detail.
    if strong is not None and not (answer.status_code and effect_of(answer.status_code).state is strong.state):
        return strong
    if answer.status_code:
        return effect_of(answer.status_code)
    if answer.action:
        return _WEAK_ACTIONS.get(answer.action, Effect(None, f"action {answer.action}"))
    return Effect(None, "answered without a status")


def _share_out(
    open_copies: Sequence[Copy], answer: RespondedLine, effect: Effect, *, parts: Sequence[tuple[CopyState, int]]
) -> dict[Copy, CopyState]:
    """Returns the state each copy moves to: copies that the response names first, then from the last copy backwards.

    Unnamed copies follow the library's distribution order: the copy ordered last loses first.
    """
    named = [copy for copy in open_copies if any(_refers(reference, copy) for reference in answer.copies)]
    if not parts:
        if effect.state is None:
            return {}
        return dict.fromkeys(named if answer.copies else open_copies, effect.state)
    rest = [copy for copy in open_copies if copy not in named]
    # `pop` takes from the end: first the named copies, then the others from the last backwards.
    queue = rest + named[::-1]
    targets: dict[Copy, CopyState] = {}
    for state, count in parts:
        for _ in range(min(count, len(queue))):
            targets[queue.pop()] = state
    return targets


def _new_quantities(quantities: Quantities, copies: Sequence[Copy]) -> Quantities:
    """Returns the quantities without cancellations that were known before.

    Only where the quantities account for the whole line, as in reports of open lines.
    """
    if _total(quantities) < len(copies):
        return quantities
    off = sum(copy.state in (CopyState.REFUSED, CopyState.CANCELLED) for copy in copies)
    return quantities.model_copy(update={"cancelled": max((quantities.cancelled or 0) - off, 0)})


def _total(quantities: Quantities) -> int:
    return sum(quantity or 0 for quantity in (quantities.accepted, quantities.back_ordered, quantities.cancelled))


def _parts(quantities: Quantities, effect: Effect) -> list[tuple[CopyState, int]]:
    """Returns the response's quantities as (state, count), losses first, each in the state the status code gives its kind."""
    own = _FAMILY.get(effect.state) if effect.state else None
    parts: list[tuple[CopyState, int]] = []
    for family in ("cancelled", "back_ordered", "accepted"):
        count: int = getattr(quantities, family) or 0
        if count > 0:
            state = effect.state if family == own and effect.state else _PLAIN_STATE[family]
            parts.append((state, count))
    return parts


def _barcodes(copies: Sequence[Copy], references: Sequence[CopyReference]) -> dict[Copy, str]:
    """Returns the barcodes that a response gives: each for the first copy it refers to that has none yet."""
    given: dict[Copy, str] = {}
    for reference in references:
        meant = [copy for copy in copies if copy not in given and _refers(reference, copy)]
        if reference.barcode and meant:
            given[meant[0]] = reference.barcode
    return given


def _refers(reference: CopyReference, copy: Copy) -> bool:
    if reference.barcode is not None and reference.barcode == copy.barcode:
        return True
    if reference.copy_number is not None:
        return reference.copy_number == copy.copy_number
    return reference.branch is not None and reference.branch == copy.branch


def _quantity_problem(quantities: Quantities, copies: Sequence[Copy]) -> str:
    total = _total(quantities)
    if total > len(copies):
        return f"The supplier answers for {counted(total, 'copy')}; {_were_ordered(len(copies))}."
    if quantities.ordered is not None and quantities.ordered != len(copies):
        return f"The supplier reports {counted(quantities.ordered, 'copy')} as ordered; {_were_ordered(len(copies))}."
    return ""


def _were_ordered(number: int) -> str:
    return f"{counted(number, 'copy')} {'was' if number == 1 else 'were'} ordered"


def _late_problem(effect: Effect, open_copies: Sequence[Copy], copies: Sequence[Copy]) -> str:
    bad_news = effect.state in (CopyState.REFUSED, CopyState.CANCELLED)
    contradicted = any(copy.state is CopyState.DESPATCHED for copy in copies)
    if bad_news and contradicted and not open_copies:
        return "The supplier refuses or cancels copies that it has already despatched."
    return ""


def _note(effect: Effect, answer: RespondedLine) -> str:
    details = [effect.note]
    if answer.status_code:
        details.append(f"status {answer.status_code}")
    if answer.availability_code:
        details.append(f"availability {answer.availability_code}")
    if answer.substitute_isbn:
        details.append(f"substitute {answer.substitute_isbn}")
    if answer.note:
        details.append(answer.note)
    return "; ".join(details)
