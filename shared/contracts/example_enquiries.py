"""Examples of enquiries: a claim for the damaged copy of the order of `example_events`. Councils are invented."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from shared.contracts import enquiries
from shared.contracts.base import Event
from shared.contracts.suppliers import SendOutcome

_ENQUIRY = UUID("2f6b1a70-8d43-4a2e-9c55-7be0d3f1a6c4")
_ORDER = UUID("5f0c7f6e-53b6-4c0e-9a41-0f0f3a1c7d11")

EXAMPLES: tuple[Event, ...] = (
    enquiries.EnquiryRequested(
        council="GB-SFK",
        enquiry_id=_ENQUIRY,
        order_id=_ORDER,
        order_number="PO-2026-00417",
        supplier_id="harbour-books",
        kind=enquiries.EnquiryKind.DAMAGED,
        attempt=1,
        at_most=2,
        requested_at=datetime(2026, 3, 16, 7, tzinfo=UTC),
        reason="damaged since 2026-03-09",
        lines=(
            enquiries.EnquiredLine(
                line_key="SB-7Q2M4K9XWD3FA1B0",
                copy_ids=(UUID("0d3a3a8e-6d0a-4d5f-8f2a-52f9e7f0b102"),),
                wrong="copy 2 came damaged",
                despatch_number="DN88120",
            ),
        ),
    ),
    enquiries.EnquirySent(
        council="GB-SFK",
        enquiry_id=_ENQUIRY,
        order_id=_ORDER,
        supplier_id="harbour-books",
        attempt=1,
        message_id=UUID("8c1e0000-4a00-4000-8000-000000000019"),
        control_reference="19",
        outcome=SendOutcome.SENT,
        sent_at=datetime(2026, 3, 16, 7, 1, tzinfo=UTC),
    ),
)
