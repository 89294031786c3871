"""What persons decide about lines: above all their answers to suppliers' offers of substitutes and other prices."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Event, Money, Topic
from shared.contracts.orders import OrderedLine


class OfferKind(StrEnum):
    """What a supplier offers instead of what was ordered."""

    SUBSTITUTE = "substitute"
    PRICE = "price"


class Answer(StrEnum):
    """What a council answers to an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class AfterDecline(StrEnum):
    """What becomes of the copies of a declined offer: the council keeps waiting for what it ordered, or wants them no more."""

    KEEP = "keep"
    CANCEL = "cancel"


class DecidedOffer(Contract):
    """A council's answer to one offer about copies of a line."""

    decision_id: UUID
    supplier_id: str
    kind: OfferKind
    answer: Answer
    then: AfterDecline | None = Field(
        default=None, description="What becomes of the copies of a declined offer; null if accepted"
    )
    ordered_isbn: str = Field(description="ISBN-13 of the line before this decision")
    isbn: str | None = Field(default=None, description="ISBN-13 of the substitute; null where the offer names none")
    price: Money | None = Field(default=None, description="The price of one copy that was offered; null where none was stated")
    line: OrderedLine = Field(description="The line as it is since the decision, with the copies that it concerns")
    asked_to_cancel: bool = Field(
        default=False, description="Whether an orders.cancellation.requested.v1 tells the supplier, so that this must not"
    )

    @property
    def line_key(self) -> str:
        """The key of the line."""
        return self.line.line_key

    @property
    def copy_ids(self) -> tuple[UUID, ...]:
        """The copies that the decision concerns."""
        return tuple(copy.copy_id for copy in self.line.copies)

    @property
    def brings_another_book(self) -> bool:
        """Whether the copies are copies of the substitute from now on."""
        return self.kind is OfferKind.SUBSTITUTE and self.answer is Answer.ACCEPTED and self.isbn is not None


class LinesDecided(Event):
    """A person decided what lines of an order asked.

    That is about copies of a switch, by telling a supplier what it had to be told, or about a supplier's offer: then `offers`
    has the answer, which the supplier's exchange passes on where the supplier takes such answers.
    """

    event_type: ClassVar[str] = "orders.lines.decided.v1"
    topic: ClassVar[Topic] = Topic.ORDERS
    owner: ClassVar[str] = "orders"
    consumers: ClassVar[tuple[str, ...]] = ("suppliers", "catalogue", "evidence", "lms")

    order_id: UUID
    order_number: str
    decided_at: datetime
    decision: str = Field(description="What was decided and why, in words")
    line_keys: tuple[str, ...] = Field(min_length=1)
    offers: tuple[DecidedOffer, ...] = Field(default=(), description="Answers to suppliers' offers about these lines")

    @property
    def lines(self) -> tuple[OrderedLine, ...]:
        """The lines whose copies are of another book since."""
        return tuple(offer.line for offer in self.offers if offer.brings_another_book)

    def key(self) -> str:
        return str(self.order_id)
