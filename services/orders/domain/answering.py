"""What a council's answer to an offer leads to: copies that are ordered again, another book or price, copies to cancel. Pure.

The supplier gave up the copies of some offers when it made them. They are ordered again where the council wants them: as what it
accepted, or as it ordered them. What the supplier says to that moves them on, as with any order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.orders.domain.copies import Change, Copy, Target, corrected
from services.orders.domain.decisions import Decision, DecisionState
from services.orders.domain.open_order import Line, OpenOrder
from services.orders.domain.switching import OPEN, REPLACED
from shared.contracts.decisions import AfterDecline, Answer, OfferKind
from shared.contracts.orders import GIVEN_UP, CopyState


@dataclass(frozen=True, slots=True)
class Given:
    """A council's answer, who gave it and when. `then` is set where it declines."""

    answer: Answer
    then: AfterDecline | None
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the supplier of the line takes from us."""

    answers: bool
    cancellations: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer leads to: `line` as it is since, `cancelled` the copies that its supplier is asked to cancel."""

    decision: Decision
    words: str
    line: Line
    changes: tuple[Change, ...]
    cancelled: tuple[Copy, ...]


def wanted_copies(order: OpenOrder, copy_ids: tuple[UUID, ...]) -> list[Copy]:
    """Returns those of the copies that no other copy took the place of."""
    rows = order.switched
    return [
        copy
        for copy in order.copies
        if copy.copy_id in copy_ids and (copy.copy_id not in rows or rows[copy.copy_id].stage not in REPLACED)
    ]


def outcome_of(order: OpenOrder, decision: Decision, given: Given, can: Abilities) -> Outcome:
    """Returns what an answer to an open decision leads to."""
    copies = wanted_copies(order, decision.offer.copy_ids)
    still_open = [copy for copy in copies if copy.state in OPEN]
    given_up = [copy for copy in copies if copy.state is CopyState.REFUSED]
    words = _words(decision, given)
    cancelled: list[Copy] = []
    changes: list[Change] = []
    if given.then is AfterDecline.CANCEL:
        cancelled = [copy for copy in still_open if not copy.cancel_requested] if can.cancellations else []
        # A supplier that refused the copies has nothing to do where its offer is declined.
        to_tell = bool(still_open) and not cancelled
    else:
        changes = [_ordered_again(copy, words) for copy in given_up]
        to_tell = bool(still_open or given_up)
    answered = replace(
        decision,
        state=DecisionState(given.answer.value),
        then=given.then,
        reason=given.reason,
        decided_at=given.at,
        decided_by=given.by,
        untold=to_tell and not can.answers,
        asked_to_cancel=bool(cancelled),
    )
    return Outcome(answered, words, _line_after(order, answered), tuple(changes), tuple(cancelled))


def _words(decision: Decision, given: Given) -> str:
    then = {None: "", AfterDecline.KEEP: ", what was ordered is still wanted", AfterDecline.CANCEL: ", the copies are not wanted"}
    instead = f" instead of {decision.ordered_isbn}" if decision.offer.kind is OfferKind.SUBSTITUTE else ""
    return f"{decision.offer.in_words}{instead} was {given.answer}{then[given.then]}: {given.reason}"


def _ordered_again(copy: Copy, words: str) -> Change:
    change = corrected(copy, Target(CopyState.ORDERED, words))
    return replace(change, after=replace(change.after, answered_by=None))


def _line_after(order: OpenOrder, decision: Decision) -> Line:
    """Returns the line as it is since: with the price that was accepted, and the book where none of its copies is another one."""
    line, offer = order.lines[decision.line_key], decision.offer
    if decision.state is not DecisionState.ACCEPTED:
        return line
    if offer.kind is OfferKind.PRICE:
        return replace(line, price=offer.price or line.price)
    others = [copy for copy in order.copies_of(line.line_key) if copy.copy_id not in offer.copy_ids]
    if offer.isbn is None or any(copy.state not in GIVEN_UP for copy in others):
        return replace(line, substitute_isbn=offer.isbn)
    return replace(line, isbn=offer.isbn, substitute_isbn=offer.isbn, price=offer.price or line.price)
