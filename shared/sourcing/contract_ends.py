"""Defines the end of a council's contract with a supplier in one strand, and what it does to the choice by rules. Pure.

Rules stay as they are, so that an end that is lifted or moved leaves nothing to repair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from shared.errors import Fault
from shared.sourcing.rules import SourcingRule, Trail


@dataclass(frozen=True, slots=True)
class ContractEnd:
    """A supplier's last day in one strand of a council. `next_supplier` gets what this one would get too late; None for nobody.

    It is in force until it is lifted or replaced by another one of the supplier: then its trail says who ended it.
    """

    end_id: UUID
    council: str
    supplier_id: str
    last_day: date
    next_supplier: str | None
    reason: str
    trail: Trail

    def is_over(self, on: date) -> bool:
        """Returns whether the supplier serves nothing any more on that day."""
        return on > self.last_day


@dataclass(frozen=True, slots=True)
class Contracts:
    """The contract ends of one council and strand that are in force, on a day.

    `usual_days`: days that suppliers usually need to deliver; a supplier that is not in it has not stated them.
    """

    on: date
    ends: Mapping[str, ContractEnd] = field(default_factory=dict)
    usual_days: Mapping[str, int] = field(default_factory=dict)

    def expected(self, supplier_id: str) -> date | None:
        """Returns the day on which goods ordered today usually come; None where the supplier has not stated how long it takes."""
        days = self.usual_days.get(supplier_id)
        return None if days is None else self.on + timedelta(days=days)

    def too_late(self, supplier_id: str) -> bool:
        """Returns whether what is asked of a supplier today cannot come by its last day, as far as that is known."""
        end, expected = self.ends.get(supplier_id), self.expected(supplier_id)
        return end is not None and (end.is_over(self.on) or (expected is not None and expected > end.last_day))

    def server(self, supplier_id: str) -> str | None:
        """Returns who is asked today instead of a supplier, or itself; None where its contract is over and nobody follows.

        Where nobody follows, it is asked until its last day, also for what comes too late.
        """
        asked, seen = supplier_id, {supplier_id}
        while self.too_late(asked):
            follows = self.ends[asked].next_supplier
            if follows is None or follows in seen:
                return None if self.ends[supplier_id].is_over(self.on) else supplier_id
            seen.add(follows)
            asked = follows
        return asked

    def apply(self, rules: Sequence[SourcingRule]) -> Sequence[SourcingRule]:
        """Returns the rules by which to choose today: with who is asked instead, and without rules that nobody can serve.

        A trial's rule is never served by another supplier: its figures would be those of two.
        """
        if not self.ends:
            return rules
        return [served for rule in rules if (served := self._served(rule)) is not None]

    def _served(self, rule: SourcingRule) -> SourcingRule | None:
        if rule.trial is not None:
            end = self.ends.get(rule.supplier_id)
            return None if end is not None and end.is_over(self.on) else rule
        asked = self.server(rule.supplier_id)
        return None if asked is None else replace(rule, supplier_id=asked)


def end_faults(new: ContractEnd, others: Mapping[str, ContractEnd], today: date) -> Iterator[Fault]:
    """Yields what is wrong with a new contract end. `others`: those in force, by supplier."""
    if new.last_day < today:
        text = f"{new.last_day} has passed. Name {today} or a later day, or end the supplier's rules."
        yield Fault("/last_day", "past-day", text)
    if new.next_supplier is None:
        return
    if new.next_supplier == new.supplier_id:
        yield Fault("/next_supplier", "same-supplier", "The next supplier is the one that is left. Name another one, or none.")
    elif (end := others.get(new.next_supplier)) is not None and end.last_day <= new.last_day:
        text = f"The contract with {end.supplier_id} ends on {end.last_day}, no later. Name a supplier that stays, or none."
        yield Fault("/next_supplier", "next-ends-too", text)
