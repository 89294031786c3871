"""HTTP shapes of consignments, receipts, discrepancies and figures, and their conversion from domain objects."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import RowMapping

from services.delivery.domain.goods import Consignment, ConsignmentState, DiscrepancyKind, Item, ItemState
from services.delivery.domain.receiving import Condition, Scan
from services.delivery.domain.records import Records
from services.delivery.store.consignments import Entry
from services.delivery.store.receipts import ReceiptAnswer
from shared.contracts.base import Place
from shared.contracts.delivery import Leg
from shared.http.paging import PageQuery
from shared.texts import Reference
from shared.values import to_article_number

Name = Annotated[Reference, Field(min_length=1, max_length=64)]


class ScanBody(BaseModel):
    """What was scanned or counted: one item by barcode, or `quantity` items of a line or an ISBN."""

    model_config = ConfigDict(extra="forbid")

    barcode: Name | None = Field(default=None, description="The copy's own barcode")
    line_key: Name | None = None
    isbn: Annotated[Name, AfterValidator(to_article_number)] | None = Field(
        default=None, description="ISBN-13 or ISBN-10, or the EAN of what is no book; with a new barcode, the title that it is on"
    )
    quantity: int = Field(default=1, ge=1, le=1_000)
    condition: Condition = Condition.OK

    @model_validator(mode="after")
    def _names_goods(self) -> Self:
        if self.barcode is None and self.line_key is None and self.isbn is None:
            raise ValueError("give a barcode, a line_key or an isbn")
        if self.barcode is not None and self.quantity != 1:
            raise ValueError("a barcode is on one copy; leave out the quantity")
        return self

    def scan(self) -> Scan:
        """Returns the scan as the domain's class."""
        return Scan(self.barcode, self.line_key, self.isbn, self.quantity, self.condition)


class ReceiptBody(BaseModel):
    """What a branch or hub unpacked. With `complete`, nothing more will arrive: what was not scanned is missing."""

    model_config = ConfigDict(extra="forbid")

    scans: list[ScanBody] = Field(default_factory=list, max_length=2_000)
    complete: bool = False

    @model_validator(mode="after")
    def _is_not_empty(self) -> Self:
        if not self.scans and not self.complete:
            raise ValueError("give at least one scan, or set `complete` if nothing more will arrive")
        return self


class ConsignmentQuery(PageQuery):
    """Which consignments to list."""

    state: ConsignmentState | None = None
    place: str | None = Field(default=None, max_length=64)
    supplier: str | None = Field(default=None, max_length=64)
    leg: Leg | None = None


class DiscrepancyQuery(PageQuery):
    """Which discrepancies to list."""

    consignment: UUID | None = None
    kind: DiscrepancyKind | None = None
    supplier: str | None = Field(default=None, max_length=64)


# Far from the ends of the calendar, where a day has no moment in another time zone.
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]


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

    item_id: UUID
    isbn: str
    parcel_id: str
    barcode: str | None
    state: ItemState
    copy_id: UUID | None
    order_id: UUID | None
    order_number: str | None
    line_key: str | None
    branch: str | None = Field(description="Where the copy will be shelved")


class HistoryView(BaseModel):
    """One line of a consignment's history."""

    at: datetime
    actor: str
    correlation_id: str
    action: str
    detail: str


class RecordsView(BaseModel):
    """The books in a consignment, and whether the catalogue serves their records. Other goods have no records."""

    titles: int
    served: int
    missing: list[str] = Field(description="ISBNs of the titles without a served record, sorted")


class ConsignmentSummary(BaseModel):
    """One consignment without its items."""

    consignment_id: UUID
    supplier_id: str
    despatch_number: str
    place: Place = Field(description="Where to unpack")
    leg: Leg
    state: ConsignmentState
    expected_on: date | None
    created_at: datetime
    records: RecordsView


class ConsignmentView(ConsignmentSummary):
    """One consignment with its copies, its receipts and its history."""

    copies: list[ItemView]
    receipts: list[ReceiptAnswer] = Field(description="What was unpacked, as each receipt was answered; oldest first")
    history: list[HistoryView]


class DiscrepancyView(BaseModel):
    """One difference between goods and advice."""

    discrepancy_id: UUID
    consignment_id: UUID
    supplier_id: str
    despatch_number: str
    place: str
    kind: DiscrepancyKind
    isbn: str
    quantity: int
    copy_id: UUID | None
    barcode: str | None
    note: str
    found_at: datetime


class SupplierRecordsView(BaseModel):
    """How often the record was served before the goods were received, of one supplier's goods."""

    model_config = ConfigDict(from_attributes=True)

    supplier_id: str
    titles: int = Field(description="Titles first received in the period; each counts once")
    served_before: int = Field(description="Those whose record was served before the first receipt")
    share_percent: int = Field(description="Share of the latter, rounded down: 100 means every title")
    median_lead_hours: int | None = Field(
        description="From served record to first receipt, rounded down; null where none was before"
    )
    longest_lead_hours: int | None = Field(description="The longest of these times, likewise")


class RecordsBeforeGoodsView(BaseModel):
    """Records before goods in a period, by supplier; suppliers of whom nothing was first received then are left out."""

    suppliers: list[SupplierRecordsView]


def summary(consignment: Consignment, records: Records) -> ConsignmentSummary:
    """Returns a row of the list of consignments."""
    shown = RecordsView.model_validate(records, from_attributes=True)
    own = {name: getattr(consignment, name) for name in ConsignmentSummary.model_fields if name != "records"}
    return ConsignmentSummary(**own, records=shown)


def view(
    consignment: Consignment, records: Records, items: list[Item], *, received: list[ReceiptAnswer], history: list[Entry]
) -> ConsignmentView:
    """Returns a consignment with its records, items, receipts and history."""
    return ConsignmentView(
        **dict(summary(consignment, records)),
        copies=[_item(item) for item in items],
        receipts=received,
        history=[HistoryView.model_validate(entry, from_attributes=True) for entry in history],
    )


def discrepancy_view(row: RowMapping) -> DiscrepancyView:
    """Returns a row of the list of discrepancies."""
    return DiscrepancyView.model_validate(dict(row))


def _item(item: Item) -> ItemView:
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
    )
