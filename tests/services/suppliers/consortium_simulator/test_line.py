"""The line between our adapter and the consortium: TLS, tokens, receipts, refusals, lost answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook

from local.machine.certificates import mint_certificates
from services.suppliers.contract import (
    CancellationToSend,
    DespatchFact,
    ResponseFact,
    RouteChangeToSend,
    SendOutcomeUnknown,
    SupplierRefused,
    SupplierUnavailable,
)
from shared.clock import SystemClock
from shared.contracts.base import Place, PlaceKind
from shared.http.pushes import verify_push
from tests.services.suppliers.consortium_simulator.simulated_consortium import (
    Inbox,
    Simulate,
    always,
    an_order,
    send,
)
from tests.waiting import eventually


async def test_an_order_is_answered_and_despatched_to_the_hub(simulate: Simulate, inbox: Inbox) -> None:
    simulator = simulate(*always("accept"))
    await simulator.start()

    await send(simulator, an_order(1, lines=2))
    await eventually(lambda: len(inbox.received) == 2)

    response, despatch = sorted(simulator.facts(), key=lambda fact: isinstance(fact, DespatchFact))
    assert isinstance(response, ResponseFact)
    assert [(line.line_key, line.status_code) for line in response.lines] == [
        ("SB-0000000100000001", "100"),
        ("SB-0000000100000002", "100"),
    ]
    assert isinstance(despatch, DespatchFact)
    assert (despatch.deliver_to, despatch.deliver_to_kind) == ("CSU", PlaceKind.HUB)
    copies = [copy for parcel in despatch.parcels for line in parcel.lines for copy in line.copies]
    assert [copy.copy_number for copy in copies] == [1, 2, 3, 1, 2, 3]
    assert {copy.branch for copy in copies} == {"IPSW"}
    assert len({copy.barcode for copy in copies}) == 6


async def test_every_push_carries_a_right_signature(simulate: Simulate, inbox: Inbox) -> None:
    simulator = simulate(*always("accept"))
    await simulator.start()

    await send(simulator, an_order(1))
    await eventually(lambda: len(inbox.received) == 2)

    secret = simulator.secrets["webhook_secret_current"]
    for push in inbox.received:
        Webhook(secret).verify(push.body, push.headers)
        assert verify_push(push.headers, push.body, [SecretStr(secret)]).push_id == push.push_id


async def test_it_remembers_through_its_own_crash(simulate: Simulate, inbox: Inbox) -> None:
    simulator = simulate(*always("accept"))
    await simulator.start()
    ours = simulator.adapter()
    message = ours.write_order(an_order(1), 1)

    async with ours.transport() as transport:
        assert await transport.has_received(message) is False
        receipt = await transport.send(message)
        await simulator.stop()
        with pytest.raises(SupplierUnavailable):
            await transport.has_received(message)
        await simulator.start()

        # The tokens of before are forgotten: this also fetches a new one.
        assert await transport.has_received(message) is True
        assert await transport.send(message) == receipt
    await eventually(lambda: bool(inbox.of_type("shipment.despatched")))
    assert inbox.statuses() == {"accepted": 1}


async def test_a_lost_answer_leaves_the_outcome_unknown_and_can_be_asked_about(simulate: Simulate, inbox: Inbox) -> None:
    simulator = simulate(*always("accept", lost_answer=1.0))
    await simulator.start()
    ours = simulator.adapter()
    message = ours.write_order(an_order(1), 1)

    async with ours.transport() as transport:
        with pytest.raises(SendOutcomeUnknown):
            await transport.send(message)
        assert await transport.has_received(message) is True
        assert ours.read(await transport.send(message)).findings == ()

    await eventually(lambda: not simulator.planned())
    assert len(inbox.received) == 2


async def test_a_certificate_of_another_authority_is_refused(simulate: Simulate, tmp_path: Path) -> None:
    simulator = simulate()
    await simulator.start()
    stranger = simulator.adapter(ca=mint_certificates(tmp_path / "other", clock=SystemClock()).authority)

    async with stranger.transport() as transport:
        with pytest.raises(SupplierUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
            await transport.send(stranger.write_order(an_order(1), 1))


async def test_wrong_credentials_send_nothing(simulate: Simulate) -> None:
    simulator = simulate()
    await simulator.start()
    stranger = simulator.adapter(client_secret="wrong")

    async with stranger.transport() as transport:
        with pytest.raises(SupplierUnavailable, match="no access token"):
            await transport.send(stranger.write_order(an_order(1), 1))


async def test_tokens_that_end_at_once_are_not_honoured(simulate: Simulate) -> None:
    simulator = simulate("--token-seconds", "0")
    await simulator.start()
    ours = simulator.adapter()

    async with ours.transport() as transport:
        with pytest.raises(SupplierUnavailable, match="401"):
            await transport.send(ours.write_order(an_order(1), 1))


async def test_another_place_of_delivery_is_taken_once_and_known_when_asked_about(simulate: Simulate) -> None:
    simulator = simulate(*always("accept"))
    await simulator.start()
    ours, order = simulator.adapter(), an_order(1)
    lines = ((order.lines[0], (1, 2)),)
    change = ours.write_route_change(RouteChangeToSend("GB-SFK", order.order_id, "SFK-0001", Place(code="IPSW"), lines), 2)

    async with ours.transport() as transport:
        await transport.send(ours.write_order(order, 1))
        assert await transport.has_received(change) is False
        first, again = await transport.send(change), await transport.send(change)
        assert await transport.has_received(change) is True

    assert first == again


async def test_refusals_carry_the_consortiums_code(simulate: Simulate) -> None:
    simulator = simulate()
    await simulator.start()
    ours = simulator.adapter()
    order = an_order(1)
    cancellation = CancellationToSend("GB-SFK", order.order_id, order.order_number, "", ((order.lines[0], (1,)),))

    async with ours.transport() as transport:
        with pytest.raises(SupplierRefused) as unknown:
            await transport.send(ours.write_cancellation(cancellation, 1))
        await transport.send(ours.write_order(order, 2))
        with pytest.raises(SupplierRefused) as reused:
            await transport.send(ours.write_order(an_order(2), 2))
        with pytest.raises(SupplierRefused) as invalid:
            await transport.send(ours.write_record_request([], 3))

    assert [raised.value.code for raised in (unknown, reused, invalid)] == ["unknown-order", "key-reused", "invalid-request"]
