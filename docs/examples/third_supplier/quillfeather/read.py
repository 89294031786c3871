"""Quillfeather's documents -> contract facts and findings. Pure; never raises for bad content.

One bad line or parcel is left out with an error finding; everything else of the document still counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from services.suppliers.contract import (
    AdvisedLine,
    AdvisedParcel,
    DespatchFact,
    Fact,
    Kind,
    LineAnswer,
    RawMessage,
    Reading,
    ResponseFact,
)
from shared.contracts.base import PlaceKind
from shared.contracts.suppliers import CopyReference, Quantities
from shared.findings import Finding, Severity
from shared.values import InvalidValue, to_isbn13

from quillfeather import wire

SENDER = "quillfeather"

M = TypeVar("M", bound=BaseModel)
Findings = list[Finding]


def read(raw: RawMessage) -> Reading:
    """What one document says. A document nobody knows is of kind UNKNOWN, with an error finding."""
    findings: Findings = []
    try:
        content = from_json(raw.body)
        envelope = wire.Envelope.model_validate(content)
    except ValidationError as error:
        return _unreadable(findings, "not-a-document", _first(error))
    except ValueError as error:
        return _unreadable(findings, "not-json", f"not JSON: {error}")
    understand = _KINDS.get(envelope.document)
    if understand is None:
        return _unreadable(findings, "unknown-type", f"nobody knows what a {envelope.document[:40]!r} is")
    kind, facts_of = understand
    try:
        facts = facts_of(content, envelope, findings)
    except ValidationError as error:
        facts = _none(findings, "unreadable", _first(error))
    return Reading(kind, facts, tuple(findings), envelope.test, control_reference=envelope.number, sender=SENDER)


def _response(content: object, envelope: wire.Envelope, findings: Findings) -> tuple[Fact, ...]:
    response = wire.Response.model_validate(content)
    lines = _each(wire.ResponseLine, response.lines, "bad-line", findings)
    if not lines:
        return _none(findings, "no-lines", "the response answers no line that can be read")
    answers = tuple(_answer(number, line, findings) for number, line in lines)
    return (ResponseFact(response.order_number, envelope.number, response.issued_at, answers),)


def _answer(number: int, line: wire.ResponseLine, findings: Findings) -> LineAnswer:
    return LineAnswer(
        line_key=line.line_reference,
        order_number=None,
        isbn=_isbn(line.isbn, number, findings),
        status_code=line.status,
        availability_code=line.availability,
        quantities=Quantities(
            ordered=line.ordered, accepted=line.accepted, back_ordered=line.back_ordered, cancelled=line.cancelled
        ),
        available_on=line.expected_on,
        note=line.note,
    )


def _despatch(content: object, envelope: wire.Envelope, findings: Findings) -> tuple[Fact, ...]:
    despatch = wire.Despatch.model_validate(content)
    parcels = tuple(
        AdvisedParcel(parcel.sscc, _advised(parcel, findings))
        for _, parcel in _each(wire.Parcel, despatch.parcels, "bad-parcel", findings)
    )
    filled = tuple(parcel for parcel in parcels if parcel.lines)
    if not envelope.number:
        return _none(findings, "no-despatch-number", "the despatch has no number")
    if not filled:
        return _none(findings, "no-parcels", "the despatch has no parcel that can be read")
    to, kind = despatch.deliver_to, PlaceKind.BRANCH
    return (DespatchFact(envelope.number, despatch.despatched_on, despatch.expected_on, to, kind, filled),)


def _advised(parcel: wire.Parcel, findings: Findings) -> tuple[AdvisedLine, ...]:
    return tuple(
        AdvisedLine(
            line_key=line.line_reference,
            order_number=line.order_number,
            isbn=_isbn(line.isbn, number, findings),
            quantity=line.quantity,
            copies=tuple(
                CopyReference(copy_number=copy.number, branch=copy.branch, barcode=copy.barcode) for copy in line.copies
            ),
        )
        for number, line in _each(wire.ParcelLine, parcel.lines, "bad-line", findings)
    )


_KINDS = {"orderResponse": (Kind.RESPONSE, _response), "despatchAdvice": (Kind.DESPATCH, _despatch)}


def _each(model: type[M], entries: Sequence[object], code: str, findings: Findings) -> list[tuple[int, M]]:
    """Entries that can be read, with their 1-based numbers; an error finding for each of the others."""
    read: list[tuple[int, M]] = []
    for number, entry in enumerate(entries, 1):
        try:
            read.append((number, model.model_validate(entry)))
        except ValidationError as error:
            findings.append(_finding(code, f"entry {number}: {_first(error)}", Severity.ERROR, number))
    return read


def _isbn(text: str, number: int, findings: Findings) -> str:
    try:
        return to_isbn13(text)
    except InvalidValue as error:
        findings.append(_finding("bad-isbn", str(error), Severity.WARNING, number))
        return text


def _unreadable(findings: Findings, code: str, text: str) -> Reading:
    return Reading(Kind.UNKNOWN, _none(findings, code, text), tuple(findings), sender=SENDER)


def _none(findings: Findings, code: str, text: str) -> tuple[Fact, ...]:
    findings.append(_finding(code, text, Severity.ERROR))
    return ()


def _finding(code: str, text: str, severity: Severity, number: int | None = None) -> Finding:
    return Finding(f"quillfeather-{code}", text, severity, segment=number)


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'/'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"
