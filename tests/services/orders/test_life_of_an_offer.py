"""Whatever comes in whatever order, each offer ends in one named state, and each copy is accounted for."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.asked import AskedOrder
from services.orders.domain.decisions import ANSWERED, Decision, DecisionState
from services.orders.domain.open_order import OpenOrder
from services.orders.incoming import subscription
from services.orders.store import copies as copy_store
from services.orders.store.reading import OrderRows, get_order
from services.orders.usecases import AnswerOffer, Placed, PlaceOrder, answer_offer, place_orders
from shared.bus import Cause, to_envelope
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.contracts.decisions import AfterDecline, Answer, OfferKind
from shared.contracts.delivery import Leg
from shared.contracts.orders import CopyState
from shared.contracts.stated import StatedPrice
from shared.contracts.suppliers import OrderResponded, RespondedLine
from shared.errors import DomainError
from shared.invoicing.matching import DEFAULT_TERMS
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import charge, expected, invoice, received

ORDERED, COUNCIL = "9780141439518", "GB-SFK"
BOOKS = ("9780141036144", "9780241988268")
# What a supplier can say of the line: a status, a substitute and a price.
SAID: dict[str, tuple[str, str | None, int | None]] = {
    "offers the first book": ("210", BOOKS[0], None),
    "offers the second book": ("210", BOOKS[1], 1099),
    "announces the first book": ("110", BOOKS[0], None),
    "holds at a price": ("903", None, 1299),
    "refuses at a price": ("201", None, 1399),
    "accepts at another price": ("100", None, 1499),
    "accepts": ("100", None, None),
    "cancels": ("223", None, None),
}
ANSWERS: dict[str, tuple[Answer, AfterDecline | None]] = {
    "accept": (Answer.ACCEPTED, None),
    "keep": (Answer.DECLINED, AfterDecline.KEEP),
    "cancel": (Answer.DECLINED, AfterDecline.CANCEL),
}
HAPPENINGS = [*SAID, *ANSWERS, "goods are sent", "goods arrive", "an invoice arrives"]


@dataclass
class Life:
    """One order of one line with two copies, in one transaction."""

    connection: AsyncConnection
    clock: ManualClock
    order_id: UUID = field(default_factory=uuid4)

    async def place(self) -> None:
        asked = an_order("LIFE-1")
        asked["lines"] = asked["lines"][:1]
        asked["lines"][0] |= {"unit_price": {"minor": 899, "currency": "GBP"}, "copies": asked["lines"][0]["copies"][:1]}
        command = PlaceOrder(COUNCIL, "life", AskedOrder.model_validate(asked), Cause(correlation_id="life"))
        (placed,) = await place_orders(self.connection, [command], self.clock)
        assert isinstance(placed, Placed)
        self.order_id = placed.order_id

    async def hear(self, *events: Event) -> None:
        await subscription(self.clock).handle(self.connection, [to_envelope(event, clock=self.clock) for event in events])

    async def order(self) -> OpenOrder:
        found = await copy_store.lock_order(self.connection, self.order_id)
        assert found is not None
        return found

    async def shown(self) -> tuple[dict[str, Any], dict[str, Any]]:
        rows = await get_order(self.connection, self.order_id, COUNCIL)
        assert isinstance(rows, OrderRows)
        (line,) = rows.lines
        copies = [{"copy_id": row.copy_id, "copy_number": row.copy_number, "branch": row.branch_code} for row in rows.copies]
        shown = {"line_key": line.line_key, "isbn": line.isbn, "supplier_id": line.supplier_id, "copies": copies}
        return {"order_id": self.order_id, "lines": [shown]}, shown

    async def happens(self, what: str) -> None:
        order, line = await self.shown()
        match what:
            case "goods are sent":
                await self.hear(expected(order, line, Leg.DIRECT))
            case "goods arrive":
                await self.hear(received(order, line, Leg.DIRECT))
            case "an invoice arrives":
                await self.hear(invoice(charge(line), number=uuid4().hex[:12]))
            case "accept" | "keep" | "cancel":
                await self.answer(*ANSWERS[what])
            case _:
                await self.hear(self.said(what, line))

    def said(self, what: str, line: dict[str, Any]) -> OrderResponded:
        code, isbn, minor = SAID[what]
        prices = () if minor is None else (StatedPrice(minor=minor, currency="GBP"),)
        about = RespondedLine(line_key=line["line_key"], status_code=code, substitute_isbn=isbn, prices=prices)
        return OrderResponded(
            council=COUNCIL, supplier_id=line["supplier_id"], order_id=self.order_id, message_id=uuid4(),
            responded_at=self.clock.now(), lines=(about,),
        )  # fmt: skip

    async def answer(self, answer: Answer, then: AfterDecline | None) -> None:
        """Answers the oldest open offer, where it can be answered so."""
        order = await self.order()
        decision = next((each for each in order.decisions.values() if each.is_open), None)
        if decision is None:
            return
        wanted = AnswerOffer(self.order_id, decision.decision_id, COUNCIL, order.version - 1, answer, then, "agreed", "j.archer")
        try:
            await answer_offer(self.connection, wanted, clock=self.clock, terms=DEFAULT_TERMS)
        except DomainError as refused:
            if refused.code != "too-late-to-cancel" or then is not AfterDecline.CANCEL:
                raise
            return
        check_answered(await self.order(), decision, then)

    async def check(self) -> None:
        order = await self.order()
        (line,) = order.lines.values()
        open_ones = [each for each in order.decisions.values() if each.is_open]
        waiting = [(each.offer.kind, copy_id) for each in open_ones for copy_id in each.offer.copy_ids]
        assert len(waiting) == len(set(waiting)), "two open offers of one kind for one copy"
        assert all(question in line.attention for each in open_ones for question in each.offer.questions)
        settled = {question for each in order.decisions.values() if not each.is_open for question in each.offer.questions}
        asked = " ".join(question for each in open_ones for question in each.offer.questions)
        assert not [question for question in settled if question in line.attention and question not in asked]
        accepted = {each.offer.isbn for each in order.decisions.values() if each.state is DecisionState.ACCEPTED}
        assert line.isbn == ORDERED or line.isbn in accepted
        assert len(order.copies) == 2


def check_answered(order: OpenOrder, decision: Decision, then: AfterDecline | None) -> None:
    """The decision is settled for good, and no copy that is wanted is given up because of it."""
    after = order.decisions[decision.decision_id]
    assert after.state in ANSWERED
    copies = [copy for copy in order.copies if copy.copy_id in decision.offer.copy_ids]
    assert then is AfterDecline.CANCEL or not [copy for copy in copies if copy.state is CopyState.REFUSED]
    line = order.lines[decision.line_key]
    if after.state is DecisionState.ACCEPTED and decision.offer.kind is OfferKind.PRICE:
        assert line.price == decision.offer.price
    if after.state is DecisionState.ACCEPTED and decision.offer.kind is OfferKind.SUBSTITUTE:
        assert line.isbn == decision.offer.isbn


def as_it_is(order: OpenOrder) -> tuple[object, ...]:
    lines = [(line.isbn, line.price, line.attention) for line in order.lines.values()]
    return order.decisions, [copy.state for copy in order.copies], lines


async def test_whatever_happens_an_offer_ends_in_one_state_and_stated_again_changes_nothing(orders: Orders) -> None:
    loop = asyncio.get_running_loop()

    async def live(happenings: Sequence[str]) -> None:
        async with orders.engine.connect() as connection:
            life = Life(connection, orders.clock)
            await life.place()
            for what in happenings:
                await life.happens(what)
                await life.check()
                if SAID.get(what, ("", None, None))[0] in ("210", "110", "903", "201"):
                    before = as_it_is(await life.order())
                    await life.happens(what)
                    assert as_it_is(await life.order()) == before
            await connection.rollback()

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(HAPPENINGS), min_size=2, max_size=10))
    @example(["offers the first book", "offers the second book", "accept", "goods are sent", "an invoice arrives"])
    @example(["refuses at a price", "keep", "refuses at a price", "accepts", "holds at a price", "cancel", "cancels"])
    @example(["offers the first book", "holds at a price"])
    @example(["announces the first book", "goods arrive", "offers the second book", "accept"])
    def whatever_happens(happenings: list[str]) -> None:
        asyncio.run_coroutine_threadsafe(live(happenings), loop).result(60)

    await asyncio.to_thread(whatever_happens)
