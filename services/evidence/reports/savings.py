"""What the report about a promise says: what was reached of it month by month, and what is not known. Pure.

It does not say that a promise was kept or broken: a person judges that.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from services.evidence.domain.intervals import Estimate
from services.evidence.domain.promises import Per
from services.evidence.domain.savings import Reached, Saved
from services.evidence.domain.words import Measure, money
from services.evidence.pictures import Row, Table, interval_plot
from services.evidence.reports.sections import Section
from services.evidence.schemas.savings import MEANING, SavingsView
from shared.money import to_decimal

_AMOUNTS = ("Promised", "Reached", "On prices", "On work")
_NUMBERS = ("Copies charged", "Of these compared", "Titles")
_MONTHS = 12


def savings_sections(found: Reached, view: SavingsView) -> Iterator[Section]:
    """Yields the sections about what was reached of a promise."""
    if not found.savings.months:
        yield Section("What was reached", f"The promise begins on {found.promise.first_day}; that day is in the future.")
        return
    yield _per_copy(found, view)
    if found.promise.per is Per.YEAR:
        yield _by_month(found)
    yield _table(found)
    notes = view.total.not_known
    text = "None of this is in a figure above." if notes else "Nothing: each copy was compared."
    yield Section("What is not known", text, notes=tuple(notes))


def _per_copy(found: Reached, view: SavingsView) -> Section:
    promise = found.promise
    reference = float(promise.amount) if promise.per is Per.COPY else 0.0
    line = "what was promised" if promise.per is Per.COPY else "nothing saved"
    saved = (*found.savings.months, found.savings.total)
    rows = [Row(each.name, each.per_copy) for each in saved]
    notes = [f"{each.month}: {each.note}." for each in (*view.months, view.total) if each.note]
    text = f"{MEANING} The dashed line is {line}; n is the number of titles compared. Below zero, a copy cost more."
    if all(row.estimate.value is None for row in rows):
        return Section("Saved per copy", text, notes=("It is not known of any month: no copy could be compared.",))
    picture = interval_plot("Saved per copy", rows, _measure(promise.currency), reference)
    return Section("Saved per copy", text, picture, picture.table, tuple(notes))


def _by_month(found: Reached) -> Section:
    promise = found.promise
    rows = [Row(each.name, Estimate(float(each.reached), each.reached_between, each.titles)) for each in found.savings.months]
    text = "What was saved in each month, as far as is known. The dashed line is a twelfth of what was promised for a year."
    picture = interval_plot("Saved in each month", rows, _measure(promise.currency), promise.amount / _MONTHS)
    return Section("Saved in each month", text, picture, picture.table)


def _table(found: Reached) -> Section:
    currency = found.promise.currency
    rows = tuple(_row(each, currency) for each in (*found.savings.months, found.savings.total))
    text = "Promised for the days until today; reached as far as is known. The last row is the sum of the months."
    headings = ("Month", *(f"{name} ({currency})" for name in _AMOUNTS), *_NUMBERS)
    return Section("Promised and reached", text, table=Table(headings, rows))


def _row(each: Saved, currency: str) -> tuple[str, ...]:
    amounts = (each.promised, each.reached, each.price, each.work)
    numbers = (each.copies, each.compared, each.titles)
    return each.name, *(_amount(amount, currency) for amount in amounts), *(f"{number:,}" for number in numbers)


def _amount(amount: Decimal | float, currency: str) -> str:
    minor = int(Decimal(amount).quantize(Decimal(1), ROUND_HALF_UP))
    return f"{to_decimal(minor, currency):,}"


def _measure(currency: str) -> Measure:
    """Returns how amounts are written where the unit is named once."""
    return Measure(lambda value: _amount(value, currency), currency, money(currency).widest)
