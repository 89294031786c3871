"""Events of supplier selection: lists of titles that the supplier chose; each becomes a proposed order."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Event, Money, Topic
from shared.contracts.stated import ItemData, SupplierReferences
from shared.contracts.words import (
    BookAuthor,
    BookTitle,
    BranchCode,
    FundCode,
    Isbn,
    Quantity,
    Sequence,
    ServicingCode,
    Shelfmark,
)


class SelectedCopy(Contract):
    """One copy that the selection proposes; the council fills in what is empty."""

    branch: BranchCode = Field(default="", description='The council\'s code of the branch, or its GLN; "" where none is proposed')
    fund: FundCode = Field(default="", description='The council\'s code of the fund that would pay; "" where none is proposed')
    sequence: Sequence = ""
    shelfmark: Shelfmark = ""
    servicing: tuple[ServicingCode, ...] = Field(default=(), description="BIC codes of work on it before it is shelved")
    item: ItemData | None = Field(default=None, description="Other data of the copy; null where the selection has none")


class SelectedLine(Contract):
    """One title of a selection."""

    reference: str = Field(
        description="Names this line in the selection: RFF+QLI, which is sent back when the line is ordered, "
        "else the supplier's own reference (RFF+SLI), else selection and line number",
        examples=["SEL-114/3"],
    )
    isbn: Isbn
    title: BookTitle = ""
    author: BookAuthor = ""
    quantity: Quantity = Field(ge=1)
    unit_price: Money | None = Field(
        default=None, description="What one copy would cost; null where the supplier states no price"
    )
    copies: tuple[SelectedCopy, ...] = Field(
        default=(), description="What the selection says of each copy; fewer than `quantity` where it leaves copies open"
    )
    note: str = Field(
        default="", description='What the supplier says about the title; "" for nothing', examples=["Local interest"]
    )
    supplier_references: SupplierReferences | None = Field(
        default=None, description="What the supplier calls the line, sent back when it is ordered; null where it gives nothing"
    )


class SelectionReceived(Event):
    """A supplier sent a list of titles selected for a council; nothing is ordered until the council accepts it."""

    event_type: ClassVar[str] = "suppliers.selection.received.v1"
    topic: ClassVar[Topic] = Topic.SUPPLIERS
    owner: ClassVar[str] = "suppliers"
    consumers: ClassVar[tuple[str, ...]] = ("orders", "lms")

    supplier_id: str
    message_id: UUID
    selection_number: str
    firm: bool = Field(default=False, description="The supplier marked the selection as final (BGM 31F)")
    received_at: datetime
    lines: tuple[SelectedLine, ...]

    def key(self) -> str:
        return f"{self.supplier_id}/{self.selection_number}"
