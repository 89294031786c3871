"""Examples of orders asked for by mailbox: one that is placed as the order of `example_events`, and a file that is held.

Councils are invented; the books exist.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from shared.contracts import asked, waiting
from shared.contracts.base import Event
from shared.contracts.messages import SettledBy

_MESSAGE = UUID("3a6d8f10-5c5e-4f0c-8d63-0a7b3f1c9e21")
_MAILBOX = "suffolk-koha"
_ASKED = UUID("c91f2b44-0e57-4d0a-a6a0-7be1d2f34c55")
_NUMBER = "PO-2026-00417"

EXAMPLES: tuple[Event, ...] = (
    asked.OrderAsked(
        council="GB-SFK",
        asked_id=_ASKED,
        message_id=_MESSAGE,
        mailbox_id=_MAILBOX,
        order_number=_NUMBER,
        asked_at=datetime(2026, 3, 2, 9, 14, 58, tzinfo=UTC),
        document={
            "order_number": _NUMBER,
            "lines": [
                {
                    "line_number": 1,
                    "isbn": "9781526622433",
                    "unit_price": {"minor": 1699, "currency": "GBP"},
                    "copies": [{"branch": "IPSW", "fund": "ADULT"}, {"branch": "LOWE", "fund": "ADULT"}],
                }
            ],
        },
    ),
    asked.PlacingAnswered(
        council="GB-SFK",
        asked_id=_ASKED,
        message_id=_MESSAGE,
        mailbox_id=_MAILBOX,
        order_number=_NUMBER,
        outcome=asked.PlacingOutcome.REFUSED,
        code="order-refused",
        detail="The order has 1 fault; nothing was ordered.",
        faults=(
            asked.PlacingFault(
                pointer="/lines/0/copies/1/branch",
                code="unknown-branch",
                detail="Branch 'LOWE' is not registered; PUT /v1/branches registers it.",
            ),
        ),
        answered_at=datetime(2026, 3, 2, 9, 14, 59, tzinfo=UTC),
    ),
    asked.LmsMessageHeld(
        council="GB-SFK",
        mailbox_id=_MAILBOX,
        message_id=_MESSAGE,
        file_name="ordr20260302.CEP",
        kind="ORDERS",
        reason="1 of its 2 orders was refused: PO-2026-00417",
        order_numbers=(_NUMBER,),
        held_at=datetime(2026, 3, 2, 9, 14, 59, tzinfo=UTC),
    ),
    asked.LmsMessageSettled(
        council="GB-SFK",
        mailbox_id=_MAILBOX,
        message_id=_MESSAGE,
        outcome=SettledBy.DISCARDED,
        reason="Ordered again under another number",
        settled_at=datetime(2026, 3, 2, 10, 5, tzinfo=UTC),
    ),
    waiting.ProposalChanged(
        council="GB-SFK",
        proposal_id=UUID("0192f3a4-7c1e-7b52-9d0a-6a7b8c9d0e1f"),
        supplier_id="national",
        selection_number="SEL-114",
        titles=12,
        firm=True,
        received_at=datetime(2026, 3, 2, 9, 20, tzinfo=UTC),
        settled_at=datetime(2026, 3, 3, 11, 2, 17, tzinfo=UTC),
    ),
    waiting.DeadLetterChanged(
        council="GB-SFK",
        service="supplier-national",
        dead_letter_id=UUID("0192f3a4-7c1e-7b52-9d0a-7b8c9d0e1f2a"),
        consumer="supplier-national",
        given_up_type="orders.order.placed.v1",
        reason="no branch has the code LOWE",
        dead_at=datetime(2026, 3, 2, 9, 31, tzinfo=UTC),
        settled_at=datetime(2026, 3, 2, 10, 0, 12, tzinfo=UTC),
    ),
    waiting.ApprovalChanged(
        council="GB-SFK",
        strand="ordering",
        change_id=UUID("0192f3a4-7c1e-7b52-9d0a-8c9d0e1f2a3b"),
        kind="add_rule",
        reason="A cheaper contract for films",
        proposed_by="j.lowe",
        proposed_at=datetime(2026, 3, 2, 9, 40, tzinfo=UTC),
        settled_at=datetime(2026, 3, 2, 10, 15, 4, tzinfo=UTC),
    ),
)
