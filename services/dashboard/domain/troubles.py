"""The items that wait for a person, one class for each kind of trouble. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from shared.contracts.base import Money

# No event closes a discrepancy that concerns no copy, so it leaves the list at this age.
UNTIED_DISCREPANCY = timedelta(days=14)
CANCELLATION_PATIENCE = timedelta(days=2)
# So long a supplier may take to send again, or to credit, what is missing or damaged, from then or from the last claim on.
CLAIM_PATIENCE = timedelta(days=14)
# No event reports that a person decided, so a decision leaves the list at this age unless an answer withdraws it before.
OLDEST_DECISION = timedelta(days=14)
# Books are on the shelf by then, whatever their records lack.
LATELY = timedelta(days=14)
LONGEST_LIST = 50


@dataclass(frozen=True, slots=True)
class QuarantinedMessage:
    """A supplier's message in quarantine. Where it names no council, single councils do not see its reason."""

    message_id: UUID
    supplier_id: str
    council: str | None
    kind: str
    reason: str
    quarantined_at: datetime


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file of an LMS's mailbox that was refused, cut off or not delivered."""

    message_id: UUID
    mailbox_id: str
    council: str
    file_name: str
    kind: str
    reason: str
    order_numbers: Sequence[str]
    held_at: datetime


@dataclass(frozen=True, slots=True)
class QuietFeed:
    """A feed (one kind of message from one supplier) that is quiet for longer than usual; `last_heard_at`: its last message."""

    supplier_id: str
    kind: str
    last_heard_at: datetime | None
    usual_hours: float
    quieted_at: datetime


@dataclass(frozen=True, slots=True)
class QueriedInvoice:
    """An invoice or credit note that does not match what was ordered or supplied. `total` in minor units."""

    invoice_id: UUID
    supplier_id: str
    invoice_number: str
    credit: bool
    total: int
    currency: str
    reasons: Sequence[str]
    queried_at: datetime

    @property
    def charged(self) -> Money:
        """The total with its currency."""
        return Money(minor=self.total, currency=self.currency)


@dataclass(frozen=True, slots=True)
class UncertainSending:
    """An order message that could not be sent, or whose sending broke off, so that the supplier may not have it."""

    message_id: UUID
    supplier_id: str
    order_id: UUID
    control_reference: str
    outcome: str
    reason: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Goods that differ from the despatch advice."""

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
    """A consignment whose due date has passed and whose place (branch or hub) has not scanned all its copies."""

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
class OpenDecision:
    """An ordered line about which a person must decide something, as `attention` says, with prices where they matter."""

    line_key: str
    supplier_id: str
    order_id: UUID
    order_number: str
    isbn: str
    title: str
    attention: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """The supplier of a waiting item, "" where none is concerned, and since when it waits; none where that is not known."""

    supplier_id: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Troubles:
    """Everything that waits for a person, longest waiting first. Lists hold LONGEST_LIST items at most; `counts` count all."""

    quarantined: Sequence[QuarantinedMessage]
    quiet: Sequence[QuietFeed]
    invoices: Sequence[QueriedInvoice]
    sendings: Sequence[UncertainSending]
    discrepancies: Sequence[Discrepancy]
    late: Sequence[LateConsignment]
    cancellations: Sequence[UnansweredCancellation]
    decisions: Sequence[OpenDecision]
    held: Sequence[HeldFile]
    counts: Mapping[str, int]

    def waiting_items(self) -> dict[str, list[WaitingItem]]:
        """Returns supplier and waiting time of every listed item, by the names used in `counts`."""
        return {
            "quarantined": [WaitingItem(one.supplier_id, one.quarantined_at) for one in self.quarantined],
            "quiet": [WaitingItem(one.supplier_id, one.quieted_at) for one in self.quiet],
            "invoices": [WaitingItem(one.supplier_id, one.queried_at) for one in self.invoices],
            "sendings": [WaitingItem(one.supplier_id, one.sent_at) for one in self.sendings],
            "discrepancies": [WaitingItem(one.supplier_id, one.found_at) for one in self.discrepancies],
            "late": [WaitingItem(one.supplier_id, datetime.combine(one.expected_on, time(), UTC)) for one in self.late],
            "cancellations": [WaitingItem(one.supplier_id, one.requested_at) for one in self.cancellations],
            "decisions": [WaitingItem(one.supplier_id, one.asked_at) for one in self.decisions],
            "held": [WaitingItem("", one.held_at) for one in self.held],
        }
