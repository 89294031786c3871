"""What a council may not have meant by a rule or a switch: a live rule may take its scope out of a trial. Pure.

Nothing is refused because of it. Must not know tables or requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from shared.sourcing.rules import Rule, SourcingRule, Trial, deciding_rule, scope_text
from shared.sourcing.trials import R

# Rules, the fields of a scope (empty for any) and a day -> the rule that decides.
Decide = Callable[[Sequence[R], Mapping[str, str], date], R | None]


class RuleCode(StrEnum):
    """`out-of-trial`: a trial no longer draws for some of its scope. `same-first-day`: a third supplier's rule decides."""

    OUT_OF_TRIAL = "out-of-trial"
    SAME_FIRST_DAY = "same-first-day"


class RuleWarning(BaseModel):
    """Something that the council may not have meant; it is done all the same."""

    model_config = ConfigDict(frozen=True)

    code: RuleCode = Field(description="Names the kind of warning, for programs")
    detail: str = Field(
        description="For people: what is done, from which day on, and how to avoid it",
        examples=["From 2026-12-01, trial 'spring-crime' no longer draws for branch IPSW: a live rule decides there."],
    )


class Warned(BaseModel):
    """What is answered with warnings."""

    warnings: Sequence[RuleWarning] = Field(
        description="What the council may not have meant; nothing is refused for it. `out-of-trial`: from a day on, a trial no "
        "longer draws for some of its scope. `same-first-day`, of switches: a third supplier's rule begins with it, and decides"
    )


def deciding_sourcing(rules: Sequence[SourcingRule], scope: Mapping[str, str], on: date) -> SourcingRule | None:
    """Returns the sourcing rule that decides for a scope, as `out_of_trials` asks."""
    return deciding_rule(rules, branch=scope["branch"], material=scope["material"], on=on)


def out_of_trials(added: Iterable[R], before: Sequence[R], after: Sequence[R], decide: Decide[R], on: date) -> list[RuleWarning]:
    """Returns what new rules take out of trials on the day `on` or later: what a trial's rule would decide, and they do.

    `before` and `after` are all rules of the council and strand, as they were and with all that changes.
    """
    if not any(rule.trial for rule in before):
        return []
    now_or_later = [[rule for rule in rules if rule.valid_to is None or rule.valid_to > on] for rules in (before, after)]
    found: dict[RuleWarning, None] = {}
    for rule in added:
        meeting = [[other for other in rules if other.meets(rule)] for rules in now_or_later]
        for piloting in meeting[0] if rule.trial is None else ():
            if piloting.trial is not None:
                day = _taken_from(piloting, rule, meeting, decide, on)
                found |= {} if day is None else {_out_of_trial(piloting.trial, rule, _common(rule, piloting), day): None}
    return list(found)


def _common(rule: Rule, other: Rule) -> dict[str, str]:
    """Returns the scope that both have in common; empty for any."""
    return {name: getattr(rule, name) or getattr(other, name) or "" for name in rule.SCOPE}


def _taken_from(piloting: R, rule: R, meeting: Sequence[Sequence[R]], decide: Decide[R], on: date) -> date | None:
    """Returns the first day on which a rule decides in the common scope where the trial would have drawn; None for no day."""
    scope = _common(rule, piloting)
    both = [[other for other in rules if other.meets(piloting)] for rules in meeting]
    days = _days(both, max(on, rule.valid_from, piloting.valid_from))
    taken = (day for day in days if _takes(rule, piloting.trial, [decide(rules, scope, day) for rules in both]))
    return next(taken, None)


def _days(rules: Iterable[Iterable[Rule]], first: date) -> list[date]:
    """Returns the days from the first one on at which another rule may decide."""
    named = (day for some in rules for rule in some for day in (rule.valid_from, rule.valid_to))
    return sorted({first, *(day for day in named if day is not None and day > first)})


def _takes(rule: Rule, trial: Trial | None, decided: Sequence[Rule | None]) -> bool:
    """Returns whether a rule decides where the trial's did; `decided` is what did before, and what does now."""
    before, now = decided
    drew = before is not None and before.trial is not None and before.trial == trial
    return drew and now is not None and now.rule_id == rule.rule_id


def _out_of_trial(trial: Trial, rule: Rule, scope: Mapping[str, str], day: date) -> RuleWarning:
    days = f"From {day}{f' until before {rule.valid_to}' if rule.valid_to else ''}"
    text = (
        f"{days}, trial {trial.name!r} no longer draws for {scope_text(scope)}: a live rule for {getattr(rule, rule.SAYS[0])} "
        "begins later than the trial's or names more, and decides there. What was drawn stays in evidence. To keep the trial, "
        "leave this out, or let it begin when the trial has ended."
    )
    return RuleWarning(code=RuleCode.OUT_OF_TRIAL, detail=text)
