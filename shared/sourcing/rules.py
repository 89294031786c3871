"""Defines what rules of all strands have alike, sourcing rules, and which of several decides. Pure: no tables, no requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from shared.contracts.trials import DrawUnit


class Strand(StrEnum):
    """What a rule sources. A council may leave a supplier on one strand and stay with it on another."""

    ORDERING = "ordering"
    CATALOGUE = "catalogue"
    DELIVERY = "delivery"


class Mode(StrEnum):
    """Whether a rule is permanent, or part of a trial: a pilot rule decides for the units that its trial draws.

    Pilot rules of an earlier release name no trial: they decide as live ones do.
    """

    LIVE = "live"
    PILOT = "pilot"


@dataclass(frozen=True, slots=True)
class Trial:
    """How a trial draws: the share (0 to 1, exact) of units that its pilot rules serve. All rules of a trial state the same."""

    name: str
    share: Decimal
    unit: DrawUnit
    seed: str = ""


class Rule:
    """What rules of all strands have: a scope, days, a mode, perhaps a trial. Each strand's class adds the rest.

    `SCOPE` names the fields of the scope, of which None means any; `SAYS`, what the rule says of it; `PATH` is where rules are
    kept. The first day is `valid_from`; `valid_to` is the first day on which the rule no longer applies.
    """

    __slots__ = ()
    SCOPE: ClassVar[tuple[str, ...]] = ("branch", "material")
    SAYS: ClassVar[tuple[str, ...]] = ("supplier_id",)
    PATH: ClassVar[str] = "/v1/sourcing-rules"

    rule_id: UUID
    council: str
    supplier_id: str | None
    branch: str | None
    material: str | None
    valid_from: date
    valid_to: date | None
    mode: Mode
    trial: Trial | None

    @property
    def ever_applies(self) -> bool:
        """Whether there is a day on which the rule applies: not where it was ended before it began."""
        return self.valid_to is None or self.valid_to > self.valid_from

    def applies(self, on: date) -> bool:
        """Returns whether the rule applies to its scope on that day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def meets(self, other: Rule) -> bool:
        """Returns whether there may be something in the scopes of both, whatever their days."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.SCOPE)
        return all(None in pair or pair[0] == pair[1] for pair in pairs)

    @property
    def precedence(self) -> tuple[date, bool, int]:
        """What decides among rules that name as much: the later first day, then a trial's, which would never draw otherwise.

        Then the greater rule id, so that the result never depends on the order. Ids are random, and nothing else says which of
        two rules is the later one: where an earlier release took both, chance has chosen, and the choice stays. No new rule is
        taken that only its id would rank.
        """
        return self.valid_from, self.trial is not None, self.rule_id.int

    def ties(self, other: Rule, on: date) -> bool:
        """Returns whether only their ids say which of both decides, on the day `on` or later.

        They have the same scope and first day.
        """
        same = (*self.SCOPE, "valid_from")
        alike = (self.trial is None) is (other.trial is None) and all(
            getattr(self, name) == getattr(other, name) for name in same
        )
        first = max(on, self.valid_from)
        return alike and self.applies(first) and other.applies(first)

    def repeats(self, other: Rule, on: date) -> bool:
        """Returns whether both say the same of one scope on the same days, whoever made them and why."""
        return self.ties(other, on) and all(
            getattr(self, name) == getattr(other, name) for name in (*self.SAYS, "valid_to", "mode", "trial")
        )


def scope_text(scope: Mapping[str, str | None]) -> str:
    """Returns a scope, by the names of its fields, in words; what names nothing is any."""
    return ", ".join(f"{name.removesuffix('_id')} {named or 'any'}" for name, named in scope.items())


@dataclass(frozen=True, slots=True)
class Ending:
    """Who ends a rule, when, why, and who approved it as the second person; None where none was needed."""

    by: str
    at: datetime
    reason: str = ""
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Trail:
    """The audit trail of a rule of any strand: who made it, who ended it, when and why. It decides nothing.

    `approved_by` and `end_approved_by` are the second persons; None where none was needed.
    """

    created_by: str = ""
    approved_by: str | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    ended_reason: str = ""
    end_approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class SourcingRule(Rule):
    """States that one supplier serves one scope of a strand. A branch or material of None means any.

    `reason` is why it was made.
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
    trial: Trial | None = None
    reason: str = ""
    trail: Trail = Trail()

    def covers(self, *, branch: str, material: str, on: date) -> bool:
        """Returns whether the rule applies to this branch and material on that day."""
        return self.applies(on) and self.branch in (None, branch) and self.material in (None, material)


def deciding_rule(rules: Iterable[SourcingRule], *, branch: str, material: str, on: date) -> SourcingRule | None:
    """Returns the rule that decides among the rules of one council and strand, or None if no rule applies.

    The most specific rule wins:

        rank   branch   material
        1      named    named
        2      named    any
        3      any      named
        4      any      any        (the whole council)

    Within a rank, `Rule.precedence` decides.
    """
    covering = (rule for rule in rules if rule.covers(branch=branch, material=material, on=on))
    return max(covering, key=_weight, default=None)


def _weight(rule: SourcingRule) -> tuple[bool, bool, date, bool, int]:
    return rule.branch is not None, rule.material is not None, *rule.precedence
