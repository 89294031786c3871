"""Corrects the faults of proposed orders; everything else stays as selected. Pure; must not know HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from local.lms.answers import Proposal, SelectedLine


@dataclass(frozen=True, slots=True)
class Corrections:
    """The branch and the fund that replace wrong or missing ones of selected copies."""

    branch: str
    fund: str


def corrected(proposal: Proposal, by: Corrections) -> list[dict[str, Any]]:
    """Returns the corrected lines, in the form of the orders service. Faults other than of branch and fund stay."""
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
        # Copies without details in the selection; the faults point to this entry, after the selected copies.
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
