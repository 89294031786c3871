"""Whatever comes in whatever order, a copy is asked about never too often and never too soon, and every enquiry ends."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.chasing import Policy, Situation, Steps, is_late
from services.orders.domain.enquiries import Enquiry, EnquiryState
from services.orders.store import chasing as store
from services.orders.store.enquiries import EnquiryFilter, copies_of_enquiries, list_enquiries
from services.orders.usecases.chasing import chase_again, chase_late
from shared.clock import ManualClock
from shared.contracts.delivery import DiscrepancyKind
from shared.contracts.suppliers import ClaimAnswer, OrderResponded, RespondedLine
from tests.services.orders.chased import announced, found, sent
from tests.services.orders.conftest import Orders
from tests.services.orders.goods import answered
from tests.services.orders.test_life_of_an_offer import Life

STEPS = Steps(first_after=2, again_after=3, at_most=2)
POLICY = Policy("GB-SFK", "national", {each: STEPS for each in Situation if each is not Situation.ASKED}, weekends=True)
SAID: dict[str, dict[str, Any]] = {
    "accepts": {"status_code": "100"},
    "gives a day": {"status_code": "400"},
    "gives no day": {"status_code": "400"},
    "says that it chases": {"status_code": "413"},
    "cancels": {"status_code": "223"},
    "sends again": {"claim": ClaimAnswer.RESEND},
    "credits": {"claim": ClaimAnswer.CREDIT},
    "refuses the claim": {"claim": ClaimAnswer.REFUSED},
}
HAPPENINGS = [*SAID, "days pass", "days pass", "days pass", "goods are sent", "goods arrive", "one is short", "one is damaged"]


class ChasedLife(Life):
    """One order of two copies, and the timer that takes a turn each day."""

    async def happens(self, what: str) -> None:
        order, line = await self.shown()
        match what:
            case "days pass":
                await self.days(2)
            case "one is short" | "one is damaged":
                kind = DiscrepancyKind.SHORT if what == "one is short" else DiscrepancyKind.DAMAGED
                await self.hear(found(order, line, kind, at=self.clock.now()))
            case "goods are sent" | "goods arrive":
                await super().happens(what)
            case _:
                day = self.clock.today() + timedelta(days=5) if what in ("gives a day", "sends again") else None
                about = RespondedLine(line_key=line["line_key"], available_on=day, **SAID[what])
                heard = answered(order, line, "100")
                await self.hear(OrderResponded.model_validate({**dict(heard), "lines": (about,)}))
        self.clock.advance(timedelta(minutes=1))

    async def days(self, number: int) -> None:
        """Lets days pass, with a turn on each."""
        for _ in range(number):
            self.clock.advance(timedelta(days=1))
            while await chase_again(self.connection, self.clock):
                pass
            for situation in POLICY.steps:
                while await chase_late(self.connection, self.clock, policy=POLICY, situation=situation, zone="Europe/London"):
                    pass

    async def check(self) -> None:
        """Nothing is asked too often or too soon, and what is unsettled waits for something."""
        asked = await self.asked()
        for enquiry in asked:
            assert enquiry["attempt"] <= STEPS.at_most
        by_copy: defaultdict[tuple[UUID, str, date], int] = defaultdict(int)
        for enquiry in asked:
            for copy in enquiry["copies"]:
                by_copy[copy.copy_id, enquiry["situation"], copy.since] += 1
                began = (self.clock.day_of(enquiry["asked_at"]) - copy.since).days
                assert began >= STEPS.first_after, "asked too soon"
        assert set(by_copy.values()) <= {1}, "asked anew about the same lateness"
        order = await self.order()
        copies = order.copies_by_id()
        for unsettled in order.enquiries.values():
            self.check_unsettled(unsettled, copies)
        (line,) = order.lines.values()
        exhausted = [each for each in order.enquiries.values() if each.state is EnquiryState.EXHAUSTED]
        assert ("Chased:" in line.attention) == bool(exhausted)

    def check_unsettled(self, enquiry: Enquiry, copies: dict[UUID, Any]) -> None:
        for each in enquiry.open_copies:
            assert is_late(copies[each.copy_id], enquiry.situation, each.since), "it waits for what has come"
        assert enquiry.open_copies, "nothing of it is open"
        if enquiry.state is EnquiryState.OPEN:
            assert enquiry.next_on is not None
            assert (enquiry.next_on - self.clock.day_of(enquiry.last_asked_at)).days == STEPS.again_after

    async def asked(self) -> list[dict[str, Any]]:
        rows = await list_enquiries(self.connection, EnquiryFilter("GB-SFK", order_id=self.order_id), after=None, limit=100)
        copies = await copies_of_enquiries(self.connection, [row.enquiry_id for row in rows])
        return [{**dict(row), "copies": copies[row.enquiry_id]} for row in rows]


async def test_a_supplier_is_never_asked_too_often_or_too_soon_and_every_enquiry_ends(orders: Orders) -> None:
    loop = asyncio.get_running_loop()

    async def live(happenings: Sequence[str]) -> None:
        async with orders.engine.connect() as connection:
            # A clock of its own: each life begins at noon, so that the same one passes or fails whatever was lived before.
            life = ChasedLife(connection, ManualClock(orders.clock.now()))
            await begin(life, connection, orders)
            for what in happenings:
                await life.happens(what)
                await life.check()
            # Left alone, every enquiry is settled or comes to a person; then nothing is asked any more.
            await life.days(2 * STEPS.at_most * STEPS.again_after + 5)
            assert not [each for each in (await life.order()).enquiries.values() if each.state is EnquiryState.OPEN]
            before = [each["attempt"] for each in await life.asked()]
            await life.days(4)
            assert [each["attempt"] for each in await life.asked()] == before
            await connection.rollback()

    async def begin(life: ChasedLife, connection: AsyncConnection, orders: Orders) -> None:
        await life.hear(announced("national"))
        await store.keep_policy(connection, POLICY, version=1, at=life.clock.now(), by="j.archer")
        await life.place()
        order, line = await life.shown()
        await life.hear(sent(order, line))

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(HAPPENINGS), min_size=2, max_size=8))
    @example(["days pass", "accepts", "goods are sent", "one is short", "days pass", "sends again", "goods arrive"])
    @example(["gives no day", "days pass", "says that it chases", "days pass", "gives a day", "days pass", "days pass"])
    @example(["accepts", "goods are sent", "one is damaged", "days pass", "refuses the claim", "days pass", "credits"])
    @example(["days pass", "days pass", "days pass", "days pass", "accepts"])
    def whatever_happens(happenings: list[str]) -> None:
        asyncio.run_coroutine_threadsafe(live(happenings), loop).result(120)

    await asyncio.to_thread(whatever_happens)
