"""What a report says: its sections, each with a picture, the picture's data as a table, and sentences. Pure.

It names no best and no worst: the software computes no winner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.evidence.domain.costs import Costs, Reconciled, Relative
from services.evidence.domain.costs import Group as CostGroup
from services.evidence.domain.measures import (
    AFTER_LESS_BEFORE,
    MEANINGS,
    PILOT_LESS_CONTROL,
    Difference,
    Group,
    Measured,
    Measures,
)
from services.evidence.domain.prices import per_copy
from services.evidence.domain.words import RELATIVE, too_few
from services.evidence.pictures import Bar, Curve, Picture, Row, Table, cost_bars, interval_plot, survival_curves
from shared.money import amount_in_words
from shared.wording import counted

MOST_GROUPS = 30
"""Groups of a picture, those with the most copies; the CSV has all."""
MOST_CURVES = 6

_SAME_PRICE = 1.0
_DIFFERENCES = {
    PILOT_LESS_CONTROL: "By how much the pilot arm of each trial is above its control arm; below zero, the control arm is above.",
    AFTER_LESS_BEFORE: "By how much the days since the switch are above those before it; below zero, those before are above.",
}


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report. A table without a picture has no more to show than its rows."""

    heading: str
    text: str
    picture: Picture | None = None
    table: Table | None = None
    notes: tuple[str, ...] = ()


def measure_sections(found: Measures) -> Iterator[Section]:
    """Yields the sections about how well copies were supplied."""
    groups = sorted(found.groups, key=lambda group: (-group.copies, group.key))
    if not groups:
        yield Section("How well copies were supplied", "No copies were ordered in this period, as far as is asked for.")
        return
    shown, left = groups[:MOST_GROUPS], groups[MOST_GROUPS:]
    notes = (_left_out(len(left)),) if left else ()
    yield _arrivals(shown)
    for measured in zip(*(group.measures for group in shown), strict=True):
        yield _measure(shown, measured, notes)
    yield from _differences(found.differences)
    if found.unattributed:
        yield _unattributed(found)


def _left_out(groups: int) -> str:
    return f"{counted(groups, 'group')} with fewer copies {'is' if groups == 1 else 'are'} left out; the CSV has all."


def _arrivals(groups: Sequence[Group]) -> Section:
    curves = [Curve(group.key, group.came) for group in groups[:MOST_CURVES]]
    left = len(groups) - len(curves)
    text = (
        "The share of copies that a branch had received so many days after the order. A copy that is still to come counts as far "
        "as it was followed; one that was refused or cancelled never comes; one that the council withdrew is left out."
    )
    notes = (_left_out(left),) if left else ()
    return _pictured("How soon copies came", text, survival_curves("Copies received, by days after the order", curves), notes)


def _pictured(heading: str, text: str, picture: Picture, notes: Sequence[str] = ()) -> Section:
    return Section(heading, text, picture, picture.table, tuple(notes))


def _measure(groups: Sequence[Group], measured: Sequence[Measured], notes: Sequence[str]) -> Section:
    first = measured[0]
    rows = [Row(group.key, each.estimate) for group, each in zip(groups, measured, strict=True)]
    few = [f"{group.key}: {each.note}." for group, each in zip(groups, measured, strict=True) if each.note]
    if all(row.estimate.value is None for row in rows):
        return Section(first.title, MEANINGS[first.name], notes=("It is not known of any group.",))
    picture = interval_plot(first.title, rows, first.said, reference=None)
    return _pictured(first.title, MEANINGS[first.name], picture, [*notes, *few])


def _differences(found: Sequence[Difference]) -> Iterator[Section]:
    by_title: dict[tuple[str, str], list[Difference]] = {}
    for difference in found:
        by_title.setdefault((difference.measured.title, difference.between), []).append(difference)
    for (title, between), of_title in by_title.items():
        rows = [Row(each.trial or between, each.measured.estimate) for each in of_title]
        notes = [f"{each.trial or between}: {each.measured.note}." for each in of_title if each.measured.note]
        heading = f"{between.capitalize()}: {title[0].lower()}{title[1:]}"
        text = _DIFFERENCES[between]
        yield _pictured(heading, text, interval_plot(heading, rows, of_title[0].measured.said), notes)


def _unattributed(found: Measures) -> Section:
    rows = tuple(
        (each.supplier_id, *map(str, (each.discrepancies, each.queries, each.messages_held, each.corrections)))
        for each in found.unattributed
    )
    headings = (
        "Supplier",
        "Discrepancies without a copy",
        "Queries without a matched line",
        "Messages that waited for a person",
        "What staff did about messages without a line",
    )
    return Section("What no measure contains", "It happened in the period, and concerns no copy.", table=Table(headings, rows))


def cost_sections(found: Costs) -> Iterator[Section]:
    """Yields the sections about what copies cost."""
    by_currency: dict[str, list[CostGroup]] = {}
    for group in sorted(found.groups, key=lambda group: (-group.copies, group.key)):
        by_currency.setdefault(group.currency, []).append(group)
    if not by_currency:
        yield Section("What a copy cost", "No invoice charged copies in this period, as far as is asked for.")
    for currency, groups in by_currency.items():
        yield _costs(currency, groups)
    if found.relatives:
        yield _relatives(found.relatives)
    if found.reconciled:
        yield _reconciled(found)
    if found.gaps:
        notes = tuple(f"{gap.council}: {gap.gap.in_words}" for gap in found.gaps)
        yield Section("What the cost model does not say", "Work on these days is in no figure.", notes=notes)


def _costs(currency: str, groups: Sequence[CostGroup]) -> Section:
    charged = [group for group in groups if group.copies > 0]
    bars = [Bar(group.key, _parts(group)) for group in charged[:MOST_GROUPS]]
    text = (
        "The mean cost of a copy that invoices of the period charge: what was paid, and the council's work by its cost model. "
        "Cheaper titles make a cheaper mean; prices of the same titles are compared below."
    )
    unknown = [
        f"{group.key}: {work.activity.value.replace('_', ' ')}, {counted(work.times, 'time')}, of no known cost, is left out."
        for group in charged
        for work in group.unknown
    ]
    behind = ", ".join(f"{group.key} {counted(group.copies, 'copy')}" for group in charged[:MOST_GROUPS])
    left = [_left_out(len(charged) - MOST_GROUPS)] if len(charged) > MOST_GROUPS else []
    notes = [f"Charged: {behind or 'none'}.", *left, *unknown]
    return _pictured(f"What a copy cost ({currency})", text, cost_bars("Mean cost of a copy", bars, currency), notes)


def _parts(group: CostGroup) -> dict[str, int | Decimal]:
    paid = group.paid
    sums = {
        "price": paid.net,
        "servicing": paid.servicing,
        "carriage": paid.carriage,
        "other charges": paid.other,
        "tax": paid.vat,
    }
    means: dict[str, int | Decimal] = {name: per_copy(amount, group.copies) or 0 for name, amount in sums.items()}
    means["work by hand"] = group.work_cost / group.copies
    return means


def _relatives(found: Sequence[Relative]) -> Section:
    rows = [Row(_compared(each), each.estimate) for each in found]
    notes = [f"{_compared(each)}: {few}." for each in found if (few := too_few(each.estimate, RELATIVE, "title"))]
    text = (
        "What the titles bought by both would cost at the prices of the first, of what they cost at those of the second. "
        "Price is the net price, whole the price with servicing, carriage and other charges; both before tax."
    )
    picture = interval_plot("Prices of the same titles", rows, RELATIVE, reference=_SAME_PRICE)
    return _pictured("Prices of the same titles", text, picture, notes)


def _compared(each: Relative) -> str:
    return f"{each.of}: {each.first} against {each.second}"


def _reconciled(found: Costs) -> Section:
    headings = ("Supplier", "Invoices less credit notes", "Charged for copies", "Charged for no copy", "In the total only")
    text = "Matched invoices and credit notes of the period, to the penny. Only what is charged for copies is in the costs above."
    return Section("Agreement with the invoices", text, table=Table(headings, tuple(map(_agreement, found.reconciled))))


def _agreement(each: Reconciled) -> tuple[str, ...]:
    amounts = (each.total, each.copies, each.charges, each.unlisted)
    return each.supplier_id, *(amount_in_words(amount, each.currency) for amount in amounts)
