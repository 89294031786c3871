"""The consortium's JSON on the wire. Requests are exact; answers are described as loosely as they can be read.

Knows no contract fact: `write` and `read` translate.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

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
    """Body of `POST /v1/orders`. `reference` names the order in every later request."""

    reference: str
    order_number: str
    placed_at: datetime
    buyer: Buyer
    deliver_to: DeliverTo
    lines: tuple[Line, ...]


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


class RecordRequest(_Request):
    """Body of `POST /v1/record-requests`."""

    isbns: tuple[str, ...]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Token(_Answer):
    """Answer of the token endpoint (RFC 6749, 5.1); `expires_in` in seconds."""

    access_token: str = Field(min_length=1)
    expires_in: float = Field(default=300.0, ge=0)


class OrderHeld(_Answer):
    """Answer to `GET /v1/orders/{reference}`: `requests` are the idempotency keys of all accepted requests for the order."""

    reference: str
    requests: tuple[str, ...]


class Envelope(_Answer):
    """The wrapper of every push and every immediate answer."""

    type: str
    data: dict[str, object]
    test: bool = False


class CopyPointer(_Answer):
    """How the consortium identifies a copy. `item` is what it states about the copy, read as the contract's `StatedItem`."""

    copy_number: int | None = Field(default=None, ge=1, le=99_999)
    branch: str | None = None
    barcode: str | None = None
    fund: str | None = None
    sequence: str | None = None
    item: object = None


class CopyCounts(_Answer):
    """Numbers of copies of a line."""

    ordered: int | None = Field(default=None, ge=0, le=99_999)
    accepted: int | None = Field(default=None, ge=0, le=99_999)
    back_ordered: int | None = Field(default=None, ge=0, le=99_999)
    cancelled: int | None = Field(default=None, ge=0, le=99_999)


class ResponseLine(_Answer):
    """The answer about a line, or about some copies of it."""

    line_key: str | None = None
    isbn: str
    status: str
    availability: str | None = None
    quantities: CopyCounts = CopyCounts()
    available_on: object = None
    substitute_isbn: str | None = None
    copies: tuple[CopyPointer, ...] = ()
    note: str = ""
    unit_price: object = Field(default=None, description="What one copy costs now; read as an AnsweredPrice")
    line_reference: str = Field(default="", description="The consortium's own reference of the line")


class OrderResponse(_Answer):
    """Data of `order.responded`. Each of `lines` is read separately as a ResponseLine, so that a bad line affects no other."""

    supplier_reference: str = ""
    order_number: str | None = None
    responded_at: object = None
    account_stopped: bool = False
    lines: tuple[object, ...] = ()


class ShipmentPlace(_Answer):
    """The place that a shipment goes to."""

    kind: str | None = None
    code: str = Field(min_length=1)


class ShippedLine(_Answer):
    """Copies of one title in a parcel."""

    line_key: str | None = None
    order_number: str | None = None
    isbn: str
    quantity: int = Field(ge=1, le=99_999)
    copies: tuple[CopyPointer, ...] = ()
    line_reference: str = ""


class ShippedParcel(_Answer):
    """One carton; each entry of `lines` is read as a ShippedLine."""

    sscc: str = Field(min_length=1)
    lines: tuple[object, ...] = ()


class Shipment(_Answer):
    """Data of `shipment.despatched`; each entry of `parcels` is read as a ShippedParcel."""

    shipment_number: str = Field(min_length=1)
    despatched_on: object = None
    expected_on: object = None
    deliver_to: object = None
    parcels: tuple[object, ...] = ()


class Price(_Answer):
    """An amount in minor units."""

    minor: int = Field(ge=0, le=10**9)
    currency: str = Field(default="GBP", pattern=r"^[A-Z]{3}$")


class AnsweredPrice(_Answer):
    """The price of one copy in an answer. `basis` is net, gross or retail; without a currency, it is the order's."""

    minor: int = Field(ge=0, le=10**9)
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    basis: str = ""


class Record(_Answer):
    """Bibliographic data of one title; `list_price` is read as a Price. What is empty or absent states nothing."""

    isbn: str
    title: str = ""
    subtitle: str = ""
    author: str = ""
    publisher: str = ""
    published: str = ""
    form: str = ""
    list_price: object = None


class Records(_Answer):
    """Data of `record.supplied`: each of `records` is read as a Record; `unknown` are ISBNs without a record."""

    records: tuple[object, ...] = ()
    unknown: tuple[object, ...] = ()
