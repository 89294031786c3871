"""HTTP shapes of consignments, receipts, discrepancies and figures, and their conversion from domain objects."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import RowMapping

from services.delivery.domain.goods import Consignment, ConsignmentState, DiscrepancyKind, Item, ItemState
from services.delivery.domain.records import records_of
from services.delivery.store.consignments import Entry
from services.delivery.store.contents import Contents
from services.delivery.store.faults import read_faults
from services.delivery.store.receipts import DiscrepancyNote, Faults, ReceiptAnswer
from shared import days
from shared.contracts import words
from shared.contracts.base import Place
from shared.contracts.delivery import Leg
from shared.http.instants import DayOrMoment
from shared.http.paging import PageQuery

ConsignmentId = Annotated[UUID, Field(description="Identifies the consignment")]
ReceiptId = Annotated[UUID, Field(description="Identifies the receipt")]
SupplierFilter = Annotated[str | None, Field(max_length=64, description="Only those of this supplier", examples=["national"])]


# Far from the ends of the calendar, where a day has no moment in another time zone.
Day = Annotated[days.Day, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]


class ConsignmentQuery(PageQuery):
    """Which consignments to list."""

    state: ConsignmentState | None = Field(
        default=None, description="Only those of which nothing arrived yet (`expected`), some did, or nothing is outstanding"
    )
    place: str | None = Field(
        default=None, max_length=64, description="Only those for the branch or hub with this code", examples=["IPSW"]
    )
    supplier_id: SupplierFilter = None
    leg: Leg | None = Field(default=None, description="Only those of this part of the way")
    is_open: bool | None = Field(
        default=None, description="`true`: only those of which something is still to arrive; `false`: only closed ones"
    )
    expected_from: Day | None = Field(
        default=None, description="Only those that the supplier expects to arrive on this day or later", examples=["2026-03-06"]
    )
    expected_before: Day | None = Field(
        default=None, description="Only those that it expects before this day", examples=["2026-03-07"]
    )
    received_from: DayOrMoment | None = Field(
        default=None, description="Only those of which something was unpacked on this day, or at this moment, or later"
    )


class DiscrepancyQuery(PageQuery):
    """Which discrepancies to list."""

    consignment_id: UUID | None = Field(default=None, description="Only those of this consignment")
    kind: DiscrepancyKind | None = Field(default=None, description="Only those of this kind")
    supplier_id: SupplierFilter = None


class Period(BaseModel):
    """The council's days from `from` to `to`, both included."""

    begin: Day = Field(alias="from", description="The first day")
    end: Day = Field(alias="to", description="The last day")

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.end < self.begin:
            raise ValueError("`from` is after `to`; exchange them")
        return self


class ItemView(BaseModel):
    """One item of a consignment. Without a copy: it was advised but matches no expected copy."""

    item_id: UUID = Field(description="Identifies the item")
    isbn: words.Isbn
    parcel_id: str = Field(
        description="SSCC of the parcel, or the supplier's number of it; empty where it names none",
        examples=["350123450000000016"],
    )
    barcode: words.Barcode | None = Field(description="Its barcode; null while none is known")
    state: ItemState = Field(description="`outstanding` until it is received, or found damaged or missing")
    copy_id: UUID | None = Field(description="The ordered copy that it is; null where it matches none")
    order_id: UUID | None = Field(description="The order of that copy; null without one")
    order_number: words.OrderNumber | None = Field(description="The council's number of that order; null without a copy")
    line_key: words.LineKey | None = Field(description="The line of that copy; null without one")
    branch: words.BranchCode | None = Field(description="Where the copy will be shelved; null without a copy")
    sequence: words.Sequence | None = Field(description="Collection within that branch; null without a copy")
    rotation_plan: words.RotationPlan | None = Field(
        description="Plan by which the copy moves on from there to other branches, as the supplier states it, else as it was "
        "ordered; null without a copy"
    )
    servicing: Faults
    settled_at: datetime | None = Field(
        description="When a receipt gave it its state; null while it is outstanding, and for receipts of earlier releases"
    )
    settled_by: str | None = Field(
        description="Whose receipt that was, by the subject of its token; null as for `settled_at`", examples=["j.archer"]
    )


class HistoryView(BaseModel):
    """One line of a consignment's history."""

    noted_at: datetime = Field(validation_alias="at", description="When it happened here")
    actor: str = Field(description="The person or system that did it", examples=["j.archer"])
    correlation_id: words.CorrelationId
    action: str = Field(description="What was done, for programs", examples=["receipt"])
    detail: str = Field(description='More about it, for people; "" where there is no more to say', examples=["3 received"])


class RecordsView(BaseModel):
    """The books in a consignment, and whether the catalogue serves their records. Other goods have no records."""

    titles: int = Field(description="Books, each title once", examples=[12])
    served: int = Field(description="Those of which the catalogue serves a record", examples=[11])
    missing: list[str] = Field(description="ISBNs of the titles without a served record, sorted", examples=[["9780141439518"]])


class GoodsView(BaseModel):
    """How many items of a consignment are in each state."""

    outstanding: int = Field(description="Still to arrive", examples=[3])
    received: int = Field(description="Unpacked, and to be lent or sent on", examples=[9])
    damaged: int = Field(description="Unpacked, and cannot be lent", examples=[0])
    missing: int = Field(description="Were advised and did not arrive", examples=[0])


class ConsignmentSummary(BaseModel):
    """One consignment without its items."""

    consignment_id: UUID = Field(description="Identifies the consignment")
    supplier_id: words.SupplierId
    despatch_number: words.DespatchNumber
    place: Place = Field(description="Where to unpack")
    leg: Leg = Field(description="Which part of the way: from the supplier to the branch or hub, or on from there")
    state: ConsignmentState = Field(description="`closed`: nothing is outstanding; every item was received, damaged or missing")
    expected_on: date | None = Field(description="When the supplier expects it to arrive; null where it does not say")
    created_at: datetime = Field(description="When the notice of it was read, or its goods left the hub")
    moved_to_consignment_id: UUID | None = Field(
        description="The consignment in which what was outstanding is expected since its branch closed; null where none is",
        examples=[None],
    )
    message_id: UUID | None = Field(
        description="The first notice of it, as the exchange of its supplier keeps it; null where an earlier release read it"
    )
    received_at: datetime | None = Field(
        description="When something of it was last unpacked; null before that, and where that was in an earlier release"
    )
    goods: GoodsView = Field(description="How many of its items arrived")
    records: RecordsView = Field(description="Whether the catalogue serves the records of its books")


class ConsignmentView(ConsignmentSummary):
    """One consignment with its copies, its receipts and its history."""

    copies: list[ItemView] = Field(description="Its items, one for each physical copy")
    receipts: list[ReceiptAnswer] = Field(description="What was unpacked, as each receipt was answered; oldest first")
    history: list[HistoryView] = Field(description="What happened to it, oldest first")


class DiscrepancyView(BaseModel):
    """One difference between goods and advice."""

    discrepancy_id: UUID = Field(description="Identifies the discrepancy")
    consignment_id: UUID = Field(description="The consignment in which it was found")
    supplier_id: words.SupplierId
    despatch_number: words.DespatchNumber
    place: str = Field(description="Code of the branch or hub that found it", examples=["IPSW"])
    kind: DiscrepancyKind = Field(description="How the goods differ from what was ordered or advised", examples=["surplus"])
    isbn: words.Isbn = Field(description='ISBN-13 or EAN of the goods; "" where only an unknown barcode was scanned')
    quantity: int = Field(description="How many copies or items are concerned", examples=[1])
    copy_id: UUID | None = Field(description="The copy that is concerned; null where the goods match none")
    barcode: words.Barcode | None = Field(description="The barcode of the item; null where none is known")
    note: DiscrepancyNote
    servicing: Faults
    found_at: datetime = Field(description="When it was found")


class SupplierRecordsView(BaseModel):
    """How often the record was served before the goods were received, of one supplier's goods."""

    model_config = ConfigDict(from_attributes=True)

    supplier_id: words.SupplierId
    titles: int = Field(description="Titles first received in the period; each counts once", examples=[240])
    served_before: int = Field(description="Those whose record was served before the first receipt", examples=[231])
    share_percent: int = Field(description="Share of the latter, rounded down: 100 means every title", examples=[96])
    median_lead_hours: int | None = Field(
        description="Whole hours from served record to first receipt, rounded down; null where none was before", examples=[52]
    )
    longest_lead_hours: int | None = Field(
        description="The longest of these times in whole hours; null where there is none", examples=[190]
    )


class RecordsBeforeGoodsView(BaseModel):
    """Records before goods in a period, by supplier; suppliers of whom nothing was first received then are left out."""

    suppliers: list[SupplierRecordsView] = Field(description="The figures of each supplier, by its name")


def summary(consignment: Consignment, contents: Contents) -> ConsignmentSummary:
    """Returns a row of the list of consignments."""
    shown = RecordsView.model_validate(records_of(contents.articles), from_attributes=True)
    goods = GoodsView(**contents.counts)
    given = {"records": shown, "moved_to_consignment_id": consignment.moved_to, "goods": goods}
    own = {name: getattr(consignment, name) for name in ConsignmentSummary.model_fields if name not in given}
    return ConsignmentSummary(**own, **given)


def view(
    consignment: Consignment, contents: Contents, items: list[Item], *, received: list[ReceiptAnswer], history: list[Entry]
) -> ConsignmentView:
    """Returns a consignment with its records, items, receipts and history."""
    return ConsignmentView(
        **dict(summary(consignment, contents)),
        copies=[item_view(item) for item in items],
        receipts=received,
        history=[HistoryView.model_validate(entry, from_attributes=True) for entry in history],
    )


def discrepancy_view(row: RowMapping) -> DiscrepancyView:
    """Returns a row of the list of discrepancies."""
    return DiscrepancyView.model_validate({**row, "servicing": read_faults(row["servicing"])})


def item_view(item: Item) -> ItemView:
    """Returns an item of a consignment."""
    copy = item.copy
    return ItemView(
        item_id=item.item_id,
        isbn=item.isbn,
        parcel_id=item.parcel_id,
        barcode=item.barcode,
        state=item.state,
        copy_id=copy.copy_id if copy else None,
        order_id=copy.order_id if copy else None,
        order_number=copy.order_number if copy else None,
        line_key=copy.line_key if copy else None,
        branch=copy.branch.code if copy else None,
        sequence=copy.sequence if copy else None,
        rotation_plan=item.goes_on if copy else None,
        servicing=item.servicing,
        settled_at=item.settled_at,
        settled_by=item.settled_by,
    )
