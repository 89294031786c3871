"""What was saved against a baseline, beside what was promised, month by month. Pure and exact.

Saved on the price: what the month's copies would have cost at the baseline's mean prices of the same titles, less what they cost,
before tax. Both sides are the same copies, so a cheaper mix of titles saves nothing. Saved on work: the baseline's work per copy
received for as many copies, less the month's; a copy that was not received has no work yet, and saves none. What is not known
(titles that the baseline does not have, work without a cost model) is named, and in no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.evidence.domain.baselines import Baseline, Frozen
from services.evidence.domain.cost_models import Activity
from services.evidence.domain.costs import Group
from services.evidence.domain.intervals import Estimate, Interval, ratio_of_sums
from services.evidence.domain.prices import Bought, to_hundredths
from services.evidence.domain.promises import Month, Promise, promised_in
from shared.wording import counted

ALL_MONTHS = "all months"


@dataclass(frozen=True, slots=True)
class Spell:
    """What was charged in a month in the promise's currency: copies and their cost before tax by ISBN, and work, if any.

    `received`: how many of the copies a branch has by now.
    """

    month: Month
    titles: Mapping[str, Bought]
    received: int
    group: Group | None

    @property
    def copies(self) -> int:
        """Copies that were charged, and not credited again."""
        return sum(each.copies for each in self.titles.values())


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved in a month, or in all, in minor units. A minus sign: it cost more.

    `compared` of the `copies` charged are of `titles` that the baseline has. `at_baseline` is what these would have cost, `cost`
    what they did. `per_copy` estimates what was saved on the price of a compared copy and on the work of a received one together,
    with the interval over titles; `reached_between` is that interval for the amount.
    """

    name: str
    is_over: bool
    promised: Decimal
    copies: int
    compared: int
    titles: int
    at_baseline: Decimal
    cost: Decimal
    work: Decimal
    per_copy: Estimate
    reached_between: Interval | None
    unknown: tuple[str, ...]

    @property
    def price(self) -> Decimal:
        """What was saved on prices."""
        return self.at_baseline - self.cost

    @property
    def reached(self) -> Decimal:
        """What was saved, as far as is known."""
        return self.price + self.work


@dataclass(frozen=True, slots=True)
class Savings:
    """The months of a promise and all of them together: each amount of `total` is the sum of the months'."""

    months: Sequence[Saved]
    total: Saved


@dataclass(frozen=True, slots=True)
class Reached:
    """A promise, its baseline, and what was reached of it."""

    promise: Promise
    baseline: Baseline
    savings: Savings


@dataclass(frozen=True, slots=True)
class _Exact:
    """The same before it is rounded. `by_title`: what was saved on its copies, and how many they are."""

    spell: Spell
    promised: Fraction
    at_baseline: Fraction
    cost: int
    work: Fraction
    by_title: Mapping[str, tuple[Fraction, int]]
    unknown_work: Mapping[Activity, int]

    @property
    def compared(self) -> int:
        return sum(copies for _, copies in self.by_title.values())


def savings_of(promise: Promise, frozen: Frozen, spells: Sequence[Spell]) -> Savings:
    """Returns what was saved in each month of a promise, against what its baseline says."""
    exact = [_exact(promise, frozen, spell) for spell in spells]
    promised = _adding_up(each.promised for each in exact)
    at_baseline = _adding_up(each.at_baseline for each in exact)
    work = _adding_up(each.work for each in exact)
    months = [
        _saved(
            each.spell.month.name, each.spell.month.is_over, [each], (promised[n], at_baseline[n], work[n]), _not_known([each])
        )
        for n, each in enumerate(exact)
    ]
    sums = (sum(promised, Decimal(0)), sum(at_baseline, Decimal(0)), sum(work, Decimal(0)))
    everything = (*_not_known(exact), *_not_bought_again(frozen, exact))
    is_over = bool(exact) and spells[-1].month.is_over and spells[-1].month.last == promise.last_day
    return Savings(months, _saved(ALL_MONTHS, is_over, exact, sums, everything))


def _exact(promise: Promise, frozen: Frozen, spell: Spell) -> _Exact:
    compared = {isbn: now for isbn, now in spell.titles.items() if isbn in frozen.titles}
    before = {isbn: frozen.mean(isbn) * now.copies for isbn, now in compared.items()}
    work, unknown = _work(frozen, spell)
    return _Exact(
        spell=spell,
        promised=promised_in(promise, spell.month, spell.copies),
        at_baseline=sum(before.values(), Fraction()),
        cost=sum(now.cost for now in compared.values()),
        work=work,
        by_title={isbn: (before[isbn] - now.cost, now.copies) for isbn, now in sorted(compared.items())},
        unknown_work=unknown,
    )


def _work(frozen: Frozen, spell: Spell) -> tuple[Fraction, Mapping[Activity, int]]:
    """Returns what was saved on work of which the cost is known on both sides, and how often other work was done."""
    done = {activity: Decimal(0) for activity in frozen.work}
    times: dict[Activity, int] = {each.activity: each.times for each in (spell.group.unknown if spell.group else ())}
    for each in spell.group.work if spell.group else ():
        done[each.activity] = done.get(each.activity, Decimal(0)) + each.cost
        if each.activity in frozen.unknown:
            times[each.activity] = times.get(each.activity, 0) + each.times
    comparable = done if frozen.received else {}
    known = [activity for activity in comparable if activity not in times and activity not in frozen.unknown]
    saved = sum((frozen.work_per_copy(each) * spell.received - Fraction(done[each]) for each in known), Fraction())
    return saved, dict(sorted(times.items()))


def _saved(
    name: str, is_over: bool, parts: Sequence[_Exact], sums: tuple[Decimal, Decimal, Decimal], unknown: tuple[str, ...]
) -> Saved:
    promised, at_baseline, work = sums
    copies, compared = sum(part.spell.copies for part in parts), sum(part.compared for part in parts)
    received = sum(part.spell.received for part in parts)
    of_price = _on_price(parts)
    of_work = float(work) / received if received else 0.0
    between = None if of_price.interval is None else _moved(of_price.interval, compared, float(work))
    return Saved(
        name=name,
        is_over=is_over,
        promised=promised,
        copies=copies,
        compared=compared,
        titles=of_price.n,
        at_baseline=at_baseline,
        cost=Decimal(sum(part.cost for part in parts)),
        work=work,
        per_copy=_with_work(of_price, of_work),
        reached_between=between,
        unknown=unknown,
    )


def _on_price(parts: Sequence[_Exact]) -> Estimate:
    """Estimates what was saved on the price of a copy, over the titles that were compared."""
    sums: dict[str, tuple[Fraction, int]] = {}
    for part in parts:
        for isbn, (saved, copies) in part.by_title.items():
            known = sums.get(isbn, (Fraction(), 0))
            sums[isbn] = (known[0] + saved, known[1] + copies)
    by_title = [sums[isbn] for isbn in sorted(sums)]
    return ratio_of_sums([float(saved) for saved, _ in by_title], [float(copies) for _, copies in by_title])


def _with_work(of_price: Estimate, of_work: float) -> Estimate:
    if of_price.value is None:
        return of_price
    interval = None if of_price.interval is None else _moved(of_price.interval, 1, of_work)
    return Estimate(of_price.value + of_work, interval, of_price.n)


def _moved(interval: Interval, times: int, by: float) -> Interval:
    return Interval(interval.low * times + by, interval.high * times + by)


def _adding_up(exact: Iterable[Fraction]) -> list[Decimal]:
    """Rounds amounts to hundredths, so that what is rounded adds up to the rounded sum."""
    rounded, so_far, sum_so_far = [], Decimal(0), Fraction()
    for each in exact:
        sum_so_far += each
        rounded.append(to_hundredths(sum_so_far) - so_far)
        so_far += rounded[-1]
    return rounded


def _not_known(parts: Sequence[_Exact]) -> tuple[str, ...]:
    return tuple(_sentences(parts))


def _sentences(parts: Sequence[_Exact]) -> Iterator[str]:
    if running := [part.spell.month.name for part in parts if not part.spell.month.is_over]:
        yield f"{running[-1]} is not over: more may be charged for it."
    if empty := [part.spell.month.name for part in parts if not part.spell.titles]:
        yield f"No invoice of {', '.join(empty)} charges a copy in this scope and currency."
    if left := sum(part.spell.copies - part.compared for part in parts):
        titles = {isbn for part in parts for isbn in part.spell.titles.keys() - part.by_title.keys()}
        be, they = ("is", "it") if left == 1 else ("are", "they")
        yield (
            f"{counted(left, 'copy')} of {counted(len(titles), 'title')} {be} not compared: the baseline does not have the same "
            f"title, so what {they} would have cost is not known."
        )
    if waiting := sum(part.spell.copies - part.spell.received for part in parts):
        have, they = ("has", "it") if waiting == 1 else ("have", "them")
        yield f"{counted(waiting, 'copy')} charged {have} not been received: no work is compared for {they}."
    work: dict[Activity, int] = {}
    for part in parts:
        for activity, times in part.unknown_work.items():
            work[activity] = work.get(activity, 0) + times
    for activity, times in work.items():
        yield (
            f"{activity.value.replace('_', ' ').capitalize()}, {counted(times, 'time')}: a cost model of these days, or of the "
            "baseline, does not say what it costs, so it is not compared."
        )


def _not_bought_again(frozen: Frozen, parts: Sequence[_Exact]) -> Iterator[str]:
    again = {isbn for part in parts for isbn in part.by_title}
    if left := len(frozen.titles) - len(again):
        of = counted(len(frozen.titles), "title")
        be, they = ("was", "it") if left == 1 else ("were", "they")
        yield f"{left} of the {of} of the baseline {be} not bought again: what {they} would cost now is not known."
