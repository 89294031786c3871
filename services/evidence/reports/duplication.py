"""What a report says of what was done twice: titles ordered again, and cataloguing done once or again. Pure; names no winner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from services.evidence.domain.duplication import UNKNOWN, Again, Duplication, Recorded, Saving, Times
from services.evidence.domain.words import SMALL_SHARE
from services.evidence.pictures import Bar, Row, Table, cost_bars, interval_plot
from services.evidence.reports.sections import MOST_GROUPS, Section
from shared.money import amount_in_words
from shared.wording import counted

_TIMES = {Times.SHARED: "saved: record used again", Times.REPEATED: "could be saved: catalogued again"}
_ALL = "All councils"
# Rows of one council alone: its own, and those of all councils, which are the same.
_ONE_AND_ALL = 2
_KINDS = ("Again for a branch that waited", "Again for other branches", "At two suppliers", "Another edition only")


def duplication_sections(found: Duplication) -> Iterator[Section]:
    """Yields the sections about what was done twice: of the whole council, or of all councils together."""
    *councils, _ = found.again
    if councils:
        yield from _ordered_again(found.again)
    else:
        yield Section("Titles ordered again", "No titles were ordered in this period.")
    if found.recorded:
        yield _recorded(found.recorded)
    yield from _savings(found)
    gaps = tuple(f"{gap.council}: {gap.gap.in_words}" for gap in found.gaps[:MOST_GROUPS])
    notes = (*UNKNOWN, *gaps, *_left_out(len(found.gaps) - len(gaps), "gap"))
    yield Section("What is not known about work done twice", "It is in no figure above.", notes=notes)


def _named(council: str | None) -> str:
    return council or _ALL


def _shown(rows: Sequence[Again]) -> Sequence[Again]:
    """Returns all councils together and those that ordered most; the one council where there is no other."""
    *councils, everybody = rows
    if len(councils) == 1:
        return councils
    return [everybody, *sorted(councils, key=lambda each: (-each.titles, each.council or ""))[: MOST_GROUPS - 1]]


def _left_out(number: int, noun: str = "smaller council") -> tuple[str, ...]:
    """Returns the sentence about what the page has no room for, if there is any."""
    are = "is" if number == 1 else "are"
    return (f"{counted(number, noun)} {are} left out; the CSV has all.",) if number > 0 else ()


def _ordered_again(rows: Sequence[Again]) -> Iterator[Section]:
    shown = _shown(rows)
    title = shown[0].share.title
    text = (
        "The share of titles ordered in the period that were ordered again while copies of an earlier order were open. Editions "
        "that records relate are one title. All orders of the council count, whatever else narrows this report."
    )
    few = tuple(f"{_named(each.council)}: {each.share.note}." for each in shown if each.share.note)
    left = _left_out(len(rows) - 1 - sum(each.council is not None for each in shown))
    picture = interval_plot(
        title, [Row(_named(each.council), each.share.estimate) for each in shown], SMALL_SHARE, reference=None
    )
    yield Section(title, text, picture, picture.table, (*left, *few))
    headings = ("Council", "Titles", *_KINDS, "Copies ordered again")
    cells = tuple((_named(each.council), *map(_number, _counts(each))) for each in shown)
    yield Section("How titles were ordered again", "Titles, but for the last column.", table=Table(headings, cells))


def _counts(each: Again) -> tuple[int, ...]:
    return each.titles, each.for_branch, each.for_council, each.two_suppliers, each.other_edition, each.copies_again


def _number(value: int) -> str:
    return f"{value:,}"


def _recorded(rows: Sequence[Recorded]) -> Section:
    headings = (
        "Supplier", "Records received", "Repeated", "As good a record was there", "Requests saved", "Used by a first council",
        "Used by a further council",
    )  # fmt: skip
    cells = tuple(
        (
            each.supplier_id,
            *map(_number, (each.received, each.repeated, each.already_held, each.requests_saved)),
            *map(_number, (each.used.get(1, 0), each.used_again)),
        )
        for each in rows
    )
    text = "As the catalogue counted them. A record that a further council uses was made once for both."
    return Section("Records, made once or again", text, table=Table(headings, cells))


def _savings(found: Duplication) -> Iterator[Section]:
    for currency in sorted({saving.currency for saving in found.savings if saving.currency}):
        yield _money(currency, [saving for saving in found.savings if saving.currency == currency])
    if found.savings:
        yield _work(found.savings)


def _money(currency: str, savings: Sequence[Saving]) -> Section:
    parts: dict[str, dict[str, Decimal]] = {}
    for saving in savings:
        parts.setdefault(_named(saving.council), {})[_TIMES[saving.times]] = saving.cost
    if len(parts) == _ONE_AND_ALL:
        parts.pop(_ALL)
    costly = sorted(parts, key=lambda name: (name != _ALL, -sum(parts[name].values()), name))
    bars = [Bar(name, parts[name]) for name in costly[:MOST_GROUPS]]
    text = (
        "What cataloguing costs councils by their own cost models: what was saved because another council had the record before, "
        "and what would be saved if one council only catalogued a book that has no good record."
    )
    picture = cost_bars("Cataloguing done once", bars, currency)
    heading = f"What cataloguing once saves ({currency})"
    return Section(heading, text, picture, picture.table, _left_out(len(costly) - len(bars)))


def _work(savings: Sequence[Saving]) -> Section:
    is_one = len({saving.council for saving in savings}) == _ONE_AND_ALL
    shown = [saving for saving in savings if (saving.council is None) is not is_one]
    headings = ("Council", "What", "Books first", "Books again", "Hours", "Cost", "Books of unknown cost")
    cells = tuple(
        (
            _named(saving.council),
            _TIMES[saving.times],
            _number(saving.first),
            _number(saving.further),
            f"{saving.hours:,}" if saving.currency else "not known",
            amount_in_words(round(saving.cost), saving.currency) if saving.currency else "not known",
            ", ".join(f"{work.activity.replace('_', ' ')}: {work.times:,}" for work in saving.unknown),
        )
        for saving in shown
    )
    text = "Hours and cost are those of the books again. A book of unknown cost is in neither."
    return Section("Hours of cataloguing", text, table=Table(headings, cells))
