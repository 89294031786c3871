"""HTTP shapes of reconciliations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.suppliers.contract import OpenLine, OpenLinesFact
from services.suppliers.domain.matching import LARGEST_QUANTITY
from services.suppliers.domain.open_lines_csv import MOST_LINES
from services.suppliers.domain.reconciliation import ComparedLine, Outcome, Reconciliation
from shared.http.paging import Limit, PageQuery
from shared.texts import Text


class OpenLineForm(BaseModel):
    """A line the supplier holds as open."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    line_key: Text | None = Field(default=None, max_length=100)
    order_number: Text | None = Field(default=None, max_length=100)
    isbn: Text = Field(default="", max_length=100)
    quantity: int | None = Field(default=None, ge=0, le=LARGEST_QUANTITY, description="Copies still to come")
    status_code: Text | None = Field(default=None, max_length=100, description="EDItEUR list 12B")


class OpenLinesForm(BaseModel):
    """A supplier's list of a council's open lines."""

    model_config = ConfigDict(extra="forbid")

    reported_at: AwareDatetime | None = Field(default=None, description="The moment that the list describes; now if left out")
    lines: tuple[OpenLineForm, ...] = Field(max_length=MOST_LINES)

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
    outcome: Outcome | None = None


class ReconciliationView(BaseModel):
    """One comparison: how many lines have each outcome."""

    id: UUID
    council: str
    message_id: UUID | None = Field(description="The supplier's message that brought the list; null for an upload")
    reported_at: datetime
    created_at: datetime
    actor: str
    agreed: int
    disagreeing: int
    ours_only: int
    theirs_only: int


class ComparedLineView(BaseModel):
    """One line of a comparison."""

    number: int
    outcome: Outcome
    line_key: str | None
    order_id: UUID | None
    order_number: str | None
    isbn: str
    our_quantity: int | None = Field(description="Copies open here")
    their_quantity: int | None = Field(description="Copies open there; null where the list has no quantity or not the line")
    their_status: str | None
    age_days: int | None = Field(description="Whole days between the last move of a copy of the line here and the comparison")
    text: str


class ReconciliationDetail(ReconciliationView):
    """A comparison with one page of its lines."""

    items: Sequence[ComparedLineView]
    next_cursor: str | None


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
