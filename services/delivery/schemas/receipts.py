"""HTTP shapes of what a place reports as unpacked."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator

from services.delivery.domain.receiving import Condition, Scan
from shared.contracts.delivery import ServicingFault, ServicingKind
from shared.texts import Reference
from shared.values import to_article_number

Name = Annotated[Reference, Field(min_length=1, max_length=64)]
Note = Annotated[str, Field(max_length=200)]


def _is_empty(value: object) -> bool:
    """Leaves out what a receipt does not use: its digest must stay that of the same receipt in earlier releases."""
    return not value


class ServicingBody(BaseModel):
    """One thing wrong with the servicing of a copy."""

    model_config = ConfigDict(extra="forbid")

    kind: ServicingKind = Field(description="Which part of the servicing is wrong or missing", examples=["spine_label"])
    note: Note = Field(default="", description="What is wrong with it, in a person's words", examples=["label upside down"])


class ScanBody(BaseModel):
    """What was scanned or counted: one item by barcode, or `quantity` items of a line or an ISBN."""

    model_config = ConfigDict(extra="forbid")

    item_id: UUID | None = Field(
        default=None,
        description="The item that a person chose in the list of the consignment; then no other reference is needed",
        exclude_if=_is_empty,
        examples=[None],
    )
    barcode: Name | None = Field(
        default=None, description="The copy's own barcode; null where it is counted without one", examples=["30123004567890"]
    )
    line_key: Name | None = Field(
        default=None,
        description="Our reference of the order line, as on the delivery note; null where it is not known",
        examples=["SB-2H7K0M4QXD9RT5WA"],
    )
    isbn: Annotated[Name, AfterValidator(to_article_number)] | None = Field(
        default=None,
        description="ISBN-13 or ISBN-10, or the EAN of what is no book; with a new barcode, the title that it is on",
        examples=["9780141439518"],
    )
    quantity: int = Field(default=1, ge=1, le=1_000, description="How many were counted; 1 where there is a barcode")
    condition: Condition = Field(
        default=Condition.OK,
        description="`damaged`: the copy was there and cannot be lent; `missing`: the item of `item_id` is not there",
    )
    servicing: list[ServicingBody] = Field(
        default_factory=list,
        max_length=len(ServicingKind),
        description="What is wrong with the servicing of a copy that is received all the same; not kept of a copy counted before",
        exclude_if=_is_empty,
    )
    note: Note = Field(
        default="",
        description="What was seen of a damaged or missing copy, or of its servicing, in a person's words",
        exclude_if=_is_empty,
        examples=["cover torn"],
    )

    @model_validator(mode="after")
    def _names_goods(self) -> Self:
        if self.item_id is None and self.barcode is None and self.line_key is None and self.isbn is None:
            raise ValueError("give an item_id, a barcode, a line_key or an isbn")
        if self.item_id is not None and self.quantity != 1:
            raise ValueError("an item is one copy; leave out the quantity")
        if self.condition is Condition.MISSING and self.item_id is None:
            raise ValueError("what is missing has no label to scan; give its item_id")
        if self.servicing and self.condition is not Condition.OK:
            raise ValueError("faults of servicing are of a copy that is received; leave them out of a damaged or missing one")
        if self.barcode is not None and self.quantity != 1:
            raise ValueError("a barcode is on one copy; leave out the quantity")
        return self

    def scan(self) -> Scan:
        """Returns the scan as the domain's class."""
        return Scan(
            barcode=self.barcode,
            line_key=self.line_key,
            isbn=self.isbn,
            quantity=self.quantity,
            condition=self.condition,
            item_id=self.item_id,
            servicing=tuple(ServicingFault(kind=fault.kind, note=fault.note) for fault in self.servicing),
            note=self.note,
        )


class ReceiptBody(BaseModel):
    """What a branch or hub unpacked. With `complete`, nothing more will arrive: what was not scanned is missing."""

    model_config = ConfigDict(extra="forbid")

    scans: list[ScanBody] = Field(
        default_factory=list, max_length=2_000, description="What was scanned or counted; empty only with `complete`"
    )
    complete: StrictBool = Field(default=False, description="Whether nothing more will arrive: what was not scanned is missing")

    parcel_id: Name | None = Field(
        default=None,
        description="With `complete`: only of this parcel nothing more will arrive; null for the whole consignment",
        exclude_if=_is_empty,
        examples=["350123450000000016"],
    )

    @model_validator(mode="after")
    def _is_not_empty(self) -> Self:
        if not self.scans and not self.complete:
            raise ValueError("give at least one scan, or set `complete` if nothing more will arrive")
        if self.parcel_id is not None and not self.complete:
            raise ValueError("parcel_id says of what nothing more will arrive; set `complete` with it")
        return self
