"""Applies a supplier's answer about a line to the line's copies.

Precedence when parts of an answer disagree: account stopped, then cancelled or not found, then the status code,
then quantities, then a bare acceptance; availability only ever explains. Pure; finds no order and writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.orders.domain.copies import Change, Copy, Wish, move, open_to_words
from services.orders.domain.statuses import Effect, effect_of
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import CopyReference, LineAction, Quantities, RespondedLine

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

# The quantity of an answer that speaks of the same copies as a state does.
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
    """What an answer did: changes per copy, a note for the timeline, and what a person must decide (or nothing)."""

    changes: tuple[Change, ...]
    note: str
    attention: str


def apply_response(copies: Sequence[Copy], answer: RespondedLine, *, account_stopped: bool = False) -> Applied:
    """Apply one line's answer. Never raises: what does not fit becomes a note and a request for attention."""
    effect = _effect(answer, account_stopped=account_stopped)
    open_copies = open_to_words(copies, reopens=effect.reopens)
    parts = _parts(_news_of(answer.quantities, copies), effect)
    wishes = _share_out(open_copies, answer, effect, parts=parts)
    note = _note(effect, answer)
    barcodes = _barcodes([copy for copy in open_copies if copy in wishes], answer.copies)
    changes = tuple(
        move(copy, Wish(wishes[copy], note, answer.available_on, barcodes.get(copy))) for copy in open_copies if copy in wishes
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
    """Which copy goes to which state: those the answer names first, else from the last copy backwards.

    The rule for unnamed copies is the library's distribution order: the copy ordered last gives way first.
    """
    named = [copy for copy in open_copies if any(_refers(reference, copy) for reference in answer.copies)]
    if not parts:
        if effect.state is None:
            return {}
        return dict.fromkeys(named if answer.copies else open_copies, effect.state)
    rest = [copy for copy in open_copies if copy not in named]
    # Named copies are taken first, then the last of the others; `pop` takes from the end.
    queue = rest + named[::-1]
    wishes: dict[Copy, CopyState] = {}
    for state, count in parts:
        for _ in range(min(count, len(queue))):
            wishes[queue.pop()] = state
    return wishes


def _news_of(quantities: Quantities, copies: Sequence[Copy]) -> Quantities:
    """The quantities without losses known before, where they account for the whole line, as in reports of open lines."""
    if _total(quantities) < len(copies):
        return quantities
    off = sum(copy.state in (CopyState.REFUSED, CopyState.CANCELLED) for copy in copies)
    return quantities.model_copy(update={"cancelled": max((quantities.cancelled or 0) - off, 0)})


def _total(quantities: Quantities) -> int:
    return sum(quantity or 0 for quantity in (quantities.accepted, quantities.back_ordered, quantities.cancelled))


def _parts(quantities: Quantities, effect: Effect) -> list[tuple[CopyState, int]]:
    """The answer's quantities as (state, count), losses first, each in the state the status code gives its kind."""
    own = _FAMILY.get(effect.state) if effect.state else None
    parts: list[tuple[CopyState, int]] = []
    for family in ("cancelled", "back_ordered", "accepted"):
        count: int = getattr(quantities, family) or 0
        if count > 0:
            state = effect.state if family == own and effect.state else _PLAIN_STATE[family]
            parts.append((state, count))
    return parts


def _barcodes(copies: Sequence[Copy], references: Sequence[CopyReference]) -> dict[Copy, str]:
    """The barcodes an answer gives: each to the first copy it refers to that has got none yet."""
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
        return f"The supplier answers for {total} copies; {len(copies)} were ordered."
    if quantities.ordered is not None and quantities.ordered != len(copies):
        return f"The supplier says {quantities.ordered} copies were ordered; it were {len(copies)}."
    return ""


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
