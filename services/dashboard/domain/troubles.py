"""What waits for a person, item by item. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

# A discrepancy that concerns no copy reopens nothing and so is never closed by an event: it leaves the list by age.
UNTIED_DISCREPANCY = timedelta(days=14)
CANCELLATION_PATIENCE = timedelta(days=2)
LONGEST_LIST = 50


@dataclass(frozen=True, slots=True)
class QuarantinedMessage:
    """A supplier's message that waits for a person. One that names no council keeps its reason from single councils."""

    message_id: UUID
    supplier_id: str
    council: str | None
    kind: str
    reason: str
    quarantined_at: datetime


@dataclass(frozen=True, slots=True)
class UncertainSending:
    """An order message that failed, or of which nobody knows whether the supplier has it."""

    message_id: UUID
    supplier_id: str
    order_id: UUID
    control_reference: str
    outcome: str
    reason: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Goods that did not fit what was advised."""

    discrepancy_id: UUID
    supplier_id: str
    despatch_number: str
    kind: str
    isbn: str
    title: str
    quantity: int
    branch: str
    note: str
    found_at: datetime


@dataclass(frozen=True, slots=True)
class LateConsignment:
    """Goods that a place should have had by now and has not scanned."""

    consignment_id: UUID
    supplier_id: str
    despatch_number: str
    place: str
    place_name: str
    leg: str
    expected_on: date
    copies: int
    still_to_come: int


@dataclass(frozen=True, slots=True)
class UnansweredCancellation:
    """A cancellation that its supplier has not answered for CANCELLATION_PATIENCE."""

    line_key: str
    supplier_id: str
    order_number: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class Troubles:
    """Everything that waits for a person, longest first; lists are cut at LONGEST_LIST, `counts` are whole."""

    quarantined: Sequence[QuarantinedMessage]
    sendings: Sequence[UncertainSending]
    discrepancies: Sequence[Discrepancy]
    late: Sequence[LateConsignment]
    cancellations: Sequence[UnansweredCancellation]
    counts: Mapping[str, int]
