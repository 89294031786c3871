"""Events of supplier selection: lists of titles that the supplier chose; each becomes a proposed order."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Event, Money, Topic
from shared.contracts.stated import ItemData, SupplierReferences


class SelectedCopy(Contract):
    """One copy that the selection proposes; the council fills in what is empty."""

    branch: str = Field(default="", description="The council's code for the branch, or the branch's GLN")
    fund: str = ""
    sequence: str = ""
    shelfmark: str = ""
    servicing: tuple[str, ...] = ()
    item: ItemData | None = None


class SelectedLine(Contract):
    """One title of a selection."""

    reference: str = Field(
        description="Names this line in the selection: RFF+QLI, which is sent back when the line is ordered, "
        "else the supplier's own reference (RFF+SLI), else selection and line number"
    )
    isbn: str
    title: str = ""
    author: str = ""
    quantity: int = Field(ge=1)
    unit_price: Money | None = None
    copies: tuple[SelectedCopy, ...] = ()
    note: str = ""
    supplier_references: SupplierReferences | None = Field(default=None, description="Sent back when the line is ordered")


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
