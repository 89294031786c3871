"""Defines sourcing rules, and which of several rules decides. Pure: must not know tables or requests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Strand(StrEnum):
    """What a rule sources. A council may leave a supplier on one strand and stay with it on another."""

    ORDERING = "ordering"
    CATALOGUE = "catalogue"
    DELIVERY = "delivery"


class Mode(StrEnum):
    """Whether a rule is permanent or a trial. Both decide the same way; the mode only informs people."""

    LIVE = "live"
    PILOT = "pilot"


@dataclass(frozen=True, slots=True)
class SourcingRule:
    """States that one supplier serves one scope of a strand. A branch or material of None means any.

    The first day is `valid_from`; `valid_to` is the first day on which the rule no longer applies.
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
        """Returns whether the rule applies to this branch and material on that day."""
        if on < self.valid_from or (self.valid_to is not None and on >= self.valid_to):
            return False
        return self.branch in (None, branch) and self.material in (None, material)


def deciding_rule(rules: Iterable[SourcingRule], *, branch: str, material: str, on: date) -> SourcingRule | None:
    """Returns the rule that decides among the rules of one council and strand, or None if no rule applies.

    The most specific rule wins:

        rank   branch   material
        1      named    named
        2      named    any
        3      any      named
        4      any      any        (the whole council)

    Within a rank, the later `valid_from` wins, then the greater rule id, so that the result never depends on the order.
    """
    covering = (rule for rule in rules if rule.covers(branch=branch, material=material, on=on))
    return max(covering, key=_weight, default=None)


def choose(rules: Iterable[SourcingRule], *, branch: str, material: str, on: date) -> str | None:
    """Returns the id of the supplier that `deciding_rule` chooses, or None."""
    rule = deciding_rule(rules, branch=branch, material=material, on=on)
    return None if rule is None else rule.supplier_id


def _weight(rule: SourcingRule) -> tuple[bool, bool, date, int]:
    return rule.branch is not None, rule.material is not None, rule.valid_from, rule.rule_id.int
