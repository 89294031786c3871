"""Decides the answer to an enquiry about copies, or to a claim for them. Pure.

Copies that wait get a day; others are being processed. Short copies are sent again, damaged ones are credited; a claim for copies
that were never sent is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from local.simulators.consortium.brain import CopyPlan, Fate, LinePlan, Wave, entry_about
from local.simulators.consortium.wire import Copy, EnquiredLine, Enquiry, Line, Order

_SENT = frozenset({Fate.SHIPS, Fate.RELEASED, Fate.CANCELLED_AND_SENT})
_WAIT_DAYS = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """Entries of the answer, and what is sent again."""

    entries: tuple[Mapping[str, object], ...]
    plans: tuple[LinePlan, ...]


def decide(enquiry: Enquiry, order: Order, lines: Mapping[str, str], today: date) -> Verdict:
    """Answers about every copy that the enquiry names. `lines` are the order's lines with their fates as JSON, by line key."""
    known = {line.line_key: line for line in order.lines}
    entries: list[Mapping[str, object]] = []
    plans = []
    for asked in enquiry.lines:
        line = known.get(asked.line_key)
        if line is None or asked.line_key not in lines:
            entries.append({"line_key": asked.line_key, "isbn": asked.isbn, "status": "untraced"})
            continue
        fates: dict[str, str] = json.loads(lines[asked.line_key])
        sent, others = _parted(asked, line, fates)
        entries += _answers(enquiry.kind, line, sent, others, today + timedelta(days=_WAIT_DAYS))
        if enquiry.kind == "short" and sent:
            copies = tuple(CopyPlan(copy, Fate.SHIPS, Wave.RESENT) for copy in sent)
            plans.append(LinePlan(line, line.isbn, copies, ()))
    return Verdict(tuple(entries), tuple(plans))


def _parted(asked: EnquiredLine, line: Line, fates: Mapping[str, str]) -> tuple[list[Copy], list[Copy]]:
    named = [copy for copy in line.copies if copy.copy_number in asked.copy_numbers]
    sent = [copy for copy in named if fates.get(str(copy.copy_number)) in _SENT]
    return sent, [copy for copy in named if copy not in sent]


def _answers(kind: str, line: Line, sent: Sequence[Copy], others: Sequence[Copy], day: date) -> list[Mapping[str, object]]:
    on_that_day = {"available_on": day.isoformat()}
    words = {"status": "processing", "short": "will_resend", "damaged": "credit_follows"}
    found: list[Mapping[str, object]] = []
    if sent:
        found.append(entry_about(line, words[kind], copies=sent) | (on_that_day if kind == "short" else {}))
    if others and kind == "status":
        found.append(entry_about(line, "back_ordered", copies=others, back_ordered=len(others)) | on_that_day)
    elif others:
        found.append(entry_about(line, "claim_refused", copies=others))
    return found
