"""What lines ask of a person because of offers: to decide, and then perhaps to tell the supplier. Pure.

While a decision is open, the line's `attention` asks its questions, whatever else the line asks. Once it is answered, `attention`
asks to tell the supplier, where the supplier takes no answers from us.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from services.orders.domain.copies import Change, Copy
from services.orders.domain.decisions import OFFER_MARK, OFFERED, WILL_BE_SUPPLIED, Decision, DecisionState
from services.orders.domain.enquiries import CHASED_MARK, ENQUIRY_MARK
from services.orders.domain.open_order import OpenOrder
from services.orders.domain.statuses import LINE_STATUSES
from services.orders.domain.switching import ROUTE_MARK, SWITCH_MARK
from shared.contracts.decisions import OfferKind


class AskKind(StrEnum):
    """What a line asks of a person, and what settles it: a decision about an offer, or something else."""

    SUBSTITUTE = "substitute"
    PRICE = "price"
    TELL_SUPPLIER = "tell_supplier"
    SWITCH = "switch"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that a line asks beside its offers. `calls`: the paths of the calls that settle it; empty where none does."""

    kind: AskKind
    text: str
    calls: tuple[str, ...]


_KINDS = {
    OFFER_MARK: AskKind.TELL_SUPPLIER,
    SWITCH_MARK: AskKind.SWITCH,
    ROUTE_MARK: AskKind.TELL_SUPPLIER,
    ENQUIRY_MARK: AskKind.TELL_SUPPLIER,
    CHASED_MARK: AskKind.OTHER,
}
_CALL = re.compile(r"POST (/v1/[\w/-]+)")
# A decision about any substitute settles these.
_SUBSTITUTE_QUESTIONS = tuple(LINE_STATUSES[code].attention for code in (WILL_BE_SUPPLIED, OFFERED))


def overtaken(order: OpenOrder, changes: Sequence[Change], changed: Mapping[UUID, Decision]) -> dict[UUID, Decision]:
    """Returns the decisions of an order about which nothing is left to decide, once changes are made.

    `changed` are decisions that the changes bring, or change.
    """
    decisions = {**order.decisions, **changed}
    if not any(decision.is_open for decision in decisions.values()):
        return {}
    copies = order.copies_by_id() | {change.after.copy_id: change.after for change in changes}
    return {
        decision_id: replace(decision, state=DecisionState.OVERTAKEN)
        for decision_id, decision in decisions.items()
        if decision.is_open and decision.is_overtaken(copies)
    }


def asking_to_decide(order: OpenOrder, decisions: Mapping[UUID, Decision], attention: Mapping[str, str]) -> Mapping[str, str]:
    """Returns what lines ask of a person, with what their decisions ask.

    `attention`: what they ask by now, by line key; other lines go on asking what they ask.
    """
    asked = dict(attention)
    copies = order.copies_by_id() if decisions else {}
    oldest_first = sorted(decisions.values(), key=lambda decision: (decision.asked_at, decision.decision_id))
    for key in sorted({decision.line_key for decision in oldest_first}):
        before = order.lines[key].attention
        text = _asking(attention.get(key, before), [each for each in oldest_first if each.line_key == key], copies)
        if key in attention or text != before:
            asked[key] = text
    return asked


def _asking(attention: str, decisions: Sequence[Decision], copies: Mapping[UUID, Copy]) -> str:
    """Puts the questions of decisions before those of switches and routes, and leaves out those that are settled."""
    marks = [at for mark in (SWITCH_MARK, ROUTE_MARK) if (at := attention.find(mark)) >= 0]
    place = min(marks, default=len(attention))
    base, rest = attention[:place], attention[place:]
    base = without_questions(base, decisions)
    asks = [question for decision in decisions if decision.is_open for question in decision.offer.questions]
    asks += [decision.asks_to_tell(copies) for decision in decisions]
    return " ".join(filter(None, (base, *dict.fromkeys(asks), rest.strip())))


def without_questions(base: str, decisions: Iterable[Decision]) -> str:
    """Returns what a line asks before marks of switches and routes, without what its decisions ask."""
    settled = list(decisions)
    asked = [question for decision in settled for question in decision.offer.questions]
    if any(decision.offer.kind is OfferKind.SUBSTITUTE for decision in settled):
        asked += _SUBSTITUTE_QUESTIONS
    for question in asked:
        base = base.replace(question, "")
    return " ".join(base.partition(OFFER_MARK)[0].split())


def asks_beside(attention: str, decisions: Sequence[Decision]) -> list[Ask]:
    """Returns what a line asks beside the offers that wait for an answer: `attention`, taken apart."""
    starts = sorted((at, mark) for mark in _KINDS if (at := attention.find(mark)) >= 0)
    places = [*(at for at, _ in starts), len(attention)]
    own = without_questions(attention[: places[0]], decisions)
    asks = [Ask(AskKind.OTHER, own, ())] if own else []
    for (at, mark), end in zip(starts, places[1:], strict=True):
        text = attention[at:end].strip()
        asks.append(Ask(_KINDS[mark], text, tuple(dict.fromkeys(_CALL.findall(text)))))
    return asks
