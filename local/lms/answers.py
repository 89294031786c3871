"""What the LMS reads of the services' answers. Other fields are ignored: they may grow."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Page(_Answer):
    """One page of any list."""

    items: tuple[JsonValue, ...]
    next_cursor: str | None = None


class OrderTaken(_Answer):
    """The answer to a placed order."""

    order_id: UUID


class OrderInList(_Answer):
    """An order in the order book's list. `version` grows with every change."""

    order_id: UUID
    order_number: str
    version: int


class CopyInBook(_Answer):
    """One copy in the order book."""

    copy_id: UUID
    copy_number: int
    branch: str
    state: str


class LineInBook(_Answer):
    """The copies of one line that one supplier serves: a line with two suppliers is two of these."""

    line_number: int
    line_key: str
    supplier_id: str
    isbn: str
    title: str
    copies: tuple[CopyInBook, ...]


class OrderInBook(_Answer):
    """One order in the order book."""

    order_id: UUID
    order_number: str
    version: int
    lines: tuple[LineInBook, ...]


class Fault(_Answer):
    """One thing that a service finds wrong; `pointer` leads to it in what was sent, or in a proposal."""

    pointer: str
    code: str
    detail: str


class Problem(_Answer):
    """A refusal. `errors` is empty where it is of the whole."""

    code: str = ""
    errors: tuple[Fault, ...] = ()


class ProposalInList(_Answer):
    """A proposed order in the list of them."""

    proposal_id: UUID
    supplier_id: str
    selection_number: str
    state: str
    order_id: UUID | None


class SelectedCopy(_Answer):
    """One copy as the supplier selected it; what is empty is for the council to fill."""

    branch: str
    fund: str
    sequence: str
    shelfmark: str
    servicing: tuple[str, ...]


class SelectedLine(_Answer):
    """One title that the supplier selected, under the supplier's reference."""

    reference: str
    isbn: str
    title: str
    author: str
    quantity: int
    unit_price: dict[str, JsonValue] | None
    copies: tuple[SelectedCopy, ...]


class Proposal(ProposalInList):
    """A proposed order. `faults`: what stands against ordering it as it is."""

    lines: tuple[SelectedLine, ...]
    faults: tuple[Fault, ...]


class ConsignmentInList(_Answer):
    """A consignment in the list of those on their way."""

    consignment_id: UUID


class Goods(_Answer):
    """One thing in a consignment. Without a copy it fits nothing that was ordered."""

    item_id: UUID
    isbn: str
    barcode: str | None
    state: str
    copy_id: UUID | None
    line_key: str | None


class Consignment(_Answer):
    """What one place unpacks. `leg` is `direct`, `to_hub` or `from_hub`."""

    consignment_id: UUID
    leg: str
    copies: tuple[Goods, ...]


class Counted(_Answer):
    """One thing whose state a receipt changed."""

    copy_id: UUID | None
    state: str


class ReceiptTaken(_Answer):
    """The answer to a receipt."""

    items: tuple[Counted, ...]
    discrepancies: tuple[JsonValue, ...]
