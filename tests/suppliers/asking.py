"""What councils ask suppliers about copies, for the scenarios of every supplier."""

from __future__ import annotations

from shared.contracts.enquiries import EnquiredLine, EnquiryKind, EnquiryRequested
from shared.contracts.orders import OrderPlaced
from shared.ids import new_id


def an_enquiry(order: OrderPlaced, kind: EnquiryKind, number: int) -> EnquiryRequested:
    """Asks about one copy of an order."""
    line = order.lines[0]
    copies = tuple(copy.copy_id for copy in line.copies if copy.copy_number == number)
    about = EnquiredLine(
        line_key=line.line_key,
        copy_ids=copies,
        wrong=f"copy {number} {kind}",
        despatch_number="D-1" if kind.is_claim else "",
    )
    return EnquiryRequested(
        council=order.council,
        enquiry_id=new_id(),
        order_id=order.order_id,
        order_number=order.order_number,
        supplier_id=line.supplier_id,
        kind=kind,
        attempt=1,
        at_most=2,
        requested_at=order.placed_at,
        reason="Please see to it",
        lines=(about,),
    )
