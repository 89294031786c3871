"""Rules for copies that a switch moved: of the copies that stand for each other one is wanted. Pure: facts in, findings out.

What the order book says of a switch is compared with what suppliers did by their own records, and with the outbox.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from math import inf
from typing import Any

from shared.contracts.base import Event
from shared.contracts.orders import GIVEN_UP, LineProgressed, LinesAdded
from tests.faults.facts import BookedCopy, Facts, OutboxEvent, SwitchedCopy

_UNSETTLED = frozenset({"drains", "asked", "recalling"})
_ASKING = frozenset({"asks", "doubled"})
_OWED = frozenset({"missing", "damaged"})
# Nobody waits for another copy.
_NOT_WANTED = "cancelled"
_DOUBLED = "doubled"


class Families:
    """The copies that stand for each other, from the one that was ordered first to the one that is ordered now."""

    def __init__(self, facts: Facts) -> None:
        self.copies = {copy.copy_id: copy for copy in facts.copies}
        self.rows = {row.copy_id: row for row in facts.switched}
        self._later = {row.replaced_by for row in facts.switched if row.replaced_by is not None}

    def __iter__(self) -> Iterator[list[BookedCopy]]:
        """Yields every family of which a switch took a copy."""
        for copy_id in self.rows:
            if copy_id not in self._later:
                yield list(self._members(copy_id))

    def _members(self, copy_id: str | None) -> Iterator[BookedCopy]:
        while copy_id is not None and (copy := self.copies.get(copy_id)) is not None:
            yield copy
            row = self.rows.get(copy_id)
            copy_id = None if row is None else row.replaced_by

    def stages(self, family: list[BookedCopy]) -> set[str]:
        """Returns the stages of a family's copies."""
        return {self.rows[copy.copy_id].stage for copy in family if copy.copy_id in self.rows}

    def is_reported(self, family: list[BookedCopy], facts: Facts) -> bool:
        """Returns whether a person is asked about a family."""
        return not _ASKING.isdisjoint(self.stages(family)) or any(copy.line_key in facts.asking for copy in family)


def lost_copies(facts: Facts) -> Iterator[str]:
    """Yields the switched copies that nobody supplies, and nobody is asked about; and those whose successor is not there."""
    families = Families(facts)
    for row in facts.switched:
        if _is_moved(row) and row.replaced_by not in families.copies:
            yield f"copy {_name(families, row.copy_id)} was moved, and what was placed instead is not in the order book"
    for family in families:
        given_up = all(copy.state in GIVEN_UP for copy in family)
        if given_up and _NOT_WANTED not in families.stages(family) and not families.is_reported(family, facts):
            yield f"copy {family[0].key} was cancelled, is not placed with another supplier, and asks nobody"


def doubled_copies(facts: Facts) -> Iterator[str]:
    """Yields the copies that two suppliers sent, or that are ordered from both, without a word to anybody."""
    families = Families(facts)
    for family in families:
        # Goods that were lost or came damaged supply nobody; they are a discrepancy, which is reported.
        whole = [copy for copy in family if copy.state not in _OWED]
        sent = [copy.supplier for copy in whole if (copy.line_key, copy.copy_number) in facts.shipped]
        if len(sent) > 1 and not families.is_reported(family, facts):
            yield f"copy {family[0].key} was sent by {' and '.join(sent)}, and asks nobody"
        wanted = [copy.supplier for copy in whole if copy.state not in GIVEN_UP]
        if len(wanted) > 1 and _DOUBLED not in families.stages(family):
            yield f"copy {family[0].key} is ordered from {' and '.join(wanted)}"


def moved_too_early(facts: Facts) -> Iterator[str]:
    """Yields the copies that were placed again although their supplier did not cancel them, or before the order book knew that.

    A person may state a cancellation that the supplier did not confirm.
    """
    families = Families(facts)
    given_up = _first_places(facts, LineProgressed, lambda copy: copy["to_state"] in GIVEN_UP)
    added = _first_places(facts, LinesAdded, lambda _: True)
    for row in facts.switched:
        copy = families.copies.get(row.copy_id)
        if copy is None or row.replaced_by is None:
            continue
        if not row.by_person and (copy.line_key, copy.copy_number) not in facts.let_go:
            yield f"copy {copy.key} was placed again, and {copy.supplier} never cancelled it"
        if given_up.get(row.copy_id, inf) > added.get(row.replaced_by, inf):
            yield f"copy {copy.key} was placed again before it was cancelled at {copy.supplier}"


def _first_places(facts: Facts, event: type[Event], wanted: Callable[[Mapping[str, Any]], bool]) -> dict[str, int]:
    """Returns where in the outbox each copy is first published by such an event in the wanted way, by copy id."""
    places: dict[str, int] = {}
    for place, published in enumerate(facts.events):
        if published.type == event.event_type:
            for copy in filter(wanted, _copies_in(published)):
                places.setdefault(str(copy["copy_id"]), place)
    return places


def _copies_in(event: OutboxEvent) -> list[Mapping[str, Any]]:
    """Returns the copies that an event of orders names, of one line or of several."""
    return [copy for line in event.data.get("lines", [event.data]) for copy in line["copies"]]


def unsettled_copies(facts: Facts) -> Iterator[str]:
    """Yields the copies of a switch that still wait for a supplier."""
    families = Families(facts)
    for row in facts.switched:
        if row.stage in _UNSETTLED:
            yield f"copy {_name(families, row.copy_id)} stays {row.stage} in its switch"


def torn_copies(facts: Facts) -> Iterator[str]:
    """Yields the copies that were placed again and not published as such, or the other way round, or more than once."""
    copies = {copy.copy_id: copy.line_key for copy in facts.copies}
    placed = Counter(row.replaced_by for row in facts.switched if row.replaced_by is not None)
    added = (event for event in facts.events if event.type == LinesAdded.event_type)
    published = Counter(str(copy["copy_id"]) for event in added for copy in _copies_in(event))
    for copy_id in placed.keys() | published.keys():
        if not placed[copy_id] == published[copy_id] == 1:
            of = copies.get(copy_id, "that is not there")
            yield f"copy {copy_id} of line {of} took the place of {placed[copy_id]}, and was published {published[copy_id]} times"


def _is_moved(row: SwitchedCopy) -> bool:
    return row.stage in ("moved", "recalling", "supplied", _DOUBLED) or row.replaced_by is not None


def _name(families: Families, copy_id: str) -> str:
    copy = families.copies.get(copy_id)
    return copy_id if copy is None else str(copy.key)
