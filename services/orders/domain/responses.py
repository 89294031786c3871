"""Applies a supplier's answers about a line to the line's copies.

An answer's state comes from the first of these that it states: account stopped, what it answers to a claim, line cancelled or not
found, status code, another action. Its quantities say how many copies are in which state (`parts.py`), unless the account is
stopped. Availability never changes a copy; it only explains. Pure; finds no order and writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.orders.domain.copies import (
    OWED_AGAIN,
    WAITING,
    Change,
    Copy,
    Target,
    Verdict,
    corrected,
    move,
    named_copies,
    overtaken,
)
from services.orders.domain.parts import Part, Statement, marks_of, movable, objections, parts_of, stated
from services.orders.domain.statuses import CLAIM_ANSWERS, Effect, effect_of
from shared.contracts.orders import GIVEN_UP, CopyState
from shared.contracts.suppliers import CopyReference, LineAction, RespondedLine
from shared.which_copy import choose
from shared.wording import counted

ACCOUNT_STOPPED = Effect(
    CopyState.REFUSED, "account stopped: the supplier refuses the whole order", "Contact the supplier: the account is stopped."
)

# Actions that outrank a status code.
_STRONG_ACTIONS: dict[LineAction, Effect] = {
    LineAction.CANCELLED: Effect(CopyState.CANCELLED, "line cancelled by the supplier", restates=False),
    LineAction.NOT_FOUND: Effect(None, "line not found at the supplier", "The supplier does not know the line: it may be lost."),
}
_WEAK_ACTIONS: dict[LineAction, Effect] = {
    LineAction.ACCEPTED: Effect(CopyState.ACCEPTED, "accepted", restates=False),
    LineAction.CHANGED: Effect(CopyState.ACCEPTED, "accepted with a change", "Check what the supplier changed.", restates=False),
    LineAction.UNCHANGED: Effect(None, "no action taken by the supplier"),
}


@dataclass(frozen=True, slots=True)
class Applied:
    """The result of a response: changes per copy, a note for the timeline, and what a person must decide (empty: nothing).

    `substitute_isbn` is the book that will come instead of the ordered one, where the supplier announces it. `about` are the
    copies that each answer is about, those left out that news of goods has overtaken.
    """

    changes: tuple[Change, ...]
    note: str
    attention: str
    substitute_isbn: str | None = None
    about: tuple[tuple[UUID, ...], ...] = ()

    def after(self, copies: Sequence[Copy]) -> list[Copy]:
        """Returns the copies as the response leaves them."""
        changed = {change.before.copy_id: change.after for change in self.changes}
        return [changed.get(copy.copy_id, copy) for copy in copies]


def apply_answers(
    copies: Sequence[Copy],
    answers: Sequence[RespondedLine],
    *,
    account_stopped: bool = False,
    given_at: datetime | None = None,
) -> Applied:
    """Applies all answers of one message about one line, whatever their order. `given_at`: when they arrived.

    News of goods may be heard before answers that arrived earlier: such an answer says nothing about goods that were found
    missing or damaged since. Never raises: what does not match becomes a note and a request for attention.
    """
    statements = [
        Statement(answer, _effect(answer, account_stopped=account_stopped), account_stopped, given_at) for answer in answers
    ]
    parts = parts_of(statements, copies)
    changes = _released(statements, copies, _changes(parts, copies))
    problems = [
        *(statement.effect.attention for statement in statements),
        _quantity_problem(answers, copies),
        _late_problem(statements, copies),
        _overtaken_problem(parts, copies, changes),
        _revived_problem(parts, copies, changes),
        *objections(parts, copies),
    ]
    note = "; ".join(dict.fromkeys(_note(statement) for statement in statements))
    substitutes = [each.answer.substitute_isbn for each in statements if each.effect.substitutes]
    attention = " ".join(dict.fromkeys(problem for problem in problems if problem))
    about = tuple(_about(statement, changes) for statement in statements)
    return Applied(tuple(changes), note, attention, next((isbn for isbn in substitutes if isbn), None), about)


def _about(statement: Statement, changes: Sequence[Change]) -> tuple[UUID, ...]:
    note = _note(statement)
    return tuple(
        change.after.copy_id for change in changes if change.target.reason == note and change.verdict is not Verdict.OVERTAKEN
    )


def _changes(parts: Sequence[Part], copies: Sequence[Copy]) -> list[Change]:
    """Returns the change of each copy that a part is about; parts without a number are about all copies that are left.

    Where a part names a copy whose earlier answer named it loosely, that answer moves on to another copy it can mean.
    """
    wanted = [(part, one) for part in parts for one in part.wanted()]
    earlier = movable(copies)
    chosen = choose([*(one for _, one in wanted), *earlier.values()], copies) if wanted or earlier else []
    moved_on = {index: to for index, to in zip(earlier, chosen[len(wanted) :], strict=True) if to not in (None, copies[index])}
    gone = {copies[index].copy_id for index in moved_on}
    changes = [
        _change(part, copy, one.reference, corrects=copy.copy_id in gone)
        for (part, one), copy in zip(wanted, chosen, strict=False)
        if copy is not None
    ]
    changes += [_moved_on(copies[index], to, gone) for index, to in moved_on.items() if to is not None]
    for part in sorted((part for part in parts if part.count is None), key=lambda part: part.group, reverse=True):
        changes += [_change(part, copy) for copy in _left(copies, changes) if part.applies_to(copy)]
    return changes


def _left(copies: Sequence[Copy], changes: Sequence[Change]) -> list[Copy]:
    changed = {change.before.copy_id for change in changes}
    return [copy for copy in copies if copy.copy_id not in changed]


def _change(part: Part, copy: Copy, reference: CopyReference | None = None, *, corrects: bool = False) -> Change:
    # Refused and cancelled are one answer to a supplier.
    same = part.state is None or {part.state, copy.state} <= GIVEN_UP
    state = copy.state if same or part.state is None else part.state
    barcode, item = (reference.barcode, reference.item) if reference else (None, None)
    target = Target(state, _note(part.statement), part.day, barcode, item)
    if not corrects and not part.applies_to(copy):
        return overtaken(copy, target)
    change = corrected(copy, target) if corrects else move(copy, target)
    if part.state is None or change.verdict is Verdict.OVERTAKEN:
        return change
    return replace(change, after=replace(change.after, answered_by=_answered_by(copy, change, reference)))


def _answered_by(copy: Copy, change: Change, reference: CopyReference | None) -> str | None:
    if reference is None or (change.verdict is Verdict.UNCHANGED and copy.answered_by is None):
        return None
    return marks_of(reference)


def _moved_on(copy: Copy, to: Copy, gone: Collection[UUID]) -> Change:
    """Gives the answer of a copy to another one that it can mean as well. `gone`: copies whose own answer moves on."""
    note = f"answered before as copy {copy.copy_number}, which the supplier has named since"
    target = Target(copy.state, note, copy.expected_on)
    change = corrected(to, target) if to.copy_id in gone else move(to, target)
    return replace(change, after=replace(change.after, answered_by=copy.answered_by))


def _released(statements: Sequence[Statement], copies: Sequence[Copy], changes: Sequence[Change]) -> list[Change]:
    """Clears `cancel_requested` of copies that the supplier did not cancel: it answered 800 (too late) or took no action.

    Such an answer is about the copies that it names, or, where it names none, about all that no other answer is about.
    """
    kept = [each for each in statements if each.answer.status_code == "800" or each.answer.action is LineAction.UNCHANGED]
    notes = {_note(each) for each in kept if each.answer.copies}
    released = [_kept(change) if change.target.reason in notes else change for change in changes]
    unnamed = next((each.answer.note for each in kept if not each.answer.copies), None)
    if unnamed is None:
        return released
    changed = {change.before.copy_id for change in changes}
    waiting = [copy for copy in copies if copy.cancel_requested and copy.copy_id not in changed]
    return released + [_kept(move(copy, Target(copy.state, unnamed))) for copy in waiting]


def _kept(change: Change) -> Change:
    """Returns a change that leaves the state of its copy, with the request to cancel it answered."""
    if change.verdict is not Verdict.UNCHANGED or change.after.state in GIVEN_UP:
        return change
    return replace(change, after=replace(change.after, cancel_requested=False))


def _effect(answer: RespondedLine, *, account_stopped: bool) -> Effect:
    if account_stopped:
        return ACCOUNT_STOPPED
    if answer.claim is not None:
        return CLAIM_ANSWERS[answer.claim]
    strong = _STRONG_ACTIONS.get(answer.action) if answer.action else None
    # A cancellation's code says why it was cancelled (220-223) or that it was refused outright: keep that detail.
    if strong is not None and not (answer.status_code and effect_of(answer.status_code).state is strong.state):
        return strong
    if answer.status_code:
        return effect_of(answer.status_code)
    if answer.action:
        return _WEAK_ACTIONS.get(answer.action, Effect(None, f"action {answer.action}"))
    return Effect(None, "answered without a status")


def _quantity_problem(answers: Sequence[RespondedLine], copies: Sequence[Copy]) -> str:
    total = sum(stated(answer.quantities) for answer in answers)
    if total > len(copies):
        return f"The supplier answers for {counted(total, 'copy')}; {_were_ordered(len(copies))}."
    named = sum(len(answer.copies) for answer in answers if stated(answer.quantities))
    if named > total > 0:
        return f"The supplier names {counted(named, 'copy')}, but gives states for {total}."
    ordered = [answer.quantities.ordered for answer in answers if answer.quantities.ordered is not None]
    if ordered and len(copies) not in (ordered[0], sum(ordered)):
        return f"The supplier reports {counted(ordered[0], 'copy')} as ordered; {_were_ordered(len(copies))}."
    return ""


def _were_ordered(number: int) -> str:
    return f"{counted(number, 'copy')} {_was(number)} ordered"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def _late_problem(statements: Sequence[Statement], copies: Sequence[Copy]) -> str:
    bad_news = any(statement.effect.state in GIVEN_UP for statement in statements)
    contradicted = any(copy.state is CopyState.DESPATCHED for copy in copies)
    if bad_news and contradicted and not any(copy.state in WAITING for copy in copies):
        return "The supplier refuses or cancels copies that it has already despatched."
    return ""


def _overtaken_problem(parts: Sequence[Part], copies: Sequence[Copy], changes: Sequence[Change]) -> str:
    """Whether the supplier gave copies up before their goods came, missing or damaged: it may not owe them any more."""
    unnamed = [part for part in parts if part.state in GIVEN_UP and not part.references]
    named = {
        change.before.copy_id
        for change in changes
        if change.verdict is Verdict.OVERTAKEN and change.target.to_state in GIVEN_UP and change.before.state in OWED_AGAIN
    }
    concerned = [
        copy.copy_number for copy in copies if copy.copy_id in named or any(part.statement.is_overtaken(copy) for part in unnamed)
    ]
    if not concerned:
        return ""
    return (
        f"The supplier had refused or cancelled {named_copies(concerned)} before the goods came, missing or damaged. "
        "Ask it whether it still owes them; if not, order them again."
    )


def _revived_problem(parts: Sequence[Part], copies: Sequence[Copy], changes: Sequence[Change]) -> str:
    """Whether the supplier promises copies that were given up. They stay so: the council may have ordered them elsewhere."""
    promises = [part for part in parts if part.state in WAITING]
    promised = sum(part.count or 0 for part in promises)
    given_up = sum(copy.state in GIVEN_UP for copy in copies)
    if promises and not promised and given_up == len(copies):
        # A promise without a number is about the copies that are left. None is left, so it is about those given up.
        promised = given_up
    named = sum(change.after.state in GIVEN_UP and change.target.to_state in WAITING for change in changes)
    number = max(min(promised + given_up - len(copies), given_up), named)
    if number <= 0:
        return ""
    given_up_copies = f"{counted(number, 'copy')} that {_was(number)} refused or cancelled before"
    return f"The supplier answers for {given_up_copies}. Ask it whether to expect them."


def _note(statement: Statement) -> str:
    answer = statement.answer
    details = [statement.effect.note]
    if answer.status_code:
        details.append(f"status {answer.status_code}")
    if answer.availability_code:
        details.append(f"availability {answer.availability_code}")
    if answer.substitute_isbn:
        details.append(f"substitute {answer.substitute_isbn}")
    details += [f"price {price.in_words()}" for price in answer.prices]
    if answer.note:
        details.append(answer.note)
    return "; ".join(details)
