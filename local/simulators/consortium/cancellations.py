"""Decides which copies can still be cancelled, and removes them from shipments. Pure.

A copy accepted at once is picked at once, so a cancellation is always too late for it. A copy that waits can be
cancelled until its release has left: only for such a copy the answer depends on when the cancellation arrives, and
on the manner in which the consortium deals with the line.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from local.simulators.consortium.brain import Fate
from local.simulators.consortium.decisions import Manner
from local.simulators.consortium.wire import Cancellation, CancelledLine

_TOO_LATE, _CANCELLED = "already_shipped", "cancelled_on_request"
# What a copy that waits is answered, and what happens to it in the end.
_WAITING: Mapping[Manner, tuple[str, Fate]] = {
    **dict.fromkeys(Manner, (_CANCELLED, Fate.CANCELLED)),
    Manner.DESPATCHED: (_TOO_LATE, Fate.SHIPS),
    Manner.SENT: (_CANCELLED, Fate.CANCELLED_AND_SENT),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Entries of the answers by manner, lines to store again (line key, ISBN, fates), copies to unload and copies to send.

    Copies are (line key, copy number).
    """

    answers: Mapping[Manner, list[Mapping[str, object]]]
    lines: tuple[tuple[str, str, str], ...]
    unloaded: frozenset[tuple[str, int]]
    sent: frozenset[tuple[str, int]]


def decide(
    cancellation: Cancellation, lines: Mapping[str, str], manners: Mapping[str, Manner], *, releases_left: bool
) -> Verdict:
    """Decides every copy that the cancellation names.

    `lines` are the order's lines with their fates as JSON, `manners` how each is dealt with, both by line key.
    """
    answers: defaultdict[Manner, list[Mapping[str, object]]] = defaultdict(list)
    changed: list[tuple[str, str, str]] = []
    unloaded: set[tuple[str, int]] = set()
    sent: set[tuple[str, int]] = set()
    for line in cancellation.lines:
        manner = manners.get(line.line_key, Manner.PROMPT)
        if manner is Manner.SILENT:
            continue
        if line.line_key not in lines:
            answers[manner].append(_entry(line, "untraced", line.copy_numbers))
            continue
        fates: dict[str, str] = json.loads(lines[line.line_key])
        decided = {number: _decided(fates.get(str(number)), manner, releases_left) for number in line.copy_numbers}
        after = {number: fate for number, (_, fate) in decided.items() if fate is not None}
        unloaded |= {(line.line_key, number) for number in after}
        sent |= {(line.line_key, number) for number, fate in after.items() if fate is not Fate.CANCELLED}
        changed.append((line.line_key, line.isbn, json.dumps(fates | {str(number): fate for number, fate in after.items()})))
        for word in dict.fromkeys(word for word, _ in decided.values()):
            answers[manner].append(_entry(line, word, [number for number in decided if decided[number][0] == word]))
    return Verdict(answers, tuple(changed), frozenset(unloaded), frozenset(sent))


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


def _decided(fate: str | None, manner: Manner, releases_left: bool) -> tuple[str, Fate | None]:
    """Returns the answer about a copy and its new fate; None where it keeps its own."""
    if fate is None:
        return "untraced", None
    if fate == Fate.SHIPS or (fate == Fate.RELEASED and releases_left):
        return _TOO_LATE, None
    if fate in (Fate.RELEASED, Fate.WAITS):
        return _WAITING[manner]
    return _CANCELLED, None


def _entry(line: CancelledLine, status: str, numbers: tuple[int, ...] | list[int]) -> Mapping[str, object]:
    cancelled = len(numbers) if status == _CANCELLED else 0
    return {
        "line_key": line.line_key,
        "isbn": line.isbn,
        "status": status,
        "quantities": {"cancelled": cancelled},
        "copies": [{"copy_number": number} for number in numbers],
    }
