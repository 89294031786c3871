"""Reads despatches in the canonical JSON form, which any supplier may push whatever its own protocol is. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from services.suppliers.contract import AdvisedLine, AdvisedParcel, DespatchFact, Kind, RawMessage, Reading
from services.suppliers.domain.matching import LARGEST_QUANTITY
from shared.contracts.base import PlaceKind
from shared.contracts.stated import StatedItem, SupplierReferences
from shared.contracts.suppliers import CopyReference
from shared.contracts.words import ServicingCode
from shared.findings import Finding, Severity
from shared.formats.moments import day_of
from shared.texts import BoundedTexts


def _spelled(value: object) -> object:
    """Returns the day as written. A number is refused: it would be taken for seconds since 1970."""
    day = day_of(value) if isinstance(value, str) else None
    if day is None:
        raise ValueError("a day is written as 2027-01-15")
    return day


Day = Annotated[date, BeforeValidator(_spelled)]


# The largest number that a table keeps.
_LARGEST = 2**31 - 1


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PlaceForm(_Form):
    """Where to unpack: a code as in the order, or a GLN."""

    code: str = Field(
        min_length=1, max_length=40, description="The code that the order has for it, or its GLN", examples=["IPSW"]
    )
    kind: PlaceKind | None = Field(default=None, description="A branch or the hub; null where the supplier does not know")


class ItemForm(BoundedTexts, StatedItem):
    """The data about one copy, as in `StatedItem`."""

    servicing: tuple[ServicingCode, ...] = Field(default=(), max_length=100, description="BIC codes of the work done on it")


class ReferencesForm(BoundedTexts, SupplierReferences):
    """What the supplier calls a line, as in `SupplierReferences`."""


class CopyForm(_Form):
    """The marks of one copy and the data about it, as in `CopyReference`."""

    copy_number: int | None = Field(
        default=None, ge=0, le=_LARGEST, description="Our number of the copy, as the order gave it; null for none", examples=[1]
    )
    place: int | None = Field(
        default=None, ge=0, le=_LARGEST, description="Its number within this line of the despatch; null for none", examples=[1]
    )
    branch: str | None = Field(
        default=None, max_length=40, description="Code of the branch it is for; null for none", examples=["IPSW"]
    )
    barcode: str | None = Field(
        default=None, max_length=64, description="The barcode put on it; null for none", examples=["30123004567890"]
    )
    fund: str | None = Field(
        default=None, max_length=60, description="Code of the fund that the order named; null for none", examples=["ADULT-FIC"]
    )
    sequence: str | None = Field(
        default=None, max_length=60, description="Collection within the branch; null for none", examples=["ANF"]
    )
    item: ItemForm | None = Field(default=None, description="Further data about it; null for none")


class LineForm(_Form):
    """Copies of one title in one parcel. The line key or the order number names the order they are for."""

    line_key: str | None = Field(
        default=None,
        max_length=22,
        description="Our reference of the line, as the order gave it; null for none",
        examples=["SB-2H7K0M4QXD9RT5WA"],
    )
    order_number: str | None = Field(
        default=None, max_length=60, description="The council's number of the order; null for none", examples=["SFK-2026-0042"]
    )
    isbn: str = Field(min_length=10, max_length=17, description="ISBN, or EAN of what is no book", examples=["9780141439518"])
    quantity: int = Field(ge=1, le=LARGEST_QUANTITY, description="Copies of the title in this parcel", examples=[1])
    copies: tuple[CopyForm, ...] = Field(
        default=(), max_length=LARGEST_QUANTITY, description="What is known of single copies; empty for nothing"
    )
    supplier_references: ReferencesForm | None = Field(
        default=None, description="What the supplier calls the line; null for nothing"
    )


class ParcelForm(_Form):
    """One carton, with its SSCC or the supplier's own number."""

    parcel_id: str = Field(
        min_length=1,
        max_length=40,
        description="SSCC of the carton, or the supplier's own number",
        examples=["350123451234567894"],
    )
    lines: tuple[LineForm, ...] = Field(min_length=1, max_length=5_000, description="What is in it, title by title")


class DespatchForm(_Form):
    """A despatch advice in JSON."""

    despatch_number: str = Field(
        min_length=1, max_length=60, description="The supplier's number of the despatch", examples=["DN-204417"]
    )
    despatched_on: Day | None = Field(default=None, description="Day on which it was sent; null where it is not known")
    expected_on: Day | None = Field(default=None, description="Day on which it should arrive; null where it is not known")
    deliver_to: PlaceForm = Field(description="Where it is unpacked")
    parcels: tuple[ParcelForm, ...] = Field(min_length=1, max_length=1_000, description="The cartons")


def read_despatch(raw: RawMessage) -> Reading:
    """Reads a canonical despatch; returns a finding for each invalid field."""
    try:
        form = DespatchForm.model_validate_json(raw.body)
    except ValidationError as error:
        findings = tuple(
            Finding("invalid-field", f"/{'/'.join(map(str, item['loc']))}: {item['msg']}", Severity.ERROR)
            for item in error.errors(include_url=False, include_input=False)
        )
        return Reading(Kind.DESPATCH, (), findings)
    return Reading(Kind.DESPATCH, (_fact(form),))


def _fact(form: DespatchForm) -> DespatchFact:
    return DespatchFact(
        despatch_number=form.despatch_number,
        despatched_on=form.despatched_on,
        expected_on=form.expected_on,
        deliver_to=form.deliver_to.code,
        deliver_to_kind=form.deliver_to.kind,
        parcels=tuple(
            AdvisedParcel(
                parcel.parcel_id,
                tuple(_line(line) for line in parcel.lines),
            )
            for parcel in form.parcels
        ),
    )


def _line(line: LineForm) -> AdvisedLine:
    copies = tuple(CopyReference(**dict(copy)) for copy in line.copies)
    return AdvisedLine(line.line_key, line.order_number, line.isbn, line.quantity, copies, line.supplier_references)
