"""The consortium's JSON on the wire. Requests are exact; answers are described as loosely as they can be read.

Knows no contract fact: `write` and `read` translate.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.suppliers.contract.plain import Part
from shared.texts import composed


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*")
    @classmethod
    def _composed(cls, value: object) -> object:
        return composed(value) if isinstance(value, str) else value


class Buyer(_Request):
    """The council, as the consortium identifies it."""

    isil: str
    gln: str
    account: str


class DeliverTo(_Request):
    """Where the consortium delivers."""

    kind: Literal["hub", "branch"]
    code: str
    gln: str | None


class Amount(_Request):
    """A price the council expects, in minor units."""

    minor: int
    currency: str


class Copy(_Request):
    """One physical book. `item` holds what else the council states about it, under the names of the contract's `ItemData`."""

    copy_number: int
    branch: str
    fund: str
    sequence: str
    shelfmark: str
    servicing: tuple[str, ...]
    item: dict[str, str] = Field(default_factory=dict)


class Line(_Request):
    """One title of an order."""

    line_key: str
    line_number: int
    isbn: str
    title: str
    author: str
    material: str
    quantity: int
    unit_price: Amount | None
    copies: tuple[Copy, ...]


class OrderRequest(_Request):
    """Body of `POST /v1/orders`. `reference` names the order in every later request; `rush` is there only where it is true."""

    reference: str
    order_number: str
    placed_at: datetime
    buyer: Buyer
    deliver_to: DeliverTo
    lines: tuple[Line, ...]
    rush: bool = Field(default=False, exclude_if=lambda rush: not rush)


class CancelledLine(_Request):
    """The copies of one line that are no longer wanted."""

    line_key: str
    isbn: str
    copy_numbers: tuple[int, ...]


class CancellationRequest(_Request):
    """Body of `POST /v1/orders/{reference}/cancellations`."""

    order_number: str
    reason: str
    lines: tuple[CancelledLine, ...]


class ReroutedLine(_Request):
    """The copies of one line that go to another place."""

    line_key: str
    isbn: str
    copy_numbers: tuple[int, ...]


class RouteChangeRequest(_Request):
    """Body of `POST /v1/orders/{reference}/route-changes`: where copies of the order go that have not left yet."""

    order_number: str
    deliver_to: DeliverTo
    lines: tuple[ReroutedLine, ...]


class AnsweredLine(_Request):
    """The copies of one line that an answer to an offer is about; `isbn` is the book that was ordered."""

    line_key: str
    isbn: str
    copy_numbers: tuple[int, ...]


class OfferAnswer(_Request):
    """Body of `POST /v1/orders/{reference}/offer-answers`: what the council answers to an offer of a substitute or a price.

    `then` is what becomes of the copies of a declined offer: `keep` them on order as they were ordered, or `cancel` them.
    """

    order_number: str
    answer: Literal["accepted", "declined"]
    then: Literal["keep", "cancel"] | None
    reason: str
    substitute_isbn: str | None
    unit_price: Amount | None
    lines: tuple[AnsweredLine, ...]


class EnquiredLine(_Request):
    """The copies of one line that an enquiry is about, and what is wrong with them. `shipment_number`: "" without a claim."""

    line_key: str
    isbn: str
    copy_numbers: tuple[int, ...]
    wrong: str
    shipment_number: str


class EnquiryRequest(_Request):
    """Body of `POST /v1/orders/{reference}/enquiries`: what becomes of copies, or a claim for them.

    Asked again, it has the same `enquiry` and the next `attempt`.
    """

    order_number: str
    enquiry: str
    kind: Literal["status", "short", "damaged"]
    attempt: int
    reason: str
    lines: tuple[EnquiredLine, ...]


class RecordRequest(_Request):
    """Body of `POST /v1/record-requests`."""

    isbns: tuple[str, ...]


class Token(Part):
    """Answer of the token endpoint (RFC 6749, 5.1); `expires_in` in seconds."""

    access_token: str = Field(min_length=1)
    expires_in: float = Field(default=300.0, ge=0)


class OrderHeld(Part):
    """Answer to `GET /v1/orders/{reference}`: `requests` are the idempotency keys of all accepted requests for the order."""

    reference: str
    requests: tuple[str, ...]


class Envelope(Part):
    """The wrapper of every push, every immediate answer and every page of records."""

    type: str
    data: dict[str, object]
    test: bool = False


class OrderResponse(Part):
    """Data of `order.responded`. Each of `lines` is read by itself, so that a bad line affects no other."""

    supplier_reference: str = ""
    order_number: str | None = None
    responded_at: object = None
    account_stopped: bool = False
    lines: tuple[object, ...] = ()


class ShipmentPlace(Part):
    """The place that a shipment goes to."""

    kind: str | None = None
    code: str = Field(min_length=1)


class Shipment(Part):
    """Data of `shipment.despatched`; each entry of `parcels` is read by itself."""

    shipment_number: str = Field(min_length=1)
    despatched_on: object = None
    expected_on: object = None
    deliver_to: object = None
    parcels: tuple[object, ...] = ()


class Records(Part):
    """Data of `record.supplied`: each of `records` is read by itself; `unknown` are ISBNs without a record."""

    records: tuple[object, ...] = ()
    unknown: tuple[object, ...] = ()


class RecordPage(Part):
    """Answer to `GET /v1/records?since=CURSOR`: an envelope of type `record.supplied`, its records in the order of their change.

    Without a cursor the consortium begins with its oldest record. `cursor` is the mark of this page, from which the next one is
    asked for; `more` whether it would have records at once. A page without records: nothing changed. A cursor that the
    consortium no longer knows is answered 410.
    """

    data: Records
    cursor: str = ""
    more: bool = False
