"""Checks that every copy is accounted for, and counts copies for the table. Pure: snapshots in, counts and faults out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from local.lms.orders import CopyKey

RECEIVED, REFUSED, CANCELLED = "received", "refused", "cancelled"
GIVEN_UP = frozenset({REFUSED, CANCELLED})
# Goods are on the way or there.
HAS_GOODS = frozenset({"despatched", "at_hub", RECEIVED})
# A copy in one of these states must change again, because the simulated suppliers send whatever they accepted.
MOVING = ("ordered", "sent", "accepted", "despatched", "at_hub")
# All states in the order of a copy's life, as the tables show them.
STATES = (
    "ordered", "sent", "accepted", "held", "back_ordered", "despatched", "at_hub", "received", "damaged", "missing",
    "refused", "cancelled",
)  # fmt: skip
# The states that result from unpacking at a branch.
ARRIVED = frozenset({RECEIVED, "damaged", "missing"})
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class CopyNow:
    """The supplier of a copy, and its state in the orders service."""

    supplier: str
    state: str


Copies = Mapping[CopyKey, CopyNow]


@dataclass(frozen=True, slots=True)
class SupplierCount:
    """Numbers of one supplier's copies. `outstanding`: by state, those not received, refused or cancelled."""

    supplier: str
    ordered: int
    received: int
    outstanding: Mapping[str, int]
    refused: int
    cancelled: int


def counts(copies: Copies) -> list[SupplierCount]:
    """Counts the copies per supplier, sorted by supplier id."""
    per_supplier: dict[str, Counter[str]] = {}
    for copy in copies.values():
        per_supplier.setdefault(copy.supplier, Counter())[copy.state] += 1
    return [_count(supplier, states) for supplier, states in sorted(per_supplier.items())]


def per_state(copies: Copies) -> dict[str, int]:
    """Counts the copies per state, in the order of a copy's life."""
    seen = Counter(copy.state for copy in copies.values())
    return {state: seen[state] for state in _known_first(seen)}


def moving(copies: Copies) -> dict[CopyKey, CopyNow]:
    """Returns the copies whose state must still change."""
    return {key: copy for key, copy in copies.items() if copy.state in MOVING}


def faults(
    asked: Collection[CopyKey], copies: Copies, scanned: Mapping[CopyKey, str], *, explained: Collection[CopyKey] = ()
) -> list[str]:
    """Returns what does not add up, in words; empty if every copy is accounted for.

    `asked`: the copies of the file. `scanned`: the last state in which the LMS itself scanned each copy. `explained`: copies
    that may stay on their way, because it is known what they wait for.
    """
    wanted = set(asked)
    found = _named("ordered by the file but not in the order book", wanted - copies.keys())
    found += _named("in the order book but not ordered by the file", copies.keys() - wanted)
    found += _named("still on the way", moving(copies).keys() - set(explained))
    total = sum(one.received + one.refused + one.cancelled + sum(one.outstanding.values()) for one in counts(copies))
    if total != len(wanted):
        found.append(f"copies ordered: {len(wanted)}, but the suppliers' columns add up to {total}")
    at_branch = {key: copy.state for key, copy in copies.items() if copy.state in ARRIVED}
    found += _named("scanned by the LMS, but in another state in the order book", _differing(scanned, at_branch))
    found += _named("not scanned by the LMS, but scanned according to the order book", at_branch.keys() - scanned.keys())
    return found


def result(copies: Copies, found: Sequence[str], seconds: float, more: Mapping[str, object]) -> str:
    """Returns the outcome as JSON. Keys of `copies` are `order number|line number|branch|nth`, the same in every run.

    `more` is added to the document unchanged.
    """
    document = {
        "holds": not found,
        "faults": list(found),
        "seconds": round(seconds, 1),
        "suppliers": {
            one.supplier: {
                "ordered": one.ordered,
                "received": one.received,
                "outstanding": dict(one.outstanding),
                "refused": one.refused,
                "cancelled": one.cancelled,
            }
            for one in counts(copies)
        },
        "states": per_state(copies),
        "copies": {str(key): {"supplier": copy.supplier, "state": copy.state} for key, copy in sorted(copies.items())},
        **more,
    }
    return json.dumps(document, indent=2) + "\n"


def _count(supplier: str, states: Counter[str]) -> SupplierCount:
    outstanding = {state: states[state] for state in _known_first(states) if state not in {RECEIVED, *GIVEN_UP}}
    return SupplierCount(supplier, states.total(), states[RECEIVED], outstanding, states[REFUSED], states[CANCELLED])


def _known_first(states: Counter[str]) -> list[str]:
    """Returns the states that occur; states unknown here are last."""
    return [*(state for state in STATES if states[state]), *sorted(state for state in states if state not in STATES)]


def _differing(scanned: Mapping[CopyKey, str], book: Mapping[CopyKey, str]) -> list[CopyKey]:
    return [key for key, state in scanned.items() if book.get(key) != state]


def _named(what: str, keys: Collection[CopyKey]) -> list[str]:
    if not keys:
        return []
    names = ", ".join(str(key) for key in sorted(keys)[:_MOST_NAMED])
    more = f" and {len(keys) - _MOST_NAMED} more" if len(keys) > _MOST_NAMED else ""
    return [f"{len(keys)} {what}: {names}{more}"]
