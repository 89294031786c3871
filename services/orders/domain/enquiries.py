"""The life of an enquiry: `open -> answered | overtaken | exhausted`, and from `exhausted` to the first two. Pure.

A supplier is asked about copies of one order that are late, short or damaged, once or several times. An answer that leaves a copy
as late as it was settles nothing: it is asked about again, as long as the policy says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from services.orders.domain.chasing import Situation, is_late
from services.orders.domain.copies import OWED_AGAIN, Copy, named_copies
from shared.contracts.enquiries import EnquiredLine, EnquiryKind
from shared.wording import counted

# What begins the request to ask a supplier that takes no enquiries, and that to see to one that did not settle them.
ENQUIRY_MARK, CHASED_MARK = "Enquiry:", "Chased:"
TAKES_NONE = "it takes no enquiries from Stockbridge"

_WRONG = {
    Situation.UNANSWERED: "not answered since it was sent on {since}",
    Situation.OVERDUE: "expected on {since}, not here yet",
    Situation.BACK_ORDERED: "on back order since {since}, without a day",
    Situation.SHORT: "short since {since}",
    Situation.DAMAGED: "damaged since {since}",
}


class EnquiryState(StrEnum):
    """The state of an enquiry, and of each of its copies.

    `exhausted`: it was asked as often as the policy says, and a person is asked now.
    """

    OPEN = "open"
    ANSWERED = "answered"
    OVERTAKEN = "overtaken"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class EnquiredCopy:
    """A copy that a supplier is asked about, and since when it is late. `outcome` is `open`, `answered` or `overtaken`."""

    copy_id: UUID
    line_key: str
    since: date
    outcome: EnquiryState = EnquiryState.OPEN


@dataclass(frozen=True, slots=True)
class Heard:
    """The copies that a supplier's answers are about. `settled`: those about which they say what becomes of a claim."""

    about: frozenset[UUID] = frozenset()
    settled: frozenset[UUID] = frozenset()


NOTHING_HEARD = Heard()


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What a supplier was asked about copies of an order, how often, and what became of that.

    `next_on`: the day on which it is asked again, or a person is; None where it is not. `untold`: why a person must ask the
    supplier; "" where it need not.
    """

    enquiry_id: UUID
    order_id: UUID
    supplier_id: str
    situation: Situation
    kind: EnquiryKind
    copies: tuple[EnquiredCopy, ...]
    reason: str
    asked_at: datetime
    last_asked_at: datetime
    asked_by: str
    attempt: int
    at_most: int
    next_on: date | None = None
    state: EnquiryState = EnquiryState.OPEN
    untold: str = ""
    answered_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def is_unsettled(self) -> bool:
        """Whether copies wait for what they were asked about."""
        return self.state in (EnquiryState.OPEN, EnquiryState.EXHAUSTED)

    @property
    def open_copies(self) -> tuple[EnquiredCopy, ...]:
        """The copies that are not settled."""
        return tuple(copy for copy in self.copies if copy.outcome is EnquiryState.OPEN)

    @property
    def in_words(self) -> str:
        """What this attempt says in a timeline: `enquiry 1 of 2, overdue`."""
        claim = "claim" if self.kind.is_claim else "enquiry"
        return f"{claim} {self.attempt} of {self.at_most}, {self.situation.replace('_', ' ')}"

    def lines(self, copies: Mapping[UUID, Copy]) -> list[EnquiredLine]:
        """Returns what to ask about each line: its copies that are not settled, and what is wrong with them."""
        by_line = groupby(sorted(self.open_copies, key=_line_key), key=_line_key)
        return [self._line(key, [(each, copies[each.copy_id]) for each in group]) for key, group in by_line]

    def _line(self, line_key: str, group: Iterable[tuple[EnquiredCopy, Copy]]) -> EnquiredLine:
        asked = sorted(group, key=lambda pair: pair[1].copy_number)
        numbers = named_copies([copy.copy_number for _, copy in asked])
        since = min(each.since for each, _ in asked)
        despatch = next((copy.owed_in for _, copy in asked if copy.owed_in), "") if self.kind.is_claim else ""
        wrong = _WRONG[self.situation].format(since=since) if self.situation in _WRONG else self.reason
        advised = f", advised in despatch {despatch}" if despatch else ""
        return EnquiredLine(
            line_key=line_key,
            copy_ids=tuple(each.copy_id for each, _ in asked),
            wrong=f"{numbers} {wrong}{advised}",
            despatch_number=despatch,
        )

    def questions(self, copies: Mapping[UUID, Copy]) -> dict[str, str]:
        """Returns what each line asks a person because of this enquiry; nothing where it asks nothing."""
        if self.state is EnquiryState.EXHAUSTED:
            begins = f"{CHASED_MARK} {self.supplier_id} was asked {counted(self.attempt, 'time')} and has not settled it: "
            ends = ". Ask it by other means, or cancel."
        elif self.state is EnquiryState.OPEN and self.untold:
            begins = f"{ENQUIRY_MARK} ask {self.supplier_id}: "
            ends = f" ({self.untold}). Then say so with POST /v1/orders/{self.order_id}/supplier-told."
        else:
            return {}
        return {line.line_key: f"{begins}{line.wrong}{ends}" for line in self.lines(copies)}

    def followed(self, copies: Mapping[UUID, Copy], heard: Heard, *, by_answer: bool, at: datetime) -> Enquiry:
        """Returns the enquiry once copies have changed: by the supplier's answer (`by_answer`), or by goods or the council."""
        outcome = EnquiryState.ANSWERED if by_answer else EnquiryState.OVERTAKEN
        after = tuple(
            replace(each, outcome=outcome)
            if each.outcome is EnquiryState.OPEN and not self._waits(each, copies[each.copy_id], heard)
            else each
            for each in self.copies
        )
        is_answer = any(each.copy_id in heard.about for each in self.open_copies) or (by_answer and after != self.copies)
        changed = replace(self, copies=after, answered_at=at if is_answer else self.answered_at)
        return changed if changed.open_copies else changed.closed(at)

    def closed(self, at: datetime) -> Enquiry:
        """Returns the enquiry once none of its copies waits any more."""
        was_answered = any(each.outcome is EnquiryState.ANSWERED for each in self.copies)
        state = EnquiryState.ANSWERED if was_answered else EnquiryState.OVERTAKEN
        return replace(self, state=state, closed_at=at, next_on=None, untold="")

    def without(self, unwanted: Collection[UUID], at: datetime) -> Enquiry:
        """Returns the enquiry without copies that are not wanted from the supplier any more."""
        left = tuple(
            replace(each, outcome=EnquiryState.OVERTAKEN)
            if each.copy_id in unwanted and each.outcome is EnquiryState.OPEN
            else each
            for each in self.copies
        )
        changed = replace(self, copies=left)
        return changed if changed.open_copies else changed.closed(at)

    def _waits(self, each: EnquiredCopy, copy: Copy, heard: Heard) -> bool:
        if each.copy_id in heard.settled and self.kind.is_claim:
            return False
        if self.situation is not Situation.ASKED:
            return is_late(copy, self.situation, each.since)
        if self.kind.is_claim:
            return copy.state in OWED_AGAIN
        return is_late(copy, self.situation, each.since) and each.copy_id not in heard.about


def _line_key(copy: EnquiredCopy) -> str:
    return copy.line_key
