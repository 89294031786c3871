"""Secrets of a supplier that was left are withdrawn: its pushes are kept and refused, and nothing is sent to it."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from services.suppliers.contract import Kind, RawMessage
from services.suppliers.domain.messages import State
from services.suppliers.loops.withholder import Withholder
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import LineAction, OrderResponded, OrderSent, SendOutcome
from tests.builders import a_line_progressed
from tests.fixtures import scripted_supplier as does
from tests.fixtures.tokens import Tokens
from tests.services.suppliers.conftest import (
    Rig,
    a_cancellation,
    a_line,
    a_record_request,
    a_response,
    an_acceptance,
    an_order,
    decide,
)
from tests.services.suppliers.test_exchange_api import WEBHOOKS, signed

WITHDRAWALS = "/v1/suppliers/scripted/withdrawals"
WISH = {"confirm": "Scripted Books", "reason": "Suffolk and Norfolk left in March."}
REASON = {"reason": "it came back with a new contract"}


@pytest.fixture
def staff(tokens: Tokens) -> Mapping[str, str]:
    """Headers of operations staff of all councils."""
    return tokens.headers("exchange:read", "exchange:write", council=None)


async def withdrawn(client: httpx.AsyncClient, staff: Mapping[str, str], **wish: object) -> dict[str, Any]:
    answer = await client.post(WITHDRAWALS, json={**WISH, **wish}, headers=staff)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def withheld(rig: Rig) -> None:
    """The worker as it runs beside the API: it ends what is queued, and sends nothing."""
    assert await Withholder(rig.engine, rig.exchange).check()
    await rig.send_all()


async def test_a_push_is_kept_and_refused_with_a_reason_that_both_sides_read(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    await withdrawn(client, staff)
    rig.restart()
    for _ in range(2):
        answer = await client.post(WEBHOOKS, content=b"a late bill", headers=signed(b"a late bill"))
        assert (answer.status_code, answer.json()["code"]) == (403, "secrets-withdrawn")
        assert "was kept and not read, because the supplier's secrets were withdrawn on 2026-03-02" in answer.json()["detail"]
        assert WISH["reason"] in answer.json()["detail"]
    await rig.read_all()
    (kept,) = (await client.get("/v1/messages?state=withdrawn", headers=staff)).json()["items"]
    assert kept["reason"].startswith("kept and not read: the supplier's secrets were withdrawn")
    assert (await client.get(f"/v1/messages/{kept['message_id']}/raw", headers=staff)).content == b"a late bill"
    shown = (await client.get("/v1/suppliers/scripted", headers=staff)).json()
    assert shown["secrets_withdrawn_at"].startswith("2026-03-02")


async def test_a_push_with_a_wrong_signature_is_not_kept(rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]) -> None:
    await withdrawn(client, staff)
    answer = await client.post(WEBHOOKS, content=b"x", headers=signed(b"x", secret="whsec_" + "bm90LXRoZS1zdXBwbGllcnMtc2VjcmV0"))
    assert (answer.status_code, await rig.messages()) == (401, [])


async def test_what_should_be_sent_ends_as_withdrawn_and_its_order_learns_why(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    line = a_line()
    before, after = an_order(line), an_order(a_line("9780141439600"), number="PO-2")
    await rig.hears(before, a_cancellation(before, line.line_key, 0))
    await withdrawn(client, staff, despite_open_lines=True)
    await rig.hears(after, a_record_request("9780141439600"))
    await withheld(rig)
    assert rig.supplier.arrivals == []
    found = await rig.messages()
    assert [(message.kind, message.state) for message in found] == [
        (Kind.ORDER, State.WITHDRAWN),
        (Kind.CANCELLATION, State.WITHDRAWN),
        (Kind.ORDER, State.WITHDRAWN),
    ]
    assert {message.reason for message in found} == {
        "not sent: the supplier's secrets were withdrawn on 2026-03-02 12:00 UTC: Suffolk and Norfolk left in March"
    }
    sent = [event for event in await rig.published(OrderSent) if isinstance(event, OrderSent)]
    assert {(event.order_id, event.outcome) for event in sent} == {
        (order.order_id, SendOutcome.FAILED) for order in (before, after)
    }
    (unchanged,) = [event for event in await rig.published(OrderResponded) if isinstance(event, OrderResponded)]
    assert [each.action for each in unchanged.lines] == [LineAction.UNCHANGED]


async def test_nothing_is_fetched_and_nobody_can_send(rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]) -> None:
    rig.supplier.script = [does.accepts_but_breaks]
    rig.supplier.can_be_asked = False
    rig.supplier.profile = rig.supplier.profile.model_copy(update={"deduplicates": False})
    await rig.hears(an_order())
    await rig.send_all()
    (unknown,) = await rig.messages()
    assert unknown.state is State.UNKNOWN
    await withdrawn(client, staff, despite_open_lines=True)
    rig.supplier.mailbox.append(RawMessage("late", b"late"))
    await rig.mailbox.turn()
    assert rig.supplier.fetched == []
    for path, body in (("release", {"decision": "resend"}), ("replay", {})):
        answer = await decide(client, unknown.id, path, staff, {**REASON, **body})
        assert (answer.status_code, answer.json()["code"]) == (409, "sending-stopped")
    settled = await decide(client, unknown.id, "release", staff, {**REASON, "decision": "treat_as_sent"})
    assert settled.json()["state"] == "sent"


async def test_restored_secrets_count_again_and_a_person_replays_what_was_withheld(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    line = a_line()
    made = await withdrawn(client, staff)
    await rig.hears(an_order(line))
    await withheld(rig)
    body = rig.means(b"yes", a_response(an_acceptance(line)))
    assert (await client.post(WEBHOOKS, content=body, headers=signed(body))).status_code == 403
    restored = await client.post(f"{WITHDRAWALS}/{made['withdrawal_id']}/restore", json=REASON, headers=staff)
    assert (restored.json()["restored_by"], restored.json()["restored_reason"]) == ("librarian", REASON["reason"])
    shown = await client.get(f"{WITHDRAWALS}/{made['withdrawal_id']}", headers=staff)
    assert shown.json() == restored.json()
    assert not await Withholder(rig.engine, rig.exchange).check()
    await rig.send_all()
    assert rig.supplier.arrivals == [], "a person decides whether it still counts"
    (ordered,) = await rig.messages(kind=Kind.ORDER)
    await decide(client, ordered.id, "replay", staff, REASON)
    await rig.send_all()
    assert [each.reference for each in rig.supplier.arrivals] == [ordered.reference]
    answer = await client.post(WEBHOOKS, content=body, headers=signed(body))
    assert answer.status_code == 202
    await rig.read_all()
    assert await rig.states() == [State.ANSWERED, State.APPLIED]
    assert (await client.post(f"{WITHDRAWALS}/{made['withdrawal_id']}/restore", json=REASON, headers=staff)).status_code == 404


async def test_a_refused_push_can_be_taken_in_by_a_person_and_its_content_is_no_duplicate(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.send_all()
    made = await withdrawn(client, staff, despite_open_lines=True)
    body = rig.means(b"yes", a_response(an_acceptance(line)))
    await client.post(WEBHOOKS, content=body, headers=signed(body))
    (refused,) = await rig.messages(state=State.WITHDRAWN)
    assert (await decide(client, refused.id, "replay", staff, REASON)).json()["state"] == "received"
    await rig.read_all()
    assert await rig.states(kind=Kind.RESPONSE) == [State.APPLIED]
    other = rig.means(b"and yes", a_response(an_acceptance(line)))
    await client.post(WEBHOOKS, content=other, headers=signed(other, push_id="push-2"))
    await client.post(f"{WITHDRAWALS}/{made['withdrawal_id']}/restore", json=REASON, headers=staff)
    await client.post(WEBHOOKS, content=other, headers=signed(other, push_id="push-3"))
    await rig.read_all()
    assert await rig.states() == [State.ANSWERED, State.APPLIED, State.WITHDRAWN, State.APPLIED]


async def test_withdrawing_is_refused_while_councils_expect_goods_and_names_them(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    line = a_line()
    order = an_order(line)
    await rig.hears(order, an_order(a_line("9780141439600"), number="PO-2", council="GB-NFK"))
    answer = await client.post(WITHDRAWALS, json=WISH, headers=staff)
    assert (answer.status_code, answer.json()["code"]) == (409, "lines-still-open")
    assert "GB-NFK 1 open line, GB-SFK 1 open line" in answer.json()["detail"]
    await rig.hears(a_line_progressed(order, line, CopyState.RECEIVED, copies=line.copies))
    assert "this supplier: GB-NFK 1 open line." in (await client.post(WITHDRAWALS, json=WISH, headers=staff)).json()["detail"]


async def test_only_staff_of_all_councils_who_name_the_supplier_withdraw_and_only_once(
    client: httpx.AsyncClient, staff: Mapping[str, str], tokens: Tokens
) -> None:
    council = tokens.headers("exchange:read", "exchange:write")
    for answer in (await client.post(WITHDRAWALS, json=WISH, headers=council), await client.get(WITHDRAWALS, headers=council)):
        assert (answer.status_code, answer.json()["code"]) == (403, "operations-staff-only")
    unconfirmed = await client.post(WITHDRAWALS, json={**WISH, "confirm": "scripted"}, headers=staff)
    assert (unconfirmed.status_code, unconfirmed.json()["errors"][0]["pointer"]) == (422, "/confirm")
    made = await withdrawn(client, staff)
    again = await client.post(WITHDRAWALS, json=WISH, headers=staff)
    assert (again.status_code, again.json()["code"]) == (409, "already-withdrawn")
    assert (await client.get(WITHDRAWALS, headers=staff)).json()["items"] == [made]


async def test_the_secrets_of_another_supplier_are_not_served_here(client: httpx.AsyncClient, staff: Mapping[str, str]) -> None:
    assert (await client.post("/v1/suppliers/other/withdrawals", json=WISH, headers=staff)).status_code == 404
