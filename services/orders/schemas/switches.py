"""HTTP shapes of switches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from services.orders.domain.planning import AskedSwitch, Decision
from services.orders.domain.switching import IfCancelled, OpenCopies, OrderingSwitch, Stage
from services.orders.schemas.lines import ListedLine
from shared.contracts import words
from shared.contracts.base import Money
from shared.contracts.orders import CopyState
from shared.http.paging import PageQuery
from shared.http.steps import StepView
from shared.sourcing.switches.planning import RuleChanges, SupplierName
from shared.sourcing.switches.shapes import RulesPreview, SwitchSummary, rule_effects, shown
from shared.sourcing.warnings import RuleWarning, Warned
from shared.texts import Text


class SwitchedCopyQuery(PageQuery):
    """Which copies of a switch a list contains."""

    stage: Stage | None = Field(default=None, description="Only copies at this stage, such as those that ask a person: `asks`")
    line_key: Annotated[words.LineKey, Field(max_length=22)] | None = Field(default=None, description="Only copies of this line")


class OrderingSummary(SwitchSummary):
    """A switch of the ordering strand as it was planned, and where it is."""

    from_supplier: words.SupplierId = Field(description="The supplier that is left")
    open_copies: OpenCopies = Field(description="What becomes of copies that are open at the first supplier")
    drain_until: date | None = Field(description="From this day on, what still drains is moved; null: it stays")
    dead: bool = Field(description="Whether the first supplier answers no more, so that its copies wait for no answer")
    order_id: words.OrderId | None = Field(
        description="The order whose copies it moves, where a person chose single copies; null for a switch of a scope. Lists "
        "contain no moves",
        examples=[None],
    )


class OrderAsking(BaseModel):
    """An order with copies about which a person must decide."""

    order_id: words.OrderId
    order_number: words.OrderNumber
    copies: int = Field(description="How many of its copies ask", examples=[2])
    href: str = Field(
        description="Path of the order in this service", examples=["/v1/orders/6f1c0d7e-58c4-4b38-9f0f-2a7d6f3b9c11"]
    )


class SwitchView(OrderingSummary, Warned):
    """A switch with its progress: copies per stage, the first orders that ask a person, and who did what and why.

    It has warnings while it is planned.
    """

    copies: dict[Stage, int] = Field(
        description="How many copies are at each stage; stages that none is at are left out",
        examples=[{"asked": 12, "moved": 30}],
    )
    asking: Sequence[OrderAsking] = Field(description="The first 200 orders, by number")
    history: Sequence[StepView] = Field(description="Everything that happened to it, oldest first")


class SwitchedCopyView(BaseModel):
    """One copy of a switch."""

    model_config = ConfigDict(from_attributes=True)

    copy_id: words.CopyId
    order_id: words.OrderId
    order_number: words.OrderNumber
    line_key: words.LineKey
    copy_number: words.CopyNumber
    branch: words.BranchCode
    state: CopyState = Field(description="Of the copy at the first supplier", examples=["cancelled"])
    stage: Stage = Field(description="How far the switch is with it; the service's README has the table", examples=["moved"])
    reached_at: datetime = Field(description="When it came to this stage")
    replaced_by_copy_id: words.CopyId | None = Field(
        description="The copy that was placed with the second supplier instead; null where none was"
    )


class CopiesDecision(BaseModel):
    """What a person decides about copies of a switch, and why."""

    model_config = ConfigDict(extra="forbid")

    copy_ids: list[words.CopyId] = Field(min_length=1, max_length=1_000, description="Our ids of the copies, all of this switch")
    decision: Decision = Field(description="`place_anew` with the second supplier now, or `leave` them where they are")
    reason: Text = Field(min_length=3, max_length=300, description="Why, for the timeline", examples=["Confirmed by telephone"])


class DeathBody(BaseModel):
    """A supplier answers no more. `confirm` keeps it from being declared by mistake."""

    model_config = ConfigDict(extra="forbid")

    confirm: Text = Field(
        max_length=200,
        description="The supplier's `name`, as `GET /v1/suppliers` shows it",
        examples=["Eastern Library Consortium"],
    )
    to_supplier: SupplierName | None = Field(
        default=None,
        description="The supplier with which its open copies are placed again; null: they are only freed",
        examples=["national"],
    )
    reason: Text = Field(
        min_length=3, max_length=300, description="Why, for the timeline", examples=["In administration since May"]
    )


Becomes = Annotated[
    str, Field(description="What would become of them, in words", examples=["moved to national once consortium has cancelled"])
]


class LineEffect(ListedLine):
    """What would become of the open copies of a line."""

    copies: words.Quantity
    price: Money | None = Field(description="Of these copies together; null where it is not known")
    becomes: Becomes


class SumEffect(BaseModel):
    """What would become of all open copies together. `money`: the ordered price of those whose price is known."""

    becomes: Becomes
    lines: int = Field(description="How many lines they are of", examples=[41])
    copies: int = Field(description="How many copies", examples=[73])
    money: Sequence[Money] = Field(description="One amount for each currency")


class SwitchPreview(RulesPreview):
    """What a switch would do if its first day were today."""

    lines: Sequence[LineEffect] = Field(description="The first 200, by order number")
    unlisted: int = Field(description="How many more lines have open copies", examples=[0])
    sums: Sequence[SumEffect] = Field(description="All open copies, by what would become of them")


def switch_view(
    switch: OrderingSwitch,
    counts: dict[Stage, int],
    asking: Iterable[RowMapping],
    history: Iterable[RowMapping],
    warnings: Sequence[RuleWarning],
) -> SwitchView:
    """Returns a switch with its progress."""
    return shown(
        SwitchView,
        switch,
        copies=counts,
        asking=[OrderAsking(**dict(row), href=f"/v1/orders/{row.order_id}") for row in asking],
        history=[StepView.model_validate(dict(step)) for step in history],
        warnings=warnings,
    )


def switched_copy_view(row: RowMapping) -> SwitchedCopyView:
    """Returns a copy of a switch for a list."""
    shown = {"branch": row.branch_code, "reached_at": row.since, "replaced_by_copy_id": row.replaced_by}
    return SwitchedCopyView.model_validate({**row, **shown})


def preview_view(
    asked: AskedSwitch, rules: RuleChanges, lines: Sequence[RowMapping], sums: Sequence[RowMapping]
) -> SwitchPreview:
    """Returns what a switch would do."""
    listed = [_line_effect(row, _becomes(asked, row.fate)) for row in lines]
    return SwitchPreview(
        **rule_effects(rules),
        lines=listed,
        unlisted=sum(row.lines for row in sums) - len(listed),
        sums=[_sum_effect(_becomes(asked, fate), list(rows)) for fate, rows in groupby(sums, key=attrgetter("fate"))],
    )


def _sum_effect(becomes: str, rows: Sequence[RowMapping]) -> SumEffect:
    counted = {name: sum(row[name] for row in rows) for name in ("lines", "copies")}
    money = [Money(minor=row.minor, currency=row.currency) for row in rows if row.minor is not None]
    return SumEffect(becomes=becomes, **counted, money=money)


def _becomes(asked: AskedSwitch, fate: str) -> str:
    if asked.dead:
        return _becomes_freed(asked, IfCancelled(fate))
    match asked.open_copies:
        case OpenCopies.MOVE:
            return f"moved to {asked.to_supplier} once {asked.from_supplier} has cancelled"
        case OpenCopies.CANCEL:
            return f"cancelled once {asked.from_supplier} has answered"
    return "stays" if asked.drain_until is None else f"stays until {asked.drain_until}, then moved to {asked.to_supplier}"


def _becomes_freed(asked: AskedSwitch, fate: IfCancelled) -> str:
    if asked.to_supplier is None:
        return "freed without an answer"
    if fate is IfCancelled.NOW:
        return f"freed without an answer and placed with {asked.to_supplier}"
    if fate is IfCancelled.ASK:
        return "freed without an answer; a person decides whether it is placed again"
    return "freed without an answer, and not placed again: another copy took its place, or its cancellation was asked for"


def _line_effect(row: RowMapping, becomes: str) -> LineEffect:
    price = None if row.price_minor is None else Money(minor=row.price_minor * row.copies, currency=row.price_currency)
    named = {name: row[name] for name in LineEffect.model_fields if name not in ("price", "becomes")}
    return LineEffect(**named, price=price, becomes=becomes)
