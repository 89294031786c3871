"""Reads the consortium's pushes and immediate answers (its own JSON, see `wire`) as contract facts. Pure.

Never raises for bad content. One bad line, parcel or record is left out with an error finding; the rest of the message counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import ValidationError

from services.suppliers.consortium import wire
from services.suppliers.consortium.profile import ConsortiumProfile
from services.suppliers.consortium.statuses import status_of
from services.suppliers.contract import DespatchFact, Fact, Kind, Notes, RawMessage, Reading, ResponseFact
from services.suppliers.contract.plain import answers_in, parcels_in, records_in
from shared.contracts.base import PlaceKind

_PLACE_KINDS = {kind.value: kind for kind in PlaceKind}


def read(raw: RawMessage, profile: ConsortiumProfile) -> Reading:
    """Reads one message by the `type` of its envelope. An unknown type gives kind UNKNOWN and an error finding."""
    notes = Notes("consortium")
    envelope = notes.parsed("not-an-envelope", wire.Envelope, raw.body)
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


# The facts, and the message's own number: a shipment has one, a response has none ("").
Understood = tuple[tuple[Fact, ...], str]


def _received(_: Mapping[str, object], __: ConsortiumProfile, ___: Notes) -> Understood:
    # `request.received` only confirms the receipt of our request. Answers about its lines arrive by push.
    return (), ""


def _response(data: Mapping[str, object], _: ConsortiumProfile, notes: Notes) -> Understood:
    response = wire.OrderResponse.model_validate(data)
    lines = answers_in(response.lines, notes, status_of)
    fact = ResponseFact(
        order_number=response.order_number,
        supplier_reference=response.supplier_reference,
        responded_at=notes.moment("responded_at", response.responded_at),
        lines=lines,
        account_stopped=response.account_stopped,
    )
    if not fact.lines and not fact.account_stopped:
        notes.error("no-lines", "the response answers no line")
        return (), ""
    return (fact,), ""


def _despatch(data: Mapping[str, object], profile: ConsortiumProfile, notes: Notes) -> Understood:
    shipment = wire.Shipment.model_validate(data)
    parcels = parcels_in(shipment.parcels, notes)
    code, kind = _place(shipment.deliver_to, profile, notes)
    if not parcels or not code:
        notes.error("empty-shipment", "the shipment has no readable copy, or no place to unpack it")
        return (), shipment.shipment_number
    fact = DespatchFact(
        despatch_number=shipment.shipment_number,
        despatched_on=notes.day("despatched_on", shipment.despatched_on),
        expected_on=notes.day("expected_on", shipment.expected_on),
        deliver_to=code,
        deliver_to_kind=kind,
        parcels=parcels,
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


def _records(data: Mapping[str, object], _: ConsortiumProfile, notes: Notes) -> Understood:
    supplied = wire.Records.model_validate(data)
    for isbn in supplied.unknown:
        notes.note("no-record", f"the consortium has no record of {str(isbn)[:40]}")
    if not supplied.records and not supplied.unknown:
        notes.error("no-records", "the message contains no record")
    return tuple(records_in(supplied.records, notes)), ""


_KINDS: Mapping[str, tuple[Kind, Callable[[Mapping[str, object], ConsortiumProfile, Notes], Understood]]] = {
    "request.received": (Kind.RESPONSE, _received),
    "order.responded": (Kind.RESPONSE, _response),
    "shipment.despatched": (Kind.DESPATCH, _despatch),
    "record.supplied": (Kind.RECORD, _records),
}
