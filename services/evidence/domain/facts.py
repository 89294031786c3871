"""Facts of copies as events state them, and the rule by which two statements about one fact become one.

Each rule gives the same result whatever the order of the statements, and however often one is repeated. Pure: no table, no event.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any
from uuid import UUID


class Rule(Enum):
    """Which of two statements counts. A statement that is None says nothing.

    SAME: all state the same. FIRST: the least, such as the earliest time. EVER: true once one is. NEWEST: that of the highest
    version of the order. PLANNED, MOVED: the same among statements
    about the route and about the branch alone, which are at other versions.
    """

    SAME = "same"
    FIRST = "first"
    EVER = "ever"
    NEWEST = "newest"
    PLANNED = "planned"
    MOVED = "moved"


VERSION, PLANNED_VERSION, BRANCH_VERSION = "version", "planned_version", "branch_version"
VERSIONS = {Rule.NEWEST: VERSION, Rule.PLANNED: PLANNED_VERSION, Rule.MOVED: BRANCH_VERSION}
"""The version that decides which of two statements is newer, by rule."""

RULES: Mapping[str, Rule] = {
    # What was ordered.
    "council": Rule.SAME,
    "supplier_id": Rule.SAME,
    "order_id": Rule.SAME,
    "line_key": Rule.SAME,
    "replaces": Rule.SAME,
    "isbn": Rule.SAME,
    "branch": Rule.MOVED,
    BRANCH_VERSION: Rule.MOVED,
    "material": Rule.SAME,
    "trial": Rule.SAME,
    "arm": Rule.SAME,
    "route_trial": Rule.SAME,
    "route_arm": Rule.SAME,
    "planned_hub": Rule.PLANNED,
    PLANNED_VERSION: Rule.PLANNED,
    "asked_minor": Rule.SAME,
    "asked_currency": Rule.SAME,
    "placed_at": Rule.SAME,
    # What became of it.
    "state": Rule.NEWEST,
    VERSION: Rule.NEWEST,
    "sent_at": Rule.FIRST,
    "answered_at": Rule.FIRST,
    "promised_on": Rule.SAME,
    "despatched_at": Rule.FIRST,
    "given_up_at": Rule.FIRST,
    "at_hub_at": Rule.FIRST,
    "received_at": Rule.FIRST,
    "through_hub": Rule.EVER,
}
"""The facts of a copy, each with its rule."""

_NOTHING: dict[str, Any] = dict.fromkeys(RULES)

Facts = Mapping[str, Any]


def combined(known: Facts, news: Facts) -> dict[str, Any]:
    """Returns what two statements about the same copy say together."""
    both = {**_NOTHING, **known}
    _add(both, news)
    return both


def _add(known: dict[str, Any], news: Facts) -> None:
    # Only what is stated is touched: a batch has thousands of statements, each of a few facts.
    newer = {rule: (news.get(version) or 0) > (known[version] or 0) for rule, version in VERSIONS.items()}
    for name, stated in news.items():
        known[name] = _one(RULES[name], known[name], stated, newer=newer.get(RULES[name], False))


def _one(rule: Rule, known: Any, stated: Any, *, newer: bool) -> Any:
    if known is None or stated is None:
        return stated if known is None else known
    match rule:
        case Rule.SAME:
            return known
        case Rule.FIRST:
            return min(known, stated)
        case Rule.EVER:
            return known or stated
        case Rule.NEWEST | Rule.PLANNED | Rule.MOVED:
            return stated if newer else known


class GatheredCopies:
    """The copies of a batch of events, each once, with what all events of the batch say of it."""

    def __init__(self) -> None:
        self._facts: dict[UUID, dict[str, Any]] = {}

    def add(self, copy_id: UUID, **facts: Any) -> None:
        """Adds what an event says of a copy. Raises KeyError for a fact without a rule."""
        known = self._facts.get(copy_id)
        if known is None:
            known = self._facts[copy_id] = _NOTHING.copy()
        _add(known, facts)

    def rows(self) -> list[dict[str, Any]]:
        """Returns each copy once, in the order of their ids."""
        return [{"copy_id": copy_id, **self._facts[copy_id]} for copy_id in sorted(self._facts)]
