"""HTTP shapes that explain a message: its tree, and the orders it touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.suppliers.domain.known_lines import KnownLine
from services.suppliers.domain.messages import CopyProgress
from services.suppliers.schemas.findings import FindingView
from services.suppliers.schemas.words import SupplierReference
from services.suppliers.trees import Tree
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


class NodeView(BaseModel):
    """A container (interchange, group, message) or a leaf (segment, element, field, line) of a message."""

    kind: str = Field(
        description="What it is: `interchange`, `group`, `message`, `segment`, `element`, `field`, `line` and the like",
        examples=["segment"],
    )
    label: str = Field(
        description="Tag of a segment or element, key of a field, text of a line; for a container, what it is", examples=["LIN"]
    )
    number: int | None = Field(
        description="The number that findings give: of a segment in the stream, of an XML record in the file; null for others",
        examples=[7],
    )
    offset: int | None = Field(
        description="Place of its first byte in the message, from 0; null where it has none of its own", examples=[412]
    )
    elements: Sequence[Sequence[str]] = Field(
        description="Values: each element with its components; long ones are shortened",
        examples=[[["1"], [""], ["9780141439518", "EN"]]],
    )
    findings: Sequence[FindingView] = Field(description="What is wrong or unusual here")
    children: Sequence[NodeView] = Field(description="The parts it consists of, in order", examples=[[]])


class TreeView(BaseModel):
    """A part of a message's tree. `total` counts all leaves; `note` says what is left out."""

    form: str = Field(description="The format: `edifact`, `x12`, `xml`, `json`, `text` or `binary`", examples=["edifact"])
    nodes: Sequence[NodeView] = Field(description="Its outermost parts")
    total: int = Field(description="How many leaves the whole message has", examples=[42])
    note: str = Field(
        description='What is left out or could not be read; "" for nothing', examples=["42 segments, of which 10 are shown"]
    )


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


def tree_view(tree: Tree) -> TreeView:
    """Renders a part of a tree."""
    return TreeView.model_validate(tree, from_attributes=True)


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
