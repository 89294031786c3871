"""What the exchange gives an adapter to write: orders, what changes them, and what is asked about them.

Plain values. They must not know a wire format, a table or the event loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.base import Money, Place
from shared.contracts.decisions import AfterDecline, Answer
from shared.contracts.enquiries import EnquiredLine, EnquiryKind
from shared.contracts.orders import OrderedLine


@dataclass(frozen=True, slots=True)
class OrderToSend:
    """The lines of one council's order that go to this supplier in one message.

    `place` is where all of its copies are unpacked. None: each at its branch, or as the profile says. Where one message cannot
    carry all places of an order (`order_places` of the profile), the message for each has an id and a number of its own.
    `part` counts the times that lines of the order are sent: from the second on, the supplier has lines of it already, and what
    names the message must differ from the earlier ones, or the supplier takes it for a duplicate.
    `rush`: the council wants it sooner than usual. It is never set for a supplier without the capability `TAKES_RUSH`.
    """

    council: str
    order_id: str
    order_number: str
    placed_at: datetime
    lines: tuple[OrderedLine, ...]
    place: Place | None = None
    part: int = 1
    rush: bool = False


@dataclass(frozen=True, slots=True)
class CancellationToSend:
    """Copies a council no longer wants: for each line, the line as its message carried it, and the copy numbers to cancel.

    `order_id`, `order_number` and `part` are those under which the message was sent.
    """

    council: str
    order_id: str
    order_number: str
    reason: str
    lines: tuple[tuple[OrderedLine, tuple[int, ...]], ...]
    part: int = 1


@dataclass(frozen=True, slots=True)
class RouteChangeToSend:
    """Copies that are to be delivered to another place: for each line, the line as its message carried it, and the copy numbers.

    `place` is where to deliver them from now on, whatever the message said and whatever earlier changes of it said. What has left
    the supplier already is not called back. `order_id`, `order_number` and `part` are those under which the message was sent.
    """

    council: str
    order_id: str
    order_number: str
    place: Place
    lines: tuple[tuple[OrderedLine, tuple[int, ...]], ...]
    part: int = 1


@dataclass(frozen=True, slots=True)
class OfferAnswerToSend:
    """A council's answer to one offer of a substitute or a price: for each line, the line as its message carried it, and the
    numbers of the copies that the answer is about.

    Accepted: from now on, each of these copies is the substitute `isbn`, or costs `price`. `isbn` is None for an offer of a price
    alone, `price` for an offer that states none. Declined, `then` says what becomes of the copies: they stay on order as they
    were ordered (`keep`), or are wanted no more (`cancel`). `order_id`, `order_number` and `part` are those under which the
    message was sent.
    """

    council: str
    order_id: str
    order_number: str
    answer: Answer
    then: AfterDecline | None
    reason: str
    isbn: str | None
    price: Money | None
    lines: tuple[tuple[OrderedLine, tuple[int, ...]], ...]
    part: int = 1


@dataclass(frozen=True, slots=True)
class EnquiryToSend:
    """What a council asks about copies: how things stand, or a claim for short or damaged ones.

    `lines` has each line as its message carried it, and the numbers of the copies.
    `about` says what is wrong with the copies of each line, and in which despatch they were advised. `attempt` is how often it
    was asked, this time included. `order_id`, `order_number` and `part` are those under which the message was sent.
    """

    council: str
    order_id: str
    order_number: str
    enquiry_id: UUID
    kind: EnquiryKind
    attempt: int
    reason: str
    about: tuple[EnquiredLine, ...]
    lines: tuple[tuple[OrderedLine, tuple[int, ...]], ...]
    part: int = 1

    def about_line(self, line_key: str) -> EnquiredLine:
        """Returns what is asked about a line of it."""
        return next(each for each in self.about if each.line_key == line_key)
