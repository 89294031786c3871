"""Parts that the library web services' documents share: parties, references, money, funds. Knows no document."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_pascal
from shared.formats.moments import day_of, moment_of
from shared.values import isbn13_or_none

BUYER_ORDER, BUYER_LINE, SUPPLIER_ORDER = "11", "12", "23"


_SURROGATES = re.compile("[\ud800-\udfff]")


def _storable(text: str) -> str:
    """Returns text that a database can store: JSON can carry U+0000 and halves of surrogate pairs, PostgreSQL cannot."""
    return _SURROGATES.sub("\ufffd", text.replace("\x00", ""))


def _moment(value: object) -> object:
    """Parses a moment in any of the spellings that senders use."""
    if isinstance(value, datetime):
        return value
    found = moment_of(str(value))
    if found is None:
        raise ValueError(f"{value!r} is not a date and time")
    return found


def _day(value: object) -> object:
    """Parses a date in any of the spellings that senders use."""
    if isinstance(value, date):
        return value
    found = day_of(str(value))
    if found is None:
        raise ValueError(f"{value!r} is not a date")
    return found


def _listed(value: object) -> object:
    """Returns a list: senders that turn XML into JSON send a single value without one."""
    return value if isinstance(value, list | tuple) else [value]


LISTED = BeforeValidator(_listed)
Text = Annotated[str, AfterValidator(_storable)]
Texts = Annotated[tuple[Text, ...], LISTED]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Day = Annotated[date | None, BeforeValidator(_day)]
Count = Annotated[int | None, Field(ge=0, lt=10**9)]
Amount = Annotated[Decimal | None, Field(ge=0, lt=10**9, max_digits=15, decimal_places=6)]


class Part(BaseModel):
    """Anything in a document. Names are in the style of EDItX; unknown fields are ignored, null counts as absent."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=to_pascal, populate_by_name=True, coerce_numbers_to_str=True
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: content for name, content in value.items() if content is not None}


class PartyId(Part):
    """A party's number."""

    type: Text = Field(default="", alias="PartyIDType", description="01 proprietary, 06 GLN, 07 SAN")
    identifier: Text = ""


class Party(Part):
    """A buyer, seller, recipient or payer."""

    ids: Annotated[tuple[PartyId, ...], LISTED] = Field(default=(), alias="PartyID")
    name_line: Text = ""

    def id_of(self, kind: str) -> str:
        """Returns the number of a type; "" when absent."""
        return next((one.identifier for one in self.ids if one.type == kind), "")


class Reference(Part):
    """A reference to another document or line."""

    reference_type_code: Text = Field(default="", description="11 buyer's order, 12 buyer's line, 23 supplier's order, …")
    reference_number: Text = ""


References = Annotated[tuple[Reference, ...], LISTED]


class Price(Part):
    """A price per copy, in major units."""

    monetary_amount: Amount = None
    currency_code: Text = Field(default="", description="ISO 4217")
    price_qualifier_code: Text = Field(default="", description="Such as SRPIncludingTax")


class Fund(Part):
    """The fund that a copy is charged to."""

    fund_number: Text = ""
    monetary_amount: Amount = None


class Line(Part):
    """The fields of every line: its number, its book, its references."""

    line_number: Text = ""
    ean13: Text = Field(default="", alias="EAN13", description="ISBN-13 or other EAN-13, as sent")
    reference_coded: References = ()

    @property
    def isbn(self) -> str:
        """The EAN-13 as a valid ISBN-13; "" when it is not one."""
        return isbn13_or_none(self.ean13) or ""

    def reference(self, kind: str) -> str:
        """Returns the first reference of a type; "" when absent."""
        return reference_in(self.reference_coded, kind)


def reference_in(references: tuple[Reference, ...], kind: str) -> str:
    """Returns the first reference of a type; "" when absent."""
    return next((one.reference_number for one in references if one.reference_type_code == kind), "")
