"""Decides which copies can still be cancelled, and removes them from shipments. Pure.

A copy accepted at once is picked at once, so a cancellation is always too late for it. A copy that waits can be
cancelled until its release has left: only for such a copy the answer depends on when the cancellation arrives.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from local.simulators.consortium.brain import Fate
from local.simulators.consortium.wire import Cancellation, CancelledLine


@dataclass(frozen=True, slots=True)
class Verdict:
    """Entries of the response, lines to store again (line key, ISBN, fates), copies to unload (line key, copy number)."""

    entries: tuple[Mapping[str, object], ...]
    lines: tuple[tuple[str, str, str], ...]
    unloaded: frozenset[tuple[str, int]]


def decide(cancellation: Cancellation, lines: Mapping[str, str], *, releases_left: bool) -> Verdict:
    """Decides every copy that the cancellation names; `lines` are the order's lines with their fates as JSON."""
    entries: list[Mapping[str, object]] = []
    changed: list[tuple[str, str, str]] = []
    unloaded: set[tuple[str, int]] = set()
    for line in cancellation.lines:
        if line.line_key not in lines:
            entries.append(_entry(line, "untraced", line.copy_numbers))
            continue
        fates: dict[str, str] = json.loads(lines[line.line_key])
        words = {number: _word(fates.get(str(number)), releases_left) for number in line.copy_numbers}
        gone = [number for number, word in words.items() if word == "cancelled_on_request"]
        unloaded |= {(line.line_key, number) for number in gone}
        changed.append((line.line_key, line.isbn, json.dumps(fates | {str(number): Fate.CANCELLED.value for number in gone})))
        answers = dict.fromkeys(words.values())
        entries += [_entry(line, word, [number for number in words if words[number] == word]) for word in answers]
    return Verdict(tuple(entries), tuple(changed), frozenset(unloaded))


def without(body: str, unloaded: frozenset[tuple[str, int]]) -> str | None:
    """Returns the shipment's push without the given copies; None when no copy is left in it."""
    push = json.loads(body)
    for parcel in push["data"]["parcels"]:
        for line in parcel["lines"]:
            line["copies"] = [copy for copy in line["copies"] if (line["line_key"], copy["copy_number"]) not in unloaded]
            line["quantity"] = len(line["copies"])
        parcel["lines"] = [line for line in parcel["lines"] if line["copies"]]
    push["data"]["parcels"] = [parcel for parcel in push["data"]["parcels"] if parcel["lines"]]
    return json.dumps(push) if push["data"]["parcels"] else None


def _word(fate: str | None, releases_left: bool) -> str:
    if fate is None:
        return "untraced"
    if fate == Fate.SHIPS or (fate == Fate.RELEASED and releases_left):
        return "already_shipped"
    return "cancelled_on_request"


def _entry(line: CancelledLine, status: str, numbers: tuple[int, ...] | list[int]) -> Mapping[str, object]:
    cancelled = len(numbers) if status == "cancelled_on_request" else 0
    return {
        "line_key": line.line_key,
        "isbn": line.isbn,
        "status": status,
        "quantities": {"cancelled": cancelled},
        "copies": [{"copy_number": number} for number in numbers],
    }
