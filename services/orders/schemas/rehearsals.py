"""HTTP shapes of rehearsals: past orders under proposed rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from services.orders.domain.contracts import Outcome
from services.orders.domain.planning import EXAMPLE, AskedSwitch
from services.orders.domain.rehearsing import MovedLine, Rehearsal, Tally
from services.orders.schemas.lines import ListedLine
from shared.contracts import words
from shared.contracts.base import Money
from shared.days import Day
from shared.sourcing.api import NewRule

_EXAMPLE: dict[str, JsonValue] = {"from": "2026-09-01", "to": "2026-11-30", "switch": EXAMPLE}


class RehearsalBody(BaseModel):
    """A past period, and what is proposed: rules, or a switch."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    first: Day = Field(
        alias="from", ge=date(1900, 1, 1), description="First day of the reporting period", examples=["2026-09-01"]
    )
    last: Day = Field(alias="to", description="Its last day; today at the latest", examples=["2026-11-30"])
    rules: list[NewRule] | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Rules as `POST /v1/sourcing-rules` takes them; left out for a switch",
    )
    switch: AskedSwitch | None = Field(default=None, description="A switch as `POST /v1/switches` takes it; left out for rules")

    @model_validator(mode="after")
    def _proposes_one_thing(self) -> Self:
        if (self.rules is None) == (self.switch is None):
            raise ValueError("send either `rules` or `switch`")
        return self


class TallyView(BaseModel):
    """Lines, copies and their price as ordered. A line counts once for each supplier that gets copies of it."""

    lines: int = Field(description="How many lines they are of", examples=[112])
    copies: int = Field(description="How many copies", examples=[340])
    money: Sequence[Money] = Field(description="Their price as ordered: one amount for each currency")
    unpriced: int = Field(description="Copies whose price is not known, which `money` lacks", examples=[4])


class SupplierEffect(BaseModel):
    """What a supplier got, and would have got; null: nobody serves these copies, and they would have been refused."""

    supplier_id: words.SupplierId | None = Field(description="Our name for the supplier; null: nobody serves these copies")
    before: TallyView = Field(description="What it got")
    after: TallyView = Field(description="What it would have got")


class BranchEffect(TallyView):
    """What would have gone to another supplier at one branch."""

    branch: words.BranchCode = Field(description="The council's code of the branch")
    from_supplier: words.SupplierId = Field(description="Who got them")
    to_supplier: words.SupplierId | None = Field(description="Who would have got them; null: nobody")


class ContractEndEffect(TallyView):
    """What the end of a supplier's contract would have done to copies that the rules give to it, or that it would have got."""

    supplier_id: words.SupplierId = Field(description="The supplier whose contract ends")
    last_day: date = Field(description="Until when the contract runs")
    outcome: Outcome = Field(
        description=(
            "`next-supplier`: its next supplier would have got them; `other-rule`: after its last day another rule decides; "
            "`contract-ended`: none does, and they would have been refused; `contract-ends-before`: it "
            "would have got them, with the warning that they come too late; `contract-ends-perhaps-before`: or that nobody knows"
        )
    )
    to_supplier: words.SupplierId | None = Field(description="Who would have got them; null: nobody")


class LineMove(ListedLine):
    """The copies of a line that would have gone to another supplier."""

    from_supplier: words.SupplierId = Field(description="Who got them")
    to_supplier: words.SupplierId | None = Field(description="Who would have got them; null: nobody")
    branches: Sequence[words.BranchCode] = Field(description="The branches that they are for, by code")
    copies: words.Quantity
    price: Money | None = Field(description="Of these copies together; null where it is not known")


class RehearsalView(BaseModel):
    """Where the orders of a past period would have gone by the rules and contract ends of one day."""

    rules_on: date = Field(
        description="The day as if on which all were ordered: the first one, from today on, on which all that is proposed applies"
    )
    orders: int = Field(description="How many orders the period has", examples=[57])
    suppliers: Sequence[SupplierEffect] = Field(description="What each supplier got and would have got, by name; nobody is last")
    branches: Sequence[BranchEffect] = Field(description="What would have moved at each branch, by code")
    contract_ends: Sequence[ContractEndEffect] = Field(
        description="What contract ends would have given to others, refused or had warned of; the sums above have it too"
    )
    lines: Sequence[LineMove] = Field(description="The first 200 that would have moved, the oldest order first")
    unlisted: int = Field(description="How many more lines would have moved", examples=[0])


def rehearsal_view(on: date, found: Rehearsal) -> RehearsalView:
    """Returns what a rehearsal found. No supplier is last."""
    names = sorted({*found.before, *found.after}, key=lambda name: (name is None, name or ""))
    moves = sorted(found.moves.items(), key=lambda each: (each[0].branch, each[0].from_supplier, each[0].to_supplier or ""))
    return RehearsalView(
        rules_on=on,
        orders=found.orders,
        suppliers=[
            SupplierEffect(
                supplier_id=name,
                before=_tally(found.before.get(name or "", Tally())),
                after=_tally(found.after.get(name, Tally())),
            )
            for name in names
        ],
        branches=[
            BranchEffect(
                branch=move.branch, from_supplier=move.from_supplier, to_supplier=move.to_supplier, **dict(_tally(tally))
            )
            for move, tally in moves
        ],
        contract_ends=[
            ContractEndEffect(**effect._asdict(), **dict(_tally(tally)))
            for effect, tally in sorted(found.end_effects.items(), key=lambda each: (*each[0][:3], each[0].to_supplier or ""))
        ],
        lines=[_line(moved) for moved in found.lines],
        unlisted=found.unlisted,
    )


def _tally(tally: Tally) -> TallyView:
    money = [Money(minor=minor, currency=currency) for currency, minor in sorted(tally.money.items())]
    return TallyView(lines=tally.lines, copies=tally.copies, money=money, unpriced=tally.unpriced)


def _line(moved: MovedLine) -> LineMove:
    first, price = moved.first, moved.first.price
    return LineMove(
        **{name: getattr(first, name) for name in ListedLine.model_fields},
        from_supplier=first.supplier_id,
        to_supplier=moved.to_supplier,
        branches=moved.branches,
        copies=moved.tally.copies,
        price=None if price is None else Money(minor=price.minor * moved.tally.copies, currency=price.currency),
    )
