"""The shapes of Quillfeather's documents: names as on the wire, optional where they may be missing. Knows no fact of ours."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Customer(_Shape):
    """A council, by its GLN and by their number for it."""

    gln: str
    account: str = ""


class Copy(_Shape):
    """One copy: our number within the line, the branch it is for, their barcode once it has one."""

    number: int | None = None
    branch: str | None = None
    fund: str = ""
    barcode: str | None = None


class OrderLine(_Shape):
    """One title ordered."""

    line_reference: str
    isbn: str
    title: str = ""
    quantity: int
    price: str | None = None
    currency: str | None = None
    copies: tuple[Copy, ...]


class Order(_Shape):
    """What we send to `POST /orders`."""

    document: str = "order"
    reference: int
    order_number: str
    ordered_at: datetime
    customer: Customer
    lines: tuple[OrderLine, ...]


class Envelope(_Shape):
    """What every document has: its kind, its number, and whether it is a test."""

    document: str
    number: str = ""
    test: bool = False


class Response(_Shape):
    """`orderResponse`: lines are read one by one, so that a bad one does not cost the others."""

    order_number: str | None = None
    issued_at: datetime | None = None
    lines: tuple[object, ...]


class ResponseLine(_Shape):
    """What becomes of one line; `status` and `availability` are EDItEUR's codes, lists 12B and 8B."""

    line_reference: str | None = None
    isbn: str
    status: str | None = None
    availability: str | None = None
    ordered: int | None = Field(default=None, ge=0)
    accepted: int | None = Field(default=None, ge=0)
    back_ordered: int | None = Field(default=None, ge=0)
    cancelled: int | None = Field(default=None, ge=0)
    expected_on: date | None = None
    note: str = ""


class Despatch(_Shape):
    """`despatchAdvice`: the goods for one branch."""

    despatched_on: date | None = None
    expected_on: date | None = None
    deliver_to: str
    parcels: tuple[object, ...]


class Parcel(_Shape):
    """One carton."""

    sscc: str
    lines: tuple[object, ...]


class ParcelLine(_Shape):
    """Copies of one title in a carton."""

    line_reference: str | None = None
    order_number: str | None = None
    isbn: str
    quantity: int = Field(ge=1, le=10_000)
    copies: tuple[Copy, ...] = ()
