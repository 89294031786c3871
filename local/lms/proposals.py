"""Proposed orders as the LMS answers them: the faults mended, everything else as selected. Pure; knows no HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from local.lms.answers import Proposal, SelectedLine


@dataclass(frozen=True, slots=True)
class Mending:
    """What the council puts where the branch or the fund of a selected copy will not do."""

    branch: str
    fund: str


def mended(proposal: Proposal, by: Mending) -> list[dict[str, Any]]:
    """The lines to order in place of those proposed, as the order book takes them. A fault of another kind stays."""
    lines = [_line_body(number, line) for number, line in enumerate(proposal.lines, start=1)]
    for fault in proposal.faults:
        match fault.pointer.split("/"):
            case ["", "lines", line, "copies", copy, "branch"]:
                lines[int(line)]["copies"][int(copy)]["branch"] = by.branch
            case ["", "lines", line, "copies", copy, "fund"]:
                lines[int(line)]["copies"][int(copy)]["fund"] = by.fund
    return lines


def _line_body(number: int, line: SelectedLine) -> dict[str, Any]:
    copies = [copy.model_dump(mode="json") for copy in line.copies]
    if line.quantity > len(copies):
        # Where the faults point for copies of which the selection says nothing.
        copies.append({"branch": "", "fund": "", "quantity": line.quantity - len(copies)})
    return {
        "line_number": number,
        "reference": line.reference,
        "isbn": line.isbn,
        "title": line.title,
        "author": line.author,
        "unit_price": line.unit_price,
        "copies": copies,
    }
