"""What changes of goods say: what is on the way, what was scanned, how it differs."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.lms.domain.bodies.words import OF_KIND, AboutCopy, Body, ConsignmentId, Kind, PlaceCode
from shared.contracts.base import PlaceKind
from shared.contracts.delivery import Leg
from shared.contracts.words import (
    Barcode,
    CopyId,
    DespatchNumber,
    Isbn,
    LineKey,
    OrderId,
    OrderNumber,
    RotationPlan,
    Sequence,
    SupplierId,
)


class AboutGoods(AboutCopy):
    """A change of the goods of one copy."""

    consignment_id: ConsignmentId
    despatch_number: DespatchNumber
    place: PlaceCode
    place_kind: PlaceKind = Field(description="Whether that is a branch or a hub")
    leg: Leg = Field(description="Part of the way that the consignment covers")
    barcode: Barcode | None = Field(description="Barcode that the goods have; null where none was stated")
    sequence: Sequence = ""
    rotation_plan: RotationPlan = ""


class CopyExpected(AboutGoods):
    """Goods for a copy are on the way to a place."""

    kind: Literal[Kind.COPY_EXPECTED] = Field(default=Kind.COPY_EXPECTED, description=OF_KIND)
    expected_on: date | None = Field(description="Day on which they are expected there; null where none was stated")


class CopyReceived(AboutGoods):
    """A place scanned a copy in: the hub, from which it travels on, or its branch."""

    kind: Literal[Kind.COPY_RECEIVED] = Field(default=Kind.COPY_RECEIVED, description=OF_KIND)


class Difference(StrEnum):
    """How goods differ from what was advised or planned."""

    SHORT = "short"
    SURPLUS = "surplus"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    WRONG_PLACE = "wrong_place"


class DiscrepancyFound(Body):
    """Goods differ from what was advised, or were advised for another place than planned."""

    kind: Literal[Kind.DISCREPANCY_FOUND] = Field(default=Kind.DISCREPANCY_FOUND, description=OF_KIND)
    discrepancy_id: UUID = Field(description="Names it in `GET /v1/discrepancies` of delivery")
    difference: Difference = Field(description="How they differ")
    consignment_id: ConsignmentId
    despatch_number: DespatchNumber
    supplier_id: SupplierId
    isbn: Isbn = Field(description="ISBN-13 of the goods; empty where it is not known")
    quantity: int = Field(description="Number of copies concerned", examples=[1])
    order_id: OrderId | None = Field(description="Id of the order; null where the goods are of no ordered copy")
    order_number: OrderNumber | None = Field(description="The council's own order number; null as `order_id` is")
    line_key: LineKey | None = Field(description="Key of the order line; null as `order_id` is")
    copy_id: CopyId | None = Field(description="Id of the copy; null as `order_id` is")
    deliver_to: PlaceCode | None = Field(description="Where the goods should have been unpacked; null for other differences")
    note: str = Field(description="What was noted, in words", examples=["Cover torn"])
