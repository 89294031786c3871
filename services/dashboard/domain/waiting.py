"""Says why copies of a line wait, for whom, and what to do. Copies that wait for the same reason share a sentence. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from services.dashboard.domain.needs import PATIENCE
from services.dashboard.domain.orders import ConsignmentSeen, CopySeen, EnquirySeen, LineSeen, MessageSeen, OrderSeen
from services.dashboard.domain.supplier_names import SupplierNames
from shared.contracts.orders import GIVEN_UP, CopyState
from shared.wording import counted, time_in_words

YOU, NOBODY = "you", "nobody"
_UNCERTAIN = {"failed": "could not be sent", "unknown": "may not have arrived", "quarantined": "could not be written"}
_NO_ADVICE = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why copies wait: in a sentence, for whom (`you`: a person at this page), what to do, and whether that is due."""

    why: str
    whom: str
    advice: str
    overdue: bool
    copy_ids: Sequence[UUID]


@dataclass(frozen=True)
class Known:
    """What beside the order decides why its copies wait."""

    now: datetime
    messages: Sequence[MessageSeen] = ()
    enquiries: Sequence[EnquirySeen] = ()
    consignments: Sequence[ConsignmentSeen] = ()
    names: SupplierNames = field(default_factory=SupplierNames)

    def place_of(self, copy: CopySeen) -> str:
        """Returns where a copy is on its way to: the place of its last consignment, else where it is to be unpacked."""
        stated = copy.deliver_to.named if copy.deliver_to is not None else copy.branch_name or copy.branch
        return self._places.get(copy.copy_id, stated)

    @cached_property
    def _places(self) -> Mapping[UUID | None, str]:
        """The place of the last consignment of each copy."""
        return {item.copy_id: each.place.named for each in self.consignments for item in each.copies}


def waiting_of(order: OrderSeen, line: LineSeen, known: Known) -> Sequence[Waiting]:
    """Returns why copies of a line wait, what waits for a person first; one that says so where nothing does."""
    mine = tuple(copy.copy_id for copy in line.copies)
    found = [
        Waiting(decision.asked, YOU, "Decide it below, in the card of this line.", True, mine) for decision in line.open_decisions
    ]
    found += _uncertain(line, known)
    by_why: defaultdict[tuple[str, str, str, bool], list[UUID]] = defaultdict(list)
    for copy in line.copies:
        if copy.state is not CopyState.RECEIVED and copy.state not in GIVEN_UP:
            by_why[_why(order, line, copy, known)].append(copy.copy_id)
    found += [Waiting(why, whom, advice, late, ids) for (why, whom, advice, late), ids in by_why.items()]
    return found or [Waiting(_settled(line.copies), NOBODY, _NO_ADVICE, False, mine)]


def _uncertain(line: LineSeen, known: Known) -> list[Waiting]:
    unsent = [copy.copy_id for copy in line.copies if copy.state is CopyState.ORDERED]
    return [
        Waiting(
            f"The message to {known.names.of(line.supplier_id)} {_UNCERTAIN[message.state]}.",
            YOU,
            "Open the message in the timeline: ask the supplier, then have it sent again or count it as sent.",
            True,
            unsent,
        )
        for message in known.messages
        if unsent and message.direction == "out" and message.supplier_id == line.supplier_id and message.state in _UNCERTAIN
    ]


def _why(order: OrderSeen, line: LineSeen, copy: CopySeen, known: Known) -> tuple[str, str, str, bool]:
    supplier = known.names.of(line.supplier_id)
    since = order.reached(copy.copy_id).get(copy.state, order.placed_at)
    age = known.now - since
    patience = PATIENCE.get(copy.state)
    late = patience is not None and age > patience.longest
    if copy.cancel_requested:
        why = f"{supplier} was asked to cancel it and has not answered."
        return why, supplier, "Wait for the answer, or chase it.", late
    sentence = _sentence(supplier, copy, age, known.place_of(copy))
    if asked := _asked(copy, known.enquiries):
        return f"{sentence} {asked}", supplier, _NO_ADVICE, late
    overdue = copy.expected_on is not None and copy.expected_on < known.now.date()
    advice = patience.advice if patience is not None and (late or overdue) else _NO_ADVICE
    return f"{sentence}{_expected(copy, known.now.date())}", _whom(supplier, copy), advice, late or overdue


def _asked(copy: CopySeen, enquiries: Iterable[EnquirySeen]) -> str:
    for enquiry in enquiries:
        if any(each.copy_id == copy.copy_id and each.outcome == "open" for each in enquiry.copies):
            again = f", and is asked again on {_day(enquiry.next_on)}" if enquiry.next_on else ""
            return f"It was asked about it on {_day(enquiry.last_asked_at.date())}{again}."
    return ""


def _sentence(supplier: str, copy: CopySeen, age: timedelta, place: str) -> str:
    for_time = time_in_words(age)
    said: Mapping[CopyState, str] = {
        CopyState.ORDERED: f"It was not sent to {supplier} yet.",
        CopyState.SENT: f"{supplier} has not answered for {for_time}.",
        CopyState.ACCEPTED: f"{supplier} has it on order for {for_time}.",
        CopyState.HELD: f"{supplier} has held it for {for_time}.",
        CopyState.BACK_ORDERED: f"{supplier} has had it on back order for {for_time}.",
        CopyState.DESPATCHED: f"It has been on the way to {place} for {for_time}, and nobody has scanned it.",
        CopyState.AT_HUB: f"It has been at the hub for {for_time} and waits for the van.",
        CopyState.MISSING: f"It was advised and did not arrive; {supplier} owes it since {for_time}.",
        CopyState.DAMAGED: f"It arrived damaged; {supplier} owes it again since {for_time}.",
    }
    return said[copy.state]


def _expected(copy: CopySeen, today: date) -> str:
    if copy.expected_on is None:
        return " No day was stated." if copy.state in (CopyState.ACCEPTED, CopyState.BACK_ORDERED) else ""
    if copy.expected_on < today:
        return f" It was expected on {_day(copy.expected_on)}, {counted((today - copy.expected_on).days, 'day')} ago."
    return f" It is expected on {_day(copy.expected_on)}."


def _whom(supplier: str, copy: CopySeen) -> str:
    if copy.state is CopyState.DESPATCHED:
        return "the carrier and the branch"
    return {CopyState.AT_HUB: "the hub", CopyState.ORDERED: "its exchange"}.get(copy.state, supplier)


def _settled(copies: Sequence[CopySeen]) -> str:
    received = sum(copy.state is CopyState.RECEIVED for copy in copies)
    if received == len(copies):
        return "Nothing waits: all copies were received."
    if not received:
        return "Nothing waits: no copy will come from this supplier."
    return f"Nothing waits: {counted(received, 'copy')} received, the others will not come from this supplier."


def state_of_order(order: OrderSeen, waiting: Mapping[str, Sequence[Waiting]]) -> tuple[str, str, str]:
    """Returns what an order is, in one sentence: how urgent that looks, the sentence, and what to do."""
    every = [each for of_line in waiting.values() for each in of_line]
    mine = [each for each in every if each.whom == YOU]
    copies = [copy for line in order.lines for copy in line.copies]
    if mine:
        return "now", f"Order {order.order_number} waits for you: {mine[0].why}", mine[0].advice
    if late := [each for each in every if each.overdue]:
        return "today", f"Order {order.order_number} is late: {late[0].why}", late[0].advice
    received = sum(copy.state is CopyState.RECEIVED for copy in copies)
    to_come = sum(copy.state is not CopyState.RECEIVED and copy.state not in GIVEN_UP for copy in copies)
    if not to_come:
        return "order", f"Order {order.order_number} is settled: {counted(received, 'copy')} received", _NO_ADVICE
    on_their_way = f"{counted(to_come, 'copy')} to come, {received} received"
    return "order", f"Order {order.order_number} is on its way: {on_their_way}", _NO_ADVICE


def _day(day: date | None) -> str:
    return f"{day:%-d %B}" if day else ""
