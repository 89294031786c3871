"""Decides what a trial's pilot rules serve: draws an arm for each unit, and refuses trials that cannot be told apart.

Pure: must not know tables or requests. docs/decisions/0026 says why arms are drawn by a digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache, partial
from math import ceil
from typing import Any, Generic, NamedTuple, TypeVar

from shared.contracts.delivery import DeliveryRuleChanged
from shared.contracts.rules import SupplierRuleChanged
from shared.contracts.trials import Arm, DrawUnit, TrialArm, TrialTerms
from shared.errors import Fault
from shared.sourcing.rules import Mode, Rule, SourcingRule, Strand, Trial, deciding_rule, scope_text

RuleEvent = TypeVar("RuleEvent", bound=SupplierRuleChanged | DeliveryRuleChanged)
R = TypeVar("R", bound=Rule)
Chosen = TypeVar("Chosen")


class Units(NamedTuple):
    """What names the unit of each kind: a council's own numbers, never ids of ours, so that a repeated request draws the same."""

    line: tuple[str, ...]
    order: tuple[str, ...]

    def of(self, trial: Trial) -> tuple[str, ...]:
        """Returns the unit that a trial draws."""
        return self.order if trial.unit is DrawUnit.ORDER else self.line


class Choice(NamedTuple):
    """The supplier that the rules choose; None where no rule applies. `trial` where a trial covers it: None then says that the
    control arm has no rule.
    """

    supplier_id: str | None
    trial: TrialArm | None = None


# Branch, material and units -> what the rules choose.
Chooser = Callable[[str, str, Units], Choice]


@dataclass(frozen=True, slots=True)
class Deciding(Generic[R]):
    """The rule that decides for a scope, and, where it is a trial's, the one that decides for the control arm."""

    rule: R | None
    control: R | None = None

    @property
    def trial(self) -> Trial | None:
        """The trial that covers the scope; None where none does."""
        return None if self.rule is None else self.rule.trial

    def of(self, arm: Arm) -> R | None:
        """Returns the rule of an arm; without a trial, that of the pilot arm is the rule itself."""
        return self.rule if arm is Arm.PILOT else self.control

    def drawn(self, arm: Arm) -> TrialArm | None:
        """Returns what a copy in an arm carries; None without a trial."""
        return None if self.trial is None else TrialArm(trial=self.trial.name, arm=arm)


def deciding_by(decide: Callable[[Iterable[R]], R | None], rules: Collection[R]) -> Deciding[R]:
    """Returns what decides for a scope among the rules of one council and strand. `decide`: which of several rules does.

    The rule that decides says whether there is a trial: a more specific live rule takes its scope out of the trial's. The control
    arm is served as if the trial had no rules.
    """
    rule = decide(rules)
    if rule is None or rule.trial is None:
        return Deciding(rule)
    others = (one for one in rules if one.trial is None or one.trial.name != rule.trial.name)
    return Deciding(rule, decide(others))


def deciding(rules: Sequence[SourcingRule], *, branch: str, material: str, on: date) -> Deciding[SourcingRule]:
    """Returns what decides for a branch and material among the sourcing rules of one council and strand."""
    return deciding_by(partial(deciding_rule, branch=branch, material=material, on=on), rules)


def chooser(rules: Sequence[SourcingRule], *, council: str, on: date) -> Chooser:
    """Returns the choice by the rules of one council, strand and day."""

    def find(branch: str, material: str) -> Deciding[SourcingRule]:
        return deciding(rules, branch=branch, material=material, on=on)

    choose = choosing(find, _choice, council=council)
    return lambda branch, material, units: choose(units, branch, material)


def _choice(rule: SourcingRule | None, drawn: TrialArm | None) -> Choice:
    return Choice(None if rule is None else rule.supplier_id, drawn)


def choosing(
    find: Callable[..., Deciding[R]], made: Callable[[R | None, TrialArm | None], Chosen], *, council: str
) -> Callable[..., Chosen]:
    """Returns what is chosen for units and a scope, which is given as texts: `made` of the rule of the unit's arm, and the arm.

    It finds the rules for a scope once (`find`), and draws once for a unit.
    """

    @cache
    def drawer(trial: Trial) -> Callable[[Units], Arm]:
        drawn = cache(partial(draw, trial, council))
        return lambda units: drawn(units.of(trial))

    @cache
    def found(*scope: str) -> tuple[Chosen, Chosen, Callable[[Units], Arm] | None]:
        decided = find(*scope)
        pilot, control = (made(decided.of(arm), decided.drawn(arm)) for arm in (Arm.PILOT, Arm.CONTROL))
        return pilot, control, None if decided.trial is None else drawer(decided.trial)

    def choose(units: Units, *scope: str) -> Chosen:
        pilot, control, drawn = found(*scope)
        return pilot if drawn is None or drawn(units) is Arm.PILOT else control

    return choose


def draw(trial: Trial, council: str, unit: tuple[str, ...]) -> Arm:
    """Returns the arm of a unit, always the same: pilot where the number of its digest's first 8 bytes is below the share."""
    parts = [part.encode() for part in (council, trial.name, trial.seed, *unit)]
    # With their lengths, no two lists of parts give the same bytes.
    digest = hashlib.sha256(b"".join(len(part).to_bytes(4) + part for part in parts)).digest()
    return Arm.PILOT if int.from_bytes(digest[:8]) < _threshold(trial.share) else Arm.CONTROL


@lru_cache(maxsize=1_000)
def _threshold(share: Decimal) -> int:
    """Returns the lowest number that is not below share * 2^64. Exact: a share of 1 takes every number, 0 none."""
    return ceil(Fraction(share) * 2**64)


def share_text(share: Decimal) -> str:
    """Returns a share as events and answers state it: without an exponent, and without zeros at its end."""
    return format(share.normalize(), "f")


def rule_event(event: type[RuleEvent], rule: Rule, **own: Any) -> RuleEvent:
    """Returns a strand's event of a rule that is new or was ended; `own` is what the strand states besides."""
    return event(
        council=rule.council,
        rule_id=rule.rule_id,
        supplier_id=rule.supplier_id,
        branch=rule.branch,
        material=rule.material,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        pilot=rule.mode is Mode.PILOT,
        trial=terms_of(rule.trial),
        **own,
    )


def terms_of(trial: Trial | None) -> TrialTerms | None:
    """Returns a trial as events state it."""
    if trial is None:
        return None
    return TrialTerms(name=trial.name, share=share_text(trial.share), unit=trial.unit, seed=trial.seed)


def stated_trial(terms: TrialTerms | None) -> Trial | None:
    """Returns the trial that an event states."""
    return None if terms is None else Trial(terms.name, Decimal(terms.share), terms.unit, terms.seed)


class TrialState(StrEnum):
    """State of a trial, by the days of its rules."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class TrialRules(Generic[R]):
    """A trial with all of its rules, past and future ones too; at least one."""

    trial: Trial
    rules: tuple[R, ...]

    @property
    def first_day(self) -> date | None:
        """The first day on which a rule applies; None where all were ended before they began."""
        return min((rule.valid_from for rule in self._applying), default=None)

    @property
    def last_day(self) -> date | None:
        """The last day on which a rule applies; None where one has no end, or all were ended before they began."""
        ends = [rule.valid_to for rule in self._applying]
        known = [end for end in ends if end is not None]
        return date.fromordinal(max(known).toordinal() - 1) if known and len(known) == len(ends) else None

    def state(self, on: date) -> TrialState:
        """Returns the state on a day. A trial between two rules is planned."""
        if any(rule.applies(on) for rule in self.rules):
            return TrialState.RUNNING
        return TrialState.PLANNED if any(rule.valid_from > on for rule in self._applying) else TrialState.ENDED

    @property
    def _applying(self) -> list[R]:
        return [rule for rule in self.rules if rule.ever_applies]


def trials_of(rules: Iterable[R]) -> list[TrialRules[R]]:
    """Returns the trials that rules belong to, by name, each with its rules in their order."""
    found: dict[str, tuple[Trial, list[R]]] = {}
    for rule in rules:
        if rule.trial is not None:
            # The first rule's: all rules of a trial state the same.
            found.setdefault(rule.trial.name, (rule.trial, []))[1].append(rule)
    return [TrialRules(trial, tuple(of_trial)) for _, (trial, of_trial) in sorted(found.items())]


def mode_faults(rule: SourcingRule) -> Iterator[Fault]:
    """Yields what is wrong with a new rule's mode and trial, whatever other rules there are."""
    yield from pilot_faults(rule)
    if rule.strand is Strand.CATALOGUE and rule.trial is not None and rule.trial.unit is DrawUnit.ORDER:
        text = "Records are asked for once for a book, not for each order: send `unit` `line`. Each ISBN is drawn."
        yield Fault("/trial/unit", "unit-not-drawn", text)


def pilot_faults(rule: Rule) -> Iterator[Fault]:
    """Yields a fault for a pilot rule without a trial, and for a live rule with one."""
    if rule.mode is Mode.PILOT and rule.trial is None:
        text = (
            "A pilot rule belongs to a trial: send `trial` with `name`, `share` and `unit`. For all orders, send `mode` `live`."
        )
        yield Fault("/trial", "trial-missing", text)
    if rule.mode is Mode.LIVE and rule.trial is not None:
        yield Fault("/trial", "trial-of-live-rule", "A live rule has no trial: leave `trial` out, or send `mode` `pilot`.")


def trial_faults(new: R, others: Iterable[R]) -> Iterator[Fault]:
    """Yields what keeps a new rule out of its trial: another share, unit or seed, or the scope of another trial.

    `others` are all rules of trials of the same council and strand, past and future ones too.
    """
    for found in trials_of(others):
        if new.trial is None:
            return
        if new.trial.name == found.trial.name:
            yield from _other_terms(new.trial, found.trial, found.rules[0])
        elif overlapping := next((rule for rule in found.rules if _overlap(new, rule)), None):
            yield Fault("/trial", "overlapping-trials", _overlapping(found.trial, overlapping))


def _other_terms(new: Trial, first: Trial, rule: Rule) -> Iterator[Fault]:
    stated = {"share": share_text(first.share), "unit": first.unit.value, "seed": first.seed}
    for field, value in stated.items():
        if getattr(new, field) != getattr(first, field):
            text = (
                f"Rule {rule.rule_id} of trial {new.name!r} has the {field} {value!r}: all rules of a trial state the same. "
                "Send that, or give the trial another name."
            )
            yield Fault(f"/trial/{field}", "other-terms", text)


def _overlapping(trial: Trial, rule: Rule) -> str:
    scope = scope_text({name: getattr(rule, name) for name in rule.SCOPE})
    named = ", ".join(name.removesuffix("_id") for name in rule.SCOPE)
    days = f"from {rule.valid_from} {f'until before {rule.valid_to}' if rule.valid_to else 'without an end'}"
    return (
        f"Trial {trial.name!r} covers some of this, by rule {rule.rule_id} ({scope}, {days}): its figures and yours would mix. "
        f"Choose another {named} or period, or end it with POST /v1/trials/{trial.name}/end."
    )


def _overlap(one: Rule, other: Rule) -> bool:
    """Returns whether there may be something, and a day, to which both rules apply."""
    if not (one.meets(other) and one.ever_applies and other.ever_applies):
        return False
    return _begins_before_end(one, other) and _begins_before_end(other, one)


def _begins_before_end(one: Rule, other: Rule) -> bool:
    return other.valid_to is None or one.valid_from < other.valid_to
