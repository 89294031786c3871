"""Proposed orders: what a supplier selected for a council, and the faults that prevent ordering it as it is.

    open -> accepted | declined | superseded

Pure. A proposal's content never changes; when the council accepts, it may order other lines instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from services.orders.domain.asked import BOOK, MOST_LINES, AskedLine, AskedNumber, AskedOrder
from services.orders.domain.placing import PlacedOrder
from shared.contracts.selections import SelectedCopy, SelectedLine, SelectionReceived
from shared.contracts.stated import SupplierReferences
from shared.errors import DomainError, Fault, Kind
from shared.texts import Reference
from shared.values import isbn13_or_text


class ProposalState(StrEnum):
    """State of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One selection of a supplier for a council. `firm`: the supplier states that it is final.

    `file_id` is the file that it was in, where the council uploaded one; `message_id` is then the same. `part_of` is the number
    of the whole selection where that is in several proposals.
    """

    proposal_id: UUID
    council: str
    supplier_id: str
    selection_number: str
    message_id: UUID
    firm: bool
    received_at: datetime
    fingerprint: bytes
    lines: tuple[SelectedLine, ...]
    state: ProposalState = ProposalState.OPEN
    order_id: UUID | None = None
    superseded_by: UUID | None = None
    file_id: UUID | None = None
    part_of: str = ""


class AcceptedLine(AskedLine):
    """A line to order instead of those proposed. `reference` names the selected line it orders; empty for an added title."""

    reference: Reference = Field(
        default="",
        max_length=70,
        description="`reference` of the selected line that it orders; left out for another title",
        examples=["SEL-114/3"],
    )


class Acceptance(BaseModel):
    """How a council orders a proposal: under its own number, with the lines as proposed or with its own lines."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    order_number: AskedNumber
    lines: Annotated[tuple[AcceptedLine, ...], Field(json_schema_extra={"minItems": 1, "maxItems": MOST_LINES})] | None = Field(
        default=None, description=f"All lines to order, at most {MOST_LINES}; left out or null: the lines as proposed"
    )
    follow_sourcing_rules: StrictBool = Field(
        default=False, description="Whether copies are ordered from another supplier where a sourcing rule names one"
    )


def fingerprint_of(event: SelectionReceived) -> bytes:
    """Returns a digest of the content: two selections with the same digest are one selection sent twice."""
    return hashlib.sha256(event.model_dump_json(exclude={"message_id", "received_at"}).encode()).digest()


def still_open(proposal: Proposal) -> Proposal:
    """Returns the proposal if it may still be decided. Raises DomainError (409) if it was decided before."""
    if proposal.state is not ProposalState.OPEN:
        raise decided_before(proposal)
    return proposal


def decided_before(proposal: Proposal) -> DomainError:
    """Returns the refusal (409) of a decision about a proposal that is not open."""
    text = f"The proposal is {proposal.state}; only an open one waits for a decision."
    return DomainError("proposal-settled", text, Kind.CONFLICT)


def document_of(proposal: Proposal, codes: Mapping[str, str], order_number: str) -> dict[str, Any]:
    """Returns the proposal as an order's document, with the same places for pointers. `codes`: the branch with each GLN."""
    lines = [_document_line(number, line, codes) for number, line in enumerate(proposal.lines, start=1)]
    return {"order_number": order_number, "lines": lines}


def _document_line(number: int, line: SelectedLine, codes: Mapping[str, str]) -> dict[str, Any]:
    copies = [_document_copy(copy, codes) for copy in line.copies]
    if line.quantity > len(line.copies):
        # Copies that the selection does not describe are at the end, for the council to complete.
        copies.append({**_document_copy(SelectedCopy(), codes), "quantity": line.quantity - len(line.copies)})
    return {
        "line_number": number,
        "isbn": line.isbn,
        "title": line.title,
        "author": line.author,
        "material": BOOK,  # for anything else the council gives lines of its own
        "unit_price": line.unit_price.model_dump() if line.unit_price else None,
        "copies": copies,
    }


def _document_copy(copy: SelectedCopy, codes: Mapping[str, str]) -> dict[str, Any]:
    return {**copy.model_dump(), "branch": codes.get(copy.branch, copy.branch), "quantity": 1}


def asked_for(acceptance: Acceptance) -> AskedOrder | None:
    """Returns the order that the council wants instead of the proposed one; None where it orders as proposed."""
    if acceptance.lines is None:
        return None
    lines = tuple(AskedLine.model_validate(line.model_dump(exclude={"reference"})) for line in acceptance.lines)
    return AskedOrder(order_number=acceptance.order_number, lines=lines)


def references_of(proposal: Proposal, acceptance: Acceptance) -> dict[int, str]:
    """Returns the supplier's reference for each line number of the order."""
    if acceptance.lines is None:
        return {number: line.reference for number, line in enumerate(proposal.lines, start=1)}
    return {line.line_number: line.reference for line in acceptance.lines if line.reference}


def supplier_references_of(proposal: Proposal, references: Mapping[int, str]) -> dict[int, SupplierReferences]:
    """Returns what the supplier calls the line of each line number of the order, given the references of `references_of`."""
    called = {line.reference: line.supplier_references for line in proposal.lines}
    found = {number: called.get(reference) for number, reference in references.items()}
    return {number: theirs for number, theirs in found.items() if theirs is not None}


def reference_faults(proposal: Proposal, lines: Sequence[AcceptedLine]) -> Iterator[Fault]:
    """Returns a fault for each line whose reference is not in the selection, or belongs to another ISBN."""
    selected = {line.reference: isbn13_or_text(line.isbn) for line in proposal.lines}
    for index, line in enumerate(lines):
        pointer = f"/lines/{index}/reference"
        if line.reference and line.reference not in selected:
            yield Fault(pointer, "unknown-reference", "The selection has no line with this reference.")
        elif line.reference and selected[line.reference] != isbn13_or_text(line.isbn):
            yield Fault(pointer, "other-title", "The selected line is for another ISBN; leave the reference out.")


def sourced_elsewhere(order: PlacedOrder, asked: AskedOrder, supplier_id: str) -> list[Fault]:
    """Returns a fault for each copy that the sourcing rules give to another supplier than the one that selected it."""
    elsewhere = {
        (line.asked.line_number, copy.branch.code): line.supplier_id
        for line in order.lines
        if line.supplier_id != supplier_id
        for copy in line.copies
    }
    return [
        Fault(
            f"/lines/{i}/copies/{j}/branch",
            "sourced-elsewhere",
            f"A sourcing rule gives this to {elsewhere[line.line_number, copy.branch]!r}, not to {supplier_id!r}.",
        )
        for i, line in enumerate(asked.lines)
        for j, copy in enumerate(line.copies)
        if (line.line_number, copy.branch) in elsewhere
    ]
