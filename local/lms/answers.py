"""The fields that the LMS reads of the services' answers, and the base of all shapes that somebody reads."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue


class Answer(BaseModel):
    """An answer, or a part of one. Other fields are ignored, so that answers may gain fields."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Page(Answer):
    """One page of any list."""

    items: tuple[JsonValue, ...]
    next_cursor: str | None = None


class Changes(Answer):
    """Changes of the feed, and the place in it to go on from."""

    items: tuple[JsonValue, ...]
    next_cursor: str


class OrderTaken(Answer):
    """The answer to a placed order."""

    order_id: UUID


class OrderInList(Answer):
    """An order in the list of the orders service. `version` grows with every change."""

    order_id: UUID
    order_number: str
    version: int


class CopyInBook(Answer):
    """One copy in the orders service. `replaces_copy_id`: the copy at another supplier instead of which a switch placed it."""

    copy_id: UUID
    copy_number: int
    branch: str
    state: str
    replaces_copy_id: UUID | None = None


class LineInBook(Answer):
    """The copies of one line that one supplier serves. A line with two suppliers appears twice, and so does one that moved."""

    line_number: int
    line_key: str
    supplier_id: str
    isbn: str
    title: str
    copies: tuple[CopyInBook, ...]


class OrderInBook(Answer):
    """One order in the orders service."""

    order_id: UUID
    order_number: str
    version: int
    lines: tuple[LineInBook, ...]


class Fault(Answer):
    """One fault that a service reports; `pointer` is its place in the request or in the proposal."""

    pointer: str
    code: str
    detail: str


class Problem(Answer):
    """A refusal. `errors` is empty if it concerns the whole request."""

    code: str = ""
    errors: tuple[Fault, ...] = ()


class ProposalInList(Answer):
    """A proposed order in the list of proposals."""

    proposal_id: UUID
    supplier_id: str
    selection_number: str
    state: str
    order_id: UUID | None


class SelectedCopy(Answer):
    """One copy as the supplier selected it; the council fills in what is empty."""

    branch: str
    fund: str
    sequence: str
    shelfmark: str
    servicing: tuple[str, ...]


class SelectedLine(Answer):
    """One title that the supplier selected, with the supplier's reference."""

    reference: str
    isbn: str
    title: str
    author: str
    quantity: int
    unit_price: dict[str, JsonValue] | None
    copies: tuple[SelectedCopy, ...]


class Proposal(ProposalInList):
    """A proposed order. `faults`: what must be corrected before it can be ordered."""

    lines: tuple[SelectedLine, ...]
    faults: tuple[Fault, ...]


class ConsignmentInList(Answer):
    """A consignment in the list of those on the way."""

    consignment_id: UUID


class Goods(Answer):
    """One item in a consignment. If it has no copy, it matches nothing that was ordered."""

    item_id: UUID
    isbn: str
    barcode: str | None
    state: str
    copy_id: UUID | None
    order_id: UUID | None
    line_key: str | None


class Consignment(Answer):
    """The goods that one place unpacks. `leg` is `direct`, `to_hub` or `from_hub`."""

    consignment_id: UUID
    leg: str
    copies: tuple[Goods, ...]


class Counted(Answer):
    """One item whose state a receipt changed."""

    copy_id: UUID | None
    state: str


class ReceiptTaken(Answer):
    """The answer to a receipt."""

    items: tuple[Counted, ...]
    discrepancies: tuple[JsonValue, ...]


class Shortfall(Answer):
    """What records lack, and how many of them."""

    reason: str
    records: int


class SupplierQuality(Answer):
    """One supplier's records of a month."""

    supplier_id: str
    records: int
    average_score: int
    passing: int
    shortfalls: tuple[Shortfall, ...]


class Quality(Answer):
    """The records of a month, by supplier."""

    suppliers: tuple[SupplierQuality, ...]


class SupplierLead(Answer):
    """How many titles of one supplier had a record before their goods arrived."""

    supplier_id: str
    titles: int
    served_before: int
    share_percent: int


class Leads(Answer):
    """Records before goods, by supplier."""

    suppliers: tuple[SupplierLead, ...]


class SupplierDuplication(Answer):
    """Records of one supplier that came for nothing, and requests that were saved; `council` is none for all together."""

    supplier_id: str
    council: str | None
    repeated: int
    already_held: int
    requests_saved: int


class Duplication(Answer):
    """What was catalogued twice, and what was saved, by supplier and council."""

    suppliers: tuple[SupplierDuplication, ...]


class PaidInEvidence(Answer):
    """What was paid, in minor units."""

    total: int


class CostsOfGroup(Answer):
    """What the copies of one supplier cost, by evidence, in minor units. `whole`: with the council's own work.

    Amounts per copy are None where no copy is charged.
    """

    key: str
    currency: str
    copies: int
    paid: PaidInEvidence
    paid_per_copy: Decimal | None
    whole_per_copy: Decimal | None


class Agreement(Answer):
    """A supplier's matched invoices less credit notes, as evidence has them, in minor units: `total` is the sum of the others."""

    supplier_id: str
    currency: str
    total: int
    copies: int
    charges: int
    unlisted: int


class Costs(Answer):
    """What copies cost, by evidence."""

    groups: tuple[CostsOfGroup, ...]
    reconciliation: tuple[Agreement, ...]
