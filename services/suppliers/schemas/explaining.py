"""HTTP shapes that explain a message: its tree, and the orders it touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.suppliers.domain.known_lines import KnownLine
from services.suppliers.domain.messages import CopyProgress
from services.suppliers.schemas.words import SupplierReference
from shared.contracts.orders import CopyState
from shared.contracts.words import (
    BookTitle,
    BranchCode,
    CopyId,
    CopyNumber,
    CouncilCode,
    Isbn,
    LineKey,
    LineNumber,
    OrderId,
    OrderNumber,
)
from shared.http.paging import Limit, PageQuery


class TouchedQuery(PageQuery):
    """Which of the lines that a message touched to list."""

    limit: Limit = 200


class CopyView(BaseModel):
    """One copy of a line and its state in the order book."""

    copy_id: CopyId
    copy_number: CopyNumber
    branch: BranchCode
    state: CopyState = Field(description="Its state now, as the order book published it")
    changed_at: datetime | None = Field(description="Since when; null until the copy moves for the first time")


class LineView(BaseModel):
    """One ordered line."""

    line_key: LineKey
    line_number: LineNumber
    isbn: Isbn
    title: BookTitle
    supplier_reference: SupplierReference
    message_id: UUID = Field(description="Id of the message that carried the line to the supplier")
    copies: Sequence[CopyView] = Field(description="Its copies, each with its state")


class OrderView(BaseModel):
    """The lines of one order that a message touched."""

    order_id: OrderId
    order_number: OrderNumber
    council: CouncilCode
    lines: Sequence[LineView] = Field(description="Lines of the order that the message touched")


def order_views(lines: Iterable[KnownLine], progress: Mapping[UUID, CopyProgress]) -> list[OrderView]:
    """Renders lines by order, each copy with its state."""
    by_order: dict[UUID, list[KnownLine]] = {}
    for line in lines:
        by_order.setdefault(line.order_id, []).append(line)
    return [
        OrderView(
            order_id=order_id,
            order_number=group[0].order_number,
            council=group[0].council,
            lines=[_line_view(line, progress) for line in sorted(group, key=lambda line: line.ordered.line_number)],
        )
        for order_id, group in by_order.items()
    ]


def _line_view(line: KnownLine, progress: Mapping[UUID, CopyProgress]) -> LineView:
    return LineView(
        line_key=line.line_key,
        line_number=line.ordered.line_number,
        isbn=line.ordered.isbn,
        title=line.ordered.title,
        supplier_reference=line.supplier_reference,
        message_id=line.message_id,
        copies=[
            CopyView(
                copy_id=copy.copy_id,
                copy_number=copy.copy_number,
                branch=copy.branch.code,
                state=standing.state if standing else CopyState.ORDERED,
                changed_at=standing.changed_at if standing else None,
            )
            for copy in line.ordered.copies
            for standing in [progress.get(copy.copy_id)]
        ],
    )
