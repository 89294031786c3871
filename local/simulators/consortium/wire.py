"""The consortium's own view of its JSON. Unknown fields are ignored."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Buyer(_Body):
    """The council that orders."""

    isil: str
    gln: str = Field(pattern=r"^\d{13}$")


class DeliverTo(_Body):
    """Where the goods are unloaded."""

    kind: Literal["hub", "branch"]
    code: str = Field(min_length=1)


class Copy(_Body):
    """One physical book for one branch."""

    copy_number: int = Field(ge=1)
    branch: str
    sequence: str = ""
    item: dict[str, str] = Field(default_factory=dict)

    def named(self) -> dict[str, object]:
        """Returns how the consortium names it in what it sends: with its collection and all that was stated about it."""
        marks = {"sequence": self.sequence, "item": self.item}
        return {"copy_number": self.copy_number, "branch": self.branch, **{name: mark for name, mark in marks.items() if mark}}


class Amount(_Body):
    """A price in minor units."""

    minor: int = Field(ge=0)
    currency: str


class Line(_Body):
    """One title."""

    line_key: str = Field(min_length=1, max_length=22)
    line_number: int = Field(ge=1)
    isbn: str = Field(pattern=r"^97[89]\d{10}$")
    quantity: int = Field(ge=1)
    unit_price: Amount | None = None
    copies: tuple[Copy, ...] = Field(min_length=1)


class Order(_Body):
    """Body of `POST /v1/orders`."""

    reference: str = Field(min_length=1)
    order_number: str = Field(min_length=1)
    buyer: Buyer
    deliver_to: DeliverTo
    lines: tuple[Line, ...] = Field(min_length=1)
    rush: bool = False


class CancelledLine(_Body):
    """Copies of one line that are no longer wanted."""

    line_key: str
    isbn: str
    copy_numbers: tuple[int, ...] = Field(min_length=1)


class Cancellation(_Body):
    """Body of `POST /v1/orders/{reference}/cancellations`."""

    order_number: str
    lines: tuple[CancelledLine, ...] = Field(min_length=1)


class ReroutedLine(_Body):
    """Copies of one line that go to another place."""

    line_key: str
    copy_numbers: tuple[int, ...] = Field(min_length=1)


class RouteChange(_Body):
    """Body of `POST /v1/orders/{reference}/route-changes`."""

    order_number: str
    deliver_to: DeliverTo
    lines: tuple[ReroutedLine, ...] = Field(min_length=1)


class AnsweredLine(_Body):
    """Copies of one line that an answer to an offer is about."""

    line_key: str
    isbn: str
    copy_numbers: tuple[int, ...] = Field(min_length=1)


class OfferAnswer(_Body):
    """Body of `POST /v1/orders/{reference}/offer-answers`. `then` is given where the offer is declined."""

    order_number: str
    answer: Literal["accepted", "declined"]
    then: Literal["keep", "cancel"] | None = None
    substitute_isbn: str | None = None
    lines: tuple[AnsweredLine, ...] = Field(min_length=1)


class EnquiredLine(_Body):
    """Copies of one line that are asked about."""

    line_key: str
    isbn: str
    copy_numbers: tuple[int, ...] = Field(min_length=1)


class Enquiry(_Body):
    """Body of `POST /v1/orders/{reference}/enquiries`."""

    order_number: str
    kind: Literal["status", "short", "damaged"]
    lines: tuple[EnquiredLine, ...] = Field(min_length=1)


class RecordRequest(_Body):
    """Body of `POST /v1/record-requests`."""

    isbns: tuple[str, ...] = Field(min_length=1)
