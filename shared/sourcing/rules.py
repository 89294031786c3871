"""What a sourcing rule is, and which of several decides. Pure: knows no table and no request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Strand(StrEnum):
    """What is sourced. A council may leave a supplier on one strand and stay on another."""

    ORDERING = "ordering"
    CATALOGUE = "catalogue"
    DELIVERY = "delivery"


class Mode(StrEnum):
    """Whether a rule is settled or on trial. Both decide alike; the mark is for people and pages."""

    LIVE = "live"
    PILOT = "pilot"


@dataclass(frozen=True, slots=True)
class SourcingRule:
    """One supplier serves one scope of a strand. No branch or no material means any.

    The first day is `valid_from`; `valid_to` is the first day on which the rule no longer holds.
    """

    rule_id: UUID
    council: str
    strand: Strand
    supplier_id: str
    branch: str | None
    material: str | None
    valid_from: date
    valid_to: date | None
    mode: Mode

    def covers(self, *, branch: str, material: str, on: date) -> bool:
        """Whether the rule speaks of this branch and material on that day."""
        if on < self.valid_from or (self.valid_to is not None and on >= self.valid_to):
            return False
        return self.branch in (None, branch) and self.material in (None, material)


def deciding_rule(rules: Iterable[SourcingRule], *, branch: str, material: str, on: date) -> SourcingRule | None:
    """The rule that decides among the rules of one council and strand, or none where no rule covers the case.

    The most specific rule wins:

        rank   branch   material
        1      named    named
        2      named    any
        3      any      named
        4      any      any        (the whole council)

    Among equals the later `valid_from` wins, then the greater rule id, so that the answer never depends on order.
    """
    covering = (rule for rule in rules if rule.covers(branch=branch, material=material, on=on))
    return max(covering, key=_weight, default=None)


def choose(rules: Iterable[SourcingRule], *, branch: str, material: str, on: date) -> str | None:
    """Id of the supplier that serves the case, by `deciding_rule`."""
    rule = deciding_rule(rules, branch=branch, material=material, on=on)
    return None if rule is None else rule.supplier_id


def _weight(rule: SourcingRule) -> tuple[bool, bool, date, int]:
    return rule.branch is not None, rule.material is not None, rule.valid_from, rule.rule_id.int
