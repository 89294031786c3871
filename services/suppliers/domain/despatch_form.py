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


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PlaceForm(_Form):
    """Where to unpack: a code as in the order, or a GLN."""

    code: str = Field(min_length=1, max_length=40)
    kind: PlaceKind | None = None


class ItemForm(BoundedTexts, StatedItem):
    """The data about one copy, as in `StatedItem`."""


class ReferencesForm(BoundedTexts, SupplierReferences):
    """What the supplier calls a line, as in `SupplierReferences`."""


class CopyForm(_Form):
    """The marks of one copy and the data about it, as in `CopyReference`."""

    copy_number: int | None = None
    place: int | None = None
    branch: str | None = Field(default=None, max_length=40)
    barcode: str | None = Field(default=None, max_length=64)
    fund: str | None = Field(default=None, max_length=60)
    sequence: str | None = Field(default=None, max_length=60)
    item: ItemForm | None = None


class LineForm(_Form):
    """Copies of one title in one parcel. The line key or the order number names the order they are for."""

    line_key: str | None = Field(default=None, max_length=22)
    order_number: str | None = Field(default=None, max_length=60)
    isbn: str = Field(min_length=10, max_length=17)
    quantity: int = Field(ge=1, le=LARGEST_QUANTITY)
    copies: tuple[CopyForm, ...] = Field(default=(), max_length=LARGEST_QUANTITY)
    supplier_references: ReferencesForm | None = None


class ParcelForm(_Form):
    """One carton, with its SSCC or the supplier's own number."""

    parcel_id: str = Field(min_length=1, max_length=40)
    lines: tuple[LineForm, ...] = Field(min_length=1, max_length=5_000)


class DespatchForm(_Form):
    """A despatch advice in JSON."""

    despatch_number: str = Field(min_length=1, max_length=60)
    despatched_on: Day | None = None
    expected_on: Day | None = None
    deliver_to: PlaceForm
    parcels: tuple[ParcelForm, ...] = Field(min_length=1, max_length=1_000)


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
