"""What people said that a supplier's references mean in ours, and facts read that way. Pure; knows no table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
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
from shared.contracts.invoices import InvoicedLine
from shared.contracts.selections import SelectedLine
from shared.contracts.suppliers import CopyReference
from shared.findings import Finding, Severity
from shared.values import isbn13_or_text


class MappedField(StrEnum):
    """What sort of reference is mapped."""

    ORDER_NUMBER = "order_number"
    LINE_KEY = "line_key"
    ISBN = "isbn"
    PLACE = "place"
    STATUS_CODE = "status_code"
    BUYER = "buyer"


@dataclass(frozen=True, slots=True)
class Mapping:
    """A reference of the supplier and what it means; `message_id` is none where it means that in every message.

    `version` counts what was said of the same reference in the same scope. `council` is whom it concerns, where that is
    one. For a buyer, `ours` is the council's ISIL.
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


class Meanings:
    """Reads facts as people said they are meant, and remembers what was of use and what else was said."""

    def __init__(self, mappings: Iterable[Mapping]) -> None:
        # What is said of one message goes before what is said of all.
        ordered = sorted(mappings, key=lambda mapping: mapping.message_id is not None)
        self._by_reference = {(mapping.field, mapping.theirs): mapping for mapping in ordered}
        self._used: dict[UUID, Mapping] = {}
        self._said: dict[MappedField, set[str]] = {field: set() for field in MappedField}

    def said(self, field: MappedField) -> Sequence[str]:
        """Every reference of a sort that the facts held."""
        return sorted(self._said[field])

    def findings(self) -> Sequence[Finding]:
        """What was read otherwise than it was written."""
        return [
            Finding(
                "mapped",
                f"{mapping.field} {mapping.theirs} was read as {mapping.ours}, as {mapping.actor} said: {mapping.reason}",
                Severity.INFO,
            )
            for mapping in self._used.values()
        ]

    def applied(self, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """The facts as they are meant."""
        return tuple(self._fact(fact) for fact in facts)

    def _fact(self, fact: Fact) -> Fact:
        match fact:
            case ResponseFact():
                return replace(
                    fact,
                    order_number=self._given(MappedField.ORDER_NUMBER, fact.order_number),
                    lines=tuple(self._answer(line) for line in fact.lines),
                )
            case DespatchFact():
                return self._despatch(fact)
            case InvoiceFact():
                return replace(
                    fact, buyer=self._meant(MappedField.BUYER, fact.buyer), lines=tuple(self._charge(line) for line in fact.lines)
                )
            case SelectionFact():
                return replace(
                    fact, buyer=self._meant(MappedField.BUYER, fact.buyer), lines=tuple(self._choice(line) for line in fact.lines)
                )
            case OpenLinesFact():
                return self._open_lines(fact)
            case _:
                return fact

    def _despatch(self, fact: DespatchFact) -> DespatchFact:
        place = self._meant(MappedField.PLACE, fact.deliver_to)
        # Which sort of place the supplier meant says nothing about the place we mean.
        kind = fact.deliver_to_kind if place == fact.deliver_to else None
        parcels = tuple(replace(parcel, lines=tuple(self._advice(line) for line in parcel.lines)) for parcel in fact.parcels)
        return replace(fact, deliver_to=place, deliver_to_kind=kind, parcels=parcels)

    def _open_lines(self, fact: OpenLinesFact) -> OpenLinesFact:
        lines = tuple(
            replace(
                line,
                line_key=self._given(MappedField.LINE_KEY, line.line_key),
                order_number=self._given(MappedField.ORDER_NUMBER, line.order_number),
                isbn=self._meant(MappedField.ISBN, line.isbn),
                status_code=self._given(MappedField.STATUS_CODE, line.status_code),
            )
            for line in fact.lines
        )
        return replace(fact, buyer=self._meant(MappedField.BUYER, fact.buyer), lines=lines)

    def _answer(self, line: LineAnswer) -> LineAnswer:
        return replace(
            line,
            line_key=self._given(MappedField.LINE_KEY, line.line_key),
            order_number=self._given(MappedField.ORDER_NUMBER, line.order_number),
            isbn=self._meant(MappedField.ISBN, line.isbn),
            status_code=self._given(MappedField.STATUS_CODE, line.status_code),
            copies=self._copies(line.copies),
        )

    def _advice(self, line: AdvisedLine) -> AdvisedLine:
        return replace(
            line,
            line_key=self._given(MappedField.LINE_KEY, line.line_key),
            order_number=self._given(MappedField.ORDER_NUMBER, line.order_number),
            isbn=self._meant(MappedField.ISBN, line.isbn),
            copies=self._copies(line.copies),
        )

    def _charge(self, line: InvoicedLine) -> InvoicedLine:
        return line.model_copy(
            update={
                "line_key": self._given(MappedField.LINE_KEY, line.line_key),
                "order_number": self._given(MappedField.ORDER_NUMBER, line.order_number),
                "isbn": self._meant(MappedField.ISBN, line.isbn),
                "copies": self._copies(line.copies),
            }
        )

    def _choice(self, line: SelectedLine) -> SelectedLine:
        copies = tuple(copy.model_copy(update={"branch": self._meant(MappedField.PLACE, copy.branch)}) for copy in line.copies)
        return line.model_copy(update={"isbn": self._meant(MappedField.ISBN, line.isbn), "copies": copies})

    def _copies(self, copies: Iterable[CopyReference]) -> tuple[CopyReference, ...]:
        return tuple(copy.model_copy(update={"branch": self._given(MappedField.PLACE, copy.branch)}) for copy in copies)

    def _given(self, field: MappedField, value: str | None) -> str | None:
        return None if value is None else self._meant(field, value)

    def _meant(self, field: MappedField, value: str) -> str:
        """What a reference means; itself where nobody said otherwise."""
        if not value:
            return value
        theirs = normal(field, value)
        self._said[field].add(theirs)
        mapping = self._by_reference.get((field, theirs))
        if mapping is None:
            return value
        self._used[mapping.id] = mapping
        return mapping.ours


def normal(field: MappedField, value: str) -> str:
    """A reference as it is compared: without surrounding space, an ISBN with 13 digits."""
    return isbn13_or_text(value.strip()) if field is MappedField.ISBN else value.strip()
