"""Corrections staff made to a supplier's references, and how they apply to facts. Pure; knows no table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypedDict
from uuid import UUID

from services.suppliers.contract import (
    AdvisedLine,
    DespatchFact,
    Fact,
    InvoiceFact,
    LineAnswer,
    OpenLinesFact,
    ResponseFact,
    SelectionFact,
)
from services.suppliers.domain.known_lines import Referring
from shared.contracts.invoices import InvoicedLine
from shared.contracts.selections import SelectedLine
from shared.contracts.suppliers import CopyReference
from shared.findings import Finding, Severity
from shared.values import isbn13_or_text


class _Naming(TypedDict):
    """What leads from a supplier's line to ours."""

    line_key: str | None
    order_number: str | None
    isbn: str


class MappedField(StrEnum):
    """The kind of reference that a mapping corrects."""

    ORDER_NUMBER = "order_number"
    LINE_KEY = "line_key"
    ISBN = "isbn"
    PLACE = "place"
    STATUS_CODE = "status_code"
    BUYER = "buyer"


@dataclass(frozen=True, slots=True)
class Mapping:
    """A reference of the supplier (`theirs`) and the reference of ours that it means (`ours`).

    `message_id` is the one message it applies to; None where it applies to all. `version` counts the mappings of the same
    reference in the same scope. `council` is the council it concerns; None where it concerns several. For a buyer, `ours` is
    the council's ISIL. A mapping of all messages applies wherever `theirs` appears: an ISBN is mapped for every order.
    """

    id: UUID
    seq: int
    field: MappedField
    theirs: str
    ours: str
    message_id: UUID | None
    council: str | None
    version: int
    created_at: datetime
    actor: str
    reason: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_reason: str | None = None


class Corrections:
    """Replaces references in facts as mappings say. Records which mappings were used, and which references the facts held."""

    def __init__(self, mappings: Iterable[Mapping]) -> None:
        # A mapping of one message takes precedence over a mapping of all messages: it is later in the order.
        ordered = sorted(mappings, key=lambda mapping: mapping.message_id is not None)
        self._by_reference = {(mapping.field, mapping.theirs): mapping for mapping in ordered}
        self._used: dict[UUID, Mapping] = {}
        self._references: dict[MappedField, set[str]] = {field: set() for field in MappedField}

    def references(self, field: MappedField) -> Sequence[str]:
        """Returns every reference of one kind in the facts so far, sorted."""
        return sorted(self._references[field])

    def findings(self) -> Sequence[Finding]:
        """Returns a finding for each mapping that was used."""
        return [
            Finding(
                "mapped",
                f"{mapping.field} {mapping.theirs} was read as {mapping.ours}, as mapped by {mapping.actor}: {mapping.reason}",
                Severity.INFO,
            )
            for mapping in self._used.values()
        ]

    def apply(self, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """Returns the facts with their references corrected."""
        return tuple(self._fact(fact) for fact in facts)

    def _fact(self, fact: Fact) -> Fact:
        match fact:
            case ResponseFact():
                return replace(
                    fact,
                    order_number=self._map_optional(MappedField.ORDER_NUMBER, fact.order_number),
                    lines=tuple(self._answer_line(line) for line in fact.lines),
                )
            case DespatchFact():
                return self._despatch(fact)
            case InvoiceFact():
                return replace(
                    fact,
                    buyer=self._map(MappedField.BUYER, fact.buyer),
                    lines=tuple(self._invoiced_line(line) for line in fact.lines),
                )
            case SelectionFact():
                return replace(
                    fact,
                    buyer=self._map(MappedField.BUYER, fact.buyer),
                    lines=tuple(self._selected_line(line) for line in fact.lines),
                )
            case OpenLinesFact():
                return self._open_lines(fact)
            case _:
                return fact

    def _despatch(self, fact: DespatchFact) -> DespatchFact:
        place = self._map(MappedField.PLACE, fact.deliver_to)
        # The kind that the supplier stated is that of its own place, not of the place it is mapped to.
        kind = fact.deliver_to_kind if place == fact.deliver_to else None
        parcels = tuple(
            replace(parcel, lines=tuple(self._advised_line(line) for line in parcel.lines)) for parcel in fact.parcels
        )
        return replace(fact, deliver_to=place, deliver_to_kind=kind, parcels=parcels)

    def _open_lines(self, fact: OpenLinesFact) -> OpenLinesFact:
        lines = tuple(
            replace(
                line,
                **self._naming(line),
                status_code=self._map_optional(MappedField.STATUS_CODE, line.status_code),
            )
            for line in fact.lines
        )
        return replace(fact, buyer=self._map(MappedField.BUYER, fact.buyer), lines=lines)

    def _answer_line(self, line: LineAnswer) -> LineAnswer:
        return replace(
            line,
            **self._naming(line),
            status_code=self._map_optional(MappedField.STATUS_CODE, line.status_code),
            copies=self._copies(line.copies),
        )

    def _advised_line(self, line: AdvisedLine) -> AdvisedLine:
        return replace(
            line,
            **self._naming(line),
            copies=self._copies(line.copies),
        )

    def _invoiced_line(self, line: InvoicedLine) -> InvoicedLine:
        return line.model_copy(update={**self._naming(line), "copies": self._copies(line.copies)})

    def _selected_line(self, line: SelectedLine) -> SelectedLine:
        copies = tuple(copy.model_copy(update={"branch": self._map(MappedField.PLACE, copy.branch)}) for copy in line.copies)
        return line.model_copy(update={"isbn": self._map(MappedField.ISBN, line.isbn), "copies": copies})

    def _naming(self, line: Referring) -> _Naming:
        return _Naming(
            line_key=self._map_optional(MappedField.LINE_KEY, line.line_key),
            order_number=self._map_optional(MappedField.ORDER_NUMBER, line.order_number),
            isbn=self._map(MappedField.ISBN, line.isbn),
        )

    def _copies(self, copies: Iterable[CopyReference]) -> tuple[CopyReference, ...]:
        return tuple(copy.model_copy(update={"branch": self._map_optional(MappedField.PLACE, copy.branch)}) for copy in copies)

    def _map_optional(self, field: MappedField, value: str | None) -> str | None:
        return None if value is None else self._map(field, value)

    def _map(self, field: MappedField, value: str) -> str:
        """Returns what a reference is mapped to; the reference itself where it is not mapped."""
        if not value:
            return value
        theirs = normal(field, value)
        self._references[field].add(theirs)
        mapping = self._by_reference.get((field, theirs))
        if mapping is None:
            return value
        self._used[mapping.id] = mapping
        return mapping.ours


def normal(field: MappedField, value: str) -> str:
    """Returns a reference in the form used for comparison: without surrounding space, an ISBN with 13 digits."""
    return isbn13_or_text(value.strip()) if field is MappedField.ISBN else value.strip()
