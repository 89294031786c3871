"""What a message's facts come to, once their lines are found: what can be applied, and what is held. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from services.suppliers.contract import DespatchFact, Fact, RecordFact, ResponseFact
from services.suppliers.matching import (
    Held,
    Hub,
    KnownLine,
    KnownLines,
    MatchedAdvice,
    MatchedAnswer,
    find_place,
    match_despatch,
    match_response,
)
from shared.contracts.base import Place


@dataclass(frozen=True, slots=True)
class PlannedResponse:
    """Answers of one response fact; `place` is the fact's position in the message."""

    place: int
    fact: ResponseFact
    answers: Sequence[MatchedAnswer]


@dataclass(frozen=True, slots=True)
class PlannedDespatch:
    """Advised goods of one council for one place."""

    fact: DespatchFact
    deliver_to: Place
    advice: Sequence[MatchedAdvice]


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """A record; `place` is the fact's position in the message."""

    place: int
    fact: RecordFact


@dataclass(slots=True)
class Plan:
    """Everything one message comes to."""

    responses: list[PlannedResponse] = field(default_factory=list)
    despatches: list[PlannedDespatch] = field(default_factory=list)
    records: list[PlannedRecord] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)

    def lines(self) -> Iterator[KnownLine]:
        """The ordered lines that the message is about."""
        for response in self.responses:
            yield from (answer.line for answer in response.answers)
        for despatch in self.despatches:
            yield from (advice.line for advice in despatch.advice)

    @property
    def has_anything(self) -> bool:
        """Whether some part can be applied."""
        return bool(self.responses or self.despatches or self.records)


def plan_for(facts: Iterable[Fact], known: KnownLines, hub: Hub) -> Plan:
    """Decide what becomes of each fact."""
    plan = Plan()
    for place, fact in enumerate(facts):
        if isinstance(fact, RecordFact):
            plan.records.append(PlannedRecord(place, fact))
        elif isinstance(fact, ResponseFact):
            answers, held = match_response(fact, known)
            plan.held += held
            if answers:
                plan.responses.append(PlannedResponse(place, fact, answers))
        elif isinstance(fact, DespatchFact):
            _plan_despatch(plan, fact, known, hub)
        else:
            plan.held.append(Held(f"a {type(fact).__name__} is not applied yet"))
    return plan


def _plan_despatch(plan: Plan, fact: DespatchFact, known: KnownLines, hub: Hub) -> None:
    """Goods of several councils are several despatches to us: no council learns of another's."""
    advice, held = match_despatch(fact, known)
    plan.held += held
    by_council: dict[str, list[MatchedAdvice]] = defaultdict(list)
    for matched in advice:
        by_council[matched.line.council].append(matched)
    for group in by_council.values():
        deliver_to = find_place(fact, [matched.line for matched in group], hub)
        if isinstance(deliver_to, Held):
            plan.held.append(deliver_to)
        else:
            plan.despatches.append(PlannedDespatch(fact, deliver_to, group))
