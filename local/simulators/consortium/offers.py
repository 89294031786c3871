"""Decides what follows from an answer to an offer of the consortium, a substitute or a price. Pure.

Copies that the consortium refused with its offer, or that wait for the answer, are sent where the offer is accepted. Where it is
declined and they are still wanted, a book for which a substitute was offered is ordered and released later; a price is given up.
Copies that were picked are too late for anything but a yes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from local.simulators.consortium.brain import CopyPlan, Fate, LinePlan, Wave, entry_about
from local.simulators.consortium.wire import AnsweredLine, Line, OfferAnswer, Order

_FREE = frozenset({Fate.REFUSED, Fate.WAITS})
_TOO_LATE = "already_shipped"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Entries of the answer, lines to store again (line key, ISBN, fates), and what is sent."""

    entries: tuple[Mapping[str, object], ...]
    lines: tuple[tuple[str, str, str], ...]
    plans: tuple[LinePlan, ...]


def decide(answer: OfferAnswer, order: Order, lines: Mapping[str, str]) -> Verdict:
    """Decides every copy that the answer names. `lines` are the order's lines with their fates as JSON, by line key."""
    known = {line.line_key: line for line in order.lines}
    found = [(line, known[line.line_key]) for line in answer.lines if line.line_key in known and line.line_key in lines]
    entries: list[Mapping[str, object]] = [
        {"line_key": line.line_key, "isbn": line.isbn, "status": "untraced"}
        for line in answer.lines
        if line.line_key not in {known.line_key for _, known in found}
    ]
    stored, plans = [], []
    for asked, line in found:
        fates: dict[str, str] = json.loads(lines[line.line_key])
        plan = _plan(answer, asked, line, fates)
        entries += plan.entries
        stored.append((line.line_key, line.isbn, json.dumps(fates | plan.fates)))
        plans.append(plan)
    return Verdict(tuple(entries), tuple(stored), tuple(plans))


def _plan(answer: OfferAnswer, asked: AnsweredLine, line: Line, fates: Mapping[str, str]) -> LinePlan:
    named = [copy for copy in line.copies if copy.copy_number in asked.copy_numbers]
    free = tuple(copy for copy in named if fates.get(str(copy.copy_number)) in _FREE)
    fixed = tuple(copy for copy in named if copy not in free)
    isbn = line.isbn
    if answer.answer == "accepted":
        isbn = answer.substitute_isbn or isbn
        word, fate, wave = "accepted", Fate.SHIPS, Wave.FIRST
    elif answer.then == "cancel":
        word, fate, wave = "cancelled_on_request", Fate.CANCELLED, None
    elif answer.substitute_isbn is None:
        word, fate, wave = "accepted", Fate.SHIPS, Wave.FIRST
    else:
        word, fate, wave = "back_ordered", Fate.RELEASED, Wave.RELEASE
    late = "accepted" if answer.answer == "accepted" else _TOO_LATE
    count = {"accepted": "accepted", "cancelled_on_request": "cancelled", "back_ordered": "back_ordered"}[word]
    entries = [entry_about(line, word, copies=free) | {"quantities": {"ordered": len(free), count: len(free)}}] if free else []
    entries += [entry_about(line, late, copies=fixed)] if fixed else []
    return LinePlan(line, isbn, tuple(CopyPlan(copy, fate, wave) for copy in free), tuple(entries))
