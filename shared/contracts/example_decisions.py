"""Examples of decisions: a substitute for the second copy of the order of `example_events` is accepted.

Councils are invented; the books exist.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from shared.contracts import decisions, orders
from shared.contracts.base import Event, Money, Place

_LINE_KEY = "SB-7Q2M4K9XWD3FA1B0"

EXAMPLES: tuple[Event, ...] = (
    decisions.LinesDecided(
        council="GB-SFK",
        order_id=UUID("5f0c7f6e-53b6-4c0e-9a41-0f0f3a1c7d11"),
        order_number="PO-2026-00417",
        decided_at=datetime(2026, 3, 3, 9, tzinfo=UTC),
        decision="substitute 9780141036144 accepted instead of 9781526622433: the paperback will do",
        line_keys=(_LINE_KEY,),
        offers=(
            decisions.DecidedOffer(
                decision_id=UUID("b8f4c1de-7a35-4c06-9f0e-2d61a9b7e350"),
                supplier_id="harbour-books",
                kind=decisions.OfferKind.SUBSTITUTE,
                answer=decisions.Answer.ACCEPTED,
                ordered_isbn="9781526622433",
                isbn="9780141036144",
                price=Money(minor=999, currency="GBP"),
                line=orders.OrderedLine(
                    line_key=_LINE_KEY,
                    line_number=1,
                    supplier_id="harbour-books",
                    isbn="9780141036144",
                    unit_price=Money(minor=999, currency="GBP"),
                    copies=(
                        orders.OrderedCopy(
                            copy_id=UUID("0d3a3a8e-6d0a-4d5f-8f2a-52f9e7f0b102"),
                            copy_number=2,
                            branch=Place(code="LOWE", name="Lowestoft Library", gln="5012345670027"),
                            fund="ADULT",
                        ),
                    ),
                ),
            ),
        ),
    ),
)
