"""Builds the events that answer orders which library systems put into their mailboxes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.orders.outgoing.fitting import that_fit
from shared.contracts.asked import OrderAsked, PlacingAnswered, PlacingFault, PlacingOutcome
from shared.errors import DomainError, Fault
from shared.wording import counted

# Less than half a record: an order has room beside it for whatever its sender wrote as its number.
_BYTES_OF_FAULTS = 400_000


def placing_done(asked: OrderAsked, order_id: UUID, *, repeated: bool, at: datetime) -> PlacingAnswered:
    """Returns the answer to an order that is in the book; `repeated`: it was placed before."""
    outcome = PlacingOutcome.REPEATED if repeated else PlacingOutcome.PLACED
    return _answer(asked, outcome, at).model_copy(update={"order_id": order_id})


def placing_refused(asked: OrderAsked, refusal: DomainError, *, detail: str, at: datetime) -> PlacingAnswered:
    """Returns the answer to an order that was refused, with its faults; of very many, the first and how many more there are."""
    said = {"code": refusal.code, "detail": detail, "faults": _faults(refusal.faults)}
    return _answer(asked, PlacingOutcome.REFUSED, at).model_copy(update=said)


def _answer(asked: OrderAsked, outcome: PlacingOutcome, at: datetime) -> PlacingAnswered:
    return PlacingAnswered(
        council=asked.council,
        asked_id=asked.asked_id,
        message_id=asked.message_id,
        mailbox_id=asked.mailbox_id,
        order_number=asked.order_number,
        outcome=outcome,
        answered_at=at,
    )


def _faults(faults: Sequence[Fault]) -> tuple[PlacingFault, ...]:
    found = [PlacingFault(pointer=fault.pointer, code=fault.code, detail=fault.detail) for fault in faults]
    listed = that_fit(found, _BYTES_OF_FAULTS)
    if not (more := len(found) - len(listed)):
        return listed
    text = f"The order has {counted(more, 'fault')} more than are listed here; correct these first."
    return (*listed, PlacingFault(pointer="", code="more-faults", detail=text))
