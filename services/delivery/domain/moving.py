"""Goods of closed branches: which branch expects them instead. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.delivery.domain.allocation import Allocation
from services.delivery.domain.goods import ExpectedCopy
from shared.contracts.base import Place


@dataclass(frozen=True, slots=True)
class Move:
    """Where copies are unpacked since a branch closed, the branch that they are for from now on, and those of before.

    `branch` is None where they stay with theirs: only the place closed where the council had asked to unpack them.
    """

    deliver_to: Place | None
    branch: Place | None = None
    former: tuple[Place, ...] = ()


def moved(copy: ExpectedCopy, move: Move) -> ExpectedCopy:
    """Returns a copy with the branch that took over. Goods may still arrive at each place that was right before."""
    was_there = () if copy.deliver_to is None else (copy.deliver_to,)
    if move.branch is None:
        closed = {place.code: place for place in (*copy.closed_places, *was_there) if place != move.deliver_to}
        return replace(copy, deliver_to=move.deliver_to, closed_places=tuple(closed.values()))
    # An asked place stays, or it is the branch that closed.
    before = (*copy.former_places, *move.former, *(() if copy.deliver_to_asked else was_there))
    former = {(place.kind, place.code): place for place in before}
    former.pop((move.branch.kind, move.branch.code), None)
    return replace(copy, branch=move.branch, deliver_to=move.deliver_to, former_places=tuple(former.values()))


@dataclass(frozen=True, slots=True)
class Redirection:
    """Where goods for a place are expected: their copies may have gone to the branch that took over from it.

    `others` is where goods without such a copy are expected: a parcel for a closed branch goes to the other one as a whole.
    """

    place: Place
    others: Place

    @classmethod
    def of(cls, copies: Iterable[ExpectedCopy | None], place: Place) -> Redirection:
        """Returns where the goods of some copies are expected that are on the way to one place together."""
        found = (copy.expected_instead(place) for copy in copies if copy is not None)
        return cls(place, next((instead for instead in found if instead is not None), place))

    def place_of(self, copy: ExpectedCopy | None) -> Place:
        """Returns where the goods of a copy are expected, or goods that match none."""
        return (None if copy is None else copy.expected_instead(self.place)) or self.others


def by_place(allocations: Sequence[Allocation], redirection: Redirection) -> list[tuple[Place, list[Allocation]]]:
    """Divides goods that were advised for one place by where they are expected."""
    parts: defaultdict[str, list[Allocation]] = defaultdict(list)
    places: dict[str, Place] = {}
    for allocation in allocations:
        place = redirection.place_of(allocation.copy)
        places[place.code] = place
        parts[place.code].append(allocation)
    return [(places[code], part) for code, part in sorted(parts.items())]
