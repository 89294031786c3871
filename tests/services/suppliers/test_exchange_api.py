"""The exchange over HTTP: a signed push counts once, and staff see and settle messages."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
import structlog
from standardwebhooks.webhooks import Webhook

from services.suppliers.domain.messages import Direction, State
from shared.contracts.suppliers import DespatchAdvised, OrderResponded
from shared.findings import Finding, Severity
from tests.fixtures import scripted_supplier as does
from tests.fixtures.scripted_supplier import SECRET, ScriptedSupplier
from tests.fixtures.tokens import Tokens
from tests.services.suppliers.conftest import (
    Rig,
    a_line,
    a_response,
    an_acceptance,
    an_order,
    decide,
)

WEBHOOKS = "/v1/suppliers/scripted/webhooks"
DESPATCHES = "/v1/suppliers/scripted/despatches"
REASON = {"reason": "checked with the supplier by telephone"}


def signed(body: bytes, *, push_id: str = "push-1", secret: str = SECRET, ahead: timedelta = timedelta()) -> dict[str, str]:
    """Headers of a Standard Webhooks push; the library goes by the machine's clock. `ahead`: how far the signer's clock is."""
    now = datetime.now(UTC) + ahead
    signature = Webhook(secret).sign(push_id, now, body.decode())
    return {"webhook-id": push_id, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}


@pytest.fixture
def staff(tokens: Tokens) -> Mapping[str, str]:
    """Headers of operations staff of all councils."""
    return tokens.headers("exchange:read", "exchange:write", council=None)


async def test_a_push_is_safe_before_it_is_answered_and_then_applied(rig: Rig, client: httpx.AsyncClient) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    body = rig.means(b'{"n": 1}', a_response(an_acceptance(line)))

    answer = await client.post(WEBHOOKS, content=body, headers=signed(body))

    assert answer.status_code == 202
    (message,) = await rig.messages(direction=Direction.IN)
    assert (str(message.id), message.state) == (answer.json()["message_id"], State.RECEIVED)
    await rig.read_all()
    assert len(await rig.published(OrderResponded)) == 1


async def test_a_repeated_push_gets_the_same_answer_and_has_no_effect(rig: Rig, client: httpx.AsyncClient) -> None:
    answers = [await client.post(WEBHOOKS, content=b"{}", headers=signed(b"{}")) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    assert len(await rig.messages()) == 1


async def test_a_push_with_a_wrong_signature_or_for_another_supplier_is_refused(rig: Rig, client: httpx.AsyncClient) -> None:
    forged = signed(b"{}", secret="whsec_" + "Zm9yZ2VkLXNlY3JldC1vZi1hLXN0cmFuZ2Vy")

    assert (await client.post(WEBHOOKS, content=b"{}", headers=forged)).status_code == 401
    assert (await client.post(WEBHOOKS, content=b"{}")).status_code == 401
    assert (await client.post("/v1/suppliers/other/webhooks", content=b"{}", headers=signed(b"{}"))).status_code == 404
    assert not await rig.messages()


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=-1)])
async def test_a_signed_push_by_another_clock_is_refused_and_both_sides_learn_why(
    rig: Rig, client: httpx.AsyncClient, ahead: timedelta
) -> None:
    with structlog.testing.capture_logs() as logged:
        answer = await client.post(WEBHOOKS, content=b"{}", headers=signed(b"{}", ahead=ahead))
        forged = await client.post(WEBHOOKS, content=b"{ }", headers=signed(b"{}", ahead=ahead))

    assert (answer.status_code, answer.json()["code"]) == (401, "push-out-of-time")
    assert "compare both clocks" in answer.json()["detail"]
    assert [line["event"] for line in logged] == ["push out of time"]
    assert (forged.status_code, forged.json()["code"]) == (401, "bad-signature")
    assert not await rig.messages()


async def test_a_canonical_despatch_is_taken_from_any_supplier(rig: Rig, client: httpx.AsyncClient) -> None:
    line = a_line(branches=("IPSW", "LOWE"))
    await rig.hears(an_order(line))
    goods = {"line_key": line.line_key, "isbn": line.isbn, "quantity": 1, "copies": [{"copy_number": 2, "barcode": "B2"}]}
    despatch = {
        "despatch_number": "D-9",
        "despatched_on": "2026-03-02",
        "expected_on": "2026-03-03",
        "deliver_to": {"code": "LOWE"},
        "parcels": [{"parcel_id": "350123450000000014", "lines": [goods]}],
    }
    body = json.dumps(despatch).encode()

    assert (await client.post(DESPATCHES, content=body, headers=signed(body))).status_code == 202
    await rig.read_all()

    (event,) = await rig.published(DespatchAdvised)
    assert isinstance(event, DespatchAdvised)
    assert (event.despatch_number, event.deliver_to.code) == ("D-9", "LOWE")


async def test_a_canonical_despatch_that_is_malformed_waits_with_its_faults(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    body = b'{"despatch_number": "D-9", "deliver_to": {"code": "LOWE"}, "parcels": []}'
    receipt = await client.post(DESPATCHES, content=body, headers=signed(body))
    await rig.read_all()

    shown = (await client.get(f"/v1/messages/{receipt.json()['message_id']}", headers=staff)).json()

    assert (shown["state"], shown["kind"]) == ("quarantined", "despatch")
    assert shown["findings"][0]["text"].startswith("/parcels")
    assert shown["findings"][0]["advice"].startswith("Correct the field named")


async def test_staff_see_what_of_an_order_could_not_be_written_as_it_is(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    rig.supplier.remarks = (Finding("national-transliterated", "sent as Lodz", Severity.INFO),)
    await rig.hears(an_order())
    (message,) = await rig.messages()

    shown = (await client.get(f"/v1/messages/{message.id}", headers=staff)).json()

    assert [finding["text"] for finding in shown["findings"]] == ["sent as Lodz"]


async def test_staff_see_a_message_its_bytes_and_its_history(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    await rig.hears(an_order())
    await rig.send_all()
    (message,) = await rig.messages()

    shown = (await client.get(f"/v1/messages/{message.id}", headers=staff)).json()
    raw = await client.get(f"/v1/messages/{message.id}/raw", headers=staff)

    assert [(change["from_state"], change["to_state"]) for change in shown["history"]] == [
        ("queued", "sending"),
        ("sending", "sent"),
    ]
    assert raw.content == rig.supplier.held[1]
    assert raw.headers["x-content-type-options"] == "nosniff"


async def test_a_council_sees_its_own_messages_only(rig: Rig, client: httpx.AsyncClient, tokens: Tokens) -> None:
    suffolk, norfolk = a_line(), a_line()
    await rig.hears(an_order(suffolk), an_order(norfolk, number="PO-2", council="GB-NFK"))
    await rig.receives(rig.means(b"1", a_response(an_acceptance(suffolk), an_acceptance(norfolk))))
    ours, theirs, both = await rig.messages()
    reader = tokens.headers("exchange:read", council="GB-SFK")

    listed = (await client.get("/v1/messages", headers=reader)).json()["items"]

    assert {item["message_id"] for item in listed} == {str(ours.id), str(both.id)}
    assert (await client.get(f"/v1/messages/{theirs.id}", headers=reader)).status_code == 404
    assert (await client.get(f"/v1/messages/{both.id}/raw", headers=reader)).status_code == 403


async def test_messages_are_listed_newest_first_page_by_page_and_narrowed(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    orders = [an_order(number=f"PO-{number}") for number in range(5)]
    await rig.hears(*orders)
    await rig.receives(b"?")

    references = []
    query: dict[str, str] = {"limit": "2", "direction": "out"}
    while True:
        page = (await client.get("/v1/messages", headers=staff, params=query)).json()
        references += [item["reference"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert references == [5, 4, 3, 2, 1]

    async def narrowed(**by: str) -> int:
        return len((await client.get("/v1/messages", headers=staff, params=by)).json()["items"])

    assert await narrowed(state="quarantined") == 1
    assert await narrowed(kind="order") == 5
    assert await narrowed(order_id=str(orders[0].order_id)) == 1
    assert (await client.get("/v1/messages", headers=staff, params={"cursor": "nonsense"})).status_code == 400


async def test_every_decision_needs_its_scope_and_a_reason(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str], tokens: Tokens
) -> None:
    await rig.receives(b"?")
    (message,) = await rig.messages()
    path = f"/v1/messages/{message.id}/discard"

    assert (await client.post(path, headers=tokens.headers("exchange:read", council=None), json=REASON)).status_code == 403
    assert (await decide(client, message.id, "discard", staff, {})).status_code == 422
    assert (await decide(client, message.id, "discard", staff, REASON)).status_code == 200
    assert (await decide(client, message.id, "discard", staff, REASON)).status_code == 200
    assert (await decide(client, message.id, "replay", staff, REASON)).status_code == 409
    assert (await decide(client, uuid4(), "replay", staff, REASON)).status_code == 404


async def test_a_decision_is_about_the_version_that_was_read_and_is_taken_once(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    await rig.receives(b"?")
    (message,) = await rig.messages()
    path = f"/v1/messages/{message.id}"
    tag = (await client.get(path, headers=staff)).headers["ETag"]
    assert (await client.get(path, headers={**staff, "If-None-Match": tag})).status_code == 304
    headers = {**staff, "If-Match": tag, "Idempotency-Key": "k-1"}

    first, again = [await client.post(f"{path}/discard", headers=headers, json=REASON) for _ in range(2)]
    late = await client.post(f"{path}/replay", headers={**staff, "If-Match": tag}, json=REASON)
    blind = await client.post(f"{path}/replay", headers=staff, json=REASON)

    assert (first.status_code, again.json()) == (200, first.json())
    assert [answer.headers.get("Idempotent-Replayed") for answer in (first, again)] == [None, "true"]
    assert first.headers["ETag"] == again.headers["ETag"] != tag
    assert (late.status_code, late.json()["code"]) == (412, "stale-version")
    assert (blind.status_code, blind.json()["code"]) == (428, "if-match-required")
    assert [change["to_state"] for change in first.json()["history"]] == ["quarantined", "discarded"]


async def test_a_replay_reads_the_kept_bytes_again(rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    await rig.receives(b"1")
    (message,) = await rig.messages(direction=Direction.IN)
    rig.means(b"1", a_response(an_acceptance(line)))  # the reader was mended

    answer = await decide(client, message.id, "replay", staff, REASON)
    await rig.read_all()

    assert answer.json()["history"][-1]["reason"] == REASON["reason"]
    assert answer.json()["history"][-1]["actor"] == "librarian"
    assert len(await rig.published(OrderResponded)) == 1


class TestAMessageOfUnknownFate:
    """Its supplier can neither be asked nor does it recognise repeats."""

    @pytest.fixture
    def supplier(self) -> ScriptedSupplier:
        return ScriptedSupplier(deduplicates=False, can_be_asked=False)

    @pytest.mark.parametrize(("decision", "arrivals"), [("resend", 2), ("treat_as_sent", 1)])
    async def test_a_person_decides(
        self, rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str], decision: str, arrivals: int
    ) -> None:
        rig.supplier.script = [does.accepts_but_breaks]
        await rig.hears(an_order())
        await rig.send_all()
        (message,) = await rig.messages()

        answer = await decide(client, message.id, "release", staff, {"decision": decision, **REASON})
        await rig.send_all()

        assert answer.status_code == 200
        assert len(rig.supplier.arrivals) == arrivals
        assert await rig.states() == [State.SENT]
        assert (await decide(client, message.id, "release", staff, {"decision": decision, **REASON})).status_code == 409


async def test_a_refused_order_is_not_replayed(rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]) -> None:
    rig.supplier.script = [does.refuses]
    await rig.hears(an_order())
    await rig.send_all()
    (message,) = await rig.messages()

    answer = await decide(client, message.id, "replay", staff, REASON)

    assert (answer.status_code, answer.json()["code"]) == (409, "already-refused")


async def test_the_supplier_is_shown_with_its_capabilities(client: httpx.AsyncClient, tokens: Tokens) -> None:
    answer = await client.get("/v1/suppliers/scripted", headers=tokens.headers("exchange:read"))

    shown = answer.json()
    assert (shown["name"], shown["councils"], shown["pushes"]) == ("Scripted Books", ["GB-SFK"], True)
    assert "cancels" in shown["capabilities"]
    assert (await client.get("/v1/suppliers/other", headers=tokens.headers("exchange:read"))).status_code == 404


async def test_the_api_is_ready_when_its_tables_are_there(client: httpx.AsyncClient) -> None:
    assert (await client.get("/readyz")).json()["status"] == "ready"
