"""HTTP shapes of orders and branches, and their conversion from rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from services.orders.domain.twice import OrderWarning
from services.orders.schemas.decisions import DecisionView, isbn_of_copy, line_decisions, ordered_isbn, ordered_price
from services.orders.schemas.filters import SupplierFilter
from services.orders.schemas.invoices import CostView, cost_view
from services.orders.store.reading import OrderRows
from services.orders.store.stated import from_json
from shared.contracts import words
from shared.contracts.base import Money, Place, money_or_none
from shared.contracts.orders import CopyState
from shared.contracts.stated import ItemData, StatedItem, StatedPrice, SupplierReferences
from shared.contracts.trials import TrialArm, arm_or_none
from shared.http.instants import DayOrMoment
from shared.http.paging import PageQuery
from shared.texts import Reference, Text


class CopyView(BaseModel):
    """One copy with its present state."""

    copy_id: words.CopyId
    copy_number: words.CopyNumber
    isbn: words.Isbn = Field(
        description="The book that it is: the line's, or a substitute that was accepted for some copies only"
    )
    branch: words.BranchCode
    branch_name: words.BranchName
    former_branches: list[words.BranchCode] = Field(
        description="The branches that it was for until they closed, the first one first; empty where it was for none other",
        examples=[["LOWE"]],
    )
    deliver_to: Place | None = Field(
        description="Where it is unpacked: as the order asked, by a delivery rule of its day, or by one that it followed since; "
        "null where nothing said so"
    )
    deliver_to_asked: bool = Field(
        description="Whether the order named `deliver_to`: then the copy follows no delivery rule", examples=[False]
    )
    route_trial: TrialArm | None = Field(
        description="The trial of deliveries that drew its route when it was ordered, and its arm; null where none did",
        examples=[None],
    )
    fund: words.FundCode
    sequence: words.Sequence
    shelfmark: words.Shelfmark
    servicing: list[words.ServicingCode] = Field(description="BIC codes of the work to be done on it before it is shelved")
    state: CopyState = Field(
        description="How far it has come, by supplier's answers, goods and cancellations", examples=["accepted"]
    )
    expected_on: date | None = Field(
        description="Day on which it should arrive, as last stated; null where nobody has stated one"
    )
    barcode: words.Barcode | None = Field(description="As printed on its label; null until the supplier or a scan gives it")
    cancel_requested: bool = Field(
        description="Whether its cancellation was asked for; its state moves when the supplier has answered", examples=[False]
    )
    item: ItemData | None = Field(description="Other data that the council ordered it with; null where it gave none")
    stated: StatedItem | None = Field(description="What the supplier stated about it; null where it stated nothing")
    replaces_copy_id: words.CopyId | None = Field(
        description="The copy at another supplier instead of which it was placed; null where it is instead of none",
        examples=[None],
    )
    costs: list[CostView] = Field(description="Charges and credits, oldest first; their sum is the cost of the copy")


class ShortfallView(BaseModel):
    """A rule of the council's minimum that a record does not meet."""

    code: str = Field(description="The rule, for programs", examples=["no-subject"])
    reason: str = Field(description="What is missing or wrong, for people", examples=["No subject heading"])
    place: str = Field(description="Where in the record to look", examples=["650"])


class RecordView(BaseModel):
    """What the council's minimum says of the record of the book: of the one that gives most of its title."""

    supplier_id: words.SupplierId = Field(description="Whose record it is")
    score: int = Field(description="How good it is, from 0 to 100", examples=[82])
    pass_mark: int = Field(description="The score that the council asks for at least", examples=[70])
    passes: bool = Field(description="Whether it meets the council's minimum")
    shortfalls: list[ShortfallView] = Field(description="The most costly ones, five at most")


class LineView(BaseModel):
    """One line with its copies. `attention` names what a person must decide; empty for nothing."""

    line_number: words.LineNumber
    line_key: words.LineKey
    supplier_id: words.SupplierId
    isbn: words.Isbn
    ordered_isbn: words.Isbn = Field(description="The article that was ordered first, before a substitute was accepted")
    title: words.BookTitle
    author: words.BookAuthor
    material: words.Material
    attention: str = Field(description='What a person must decide, in words; "" for nothing', examples=[""])
    decisions: list[DecisionView] = Field(
        description="The supplier's offers and what became of them, then what `attention` asks beside them"
    )
    quote_reference: str = Field(
        description='The supplier\'s reference of the selected line that this orders; "" for none', examples=["SEL-114/3"]
    )
    supplier_references: SupplierReferences | None = Field(
        description="What the supplier calls it; null where it has given nothing"
    )
    unit_price: Money | None = Field(
        description="Price of one copy, as it was asked or accepted since; null where the order names none"
    )
    ordered_price: Money | None = Field(description="Price of one copy, as it was asked first; null where the order names none")
    trial: TrialArm | None = Field(description="The trial that drew the supplier, and its arm; null where none did")
    stated_prices: list[StatedPrice] = Field(description="Prices of one copy in the supplier's last answer that states any")
    record: RecordView | None = Field(description="How good the book's record is; null until one is there")
    replaces_line_key: words.LineKey | None = Field(
        description="Key of the line at another supplier whose copies these are instead of; null where they are instead of none",
        examples=[None],
    )
    copies: list[CopyView] = Field(description="By their number within the line")


class TimelineEntry(BaseModel):
    """One thing that happened; no copy means the whole line, no line the whole order."""

    noted_at: datetime = Field(validation_alias="at", description="When it happened here, to the microsecond")
    line_key: words.LineKey | None = Field(description="The line that it is about; null: the whole order")
    copy_id: words.CopyId | None = Field(description="The copy that it is about; null: the whole line or order")
    from_state: CopyState | None = Field(description="State before it; null where it moved no copy", examples=["sent"])
    to_state: CopyState | None = Field(description="State after it; null where it moved no copy", examples=["accepted"])
    cause: words.Cause
    reason: str = Field(
        description='Why, in words; "" where there is nothing to add', examples=["Printed by the publisher in May"]
    )
    actor: words.Actor
    correlation_id: words.CorrelationId


class OrderView(BaseModel):
    """One order with its copies and its full timeline."""

    order_id: words.OrderId
    order_number: words.OrderNumber
    council: words.CouncilCode
    version: words.Version
    placed_at: datetime = Field(description="When it was taken into the order book")
    placed_by: words.Actor = Field(description="Who placed it, by the subject of the token")
    rush: words.Rush
    warnings: list[OrderWarning] = Field(
        description="What the council may not have meant when it placed the order, as the answer said. A mailbox, which gets no "
        "such answer, has them here alone"
    )
    lines: list[LineView] = Field(description="By line number; one for each supplier and trial arm that a line is split into")
    timeline: list[TimelineEntry] = Field(description="Everything that happened to it, oldest first")


class OrderSummary(BaseModel):
    """One row of a list of orders."""

    order_id: words.OrderId
    order_number: words.OrderNumber
    placed_at: datetime = Field(description="When it was taken into the order book")
    version: words.Version
    rush: words.Rush
    copies: dict[CopyState, int] = Field(
        description="How many copies are in each state; states that none is in are left out",
        examples=[{"accepted": 3, "received": 1}],
    )


class OrderQuery(PageQuery):
    """Which orders to list; a parameter that is left out does not narrow the list."""

    # Each filter is a field of `OrderFilter` in store/reading.py, too.

    model_config = ConfigDict(extra="forbid")

    state: CopyState | None = Field(default=None, description="Only orders with at least one copy in this state")
    supplier_id: SupplierFilter | None = Field(default=None, description="Only orders with a line of this supplier")
    order_number: Reference | None = Field(
        default=None, max_length=35, description="Only the order with this number of the council", examples=["SFK-2026-0042"]
    )
    attention: bool | None = Field(
        default=None, description="`true`: only orders in which a person must decide something; `false`: only the others"
    )
    placed_from: DayOrMoment | None = Field(
        default=None, description="Only orders placed on this day or at this moment, or later"
    )
    placed_before: DayOrMoment | None = Field(default=None, description="Only orders placed before this day or moment")


class Cancellation(BaseModel):
    """Which copies the council no longer wants, and why."""

    model_config = ConfigDict(extra="forbid")

    copy_ids: list[words.CopyId] = Field(min_length=1, max_length=1_000, description="Our ids of the copies, all of this order")
    reason: Text = Field(
        min_length=3, max_length=300, description="Why, for the timeline and the supplier", examples=["Ordered twice by mistake"]
    )


def order_view(rows: OrderRows) -> OrderView:
    """Returns one order for the LMS; the same shape whichever supplier serves it."""
    costs: dict[UUID, list[CostView]] = {}
    for cost in rows.costs:
        costs.setdefault(cost.copy_id, []).append(cost_view(cost))
    copies: dict[str, list[RowMapping]] = {}
    for copy in rows.copies:
        copies.setdefault(copy.line_key, []).append(copy)
    decisions: dict[str, list[RowMapping]] = {}
    for decision in rows.decisions:
        decisions.setdefault(decision.line_key, []).append(decision)
    return OrderView(
        order_id=rows.order.order_id,
        order_number=rows.order.order_number,
        council=rows.order.council,
        version=rows.order.version,
        placed_at=rows.order.placed_at,
        placed_by=rows.order.placed_by,
        rush=rows.order.rush,
        warnings=rows.order.warnings or [],
        lines=[
            _line_view(
                line,
                rows.records.get(line.isbn),
                [_copy_view(copy, line, decisions.get(line.line_key, []), costs) for copy in copies.get(line.line_key, [])],
                line_decisions(rows.order, line, decisions.get(line.line_key, [])),
            )
            for line in rows.lines
        ],
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


def _line_view(line: RowMapping, record: RowMapping | None, copies: list[CopyView], decisions: list[DecisionView]) -> LineView:
    return LineView(
        line_number=line.line_number,
        line_key=line.line_key,
        supplier_id=line.supplier_id,
        isbn=line.isbn,
        ordered_isbn=ordered_isbn(line),
        title=line.shown_title,
        author=line.shown_author,
        material=line.material,
        attention=line.attention,
        decisions=decisions,
        quote_reference=line.quote_reference,
        supplier_references=line.supplier_references,
        unit_price=money_or_none(line.price_minor, line.price_currency),
        ordered_price=ordered_price(line),
        trial=arm_or_none(line.trial, line.arm),
        stated_prices=line.stated_prices or [],
        record=None if record is None else RecordView.model_validate(dict(record)),
        replaces_line_key=line.replaces,
        copies=copies,
    )


def _copy_view(
    copy: RowMapping, line: RowMapping, decisions: Sequence[RowMapping], costs: Mapping[UUID, list[CostView]]
) -> CopyView:
    return CopyView(
        copy_id=copy.copy_id,
        copy_number=copy.copy_number,
        isbn=isbn_of_copy(copy.copy_id, line, decisions),
        branch=copy.branch_code,
        branch_name=copy.branch_name or "",
        former_branches=[place["code"] for place in copy.former_branches or ()],
        deliver_to=from_json(Place, copy.rerouted_to or copy.deliver_to),
        deliver_to_asked=copy.deliver_to_asked,
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
        replaces_copy_id=copy.replaces,
        costs=costs.get(copy.copy_id, []),
    )
