"""Translates Quillfeather's documents into contract facts and findings. Pure; never raises for bad content.

The codec reports what is wrong with a document's form; this module knows only what its content means. A despatched line
without a quantity is left out with an error finding; the rest of the document still counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.suppliers.contract import (
    AdvisedLine,
    AdvisedParcel,
    DespatchFact,
    Kind,
    LineAnswer,
    RawMessage,
    Reading,
    ResponseFact,
)
from shared.contracts.base import PlaceKind
from shared.contracts.stated import PriceBasis, StatedPrice, SupplierReferences
from shared.contracts.suppliers import CopyReference, Quantities
from shared.findings import Finding, Severity
from shared.money import to_minor

from quillfeather import bic
from quillfeather.copy_data import item_of
from quillfeather.write import GLN, PROPRIETARY

SENDER = "quillfeather"
# Quillfeather's availability codes -> EDItEUR list 8B, which the contract uses.
_AVAILABILITIES = {"10": "NP", "20": "IP", "21": "IB", "30": "OB", "40": "NN", "42": "OF", "43": "NN", "44": "AD"}

# The part of PriceQualifierCode that shows what the price is, in this order.
_BASES = {
    "UnitCost": PriceBasis.NET,
    "RPIncludingTax": PriceBasis.RETAIL,
    "RPExcludingTax": PriceBasis.GROSS,
}
_CURRENCY = re.compile("[A-Z]{3}")

Findings = list[Finding]


def read(raw: RawMessage) -> Reading:
    """Reads one document. A document that Quillfeather must not send is of kind UNKNOWN, with an error finding."""
    found = bic.read(raw.body)
    findings: Findings = list(found.findings)
    match found.document:
        case bic.OrderResponse() as response:
            facts = _response(response) if response.item_detail else ()
            return Reading(Kind.RESPONSE, facts, tuple(findings), control_reference=response.response_number, sender=SENDER)
        case bic.Despatch() as despatch:
            advised = _despatch(despatch, findings)
            number = despatch.ship_notice_number
            return Reading(Kind.DESPATCH, advised, tuple(findings), control_reference=number, sender=SENDER)
        case bic.Order():
            findings.append(_error("not-theirs", "this is an order: only we send orders, the supplier does not"))
        case None:
            pass
    return Reading(Kind.UNKNOWN, (), tuple(findings), sender=SENDER)


def _response(response: bic.OrderResponse) -> tuple[ResponseFact]:
    number = response.order_number or response.reference(bic.BUYER_ORDER)
    answers = tuple(map(_answer, response.item_detail))
    return (ResponseFact(number or None, response.response_number, response.issue_date_time, answers),)


def _answer(item: bic.ResponseItem) -> LineAnswer:
    return LineAnswer(
        line_key=item.reference(bic.BUYER_LINE) or None,
        order_number=item.reference(bic.BUYER_ORDER) or None,
        isbn=item.isbn or item.ean13,
        status_code=item.order_line_status_coded or None,
        availability_code=_AVAILABILITIES.get(item.availability_coded),
        quantities=Quantities(
            ordered=item.order_quantity,
            accepted=item.quantity_shipping,
            back_ordered=item.backordered_quantity,
            cancelled=item.canceled_quantity,
        ),
        available_on=item.expected_ship_date,
        substitute_isbn=item.substitute_ean13 or None,
        note=item.note,
        prices=_prices(item.price),
        supplier_references=_called(item),
    )


def _prices(price: bic.Price | None) -> tuple[StatedPrice, ...]:
    if price is None or price.monetary_amount is None:
        return ()
    currency, code = price.currency_code.strip().upper(), price.price_qualifier_code
    basis = next((basis for part, basis in _BASES.items() if part in code), PriceBasis.UNSTATED)
    known = currency if _CURRENCY.fullmatch(currency) else None
    return (StatedPrice(minor=to_minor(price.monetary_amount, known or ""), currency=known, basis=basis, code=code),)


def _called(line: bic.ResponseItem | bic.DespatchedItem) -> SupplierReferences | None:
    number = line.reference(bic.SUPPLIER_ORDER)
    return SupplierReferences(order=number) if number else None


def _despatch(despatch: bic.Despatch, findings: Findings) -> tuple[DespatchFact, ...]:
    place = _place(despatch)
    parcels = tuple(
        AdvisedParcel(parcel.package_reference or f"{despatch.ship_notice_number}/{number}", lines)
        for number, parcel in enumerate(despatch.package_detail, 1)
        if (lines := tuple(_advised(parcel, number, findings)))
    )
    if not place:
        findings.append(_error("no-place", "the notice names no destination: ShipToParty has neither our code nor a GLN"))
    if not place or not parcels or not despatch.ship_notice_number:
        return ()
    return (
        DespatchFact(
            despatch_number=despatch.ship_notice_number,
            despatched_on=despatch.shipped_date,
            expected_on=despatch.expected_delivery_date,
            deliver_to=place,
            deliver_to_kind=PlaceKind.BRANCH,
            parcels=parcels,
        ),
    )


def _place(despatch: bic.Despatch) -> str:
    """Returns our code of the branch, or its GLN; "" when the notice names no branch."""
    party = despatch.ship_to_party
    return (party.id_of(PROPRIETARY) or party.id_of(GLN)) if party else ""


def _advised(parcel: bic.Parcel, number: int, findings: Findings) -> Iterator[AdvisedLine]:
    for item in parcel.item_detail:
        quantity = item.quantity_shipping or len(item.copy_detail)
        if not quantity:
            findings.append(_error("no-quantity", f"parcel {number}: {item.ean13} has no number of copies", number))
            continue
        yield AdvisedLine(
            line_key=item.reference(bic.BUYER_LINE) or None,
            order_number=item.reference(bic.BUYER_ORDER) or None,
            isbn=item.isbn or item.ean13,
            quantity=quantity,
            copies=tuple(map(_copy, item.copy_detail)),
            supplier_references=_called(item),
        )


def _copy(copy: bic.DespatchedCopy) -> CopyReference:
    number = copy.copy_number
    return CopyReference(
        copy_number=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None,
        branch=copy.destination_location or None,
        barcode=copy.applied_copy_number or None,
        item=item_of(copy),
    )


def _error(code: str, text: str, number: int | None = None) -> Finding:
    return Finding(f"quillfeather-{code}", text, Severity.ERROR, segment=number)
