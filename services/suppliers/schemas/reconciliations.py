"""HTTP shapes of reconciliations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import AliasChoices, AwareDatetime, BaseModel, ConfigDict, Field

from services.suppliers.contract import OpenLine, OpenLinesFact
from services.suppliers.domain.matching import LARGEST_QUANTITY
from services.suppliers.domain.open_lines_csv import MOST_LINES
from services.suppliers.domain.reconciliation import ComparedLine, Outcome, Reconciliation
from shared.contracts.words import Actor, CouncilCode
from shared.http.paging import Limit, Page, PageQuery
from shared.texts import Text


class OpenLineForm(BaseModel):
    """A line the supplier holds as open."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    line_key: Text | None = Field(
        default=None,
        max_length=100,
        description="Our reference of the line; null where the list has none",
        examples=["SB-2H7K0M4QXD9RT5WA"],
    )
    order_number: Text | None = Field(
        default=None,
        max_length=100,
        description="The council's number of the order; null where the list has none",
        examples=["SFK-2026-0042"],
    )
    isbn: Text = Field(
        default="", max_length=100, description='ISBN of the book; "" where the list has none', examples=["9780141439518"]
    )
    quantity: int | None = Field(
        default=None,
        ge=0,
        le=LARGEST_QUANTITY,
        description="Copies still to come; null where the list does not say",
        examples=[2],
    )
    status_code: Text | None = Field(
        default=None, max_length=100, description="Status of EDItEUR list 12B; null where the list has none", examples=["21"]
    )


class OpenLinesForm(BaseModel):
    """A supplier's list of a council's open lines."""

    model_config = ConfigDict(extra="forbid")

    reported_at: AwareDatetime | None = Field(default=None, description="The moment that the list describes; now if left out")
    lines: tuple[OpenLineForm, ...] = Field(max_length=MOST_LINES, description="The lines that it holds as open")

    def to_fact(self) -> OpenLinesFact:
        """Returns the list as a fact without a buyer. The route knows which council it is for."""
        lines = (
            OpenLine(line.line_key or None, line.order_number or None, line.isbn, line.quantity, line.status_code or None)
            for line in self.lines
        )
        return OpenLinesFact("", self.reported_at, tuple(lines))


class ComparedLineQuery(PageQuery):
    """Which lines of a comparison to list."""

    limit: Limit = 100
    outcome: Outcome | None = Field(default=None, description="Only lines with this outcome")


class ReconciliationView(BaseModel):
    """One comparison: how many lines have each outcome."""

    reconciliation_id: UUID = Field(
        description="Our id of the comparison", validation_alias=AliasChoices("id", "reconciliation_id")
    )
    council: CouncilCode
    message_id: UUID | None = Field(description="The supplier's message that brought the list; null for an upload")
    reported_at: datetime = Field(description="The moment that the list describes")
    created_at: datetime = Field(description="When it was compared")
    actor: Actor
    agreed: int = Field(description="Lines that both hold as open, and agree about", examples=[118])
    disagreeing: int = Field(description="Lines that both hold as open, with another number or status", examples=[3])
    ours_only: int = Field(description="Lines that only we hold as open", examples=[1])
    theirs_only: int = Field(description="Lines that only the supplier holds as open", examples=[2])


class ComparedLineView(BaseModel):
    """One line of a comparison."""

    number: int = Field(description="Its place in the comparison, from 1", examples=[1])
    outcome: Outcome = Field(description="Who holds the line as open, and whether both agree")
    line_key: str | None = Field(
        description="Our reference of the line; null where it is not one of ours", examples=["SB-2H7K0M4QXD9RT5WA"]
    )
    order_id: UUID | None = Field(description="Our id of its order; null where the line is not one of ours")
    order_number: str | None = Field(
        description="The council's number of the order; null where neither has one", examples=["SFK-2026-0042"]
    )
    isbn: str = Field(description='ISBN of the book; "" where the list has none', examples=["9780141439518"])
    our_quantity: int | None = Field(description="Copies open here; null where the line is not one of ours", examples=[2])
    their_quantity: int | None = Field(
        description="Copies open there; null where the list has no quantity or not the line", examples=[1]
    )
    their_status: str | None = Field(description="Status of EDItEUR list 12B that the list has; null for none", examples=["21"])
    age_days: int | None = Field(
        description="Whole days between the last move of a copy of the line here and the comparison; null where it is not ours",
        examples=[9],
    )
    text: str = Field(description='What differs, in words; "" where nothing does', examples=["2 copies open here, 1 there"])


class ReconciliationDetail(ReconciliationView, Page[ComparedLineView]):
    """A comparison with one page of its lines."""


def reconciliation_view(found: Reconciliation) -> ReconciliationView:
    """Renders a comparison without its lines."""
    return ReconciliationView.model_validate(found, from_attributes=True)


def reconciliation_detail(
    found: Reconciliation, rows: Sequence[tuple[int, ComparedLine]], next_cursor: str | None
) -> ReconciliationDetail:
    """Renders a comparison with a page of its lines."""
    return ReconciliationDetail(
        **reconciliation_view(found).model_dump(),
        items=[compared_line_view(number, row, compared_at=found.created_at) for number, row in rows],
        next_cursor=next_cursor,
    )


def compared_line_view(number: int, row: ComparedLine, *, compared_at: datetime) -> ComparedLineView:
    """Renders a line of a comparison."""
    return ComparedLineView(
        number=number,
        outcome=row.outcome,
        line_key=row.line_key,
        order_id=row.order_id,
        order_number=row.order_number,
        isbn=row.isbn,
        our_quantity=row.our_quantity,
        their_quantity=row.their_quantity,
        their_status=row.their_status,
        age_days=(compared_at - row.since).days if row.since else None,
        text=row.text,
    )
