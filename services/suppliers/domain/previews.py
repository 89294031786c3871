"""What reading a kept message again would apply, and what would stay held: a plan sorted for people. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from services.suppliers.contract import AdvisedLine, AdvisedParcel, Fact, ResponseFact
from services.suppliers.domain.buyers import MatchedInvoice
from services.suppliers.domain.known_lines import Held, KnownLine
from services.suppliers.domain.matching import MatchedAdvice, MatchedAnswer
from services.suppliers.domain.messages import Message
from services.suppliers.domain.plan import Part, Plan, PlannedDespatch


@dataclass(frozen=True, slots=True)
class PreviewedPart:
    """One part of a message: the fact with nothing else in it, and the ordered lines that it is about."""

    fact: Fact
    lines: tuple[KnownLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a replay would result in. `message` is as it would be afterwards, `version` the one that was read.

    `already` are the parts that were applied before, by this message or by another one: a replay leaves them alone.
    """

    message: Message
    version: int
    applied: Sequence[PreviewedPart] = ()
    already: Sequence[PreviewedPart] = ()
    held: Sequence[Held] = ()


def preview_of(message: Message, version: int, plan: Plan | None, new: Collection[Part]) -> Preview:
    """Sorts the parts of a plan into those that are `new` and the others. Without a plan, nothing would be applied."""
    if plan is None:
        return Preview(message, version)
    # By identity: two records of one file may be equal.
    applied = {id(part) for part in new}
    facts: dict[int, ResponseFact] = {id(answer): planned.fact for planned in plan.responses for answer in planned.answers}
    sorted_parts: dict[bool, list[PreviewedPart]] = {True: [], False: []}
    for part in plan.parts():
        sorted_parts[id(part) in applied].append(_previewed(part, facts))
    return Preview(message, version, sorted_parts[True], sorted_parts[False], plan.held)


def _previewed(part: Part, facts: dict[int, ResponseFact]) -> PreviewedPart:
    match part:
        case MatchedAnswer():
            return PreviewedPart(replace(facts[id(part)], lines=(part.answer,)), (part.line,))
        case PlannedDespatch():
            lines = {each.line.line_key: each.line for each in part.advice}
            fact = replace(part.fact, deliver_to=part.deliver_to.code, parcels=_parcels(part.advice))
            return PreviewedPart(fact, tuple(lines.values()))
        case MatchedInvoice():
            return PreviewedPart(replace(part.fact, lines=part.lines), part.known)
        case _:
            return PreviewedPart(part.fact)


def _parcels(advice: Sequence[MatchedAdvice]) -> tuple[AdvisedParcel, ...]:
    """Returns the parcels with the lines of one council and place."""
    by_parcel: dict[str, list[AdvisedLine]] = defaultdict(list)
    for each in advice:
        by_parcel[each.parcel_id].append(each.advised)
    return tuple(AdvisedParcel(parcel_id, tuple(lines)) for parcel_id, lines in by_parcel.items())
