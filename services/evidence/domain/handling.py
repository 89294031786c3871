"""How copies travelled, hub against direct: days of each leg and touches of each copy, each with its uncertainty. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from services.evidence.domain.intervals import difference_of_means, mean
from services.evidence.domain.measures import Measured
from services.evidence.domain.words import DAYS, Measure, no_difference, too_few

HUB, DIRECT = "hub", "direct"
TOUCHES = Measure(lambda value: f"{value:,.2f}", "touches", 0.5)
Histogram = Counter[float]
"""How many copies have a number of days, or of touches."""


@dataclass(slots=True)
class Handled:
    """What is counted of the copies of a route that a hub or a branch scanned.

    `to_hub`, `to_branch`: days from despatch until the scan; `from_hub`: from the hub's scan to the branch's. `touches`: of each
    copy that a branch received, with their `parts`, summed.
    """

    to_hub: Histogram = field(default_factory=Counter)
    from_hub: Histogram = field(default_factory=Counter)
    to_branch: Histogram = field(default_factory=Counter)
    touches: Histogram = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)

    @property
    def copies(self) -> int:
        """Copies that a branch received."""
        return self.touches.total()


@dataclass(frozen=True, slots=True)
class RouteMeasures:
    """The measures of a route. `parts`: what touches are made of, as means per copy."""

    route: str
    copies: int
    measures: Sequence[Measured]
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Handling:
    """The answer to a question about handling. `differences`: by how much the hub is above direct."""

    routes: Sequence[RouteMeasures]
    differences: Sequence[Measured]


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    title: str
    unit: str
    meaning: str
    of: Callable[[Handled], Histogram]
    said: Measure
    routes: tuple[str, ...] = (HUB, DIRECT)


_KINDS: Sequence[_Kind] = (
    _Kind(
        "days_to_hub_mean",
        "Despatch to hub",
        "days",
        "Mean of the days from despatch until the hub scanned the copy.",
        lambda handled: handled.to_hub,
        DAYS,
        (HUB,),
    ),
    _Kind(
        "days_hub_to_branch_mean",
        "Hub to branch",
        "days",
        "Mean of the days from the hub's scan until the branch's.",
        lambda handled: handled.from_hub,
        DAYS,
        (HUB,),
    ),
    _Kind(
        "days_to_branch_mean",
        "Whole way",
        "days",
        "Mean of the days from despatch until the branch scanned the copy. A copy is despatched when its advice arrives; goods "
        "that came before, or without one, took no days, or are left out.",
        lambda handled: handled.to_branch,
        DAYS,
    ),
    _Kind(
        "touches_mean",
        "Touches",
        "touches",
        "Mean touches of a copy that a branch received: each scan at a hub or branch, each discrepancy that names it, its part "
        "of each query of its invoice line and of each request to cancel copies of its line. What else is done, no event says.",
        lambda handled: handled.touches,
        TOUCHES,
    ),
)
MEANINGS = {kind.name: kind.meaning for kind in _KINDS}
"""Of each measure: what it is, and what counts as what."""


def handling_of(handled: Mapping[str, Handled]) -> Handling:
    """Returns the measures of each route, and by how much those that both have are greater through the hub."""
    both = [handled[route] for route in (HUB, DIRECT) if route in handled]
    differences = list(_differences(*both)) if len(both) == 2 else []
    return Handling([_route(route, each) for route, each in handled.items()], differences)


def _route(route: str, handled: Handled) -> RouteMeasures:
    measures = []
    for kind in _KINDS:
        if route in kind.routes:
            estimate = mean(_values(kind.of(handled)))
            measures.append(Measured(kind.name, kind.title, kind.unit, kind.said, estimate, too_few(estimate, kind.said)))
    copies = handled.copies
    parts = {name: total / copies for name, total in handled.parts.items()} if copies else {}
    return RouteMeasures(route, copies, measures, parts)


def _differences(hub: Handled, direct: Handled) -> Iterator[Measured]:
    for kind in _KINDS:
        if kind.routes == (HUB, DIRECT):
            estimate = difference_of_means(_values(kind.of(hub)), _values(kind.of(direct)))
            yield Measured(kind.name, kind.title, kind.unit, kind.said, estimate, no_difference(estimate, kind.said))


def _values(histogram: Histogram) -> NDArray[np.float64]:
    values = np.array(list(histogram), dtype=np.float64)
    return np.repeat(values, np.array(list(histogram.values()), dtype=np.int64))
