"""Builds the event of an enquiry about copies."""

from __future__ import annotations

from collections.abc import Sequence

from services.orders.domain.enquiries import Enquiry
from services.orders.domain.open_order import OpenOrder
from shared.contracts.enquiries import EnquiredLine, EnquiryRequested


def enquiry_requested(order: OpenOrder, enquiry: Enquiry, lines: Sequence[EnquiredLine]) -> EnquiryRequested:
    """Returns the event of what a supplier is asked now, about copies that are not settled."""
    return EnquiryRequested(
        council=order.council,
        enquiry_id=enquiry.enquiry_id,
        order_id=order.order_id,
        order_number=order.order_number,
        supplier_id=enquiry.supplier_id,
        kind=enquiry.kind,
        attempt=enquiry.attempt,
        at_most=enquiry.at_most,
        requested_at=enquiry.last_asked_at,
        reason=enquiry.reason,
        lines=tuple(lines),
    )
