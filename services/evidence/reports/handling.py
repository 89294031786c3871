"""What a report says of how copies travelled, hub against direct. Pure; names no winner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.evidence.domain.handling import MEANINGS, TOUCHES, Handling, RouteMeasures
from services.evidence.domain.measures import Measured
from services.evidence.domain.words import DAYS
from services.evidence.pictures import Row, Table, interval_plot
from services.evidence.reports.sections import Section

_LEGS = ("days_to_hub_mean", "days_hub_to_branch_mean", "days_to_branch_mean")
_TOUCHES = "touches_mean"
_DIFFERENCE = "hub less direct"


def handling_sections(found: Handling) -> Iterator[Section]:
    """Yields the sections about how copies travelled."""
    if not found.routes:
        yield Section("Days per leg", "No copies of this period were scanned, as far as is asked for.")
        return
    yield _legs(found.routes)
    yield from _touches(found.routes)
    for difference in found.differences:
        yield _difference(difference)


def _measured(routes: Sequence[RouteMeasures], names: Sequence[str]) -> list[tuple[str, Measured]]:
    return [(each.route, measured) for each in routes for measured in each.measures if measured.name in names]


def _legs(routes: Sequence[RouteMeasures]) -> Section:
    legs = {f"{route}: {leg.title.lower()}": leg for route, leg in _measured(routes, _LEGS)}
    picture = interval_plot("Mean days per leg", [Row(name, leg.estimate) for name, leg in legs.items()], DAYS, reference=None)
    few = tuple(f"{name}: {leg.note}." for name, leg in legs.items() if leg.note)
    return Section("Days per leg", " ".join(MEANINGS[name] for name in _LEGS), picture, picture.table, few)


def _touches(routes: Sequence[RouteMeasures]) -> Iterator[Section]:
    measured = _measured(routes, (_TOUCHES,))
    picture = interval_plot("Mean touches per copy", [Row(route, each.estimate) for route, each in measured], TOUCHES, None)
    few = tuple(f"{route}: {each.note}." for route, each in measured if each.note)
    yield Section("Touches per copy", MEANINGS[_TOUCHES], picture, picture.table, few)
    parts = list(dict.fromkeys(part for each in routes for part in each.parts))
    headings = ("Route", "Copies", *(part.replace("_", " ").capitalize() for part in parts))
    rows = tuple(
        (each.route, f"{each.copies:,}", *(f"{each.parts.get(part, 0):,.3f}" for part in parts)) for each in routes if each.copies
    )
    if rows:
        yield Section("What touches are made of", "Means per copy that a branch received.", table=Table(headings, rows))


def _difference(difference: Measured) -> Section:
    heading = f"Hub less direct: {difference.title.lower()}"
    text = "By how much the mean through the hub is above the mean direct; below zero, the mean direct is above."
    picture = interval_plot(heading, [Row(_DIFFERENCE, difference.estimate)], difference.said)
    notes = (f"{_DIFFERENCE}: {difference.note}.",) if difference.note else ()
    return Section(heading, text, picture, picture.table, notes)
