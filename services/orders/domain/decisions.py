"""The life of a decision about an offer: `open -> accepted | declined | superseded | overtaken`. Pure.

An offer is a substitute or another price, for some copies of a line. A later offer for the same copies supersedes it; what the
supplier does with all of its copies may overtake it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.orders.domain.copies import Copy, named_copies
from shared.contracts.base import Money
from shared.contracts.decisions import AfterDecline, Answer, OfferKind
from shared.contracts.orders import GIVEN_UP, SUPPLIED, CopyState
from shared.contracts.stated import PriceBasis
from shared.money import amount_in_words

# List 12B: a substitute will be supplied, or is offered to whoever was refused the book.
WILL_BE_SUPPLIED, OFFERED = "110", "210"
# The copies of such an offer are refused from the start; 201: because of the price.
_REFUSED_FIRST = frozenset({OFFERED, "201"})
# What begins the request to tell a supplier what was answered.
OFFER_MARK = "Offer:"


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer for copies of a line. `isbn` and `price` are None where it states none; `until`: the last day to accept it.

    `questions` are the sentences with which it asks a person.
    """

    kind: OfferKind
    isbn: str | None
    price: Money | None
    basis: PriceBasis | None
    until: date | None
    status_code: str
    questions: tuple[str, ...]
    copy_ids: tuple[UUID, ...]

    @property
    def content(self) -> tuple[OfferKind, str | None, Money | None]:
        """What makes it another offer: the substitute, or else the price."""
        is_price = self.kind is OfferKind.PRICE
        return self.kind, None if is_price else self.isbn, self.price if is_price else None

    @property
    def in_words(self) -> str:
        """The words for what is offered."""
        if self.kind is OfferKind.SUBSTITUTE:
            return f"the substitute {self.isbn}" if self.isbn else "a substitute without an ISBN"
        return "another price" if self.price is None else f"the price {amount_in_words(self.price.minor, self.price.currency)}"


class DecisionState(StrEnum):
    """The state of a decision; all but `open` are final."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    OVERTAKEN = "overtaken"


# These were answered by the council.
ANSWERED = frozenset({DecisionState.ACCEPTED, DecisionState.DECLINED})
_THEN = {
    None: "",
    AfterDecline.KEEP: ", which are still wanted as they were ordered",
    AfterDecline.CANCEL: ", which are not wanted any more",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A supplier's offer for copies of a line, and what became of it.

    `ordered_isbn` and `ordered_price` are what it is offered instead of. `untold`: a person must tell the supplier the answer.
    `asked_to_cancel`: a request to cancel the copies tells it.
    """

    decision_id: UUID
    order_id: UUID
    line_key: str
    supplier_id: str
    offer: Offer
    ordered_isbn: str
    ordered_price: Money | None
    message_id: UUID
    asked_at: datetime
    state: DecisionState = DecisionState.OPEN
    then: AfterDecline | None = None
    reason: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""
    untold: bool = False
    asked_to_cancel: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered the offer yet, and it still stands."""
        return self.state is DecisionState.OPEN

    @property
    def answer(self) -> Answer | None:
        """The council's answer, if it gave one."""
        return Answer(self.state.value) if self.state in ANSWERED else None

    def is_overtaken(self, copies: Mapping[UUID, Copy]) -> bool:
        """Returns whether the supplier did something with all copies that leaves nothing to decide.

        Their goods came, or it gave them up. A price is still to be decided after the goods: there will be an invoice.
        """
        states = {copies[copy_id].state for copy_id in self.offer.copy_ids}
        settled = frozenset() if self.offer.status_code in _REFUSED_FIRST else GIVEN_UP
        return states <= (settled | SUPPLIED if self.offer.kind is OfferKind.SUBSTITUTE else settled)

    def was_sent(self, copies: Iterable[Copy]) -> bool:
        """Returns whether the supplier was sent the answer, which ordered copies again, and has not answered it yet."""
        waiting = {copy.copy_id for copy in copies if copy.state is CopyState.SENT}
        return self.answer is not None and not waiting.isdisjoint(self.offer.copy_ids)

    @property
    def asks_what_is_meant(self) -> str:
        """The question about an offer that the supplier states again although it was sent the answer."""
        return (
            f"The supplier offers {self.offer.in_words} again, after it was sent that this is {self.state}. "
            "Ask it whether it supplies the copies; cancel them if not."
        )

    def asks_to_tell(self, copies: Mapping[UUID, Copy]) -> str:
        """Returns the request to tell the supplier the answer; "" where there is nothing to tell."""
        if not self.untold:
            return ""
        numbers = [copies[copy_id].copy_number for copy_id in self.offer.copy_ids]
        return (
            f"{OFFER_MARK} tell {self.supplier_id} that {self.offer.in_words} is {self.state} for "
            f"{named_copies(numbers)}{_THEN[self.then]}: it takes no answers to offers from Stockbridge. "
            f"Then say so with POST /v1/orders/{self.order_id}/supplier-told."
        )
