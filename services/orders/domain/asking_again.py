"""Builds enquiries, first and further ones. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from services.orders.domain.chasing import ASKABLE, KINDS, Policy, Situation, days_on
from services.orders.domain.copies import Copy
from services.orders.domain.enquiries import TAKES_NONE, EnquiredCopy, Enquiry, EnquiryState
from services.orders.domain.open_order import OpenOrder
from services.orders.domain.switching import REPLACED
from shared.contracts.enquiries import EnquiryKind
from shared.contracts.orders import CopyState
from shared.ids import new_id

# Copies of one enquiry: its event and message stay far below their limits.
MOST_COPIES = 1_000
ASKED_FOR = {
    EnquiryKind.STATUS: ASKABLE,
    EnquiryKind.SHORT: frozenset({CopyState.MISSING}),
    EnquiryKind.DAMAGED: frozenset({CopyState.DAMAGED}),
}
_REASONS = {
    Situation.UNANSWERED: "We have no answer about these copies. Please say whether and when you supply them.",
    Situation.OVERDUE: "The day that you stated has passed. Please say when these copies come.",
    Situation.BACK_ORDERED: "These copies are on back order without a day. Please say whether and when you supply them.",
    Situation.SHORT: "These copies were advised and did not come. Please send them, or credit them.",
    Situation.DAMAGED: "These copies came damaged. Please send them again, or credit them.",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is asked: the moment, and the council's day."""

    at: datetime
    today: date


def first_enquiries(
    order: OpenOrder, policy: Policy, situation: Situation, late: Sequence[EnquiredCopy], *, takes: bool, when: Moment
) -> Iterator[Enquiry]:
    """Yields the first enquiries about late copies of an order. Where the supplier takes none, a person asks about each line."""
    steps = policy.steps[situation]
    for copies in _divided(late, by_line=not takes):
        yield Enquiry(
            enquiry_id=new_id(),
            order_id=order.order_id,
            supplier_id=policy.supplier_id,
            situation=situation,
            kind=KINDS[situation],
            copies=tuple(copies),
            reason=_REASONS[situation],
            asked_at=when.at,
            last_asked_at=when.at,
            asked_by="",
            attempt=1,
            at_most=steps.at_most,
            next_on=days_on(when.today, steps.again_after, weekends=policy.weekends),
            untold="" if takes else TAKES_NONE,
        )


def next_attempt(enquiry: Enquiry, policy: Policy | None, *, unwanted: Collection[UUID], takes: bool, when: Moment) -> Enquiry:
    """Returns an enquiry that is due: asked again, or left to a person after it was asked as often as the policy says.

    `unwanted`: copies that are not wanted from the supplier any more. Without steps for it, it is asked no more.
    """
    left = enquiry.without(unwanted, when.at)
    if left.state is not EnquiryState.OPEN:
        return left
    steps = None if policy is None else policy.steps.get(enquiry.situation)
    if policy is None or steps is None:
        return replace(left, next_on=None)
    if enquiry.attempt >= steps.at_most:
        return replace(left, state=EnquiryState.EXHAUSTED, next_on=None, untold="")
    return replace(
        left,
        attempt=enquiry.attempt + 1,
        at_most=steps.at_most,
        last_asked_at=when.at,
        next_on=days_on(when.today, steps.again_after, weekends=policy.weekends),
        untold="" if takes else TAKES_NONE,
    )


def asked_by_hand(
    copies: Iterable[Copy], order: OpenOrder, kind: EnquiryKind, *, reason: str, by: str, taking: Collection[str], when: Moment
) -> Iterator[Enquiry]:
    """Yields the enquiries that a person makes about copies: one for each supplier, or line where the supplier takes none."""
    asked = sorted((order.lines[copy.line_key].supplier_id, copy.line_key, copy.copy_number, copy.copy_id) for copy in copies)
    for supplier_id, group in groupby(asked, key=lambda each: each[0]):
        enquired = [EnquiredCopy(copy_id, line_key, when.today) for _, line_key, _, copy_id in group]
        takes = supplier_id in taking
        for part in _divided(enquired, by_line=not takes):
            yield Enquiry(
                enquiry_id=new_id(),
                order_id=order.order_id,
                supplier_id=supplier_id,
                situation=Situation.ASKED,
                kind=kind,
                copies=tuple(part),
                reason=reason,
                asked_at=when.at,
                last_asked_at=when.at,
                asked_by=by,
                attempt=1,
                at_most=1,
                untold="" if takes else TAKES_NONE,
            )


def can_be_asked(copy: Copy, order: OpenOrder, kind: EnquiryKind) -> bool:
    """Returns whether a supplier can be asked about a copy: it has it on order, or owes it, and it is wanted from it."""
    return copy.state in ASKED_FOR[kind] and copy.copy_id not in unwanted_copies(order)


def unwanted_copies(order: OpenOrder) -> set[UUID]:
    """Returns the copies that are to be cancelled, and those that another one took the place of."""
    replaced = {copy_id for copy_id, row in order.switched.items() if row.stage in REPLACED}
    return replaced | {copy.copy_id for copy in order.copies if copy.cancel_requested}


def _divided(copies: Sequence[EnquiredCopy], *, by_line: bool) -> Iterator[list[EnquiredCopy]]:
    """Divides copies, which are in order of lines, into what one enquiry is about."""
    part: list[EnquiredCopy] = []
    for copy in copies:
        if part and (len(part) == MOST_COPIES or (by_line and part[-1].line_key != copy.line_key)):
            yield part
            part = []
        part.append(copy)
    if part:
        yield part
