"""Events that say that something waits for a person, or waits no longer, for the list of all that does."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event, Topic


class ProposalChanged(Event):
    """A proposed order waits for the council's decision, or was decided or superseded."""

    event_type: ClassVar[str] = "orders.proposal.changed.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard",)

    proposal_id: UUID
    supplier_id: str
    selection_number: str
    titles: int = Field(description="How many titles the supplier selected")
    firm: bool = Field(default=False, description="The supplier marked the selection as final")
    received_at: datetime = Field(description="Since when it waits, or waited")
    settled_at: datetime | None = Field(default=None, description="When it was decided or superseded; null while it waits")

    def key(self) -> str:
        return f"proposal/{self.proposal_id}"


class DeadLetterChanged(Event):
    """A service gave up an event, so that it waits for a person; or a person settled it.

    Every service publishes it from its messaging layer, which therefore counts as its owner. No event is published about one that
    is itself about a dead letter.
    """

    event_type: ClassVar[str] = "messaging.dead-letter.changed.v1"
    topic: ClassVar[Topic] = Topic.MESSAGING
    owner: ClassVar[str] = "messaging"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard",)

    service: str = Field(description="Whose it is, such as `orders`; `supplier-` and the supplier for an exchange")
    dead_letter_id: UUID
    consumer: str = Field(description="Who gave it up: a consumer of the service, or `outbox` where Kafka did not take it")
    given_up_type: str = Field(default="", description='Type of the event that was given up; "" where that is not known')
    reason: str = Field(description="Why it was given up; only its beginning, where it is long")
    dead_at: datetime = Field(description="When it was given up last")
    settled_at: datetime | None = Field(default=None, description="When it was replayed or discarded; null while it waits")

    def key(self) -> str:
        return f"{self.service}/{self.dead_letter_id}"


class ApprovalChanged(Event):
    """A change of rules or switches waits for a second person of its council, or one decided about it.

    The service of each strand publishes it from what all strands share, which therefore counts as its owner.
    """

    event_type: ClassVar[str] = "sourcing.approval.changed.v1"
    topic: ClassVar[Topic] = Topic.MESSAGING
    owner: ClassVar[str] = "sourcing"
    consumers: ClassVar[tuple[str, ...]] = ("dashboard",)

    strand: str = Field(description="Strand of the change: `ordering`, `catalogue` or `delivery`")
    change_id: UUID
    kind: str = Field(description="What the change does, such as `add_rule`, as in `GET /v1/changes`")
    reason: str = Field(description="Why it was proposed")
    proposed_by: str = Field(description="Subject of the token of whoever proposed it: another person approves it")
    proposed_at: datetime = Field(description="Since when it waits, or waited")
    settled_at: datetime | None = Field(default=None, description="When it was approved or declined; null while it waits")

    def key(self) -> str:
        return f"approval/{self.change_id}"
