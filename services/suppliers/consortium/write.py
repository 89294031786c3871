"""Writes orders, their changes and record requests as the consortium's JSON. Pure: the same facts always give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from pydantic import BaseModel

from services.suppliers.consortium import wire
from services.suppliers.consortium.profile import ConsortiumProfile
from services.suppliers.contract import (
    CancellationToSend,
    EnquiryToSend,
    Kind,
    OfferAnswerToSend,
    OrderToSend,
    OutboundMessage,
    RouteChangeToSend,
)
from shared.contracts.base import Money, Place
from shared.contracts.orders import OrderedLine

JSON = "application/json"
ORDERS = "/v1/orders"
RECORD_REQUESTS = "/v1/record-requests"
RECORDS = "/v1/records"


def order(order: OrderToSend, reference: int, profile: ConsortiumProfile) -> OutboundMessage:
    """Writes the body of `POST /v1/orders`, with delivery to the order's place, or to the profile's hub where it has none.

    Raises ValueError when the profile names no account for the council, or no hub where it is needed.
    """
    account = profile.accounts.get(order.council)
    if account is None:
        raise ValueError(f"{profile.name} has no account for {order.council}; add one to `accounts` of its profile")
    body = wire.OrderRequest(
        reference=order.order_id,
        order_number=order.order_number,
        placed_at=order.placed_at.astimezone(UTC),
        buyer=wire.Buyer(isil=order.council, gln=account.gln, account=account.account_number),
        deliver_to=_deliver_to(order, profile),
        lines=tuple(map(_line, order.lines)),
        rush=order.rush,
    )
    return _message(Kind.ORDER, reference, ORDERS, body)


def cancellation(cancellation: CancellationToSend, reference: int) -> OutboundMessage:
    """Writes the body of `POST /v1/orders/{reference}/cancellations`."""
    body = wire.CancellationRequest(
        order_number=cancellation.order_number,
        reason=cancellation.reason,
        lines=tuple(
            wire.CancelledLine(line_key=line.line_key, isbn=line.isbn, copy_numbers=copy_numbers)
            for line, copy_numbers in cancellation.lines
        ),
    )
    return _message(Kind.CANCELLATION, reference, f"{ORDERS}/{cancellation.order_id}/cancellations", body)


def route_change(change: RouteChangeToSend, reference: int) -> OutboundMessage:
    """Writes the body of `POST /v1/orders/{reference}/route-changes`."""
    body = wire.RouteChangeRequest(
        order_number=change.order_number,
        deliver_to=_wire_place(change.place),
        lines=tuple(
            wire.ReroutedLine(line_key=line.line_key, isbn=line.isbn, copy_numbers=copy_numbers)
            for line, copy_numbers in change.lines
        ),
    )
    return _message(Kind.ROUTE_CHANGE, reference, f"{ORDERS}/{change.order_id}/route-changes", body)


def offer_answer(answer: OfferAnswerToSend, reference: int) -> OutboundMessage:
    """Writes the body of `POST /v1/orders/{reference}/offer-answers`."""
    body = wire.OfferAnswer(
        order_number=answer.order_number,
        answer=answer.answer.value,
        then=None if answer.then is None else answer.then.value,
        reason=answer.reason,
        substitute_isbn=answer.isbn,
        unit_price=_amount(answer.price),
        lines=tuple(
            wire.AnsweredLine(line_key=line.line_key, isbn=line.isbn, copy_numbers=copy_numbers)
            for line, copy_numbers in answer.lines
        ),
    )
    return _message(Kind.OFFER_ANSWER, reference, f"{ORDERS}/{answer.order_id}/offer-answers", body)


def enquiry(enquiry: EnquiryToSend, reference: int) -> OutboundMessage:
    """Writes the body of `POST /v1/orders/{reference}/enquiries`."""
    asked = [(line, copy_numbers, enquiry.about_line(line.line_key)) for line, copy_numbers in enquiry.lines]
    body = wire.EnquiryRequest(
        order_number=enquiry.order_number,
        enquiry=str(enquiry.enquiry_id),
        kind=enquiry.kind.value,
        attempt=enquiry.attempt,
        reason=enquiry.reason,
        lines=tuple(
            wire.EnquiredLine(
                line_key=line.line_key,
                isbn=line.isbn,
                copy_numbers=copy_numbers,
                wrong=about.wrong,
                shipment_number=about.despatch_number,
            )
            for line, copy_numbers, about in asked
        ),
    )
    return _message(Kind.ENQUIRY, reference, f"{ORDERS}/{enquiry.order_id}/enquiries", body)


def record_request(isbns: Sequence[str], reference: int) -> OutboundMessage:
    """Writes the body of `POST /v1/record-requests`."""
    return _message(Kind.RECORD_REQUEST, reference, RECORD_REQUESTS, wire.RecordRequest(isbns=tuple(isbns)))


def _deliver_to(order: OrderToSend, profile: ConsortiumProfile) -> wire.DeliverTo:
    if order.place is not None:
        return _wire_place(order.place)
    if profile.hub_code is None:
        raise ValueError(f"the order names no place to unpack it, and the profile of {profile.name} has no hub_code")
    return wire.DeliverTo(kind="hub", code=profile.hub_code, gln=profile.hub_gln)


def _wire_place(place: Place) -> wire.DeliverTo:
    return wire.DeliverTo(kind=place.kind.value, code=place.code, gln=place.gln)


def _line(line: OrderedLine) -> wire.Line:
    copies = tuple(
        wire.Copy(
            copy_number=copy.copy_number,
            branch=copy.branch.code,
            fund=copy.fund,
            sequence=copy.sequence,
            shelfmark=copy.shelfmark,
            servicing=copy.servicing,
            item=copy.item.model_dump(exclude_defaults=True) if copy.item is not None else {},
        )
        for copy in line.copies
    )
    return wire.Line(
        line_key=line.line_key,
        line_number=line.line_number,
        isbn=line.isbn,
        title=line.title,
        author=line.author,
        material=line.material,
        quantity=len(copies),
        unit_price=_amount(line.unit_price),
        copies=copies,
    )


def _amount(price: Money | None) -> wire.Amount | None:
    return None if price is None else wire.Amount(minor=price.minor, currency=price.currency)


def _message(kind: Kind, reference: int, path: str, body: BaseModel) -> OutboundMessage:
    """Returns the message; its `name` is the path that the body is posted to."""
    return OutboundMessage(kind=kind, reference=reference, name=path, body=body.model_dump_json().encode(), content_type=JSON)
