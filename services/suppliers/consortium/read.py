"""Reads the consortium's pushes and immediate answers (its own JSON, see `wire`) as contract facts. Pure.

Never raises for bad content. One bad line, parcel or record is left out with an error finding; the rest of the message counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import ValidationError
from pydantic_core import from_json

from services.suppliers.consortium import wire
from services.suppliers.consortium.profile import ConsortiumProfile
from services.suppliers.consortium.statuses import status_of
from services.suppliers.contract import (
    AdvisedLine,
    AdvisedParcel,
    DespatchFact,
    Fact,
    Kind,
    LineAnswer,
    Notes,
    RawMessage,
    Reading,
    RecordFact,
    ResponseFact,
)
from shared.contracts.base import Money, PlaceKind
from shared.contracts.stated import PriceBasis, StatedItem, StatedPrice, SupplierReferences
from shared.contracts.suppliers import CopyReference, Quantities
from shared.formats.forms import Form, form_of
from shared.formats.publication import plain_date
from shared.values import InvalidValue, is_other_gtin, is_sscc, to_isbn13

_BASES = {basis.value: basis for basis in PriceBasis}
_PLACE_KINDS = {kind.value: kind for kind in PlaceKind}


def read(raw: RawMessage, profile: ConsortiumProfile) -> Reading:
    """Reads one message by the `type` of its envelope. An unknown type gives kind UNKNOWN and an error finding."""
    notes = Notes("consortium")
    envelope = _envelope(raw.body, notes)
    if envelope is None:
        return Reading(Kind.UNKNOWN, (), notes.findings)
    known = _KINDS.get(envelope.type)
    if known is None:
        notes.error("unknown-type", f"the message type {envelope.type[:80]!r} is unknown")
        return Reading(Kind.UNKNOWN, (), notes.findings, test=envelope.test)
    kind, understand = known
    try:
        facts, reference = understand(envelope.data, profile, notes)
    except ValidationError as error:
        notes.invalid("unreadable-data", error)
        facts, reference = (), ""
    return Reading(kind, facts, notes.findings, test=envelope.test, control_reference=reference)


def _envelope(body: bytes, notes: Notes) -> wire.Envelope | None:
    try:
        return wire.Envelope.model_validate(from_json(body))
    except ValidationError as error:
        notes.invalid("not-an-envelope", error)
    except ValueError as error:
        form = form_of(body)
        instead = "" if form in (Form.JSON, Form.OTHER) else f"; it is {form.value}, which the consortium does not send"
        notes.error("not-json", f"the message is not JSON: {error}{instead}")
    return None


# The facts, and the message's own number: a shipment has one, a response has none ("").
Understood = tuple[tuple[Fact, ...], str]


def _received(_: Mapping[str, object], __: ConsortiumProfile, ___: Notes) -> Understood:
    # `request.received` only confirms the receipt of our request. Answers about its lines arrive by push.
    return (), ""


def _response(data: Mapping[str, object], _: ConsortiumProfile, notes: Notes) -> Understood:
    response = wire.OrderResponse.model_validate(data)
    lines = notes.each("bad-line", wire.ResponseLine, response.lines)
    fact = ResponseFact(
        order_number=response.order_number,
        supplier_reference=response.supplier_reference,
        responded_at=notes.moment("responded_at", response.responded_at),
        lines=tuple(_answer(number, line, notes) for number, line in lines),
        account_stopped=response.account_stopped,
    )
    if not fact.lines and not fact.account_stopped:
        notes.error("no-lines", "the response answers no line")
        return (), ""
    return (fact,), ""


def _answer(number: int, line: wire.ResponseLine, notes: Notes) -> LineAnswer:
    status = status_of(line.status)
    note = line.note
    if status is None:
        notes.warning("unknown-status", f"line {number}: status {line.status[:80]!r} is unknown", number)
        note = f"{note} (supplier's status: {line.status})".lstrip()
    return LineAnswer(
        line_key=line.line_key,
        order_number=None,
        isbn=notes.isbn(line.isbn, number),
        action=status.action if status else None,
        status_code=status.code if status else line.status,
        availability_code=line.availability,
        quantities=Quantities.model_validate(line.quantities.model_dump()),
        available_on=notes.day("available_on", line.available_on, number),
        substitute_isbn=line.substitute_isbn and notes.isbn(line.substitute_isbn, number),
        copies=tuple(_copy(copy, number, notes) for copy in line.copies),
        note=note,
        prices=_answered_price(number, line.unit_price, notes),
        supplier_references=_references(line.line_reference),
    )


def _answered_price(number: int, value: object, notes: Notes) -> tuple[StatedPrice, ...]:
    if value is None:
        return ()
    try:
        price = wire.AnsweredPrice.model_validate(value)
    except ValidationError:
        notes.warning("bad-price", f"line {number}: the price cannot be read and is left out", number)
        return ()
    basis = _BASES.get(price.basis, PriceBasis.UNSTATED)
    return (StatedPrice(minor=price.minor, currency=price.currency, basis=basis, code=price.basis),)


def _references(line: str) -> SupplierReferences | None:
    return SupplierReferences(line=line) if line else None


def _copy(copy: wire.CopyPointer, number: int, notes: Notes) -> CopyReference:
    return CopyReference(
        copy_number=copy.copy_number,
        branch=copy.branch,
        fund=copy.fund,
        sequence=copy.sequence,
        barcode=copy.barcode,
        item=_item(copy.item, number, notes),
    )


def _item(value: object, number: int, notes: Notes) -> StatedItem | None:
    if value is None:
        return None
    try:
        item = StatedItem.model_validate(value)
    except ValidationError:
        notes.warning("bad-item", f"line {number}: the data about a copy cannot be read and is left out", number)
        return None
    if isinstance(value, dict):
        notes.not_kept(value.keys() - StatedItem.model_fields.keys())
    return item


def _despatch(data: Mapping[str, object], profile: ConsortiumProfile, notes: Notes) -> Understood:
    shipment = wire.Shipment.model_validate(data)
    parcels = [
        _parcel(number, parcel, notes) for number, parcel in notes.each("bad-parcel", wire.ShippedParcel, shipment.parcels)
    ]
    filled = tuple(parcel for parcel in parcels if parcel.lines)
    code, kind = _place(shipment.deliver_to, profile, notes)
    if not filled or not code:
        notes.error("empty-shipment", "the shipment has no readable copy, or no place to unpack it")
        return (), shipment.shipment_number
    fact = DespatchFact(
        despatch_number=shipment.shipment_number,
        despatched_on=notes.day("despatched_on", shipment.despatched_on),
        expected_on=notes.day("expected_on", shipment.expected_on),
        deliver_to=code,
        deliver_to_kind=kind,
        parcels=filled,
    )
    return (fact,), shipment.shipment_number


def _place(value: object, profile: ConsortiumProfile, notes: Notes) -> tuple[str, PlaceKind | None]:
    """Returns the place of delivery (`deliver_to`); the consortium's hub where the shipment names none."""
    try:
        place = wire.ShipmentPlace.model_validate(value)
    except ValidationError:
        notes.warning("no-place", "the shipment names no place of delivery; the hub is assumed")
        return profile.hub_code or "", PlaceKind.HUB
    kind = _PLACE_KINDS.get(place.kind or "")
    if kind is None:
        notes.warning("unknown-place-kind", f"the kind {place.kind!r} of place {place.code} is neither hub nor branch")
    return place.code, kind


def _parcel(number: int, parcel: wire.ShippedParcel, notes: Notes) -> AdvisedParcel:
    if not is_sscc(parcel.sscc):
        notes.warning("bad-sscc", f"parcel {number}: {parcel.sscc[:40]!r} is not an SSCC", number)
    lines = tuple(
        AdvisedLine(
            line_key=line.line_key,
            order_number=line.order_number,
            isbn=notes.isbn(line.isbn, number),
            quantity=line.quantity,
            copies=tuple(_copy(copy, number, notes) for copy in line.copies),
            supplier_references=_references(line.line_reference),
        )
        for number, line in notes.each("bad-line", wire.ShippedLine, parcel.lines)
    )
    return AdvisedParcel(parcel_id=parcel.sscc, lines=lines)


def _records(data: Mapping[str, object], _: ConsortiumProfile, notes: Notes) -> Understood:
    supplied = wire.Records.model_validate(data)
    for isbn in supplied.unknown:
        notes.note("no-record", f"the consortium has no record of {str(isbn)[:40]}")
    read = [_record(number, record, notes) for number, record in notes.each("bad-record", wire.Record, supplied.records)]
    facts = [fact for fact in read if fact is not None]
    if not read and not supplied.unknown:
        notes.error("no-records", "the message contains no readable record")
    return tuple(facts), ""


def _record(number: int, record: wire.Record, notes: Notes) -> RecordFact | None:
    if is_other_gtin(record.isbn):
        notes.note("not-a-book", f"record {number} is left out: {record.isbn} is a GTIN, but no ISBN", number)
        return None
    try:
        isbn = to_isbn13(record.isbn)
    except InvalidValue as error:
        notes.error("bad-record", f"record {number}: {error}", number)
        return None
    published = plain_date(record.published)
    if published is None:
        notes.warning("bad-date", f"record {number}: {record.published[:40]!r} is not a date and is left out", number)
    fact = RecordFact(
        isbn=isbn,
        title=record.title,
        subtitle=record.subtitle,
        author=record.author,
        publisher=record.publisher,
        published=published or "",
        form=record.form,
        list_price=_price(number, record.list_price, notes),
    )
    if fact == RecordFact(isbn, title=""):
        notes.error("bad-record", f"record {number} states nothing about {isbn}", number)
        return None
    return fact


def _price(number: int, value: object, notes: Notes) -> Money | None:
    if value is None:
        return None
    try:
        price = wire.Price.model_validate(value)
    except ValidationError:
        notes.warning("bad-price", f"record {number}: the price cannot be read and is left out", number)
        return None
    return Money(minor=price.minor, currency=price.currency)


_KINDS: Mapping[str, tuple[Kind, Callable[[Mapping[str, object], ConsortiumProfile, Notes], Understood]]] = {
    "request.received": (Kind.RESPONSE, _received),
    "order.responded": (Kind.RESPONSE, _response),
    "shipment.despatched": (Kind.DESPATCH, _despatch),
    "record.supplied": (Kind.RECORD, _records),
}
