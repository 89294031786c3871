"""An order as the LMS sends it: the shapes of its lines, copies and prices, and their bounds.

Pure. What lengths and numbers cannot say of an order, `placing.faults_of` checks: with codes and sentences of the trade.
"""

from __future__ import annotations

import hashlib
import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from shared.contracts.base import Money
from shared.contracts.stated import ItemData
from shared.contracts.words import Currency
from shared.texts import BoundedTexts, Reference, Text

MOST_LINES = 500
MOST_COPIES_PER_LINE = 200
# A million pounds: no price of one copy is higher, and every column and message holds it.
HIGHEST_PRICE = 100_000_000
# The material that needs an ISBN. Every other has an EAN at least.
BOOK = "book"
ORDER_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]{0,34}")
AskedNumber = Annotated[
    Reference,
    Field(
        max_length=35,
        description="The council's own number of the order, never used again: letters, digits, spaces and ./_-",
        examples=["SFK-2026-0042"],
        json_schema_extra={"pattern": f"^{ORDER_NUMBER.pattern}$"},
    ),
]


class AskedPrice(Money):
    """The price of one copy that the council expects. Without a price, the council leaves `unit_price` out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minor: int = Field(ge=1, le=HIGHEST_PRICE, description="Amount in minor units of the currency, such as pence", examples=[999])
    currency: Currency = Field(default="GBP", pattern="^[A-Z]{3}$", max_length=3)


def _is_none(value: object) -> bool:
    return value is None


def _is_false(value: object) -> bool:
    return value is False


class AskedItem(BoundedTexts, ItemData):
    """Data about copies as the LMS sends it. A supplier's message carries 35 characters of each value, and 350 of a note."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    longest = {name: 35 for name in ItemData.model_fields if name != "servicing_note"}


class AskedCopy(BaseModel):
    """Copies for one branch and fund: `quantity` books with the same sequence, shelfmark, servicing and other data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    branch: Reference = Field(
        max_length=20,
        description="Code of the branch, as `GET /v1/branches` shows it, where the copies will live",
        examples=["IPSW"],
    )
    fund: Reference = Field(
        min_length=1,
        max_length=30,
        description="Code of the fund that pays; one of `GET /v1/funds` where the council has registered any",
        examples=["ADULT-FIC"],
    )
    sequence: Reference = Field(
        default="", max_length=30, description="Collection within the branch; left out for none", examples=["AF"]
    )
    shelfmark: Reference = Field(
        default="",
        max_length=60,
        description="Where they will be shelved, as on the spine label; left out for none",
        examples=["F AUS"],
    )
    servicing: tuple[Annotated[Reference, Field(min_length=1, max_length=20, examples=["BC"])], ...] = Field(
        default=(), max_length=20, description="BIC codes of the work to be done on them before they are shelved"
    )
    # Left out of the fingerprint where it is not given, as `item` is.
    deliver_to: Reference | None = Field(
        default=None,
        max_length=20,
        exclude_if=_is_none,
        description="Code of the place where they will be unpacked, a branch or a hub of the council's delivery rules; left out "
        "or null: the delivery rules say so",
        examples=["CSU"],
    )
    quantity: int = Field(
        default=1, description="How many of them", json_schema_extra={"minimum": 1, "maximum": MOST_COPIES_PER_LINE}
    )
    # Left out of the fingerprint where it is not given: orders placed before it existed must be recognised.
    item: AskedItem | None = Field(default=None, exclude_if=_is_none, description="Other data about them; left out for none")


class AskedLine(BaseModel):
    """One title of an order as the LMS sends it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line_number: int = Field(
        ge=1, le=9_999, description="The council's own number of the line, unique in the order", examples=[1]
    )
    isbn: Reference = Field(
        examples=["9780141439518"],
        description="ISBN-13 or ISBN-10, hyphens allowed; the EAN of an article whose `material` is not `book`",
        max_length=20,
    )
    title: Text = Field(
        default="",
        max_length=500,
        description="What it is called, for people at the supplier; left out where it is not known",
        examples=["Pride and Prejudice"],
    )
    author: Text = Field(
        default="", max_length=300, description="Who wrote it; left out where that is not known", examples=["Austen, Jane"]
    )
    material: Reference = Field(
        default=BOOK, min_length=1, max_length=30, description="Kind of article, in the words that sourcing rules use"
    )
    unit_price: AskedPrice | None = Field(
        default=None, description="What the council expects one copy to cost; left out or null where it does not know"
    )
    copies: tuple[AskedCopy, ...] = Field(
        description=f"For whom they are; all together at most {MOST_COPIES_PER_LINE}",
        json_schema_extra={"minItems": 1, "maxItems": MOST_COPIES_PER_LINE},
    )


class AskedOrder(BaseModel):
    """A purchase order as the LMS sends it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    order_number: AskedNumber
    lines: tuple[AskedLine, ...] = Field(
        description=f"One for each title, fund or price: at most {MOST_LINES}",
        json_schema_extra={"minItems": 1, "maxItems": MOST_LINES},
    )
    # Left out of the fingerprint where it is false: orders placed before it existed must be recognised.
    rush: StrictBool = Field(
        default=False,
        exclude_if=_is_false,
        description="Whether the council wants it sooner than usual. Suppliers that take that are told; it changes nothing else",
    )

    @property
    def names_places(self) -> bool:
        """Whether it says of any copy where to deliver it."""
        return any(copy.deliver_to is not None for line in self.lines for copy in line.copies)

    def fingerprint(self) -> bytes:
        """Returns a digest of the content: two orders with the same digest ask for the same copies."""
        return hashlib.sha256(self.model_dump_json().encode()).digest()
