"""Reads DESADV as a despatch: which books a bookseller sent where, carton by carton (CPS).

Pure and tolerant. Does not know which places exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.suppliers.contract import AdvisedLine, AdvisedParcel, DespatchFact
from services.suppliers.national.read.codes import Odd, odd
from services.suppliers.national.read.goods import sscc_of
from services.suppliers.national.read.lines import (
    Findings,
    code_of,
    copies_of,
    count_of,
    day_of,
    isbn_of,
    number_of,
    references_of,
    supplier_references_of,
)
from shared.findings import Severity
from shared.formats import editeur
from shared.formats.edifact import Message
from shared.formats.editeur import Carton, Despatch, DespatchLine


def read_despatch(message: Message, findings: Findings) -> DespatchFact | None:
    """Reads one DESADV (BGM 351) as a fact. None when it has no number (BGM 1004) or no place, so that nobody could follow it up.

    The days are DTM 11 (despatched) and DTM 132 (expected).
    """
    despatch = editeur.read_as(editeur.Despatch, message, findings)
    number = number_of(despatch.document.number, "despatch", findings, code=Odd.NO_DESPATCH_NUMBER, at=message.header)
    place = _place_of(despatch, message, findings)
    parcels = tuple(_parcels(despatch, number, findings))
    if not number or not place:
        return None
    return DespatchFact(
        despatch_number=number,
        despatched_on=day_of(despatch.date("11")),
        expected_on=day_of(despatch.date("132")),
        deliver_to=place,
        deliver_to_kind=None,
        parcels=parcels,
    )


def _place_of(despatch: Despatch, message: Message, findings: Findings) -> str:
    """Returns what names the place of delivery: NAD+DP, or NAD+ST as American suppliers write, else the buyer (BY, IV).

    That is its code, else its name or address. "" when there is no party at all.
    """
    party = despatch.party("DP", "ST")
    if party is not None and party.id.strip():
        return party.id.strip()
    found = (party, despatch.party("BY", "IV"))
    named = (code_of(each) or " ".join(each.name or each.address).strip() for each in found if each is not None)
    place = next((name for name in named if name), "")
    if place:
        text = f"the despatch gives no code for its delivery place; {place!r} is used"
        findings.append(odd(Odd.NO_DELIVERY_PLACE, text, message.header))
    else:
        text = "the despatch does not say where it goes"
        findings.append(odd(Odd.NO_DELIVERY_PLACE, text, message.header, Severity.ERROR))
    return place


def _parcels(despatch: Despatch, number: str, findings: Findings) -> Iterator[AdvisedParcel]:
    """Yields one parcel for the lines outside any carton, then one per carton (CPS) that has lines."""
    if loose := _lines(despatch.lines, despatch, findings):
        findings.append(odd(Odd.NO_SSCC, "some lines are in no carton", severity=Severity.INFO))
        yield AdvisedParcel(number, loose)
    for carton in despatch.cartons:
        if lines := _lines(carton.lines, despatch, findings):
            yield AdvisedParcel(_parcel_id(carton, number, findings), lines)


def _parcel_id(carton: Carton, number: str, findings: Findings) -> str:
    """Returns the carton's SSCC (GIN+BJ), or a number built from the despatch number and the CPS number where there is none."""
    codes = [code.strip() for code in carton.carton_numbers if code.strip()]
    if not codes:
        findings.append(odd(Odd.NO_SSCC, "the parcel has no carton number", carton.at, Severity.INFO))
        return f"{number}-{carton.number}"
    if len(codes) > 1:
        text = f"{len(codes)} cartons share lines; all lines are put into {codes[0]}"
        findings.append(odd(Odd.SEVERAL_SSCC, text, carton.at))
    return sscc_of(codes[0])


def _lines(lines: Sequence[DespatchLine], despatch: Despatch, findings: Findings) -> tuple[AdvisedLine, ...]:
    read = [_line(line, despatch, findings) for line in lines]
    return tuple(line for line in read if line is not None)


def _line(line: DespatchLine, despatch: Despatch, findings: Findings) -> AdvisedLine | None:
    line_key, order_number = references_of(line, despatch)
    count, isbn = count_of(line, "12", findings=findings), isbn_of(line, findings, line_key=line_key)
    if not count or not (isbn or line_key):
        text = f"line {line.number} has no usable quantity or names no book; left out"
        findings.append(odd(Odd.INVALID_QUANTITY, text, line.at, Severity.ERROR))
        return None
    return AdvisedLine(line_key, order_number, isbn, count, copies_of(line), supplier_references_of(line))
