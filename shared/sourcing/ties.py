"""Refuses a rule that nothing but its id would rank beside another one. Pure: must not know tables or requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from shared.errors import Fault
from shared.sourcing.rules import Rule


def tie_faults(new: Rule, others: Iterable[Rule], on: date) -> Iterator[Fault]:
    """Yields a fault for each rule that has the scope and first day of a new one, and applies on the day `on` or later.

    Two live rules tie, and two of trials; of a live rule and a trial's, the trial's decides.
    """
    for other in others:
        if new.ties(other, on):
            yield Fault("/valid_from", "same-first-day", _same_first_day(other))


def _same_first_day(other: Rule) -> str:
    scope = ", ".join(name.removesuffix("_id") for name in other.SCOPE)
    return (
        f"Rule {other.rule_id} for {getattr(other, other.SAYS[0])} has the same {scope} and first day: nothing would say which "
        f"of both decides. End it with DELETE {other.PATH}/{other.rule_id}, or name another first day: the later one decides."
    )
