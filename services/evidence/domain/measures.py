"""How well copies were supplied: what is counted of a group of copies, and its measures, each with its uncertainty. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from services.evidence.domain.intervals import (
    Estimate,
    difference_of_means,
    difference_of_proportions,
    mean,
    per_thousand,
    proportion,
)
from services.evidence.domain.survival import Survival, difference_within
from services.evidence.domain.words import DAYS, PER_THOUSAND, POINTS, SHARE, Measure, no_difference, too_few

WITHIN_DAYS = (7, 28, 90)
HOURS = Measure(lambda value: f"{value:,.0f}", "hours", 24.0)
SCORE = Measure(lambda value: f"{value:,.1f}", "of 100", 10.0)
TIMES = Measure(lambda value: f"{value:,.1f}", "times", 1.0)

# Days or hours until something happened, or so far where it did not: how many copies of each.
Waits = Counter[tuple[int, bool]]


@dataclass(slots=True)
class Tally:
    """What is counted of a group of copies.

    `withdrawn`: cancelled after the council asked for it; they count in no wait. `came`: days from order to receipt, or so far;
    `given_up`: the same of copies that the supplier refused or cancelled, which never come. `answers`: hours from sending to the
    first answer or goods. `due`: copies whose first promised day has passed, or that came before it. `goods`: copies with goods
    on the way or scanned. `charged`: copies invoiced. `decisions`: of people about lines. `corrections`: what staff did about
    messages that concern the copies. `scores`: books by the score of their record. `supplied`: books by how often their
    record was. `delays`: days from a book's first order until the council had a record for it, or so far.
    """

    copies: int = 0
    withdrawn: int = 0
    came: Waits = field(default_factory=Counter)
    given_up: Waits = field(default_factory=Counter)
    answers: Waits = field(default_factory=Counter)
    due: int = 0
    kept: int = 0
    goods: int = 0
    discrepancies: int = 0
    charged: int = 0
    queries: int = 0
    cancellations: int = 0
    decisions: int = 0
    corrections: int = 0
    scores: Counter[int] = field(default_factory=Counter)
    supplied: Counter[int] = field(default_factory=Counter)
    delays: Waits = field(default_factory=Counter)

    @property
    def hands(self) -> int:
        """How often somebody had to do something, as far as events tell."""
        return self.discrepancies + self.queries + self.cancellations + self.decisions + self.corrections


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure or a difference, and a sentence where it cannot be told. `title` and `said`: how people are told of it."""

    name: str
    title: str
    unit: str
    said: Measure
    estimate: Estimate
    note: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of a group of copies, and when they came; refused and cancelled ones never do."""

    key: str
    copies: int
    withdrawn: int
    measures: Sequence[Measured]
    came: Survival


PILOT_LESS_CONTROL, AFTER_LESS_BEFORE = "pilot less control", "after less before"


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much a measure of one group is above that of another: of the arms of a trial, or of the sides of a switch.

    `between` says which is subtracted from which; `trial` is None for a switch.
    """

    trial: str | None
    between: str
    measured: Measured


@dataclass(frozen=True, slots=True)
class Unattributed:
    """What happened with a supplier in a period and cannot be said to concern a copy."""

    supplier_id: str
    discrepancies: int = 0
    queries: int = 0
    messages_held: int = 0
    corrections: int = 0


@dataclass(frozen=True, slots=True)
class Measures:
    """The answer to a question about measures."""

    groups: Sequence[Group]
    differences: Sequence[Difference]
    unattributed: Sequence[Unattributed]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A measure: names, unit, what counts as what, how it is computed and said; how two are compared, None: they are not."""

    name: str
    title: str
    unit: str
    meaning: str
    of: Callable[[Tally], Estimate]
    said: Measure
    noun: str = "copy"
    difference: Callable[[Tally, Tally], Estimate] | None = None


def _survival(*waits: Waits) -> Survival:
    together: Waits = Counter()
    for each in waits:
        together.update(each)
    ends = np.array([end for end, _ in together], dtype=np.float64)
    happened = np.array([it_did for _, it_did in together], dtype=np.bool_)
    times = np.array(list(together.values()), dtype=np.int64)
    return Survival.of(ends, happened, times)


def _all(tally: Tally) -> Survival:
    return _survival(tally.came, tally.given_up)


def _each(counts: Counter[int]) -> np.ndarray:
    """Returns every value, as often as it was counted."""
    return np.array(list(counts.elements()), dtype=np.float64)


def _within(days: int) -> _Kind:
    return _Kind(
        f"received_within_{days}_days",
        f"Received within {days} days",
        "share",
        f"Share of copies that a branch received within {days} days of the order. A copy still outstanding counts as followed "
        "until today, one that the supplier refused or cancelled too; one that the council withdrew is left out.",
        lambda tally: _all(tally).arrived_within(days),
        SHARE,
        difference=lambda ours, theirs: difference_within(_all(ours), _all(theirs), days),
    )


def _kept(tally: Tally) -> Estimate:
    return proportion(tally.kept, tally.due)


KINDS: Sequence[_Kind] = (
    _Kind(
        "response_hours_median",
        "Time to the first answer, median",
        "hours",
        "Median of the hours from sending the order to the supplier's first answer about the copy; goods without an answer "
        "count as one. A copy without an answer counts as waiting until now.",
        lambda tally: _survival(tally.answers).median(),
        HOURS,
    ),
    *(_within(days) for days in WITHIN_DAYS),
    _Kind(
        "lead_days_median",
        "Time to receipt, median",
        "days",
        "Median of the days from order to receipt (Kaplan-Meier). A copy still outstanding counts as followed until today; "
        "copies that were refused, cancelled or withdrawn are left out.",
        lambda tally: _survival(tally.came).median(),
        DAYS,
    ),
    _Kind(
        "promises_kept",
        "Promises kept",
        "share",
        "Share of copies that came by the first day that was promised. A copy counts once that day has passed or it has come; "
        "one without a promise is left out.",
        _kept,
        SHARE,
        difference=lambda ours, theirs: difference_of_proportions(_kept(ours), _kept(theirs)),
    ),
    _Kind(
        "discrepancies_per_thousand",
        "Discrepancies",
        "per thousand",
        "Discrepancies that name a copy, per thousand copies with goods on the way or scanned.",
        lambda tally: per_thousand(tally.discrepancies, tally.goods),
        PER_THOUSAND,
    ),
    _Kind(
        "invoice_queries_per_thousand",
        "Invoice queries",
        "per thousand",
        "Queries of invoice lines that were later matched to copies, per thousand copies invoiced or credited. An invoice that "
        "only waited for its goods was not queried.",
        lambda tally: per_thousand(tally.queries, tally.charged),
        PER_THOUSAND,
    ),
    _Kind(
        "hands_per_thousand",
        "Work of staff",
        "per thousand",
        "Discrepancies, queries of invoice lines, lines to cancel copies of, decisions about lines, and what staff did about "
        "messages (references mapped, read or sent again, decided about), per thousand copies ordered. What concerns copies of "
        "several groups counts in each.",
        lambda tally: per_thousand(tally.hands, tally.copies),
        PER_THOUSAND,
    ),
    _Kind(
        "record_delay_days_median",
        "Wait for a record, median",
        "days",
        "Median of the days from a council's first order of a book in the group until it had a record for the book; 0 where "
        "that was there. A book without a record counts as waiting until today. By supplier: of the supplier whose record came "
        "first; a book that still waits is nobody's and left out.",
        lambda tally: _survival(tally.delays).median(),
        DAYS,
        "book",
    ),
    _Kind(
        "record_score_mean",
        "Score of records, mean",
        "points of 100",
        "Mean score of the records of the books ordered, by the council's minimum; a book without a record is left out. By "
        "supplier: of the supplier whose record it is.",
        lambda tally: mean(_each(tally.scores)),
        SCORE,
        "book",
        lambda ours, theirs: difference_of_means(_each(ours.scores), _each(theirs.scores)),
    ),
    _Kind(
        "record_times_supplied_mean",
        "Times a record was supplied, mean",
        "times",
        "Mean of how often the records of the books ordered were sent until today, withdrawals apart, to whichever council and "
        "before the order too; one that said nothing new counts. A book of which that is not known is left out. By supplier: of "
        "each supplier that sent a record of the book; else of the supplier whose record it is.",
        lambda tally: mean(_each(tally.supplied)),
        TIMES,
        "book",
        lambda ours, theirs: difference_of_means(_each(ours.supplied), _each(theirs.supplied)),
    ),
)
MEANINGS = {kind.name: kind.meaning for kind in KINDS}


def measures_of(tally: Tally) -> Iterator[Measured]:
    """Yields every measure of a group."""
    for kind in KINDS:
        estimate = kind.of(tally)
        yield _measured(kind, kind.unit, kind.said, estimate, too_few(estimate, kind.said, kind.noun))


def differences_of(pilot: Tally, control: Tally) -> Iterator[Measured]:
    """Yields by how much each measure of the pilot arm is above that of the control arm, of those that can be compared so."""
    for kind in KINDS:
        if kind.difference is None:
            continue
        estimate = kind.difference(pilot, control)
        said, unit = (POINTS, "points of 1") if kind.said is SHARE else (kind.said, kind.unit)
        yield _measured(kind, unit, said, estimate, no_difference(estimate, said))


def _measured(kind: _Kind, unit: str, said: Measure, estimate: Estimate, note: str | None) -> Measured:
    return Measured(kind.name, kind.title, unit, said, estimate, note)


def group_of(key: str, tally: Tally) -> Group:
    """Returns the measures of a group."""
    return Group(key, tally.copies, tally.withdrawn, list(measures_of(tally)), _all(tally))
