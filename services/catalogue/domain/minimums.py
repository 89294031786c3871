"""A council's own minimum for records, from a day on, and what is wrong with one. Pure: no table, no event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.catalogue.domain.scoring import DEFAULT, Check, Minimum, Rule
from shared.errors import DomainError, Fault, Kind
from shared.records import CopyData, Description, FullnessLevel, SubjectScheme

DEFAULT_ID = 0
"""Stands for the project's own minimum, where a row names the minimum that it was made by."""

PROJECT = "stockbridge"


@dataclass(frozen=True, slots=True)
class SetMinimum:
    """The minimum of a council from a day on, and who set it when; `own` is None where the council returns to the default."""

    number: int
    council: str
    valid_from: date | None
    own: Minimum | None
    set_by: str
    set_at: datetime | None

    @property
    def minimum(self) -> Minimum:
        """The minimum that records are judged by."""
        return self.own or DEFAULT


def by_default(council: str) -> SetMinimum:
    """Returns the minimum of a council that set none."""
    return SetMinimum(DEFAULT_ID, council, None, None, PROJECT, None)


def planned(later: Iterable[SetMinimum]) -> list[SetMinimum]:
    """Returns the minimums that will begin, by day; of several for one day, the one set last."""
    last = {each.valid_from: each for each in sorted(later, key=lambda each: each.number)}
    return [last[day] for day in sorted(day for day in last if day is not None)]


# What the values of a check may be; a check that is not named takes none.
_KNOWN: Mapping[Check, Collection[str]] = {
    Check.STATES: Description.__dataclass_fields__,
    Check.SUBJECT: frozenset(SubjectScheme),
    Check.LEVEL: frozenset(FullnessLevel),
    Check.COPIES: CopyData.__dataclass_fields__,
}
# Here no value is the weakest rule: barcodes differ.
_MAY_BE_EMPTY = frozenset({Check.COPIES})


def check_minimum(own: Minimum | None, valid_from: date, today: date) -> None:
    """Raises DomainError (422) with every fault of a minimum; each names its rule and, as pointer, its field."""
    faults = [*_faults_of_day(valid_from, today), *(faults_of(own.rules) if own is not None else ())]
    if faults:
        raise DomainError("invalid-minimum", faults[0].detail, Kind.INVALID, faults)


def _faults_of_day(valid_from: date, today: date) -> Iterator[Fault]:
    if valid_from < today:
        detail = f"A minimum begins today ({today}) or later: records of earlier days were judged by the one before."
        yield Fault("/valid_from", "day-in-the-past", detail)


def faults_of(rules: Sequence[Rule]) -> Iterator[Fault]:
    """Yields what is wrong with rules: a code twice, and values that are missing or that no record has."""
    times = Counter(rule.code for rule in rules)
    for place, rule in enumerate(rules):
        if times[rule.code] > 1:
            detail = f"Rule {rule.code}: {times[rule.code]} rules have this code; give each its own."
            yield Fault(f"/rules/{place}/code", "code-used-twice", detail)
        yield from _faults_of_values(place, rule)


def _faults_of_values(place: int, rule: Rule) -> Iterator[Fault]:
    known = _KNOWN.get(rule.check, ())
    if known and not rule.values and rule.check not in _MAY_BE_EMPTY:
        detail = f"Rule {rule.code}: the check {rule.check.value!r} needs values, such as {min(known)!r}."
        yield Fault(f"/rules/{place}/values", "values-missing", detail)
    for number, value in enumerate(rule.values):
        if not known:
            detail = f"Rule {rule.code}: the check {rule.check.value!r} takes no values."
            yield Fault(f"/rules/{place}/values/{number}", "value-not-taken", detail)
        elif value not in known:
            detail = f"Rule {rule.code}: a record has no {value!r}; known: {', '.join(sorted(known))}."
            yield Fault(f"/rules/{place}/values/{number}", "unknown-value", detail)
