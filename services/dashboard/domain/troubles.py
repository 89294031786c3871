"""What waits for a person, item by item. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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
class QuietFeed:
    """A matter in which a supplier stays away for longer than usual; `last_heard_at` none for never heard of."""

    supplier_id: str
    kind: str
    last_heard_at: datetime | None
    usual_hours: float
    quieted_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionedInvoice:
    """An invoice or credit note that does not fit what was ordered or supplied. `total` in minor units."""

    invoice_id: UUID
    supplier_id: str
    invoice_number: str
    credit: bool
    total: int
    currency: str
    reasons: Sequence[str]
    queried_at: datetime


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
class Waiter:
    """One item that waits: whose it is, and since when; none where that is not known."""

    supplier_id: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Troubles:
    """Everything that waits for a person, longest first; lists are cut at LONGEST_LIST, `counts` are whole."""

    quarantined: Sequence[QuarantinedMessage]
    quiet: Sequence[QuietFeed]
    invoices: Sequence[QuestionedInvoice]
    sendings: Sequence[UncertainSending]
    discrepancies: Sequence[Discrepancy]
    late: Sequence[LateConsignment]
    cancellations: Sequence[UnansweredCancellation]
    counts: Mapping[str, int]

    def waiters(self) -> dict[str, list[Waiter]]:
        """Whose what is listed is, and since when it waits, by the names of `counts`."""
        return {
            "quarantined": [Waiter(one.supplier_id, one.quarantined_at) for one in self.quarantined],
            "quiet": [Waiter(one.supplier_id, one.quieted_at) for one in self.quiet],
            "invoices": [Waiter(one.supplier_id, one.queried_at) for one in self.invoices],
            "sendings": [Waiter(one.supplier_id, one.sent_at) for one in self.sendings],
            "discrepancies": [Waiter(one.supplier_id, one.found_at) for one in self.discrepancies],
            "late": [Waiter(one.supplier_id, datetime.combine(one.expected_on, time(), UTC)) for one in self.late],
            "cancellations": [Waiter(one.supplier_id, one.requested_at) for one in self.cancellations],
        }
