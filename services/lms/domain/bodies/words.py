"""The kinds of changes, the words that their bodies share, and what bodies of one kind of thing have alike."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.words import BranchCode, CopyId, Isbn, LineKey, OrderId, OrderNumber, SupplierId


class Kind(StrEnum):
    """What a change is about; an LMS ignores kinds that it does not know."""

    ORDER_PLACED = "order_placed"
    LINE_ADDED = "line_added"
    LINE_ANSWERED = "line_answered"
    COPY_MOVED = "copy_moved"
    COPY_CHANGED = "copy_changed"
    COPY_REROUTED = "copy_rerouted"
    COPY_REDIRECTED = "copy_redirected"
    CANCELLATION_REQUESTED = "cancellation_requested"
    ENQUIRY_SENT = "enquiry_sent"
    COPY_EXPECTED = "copy_expected"
    COPY_RECEIVED = "copy_received"
    DISCREPANCY_FOUND = "discrepancy_found"
    TITLE_CHANGED = "title_changed"
    RECORD_JUDGED = "record_judged"
    INVOICE_MATCHED = "invoice_matched"
    INVOICE_QUERIED = "invoice_queried"
    INVOICE_REJECTED = "invoice_rejected"
    PROPOSAL_RECEIVED = "proposal_received"
    DECISION_NEEDED = "decision_needed"
    DECISION_CLOSED = "decision_closed"
    DECISION_TAKEN = "decision_taken"
    SWITCH_CHANGED = "switch_changed"
    WEBHOOK_DISABLED = "webhook_disabled"


PlaceCode = Annotated[str, Field(description="The council's code of a branch or hub", examples=["LOWE"])]
ConsignmentId = Annotated[
    UUID, Field(description="Under which `GET /v1/consignments/{consignment_id}` of delivery shows the goods")
]
OF_KIND = "The same as beside the body; it says which fields the body has"


class Body(BaseModel):
    """What a change says."""

    model_config = ConfigDict(frozen=True)

    kind: Kind = Field(description=OF_KIND)


class AboutOrder(Body):
    """A change of an order."""

    order_id: OrderId
    order_number: OrderNumber


class AboutLine(AboutOrder):
    """A change of one line of an order."""

    line_key: LineKey


class AboutSuppliedLine(AboutLine):
    """A change of one line, with its book and supplier."""

    isbn: Isbn
    supplier_id: SupplierId


class AboutCopy(AboutSuppliedLine):
    """A change of one copy."""

    copy_id: CopyId
    branch: BranchCode
