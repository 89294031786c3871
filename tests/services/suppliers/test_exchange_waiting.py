"""What waits where the supplier is busy, does not take our credentials, or decides later: nothing is lost or sent twice."""

from datetime import timedelta

import pytest

from services.suppliers.contract import Capability, CredentialsRefused, Kind, RawMessage, SupplierUnavailable
from services.suppliers.domain.messages import Direction, State
from services.suppliers.exchange import Exchange
from services.suppliers.loops.sender import Sender
from services.suppliers.usecases import queueing
from shared.contracts.catalogue import RecordRequested
from shared.contracts.messages import MessageQuarantined
from shared.contracts.suppliers import OrderResponded, OrderSent, SendOutcome
from tests.fixtures import scripted_supplier as does
from tests.fixtures.scripted_supplier import ScriptedSupplier
from tests.services.suppliers.conftest import Rig, a_cancellation, a_line, a_response, an_acceptance, an_order


class TestASupplierThatAsksToBeLeftAlone:
    """It is left alone for at least as long as it asks, up to half an hour."""

    @pytest.mark.parametrize(("asked", "pause"), [(300.0, 300), (86_400.0, 1_800)])
    async def test_nothing_is_sent_before_the_time_is_over(self, rig: Rig, asked: float, pause: int) -> None:
        rig.supplier.script = [does.is_busy_for(asked)]
        await rig.hears(an_order(number="PO-1"), an_order(number="PO-2"))
        await rig.send_all()

        await rig.advance(pause - 1)
        rig.sender = Sender(rig.engine, rig.exchange, rig.supplier)
        await rig.send_all()
        assert rig.supplier.arrivals == []

        await rig.advance(1)
        await rig.send_all()
        assert list(rig.supplier.held) == [1, 2]

    async def test_staff_see_until_when_it_is_left_alone(self, rig: Rig) -> None:
        rig.supplier.script = [does.is_busy_for(300)]
        await rig.hears(an_order())

        await rig.send_all()

        until = rig.clock.now() + timedelta(seconds=300)
        assert rig.sender.trouble() == f"Scripted Books is left alone until {until:%Y-%m-%d %H:%M:%S} UTC: answered 429"
        await rig.advance(300)
        await rig.send_all()
        assert rig.sender.trouble() == ""

    async def test_the_mailbox_is_left_alone_too(self, rig: Rig) -> None:
        rig.supplier.mailbox = [RawMessage("one", b"1")]
        rig.supplier.mailbox_trouble = SupplierUnavailable("answered 429", retry_after=300)
        await rig.mailbox.turn()
        rig.supplier.mailbox_trouble = None

        await rig.advance(299)
        await rig.mailbox.turn()
        assert rig.supplier.fetched == []
        assert "is left alone until" in rig.mailbox.trouble()
        await rig.advance(1)
        await rig.mailbox.turn()

        assert rig.supplier.fetched == ["one"]


async def test_a_supplier_that_only_sends_records_unasked_is_not_asked_for_one(rig: Rig) -> None:
    unasked = ScriptedSupplier(capabilities=[Capability.SENDS_RECORDS])
    exchange = Exchange(unasked, rig.clock)
    async with rig.engine.begin() as connection:
        await queueing.want_records(connection, exchange, {"9780141439518": rig.clock.now()})

    await rig.send_all()

    assert await rig.messages() == []


class TestRefusedCredentials:
    """A person must renew them: nothing is tried hotly, staff see it, and other kinds of message go on."""

    async def test_the_same_kind_waits_and_other_kinds_go_on(self, rig: Rig) -> None:
        rig.supplier.script = [does.knows_us_not]
        await rig.hears(RecordRequested(isbn="9780141439518", supplier_id="scripted", requested_at=rig.clock.now()))
        await rig.send_all()
        await rig.hears(an_order(number="PO-1"), an_order(number="PO-2"))

        await rig.advance(899)
        await rig.send_all()

        assert [message.kind for message in rig.supplier.arrivals] == [Kind.ORDER, Kind.ORDER]
        assert "does not take our credentials: answered 401" in rig.sender.trouble()
        await rig.advance(1)
        await rig.send_all()
        assert [message.kind for message in rig.supplier.arrivals][-1] is Kind.RECORD_REQUEST
        assert rig.sender.trouble() == ""

    async def test_a_cancellation_waits_for_its_order(self, rig: Rig) -> None:
        rig.supplier.script = [does.knows_us_not]
        line = a_line()
        order = an_order(line)
        await rig.hears(order)
        await rig.send_all()

        await rig.hears(a_cancellation(order, line.line_key, 0))
        await rig.send_all()

        assert rig.supplier.arrivals == []
        rig.restart()
        await rig.send_all()
        assert [message.kind for message in rig.supplier.arrivals] == [Kind.ORDER, Kind.CANCELLATION]

    async def test_staff_get_one_report_a_day_that_says_what_to_do(self, rig: Rig) -> None:
        rig.supplier.script = [does.knows_us_not] * 3
        rig.supplier.mailbox_trouble = CredentialsRefused("wrong password")
        await rig.hears(an_order())
        for _ in range(3):
            await rig.send_all()
            await rig.mailbox.turn()
            await rig.advance(900)

        await rig.read_all()

        reports = await rig.messages(state=State.QUARANTINED)
        assert {message.name for message in reports} == {"credentials"}
        assert ["wrong password" in message.reason for message in reports] == [False, True]
        assert all("put them into the secrets file and start this exchange again" in message.reason for message in reports)
        assert {message.findings[0]["code"] for message in reports} == {"credentials-refused"}
        assert len(await rig.published(MessageQuarantined)) == 2


class TestASupplierThatDecidesLater:
    """Its token is kept and followed; the message is sent once, whatever it decides."""

    async def ends(self, rig: Rig) -> tuple[list[State], list[int]]:
        for _ in range(6):
            await rig.send_all()
            await rig.advance(60)
        return await rig.states(direction=Direction.OUT), [message.reference for message in rig.supplier.arrivals]

    async def test_the_order_is_sent_when_it_is_accepted(self, rig: Rig) -> None:
        rig.supplier.script = [does.decides_later("T-1")]
        rig.supplier.decisions = [does.is_undecided, does.is_unavailable, does.is_answered(b"accepted")]
        await rig.hears(an_order())
        await rig.send_all()
        assert await rig.states() == [State.UNDECIDED]
        assert await rig.published() == []

        rig.restart()

        assert await self.ends(rig) == ([State.SENT], [1])
        assert rig.supplier.tokens == ["T-1", "T-1+", "T-1+"]
        assert [fact.outcome for fact in await rig.published() if isinstance(fact, OrderSent)] == [SendOutcome.SENT]
        assert [message.name for message in await rig.messages(direction=Direction.IN)] == ["answer"]

    async def test_its_lines_are_refused_when_it_is_refused(self, rig: Rig) -> None:
        rig.supplier.script, rig.supplier.decisions = [does.decides_later("T-1")], [does.refuses]
        await rig.hears(an_order())

        assert await self.ends(rig) == ([State.FAILED], [1])
        (responded,) = await rig.published(OrderResponded)
        assert isinstance(responded, OrderResponded)
        assert [line.status_code for line in responded.lines] == ["200"]

    async def test_it_is_asked_about_where_the_token_is_no_longer_known(self, rig: Rig) -> None:
        rig.supplier.script, rig.supplier.decisions = [does.decides_later("T-1")], [does.is_lost_on_the_way]
        await rig.hears(an_order())

        assert await self.ends(rig) == ([State.SENT], [1])
        outcomes = [fact.outcome for fact in await rig.published() if isinstance(fact, OrderSent)]
        assert outcomes == [SendOutcome.UNKNOWN, SendOutcome.SENT]

    async def test_the_token_is_asked_no_earlier_than_the_supplier_states(self, rig: Rig) -> None:
        rig.supplier.script = [does.decides_later("T-1", 600)]
        await rig.hears(an_order())
        await rig.send_all()

        await rig.advance(599)
        await rig.send_all()
        assert rig.supplier.tokens == []
        await rig.advance(1)
        await rig.send_all()

        assert rig.supplier.tokens == ["T-1"]

    async def test_an_answer_before_the_decision_settles_it(self, rig: Rig) -> None:
        rig.supplier.script = [does.decides_later("T-1", 600)]
        line = a_line()
        await rig.hears(an_order(line))
        await rig.send_all()

        await rig.receives(rig.means(b"1", a_response(an_acceptance(line))))

        assert await rig.states(direction=Direction.OUT) == [State.ANSWERED]
        assert [fact.outcome for fact in await rig.published() if isinstance(fact, OrderSent)] == [SendOutcome.SENT]

    async def test_a_person_decides_where_it_has_not_within_a_day_and_nothing_is_sent_again(self, rig: Rig) -> None:
        rig.supplier.script, rig.supplier.decisions = [does.decides_later("T-1")], [does.is_undecided] * 2
        await rig.hears(an_order())
        await rig.send_all()

        for _ in range(3):
            await rig.advance(43_200)
            await rig.send_all()

        (message,) = await rig.messages()
        assert (message.state, message.next_attempt_at, len(rig.supplier.arrivals)) == (State.UNKNOWN, None, 1)
        assert "has not decided about it (token T-1++)" in message.reason
        assert len(await rig.published(MessageQuarantined)) == 1
