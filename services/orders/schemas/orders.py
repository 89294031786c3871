"""HTTP shapes of orders and branches, and their conversion from rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from services.orders.domain.placing import PlacedOrder
from services.orders.domain.register import MOST_REGISTERED, Branch, Fund
from services.orders.domain.twice import OrderWarning
from services.orders.schemas.invoices import CostView, cost_view
from services.orders.store.reading import OrderRows
from services.orders.store.stated import from_json
from shared.contracts.base import Money, Place, RouteKind, money_or_none
from shared.contracts.orders import CopyState
from shared.contracts.stated import ItemData, StatedItem, StatedPrice, SupplierReferences
from shared.contracts.trials import TrialArm, arm_or_none
from shared.http.paging import PageQuery
from shared.texts import Reference, Text
from shared.values import check_gln


class LineReceipt(BaseModel):
    """One line as it was placed: several for one line number when its branches have different suppliers or trials."""

    line_number: int
    line_key: str
    supplier_id: str
    isbn: str
    copy_ids: list[UUID]
    trial: TrialArm | None = Field(description="The trial that drew the supplier, and its arm; null where none did")


class OrderReceipt(BaseModel):
    """The answer to a placed order. A repetition of the same order gets exactly the same answer."""

    order_id: UUID
    order_number: str
    placed_at: datetime
    lines: list[LineReceipt]
    warnings: list[OrderWarning] = Field(description="What the council may not have meant; the order was placed all the same")


class CopyView(BaseModel):
    """One copy with its present state."""

    copy_id: UUID
    copy_number: int
    branch: str
    branch_name: str
    deliver_to: Place | None = Field(
        description="Where it is unpacked, by a delivery rule of its day, or one that it followed since; null where none said so"
    )
    route_trial: TrialArm | None = Field(
        description="The trial of deliveries that drew its route when it was ordered, and its arm; null where none did"
    )
    fund: str
    sequence: str
    shelfmark: str
    servicing: list[str]
    state: CopyState
    expected_on: date | None
    barcode: str | None
    cancel_requested: bool
    item: ItemData | None = Field(description="Other data that the council ordered the copy with")
    stated: StatedItem | None = Field(description="What the supplier stated about the copy")
    replaces: UUID | None = Field(description="The copy at another supplier instead of which it was placed")
    costs: list[CostView] = Field(description="Charges and credits, oldest first; their sum is the cost of the copy")


class ShortfallView(BaseModel):
    """A rule of the council's minimum that a record does not meet."""

    code: str
    reason: str
    place: str = Field(description="Where in the record to look")


class RecordView(BaseModel):
    """What the council's minimum says of the record of the book: of the one that gives most of its title."""

    supplier_id: str = Field(description="Whose record it is")
    score: int = Field(description="From 0 to 100")
    pass_mark: int
    passes: bool
    shortfalls: list[ShortfallView] = Field(description="The most costly ones, five at most")


class LineView(BaseModel):
    """One line with its copies. `attention` names what a person must decide; empty for nothing."""

    line_number: int
    line_key: str
    supplier_id: str
    isbn: str
    title: str
    author: str
    material: str
    attention: str
    quote_reference: str = Field(description="The supplier's reference of the selected line this orders; empty for none")
    supplier_references: SupplierReferences | None = Field(description="What the supplier calls the line")
    unit_price: Money | None = Field(description="The price of one copy, as ordered")
    trial: TrialArm | None = Field(description="The trial that drew the supplier, and its arm; null where none did")
    stated_prices: list[StatedPrice] = Field(description="Prices of one copy in the supplier's last answer that states any")
    record: RecordView | None = Field(description="Null until a record of the book is there")
    replaces: str | None = Field(description="Key of the line at another supplier whose copies these are instead of")
    copies: list[CopyView]


class TimelineEntry(BaseModel):
    """One thing that happened; no copy means the whole line, no line the whole order."""

    at: datetime
    line_key: str | None
    copy_id: UUID | None
    from_state: CopyState | None
    to_state: CopyState | None
    cause: str
    reason: str
    actor: str
    correlation_id: str


class OrderView(BaseModel):
    """One order with its copies and its full timeline."""

    order_id: UUID
    order_number: str
    council: str
    version: int
    placed_at: datetime
    placed_by: str
    lines: list[LineView]
    timeline: list[TimelineEntry]


class OrderSummary(BaseModel):
    """One row of a list of orders."""

    order_id: UUID
    order_number: str
    placed_at: datetime
    version: int
    copies: dict[CopyState, int] = Field(description="Number of copies per state")


class OrderQuery(PageQuery):
    """Which orders to list; a parameter that is left out does not narrow the list."""

    # Each filter is a field of `OrderFilter` in store/reading.py, too.

    model_config = ConfigDict(extra="forbid")

    state: CopyState | None = None
    supplier_id: str | None = None
    order_number: Reference | None = Field(default=None, max_length=35)
    attention: bool | None = Field(default=None, description="True: only orders in which a person must decide something")
    placed_from: AwareDatetime | None = None
    placed_before: AwareDatetime | None = None


class Cancellation(BaseModel):
    """Which copies the council no longer wants, and why."""

    model_config = ConfigDict(extra="forbid")

    copy_ids: list[UUID] = Field(min_length=1, max_length=1_000)
    reason: Text = Field(min_length=3, max_length=300)


class BranchBody(BaseModel):
    """A branch as the council describes it."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(pattern=r"^[A-Z0-9]{2,10}$", examples=["IPSW"])
    name: Reference = Field(min_length=1, max_length=100)
    gln: Annotated[str, Field(max_length=100), AfterValidator(check_gln)] | None = Field(
        default=None, description="13 digits, where the branch has one"
    )
    closed_from: date | None = Field(default=None, description="First day on which it takes no more orders; left out for none")

    def branch(self) -> Branch:
        """Returns the branch as the domain's class."""
        return Branch(**dict(self))


class FundBody(BaseModel):
    """A fund as the council describes it."""

    model_config = ConfigDict(extra="forbid")

    code: Reference = Field(min_length=1, max_length=30, examples=["ADULT-FIC"])
    name: Reference = Field(default="", max_length=100)
    closed_from: date | None = Field(default=None, description="First day on which it takes no more orders; left out for none")

    def fund(self) -> Fund:
        """Returns the fund as the domain's class."""
        return Fund(**dict(self))


# As a council sends them: all at once.
BranchBodies = Annotated[list[BranchBody], Field(max_length=MOST_REGISTERED)]
FundBodies = Annotated[list[FundBody], Field(max_length=MOST_REGISTERED)]


class SupplierView(BaseModel):
    """A supplier that sourcing rules can name."""

    supplier_id: str
    name: str
    announced_at: datetime = Field(description="When its exchange last started")
    takes_cancellations: bool | None = Field(description="Whether copies ordered from it can be cancelled; null if not known")
    routes: list[RouteKind] | None = Field(description="Routes by which it delivers; null if not known")
    usual_delivery_days: int | None = Field(description="Days it usually needs from an order to delivery; null if not known")
    takes_route_changes: bool | None = Field(description="Whether it is told other places for open copies; null if not known")


def receipt(rows: OrderRows) -> OrderReceipt:
    """Returns the answer to a placed order, from rows that never change afterwards."""
    return OrderReceipt(
        order_id=rows.order.order_id,
        order_number=rows.order.order_number,
        placed_at=rows.order.placed_at,
        lines=[
            LineReceipt(
                line_number=line.line_number,
                line_key=line.line_key,
                supplier_id=line.supplier_id,
                isbn=line.isbn,
                copy_ids=[copy.copy_id for copy in rows.copies if copy.line_key == line.line_key],
                trial=arm_or_none(line.trial, line.arm),
            )
            for line in rows.lines
            if line.added_at is None
        ],
        warnings=rows.order.warnings or [],
    )


def receipt_of(order: PlacedOrder, warnings: Sequence[OrderWarning]) -> OrderReceipt:
    """Returns the answer to an order placed just now; equal to what `receipt` later returns for its rows."""
    lines = sorted(order.lines, key=lambda line: (line.asked.line_number, line.line_key))
    return OrderReceipt(
        order_id=order.order_id,
        order_number=order.order_number,
        placed_at=order.placed_at,
        lines=[
            LineReceipt(
                line_number=line.asked.line_number,
                line_key=line.line_key,
                supplier_id=line.supplier_id,
                isbn=line.isbn,
                copy_ids=[copy.copy_id for copy in line.copies],
                trial=line.trial,
            )
            for line in lines
        ],
        warnings=list(warnings),
    )


def order_view(rows: OrderRows) -> OrderView:
    """Returns one order for the LMS; the same shape whichever supplier serves it."""
    costs: dict[UUID, list[CostView]] = {}
    for cost in rows.costs:
        costs.setdefault(cost.copy_id, []).append(cost_view(cost))
    copies: dict[str, list[CopyView]] = {}
    for copy in rows.copies:
        copies.setdefault(copy.line_key, []).append(_copy_view(copy, costs.get(copy.copy_id, [])))
    return OrderView(
        order_id=rows.order.order_id,
        order_number=rows.order.order_number,
        council=rows.order.council,
        version=rows.order.version,
        placed_at=rows.order.placed_at,
        placed_by=rows.order.placed_by,
        lines=[_line_view(line, rows.records.get(line.isbn), copies.get(line.line_key, [])) for line in rows.lines],
        timeline=[_placed(rows.order), *(TimelineEntry.model_validate(dict(entry)) for entry in rows.timeline)],
    )


def _placed(order: RowMapping) -> TimelineEntry:
    return TimelineEntry(
        at=order.placed_at,
        line_key=None,
        copy_id=None,
        from_state=None,
        to_state=CopyState.ORDERED,
        cause="api.order",
        reason="placed",
        actor=order.placed_by,
        correlation_id="",
    )


def _line_view(line: RowMapping, record: RowMapping | None, copies: list[CopyView]) -> LineView:
    return LineView(
        line_number=line.line_number,
        line_key=line.line_key,
        supplier_id=line.supplier_id,
        isbn=line.isbn,
        title=line.shown_title,
        author=line.shown_author,
        material=line.material,
        attention=line.attention,
        quote_reference=line.quote_reference,
        supplier_references=line.supplier_references,
        unit_price=money_or_none(line.price_minor, line.price_currency),
        trial=arm_or_none(line.trial, line.arm),
        stated_prices=line.stated_prices or [],
        record=None if record is None else RecordView.model_validate(dict(record)),
        replaces=line.replaces,
        copies=copies,
    )


def _copy_view(copy: RowMapping, costs: list[CostView]) -> CopyView:
    return CopyView(
        copy_id=copy.copy_id,
        copy_number=copy.copy_number,
        branch=copy.branch_code,
        branch_name=copy.branch_name or "",
        deliver_to=from_json(Place, copy.rerouted_to or copy.deliver_to),
        route_trial=arm_or_none(copy.route_trial, copy.route_arm),
        fund=copy.fund,
        sequence=copy.sequence,
        shelfmark=copy.shelfmark,
        servicing=copy.servicing,
        state=copy.state,
        expected_on=copy.expected_on,
        barcode=copy.barcode,
        cancel_requested=copy.cancel_requested,
        item=copy.item,
        stated=copy.stated,
        replaces=copy.replaces,
        costs=costs,
    )
