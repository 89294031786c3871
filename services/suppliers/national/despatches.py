"""Reads DESADV: which books a bookseller sent where, carton by carton. Pure and tolerant; knows no place."""

from __future__ import annotations

from collections.abc import Iterator

from services.suppliers.contract import AdvisedLine, AdvisedParcel, DespatchFact
from services.suppliers.national.codes import Odd, odd
from services.suppliers.national.segments import (
    Findings,
    References,
    Segments,
    blocks,
    body_of,
    copies_of,
    count_of,
    first,
    isbn_of,
    moment_of,
    references_of,
)
from shared.findings import Severity
from shared.formats.edifact import Message, Segment

_SSCC_PREFIX = "00"
_SSCC_DIGITS = 18


def read_despatch(message: Message, findings: Findings) -> DespatchFact | None:
    """One DESADV (BGM 351) as a fact; None when it has no number or no place and so cannot be followed up."""
    header, _ = blocks(body_of(message.segments), "CPS", "LIN")
    start = next((segment for segment in header if segment.tag == "BGM"), Segment("BGM"))
    number = start.get(1).strip()
    if not number:
        findings.append(odd(Odd.NO_DESPATCH_NUMBER, "the despatch has no number", start, Severity.ERROR))
    place = _place(header)
    if not place:
        findings.append(odd(Odd.NO_DELIVERY_PLACE, "the despatch does not say where it goes", start, Severity.ERROR))
    despatched, expected = moment_of(header, "11", findings), moment_of(header, "132", findings)
    parcels = tuple(_parcels(message, number, findings))
    if not number or not place:
        return None
    return DespatchFact(
        despatch_number=number,
        despatched_on=despatched.date() if despatched else None,
        expected_on=expected.date() if expected else None,
        deliver_to=place,
        deliver_to_kind=None,
        parcels=parcels,
    )


def _place(header: Segments) -> str:
    """NAD+DP, or ST where a bookseller uses the American word."""
    party = first(header, "NAD", "DP") or first(header, "NAD", "ST")
    return party.get(1, 0).strip() if party is not None else ""


def _parcels(message: Message, number: str, findings: Findings) -> Iterator[AdvisedParcel]:
    """One parcel per CPS that has lines. Lines before any CPS, or without one, are one parcel."""
    header, cartons = blocks(body_of(message.segments), "CPS")
    references = references_of(blocks(header, "LIN")[0])
    for carton in [header, *cartons] if header else cartons:
        heading, lines = blocks(carton, "LIN")
        read = [_line(line, references, findings) for line in lines]
        advised = tuple(line for line in read if line is not None)
        if advised:
            yield AdvisedParcel(_parcel_id(heading, number, findings), advised)


def _parcel_id(heading: Segments, number: str, findings: Findings) -> str:
    """The SSCC of GIN+BJ, without the application identifier 00 that scanners put before its 18 digits."""
    codes = [
        segment.get(element).strip()
        for segment in heading
        if segment.tag == "GIN" and segment.get(0) == "BJ"
        for element in range(1, len(segment.elements))
        if segment.get(element).strip()
    ]
    start = heading[0]
    if not codes:
        findings.append(odd(Odd.NO_SSCC, "the parcel has no carton number", start, Severity.INFO))
        return f"{number}-{start.get(0)}" if start.tag == "CPS" else number
    if len(codes) > 1:
        findings.append(odd(Odd.SEVERAL_SSCC, f"{len(codes)} cartons share lines; all are put into {codes[0]}", start))
    code = codes[0]
    return code[len(_SSCC_PREFIX) :] if len(code) == _SSCC_DIGITS + 2 and code.startswith(_SSCC_PREFIX) else code


def _line(line: Segments, header: References, findings: Findings) -> AdvisedLine | None:
    quantity = first(line, "QTY", "12")
    count = count_of(quantity, findings) if quantity is not None else None
    isbn, copies, references = isbn_of(line, findings), copies_of(line, findings), references_of(line)
    if not count or not isbn:
        text = f"line {line[0].get(0)} sends no countable copy of a book; left out"
        findings.append(odd(Odd.INVALID_QUANTITY, text, line[0], Severity.ERROR))
        return None
    if len(copies) > count:
        findings.append(odd(Odd.QUANTITIES_DISAGREE, f"{len(copies)} copies named, {count} sent", line[0]))
    order_number = references.order_number or header.order_number
    if references.line_key is None and order_number is None:
        findings.append(odd(Odd.NO_REFERENCE, "the line carries neither line key nor order number", line[0]))
    return AdvisedLine(references.line_key, order_number, isbn, count, copies)
