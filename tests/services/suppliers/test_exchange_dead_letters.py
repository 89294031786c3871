"""Dead letters over HTTP, as every service shows them: here those of the exchange."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus import to_envelope
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.contracts.orders import OrderPlaced
from shared.messaging.dead_letters.writing import pack_headers
from shared.messaging.tables import dead_letter
from tests.fixtures.tokens import Tokens
from tests.services.suppliers.conftest import Rig, a_line, an_order

REASON = {"reason": "the order book was mended"}


async def bury(
    engine: AsyncEngine, clock: ManualClock, event: Event, *, value: bytes | None = None, consumer: str = "suppliers-scripted"
) -> UUID:
    """A dead letter as the consumer leaves it, or the relay for the consumer `outbox`."""
    envelope = to_envelope(event, clock=clock)
    letter_id = uuid4()
    row = {
        "id": letter_id,
        "consumer": consumer,
        "event_id": envelope.id,
        "event_type": envelope.type,
        "council_id": envelope.council_id,
        "topic": envelope.topic,
        "partition": 0,
        "offset": 7,
        "key": envelope.key.encode(),
        "headers": pack_headers([(name, text.encode()) for name, text in envelope.headers.items()]),
        "value": envelope.data if value is None else value,
        "reason": "no such column",
        "attempts": 5,
        "first_failed_at": datetime(2026, 3, 2, 11, tzinfo=UTC),
        "dead_at": clock.now(),
    }
    async with engine.begin() as connection:
        await connection.execute(insert(dead_letter).values(row))
    return letter_id


def keyed(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {**headers, "Idempotency-Key": str(uuid4())}


@pytest.fixture
def staff(tokens: Tokens) -> Mapping[str, str]:
    return tokens.headers("exchange:read", "exchange:write", council=None)


async def test_a_dead_letter_is_listed_shown_and_replayed_once(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    letter = await bury(rig.engine, rig.clock, an_order())

    (listed,) = (await client.get("/v1/dead-letters", headers=staff)).json()["items"]
    shown = (await client.get(f"/v1/dead-letters/{letter}", headers=staff)).json()
    replays = [await client.post(f"/v1/dead-letters/{letter}/replay", headers=keyed(staff), json=REASON) for _ in range(2)]

    assert (listed["state"], listed["reason"], listed["offset"]) == ("dead", "no such column", 7)
    assert shown["encoding"] == "utf-8"
    assert '"order_number":"PO-1"' in shown["value"]
    assert [(answer.status_code, answer.json()["state"]) for answer in replays] == [(200, "replayed"), (200, "replayed")]
    assert len(await rig.messages()) == 1


async def test_an_event_that_could_not_be_sent_is_listed_apart_and_replayed_into_the_outbox(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    await bury(rig.engine, rig.clock, an_order(number="PO-1"))
    unsent = await bury(rig.engine, rig.clock, an_order(number="PO-2"), consumer="outbox")
    large = await bury(rig.engine, rig.clock, an_order(number="PO-3"), consumer="outbox", value=b"x" * 1_000_000)

    listed = (await client.get("/v1/dead-letters", headers=staff, params={"consumer": "outbox"})).json()["items"]
    replays = [await client.post(f"/v1/dead-letters/{unsent}/replay", headers=keyed(staff), json=REASON) for _ in range(2)]
    refused = await client.post(f"/v1/dead-letters/{large}/replay", headers=keyed(staff), json=REASON)

    assert {item["dead_letter_id"] for item in listed} == {str(unsent), str(large)}
    assert [(answer.status_code, answer.json()["state"]) for answer in replays] == [(200, "replayed"), (200, "replayed")]
    assert [event.order_number for event in await rig.published(OrderPlaced) if isinstance(event, OrderPlaced)] == ["PO-2"]
    assert (refused.status_code, refused.json()["code"]) == (409, "still-refused")
    assert "at most 900000 fit a record" in refused.json()["detail"]


async def test_a_replay_that_is_sent_again_gets_the_letter_as_it_is(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    path, headers = f"/v1/dead-letters/{await bury(rig.engine, rig.clock, an_order())}/replay", keyed(staff)

    answers = [await client.post(path, headers=headers, json=REASON) for _ in range(2)]
    other = await client.post(path, headers=headers, json={"reason": "Something else"})
    without = await client.post(path, headers={**staff, "Idempotency-Key": ""}, json=REASON)

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert [answer.headers.get("idempotent-replayed") for answer in answers] == [None, "true"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert (without.status_code, without.json()["code"]) == (400, "idempotency-key-required")


async def test_a_letter_that_is_still_poison_stays_as_it_was(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]
) -> None:
    letter = await bury(rig.engine, rig.clock, an_order(), value=b"\xff\x00")

    answer = await client.post(f"/v1/dead-letters/{letter}/replay", headers=keyed(staff), json=REASON)

    assert (answer.status_code, answer.json()["code"]) == (409, "still-refused")
    shown = (await client.get(f"/v1/dead-letters/{letter}", headers=staff)).json()
    assert (shown["state"], shown["encoding"]) == ("dead", "base64")


async def test_a_discarded_letter_cannot_be_replayed(rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]) -> None:
    letter = await bury(rig.engine, rig.clock, an_order())

    assert (await client.post(f"/v1/dead-letters/{letter}/discard", headers=keyed(staff), json={"reason": ""})).status_code == 422
    assert (await client.post(f"/v1/dead-letters/{letter}/discard", headers=keyed(staff), json=REASON)).status_code == 200
    assert (await client.post(f"/v1/dead-letters/{letter}/replay", headers=keyed(staff), json=REASON)).status_code == 409
    assert (await client.post(f"/v1/dead-letters/{uuid4()}/replay", headers=keyed(staff), json=REASON)).status_code == 404


async def test_a_council_sees_its_own_dead_letters_only(rig: Rig, client: httpx.AsyncClient, tokens: Tokens) -> None:
    ours = await bury(rig.engine, rig.clock, an_order())
    theirs = await bury(rig.engine, rig.clock, an_order(a_line(), council="GB-NFK"))
    reader = tokens.headers("exchange:read", "exchange:write", council="GB-SFK")

    listed = (await client.get("/v1/dead-letters", headers=reader)).json()["items"]

    assert [item["dead_letter_id"] for item in listed] == [str(ours)]
    assert (await client.get(f"/v1/dead-letters/{theirs}", headers=reader)).status_code == 404
    assert (await client.post(f"/v1/dead-letters/{theirs}/discard", headers=keyed(reader), json=REASON)).status_code == 404


async def test_dead_letters_come_page_by_page(rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str]) -> None:
    buried = []
    for number in range(3):
        await rig.advance(1)
        buried.append(str(await bury(rig.engine, rig.clock, an_order(number=f"PO-{number}"))))

    first = (await client.get("/v1/dead-letters", headers=staff, params={"limit": "2"})).json()
    rest = (await client.get("/v1/dead-letters", headers=staff, params={"limit": "2", "cursor": first["next_cursor"]})).json()

    assert [item["dead_letter_id"] for page in (first, rest) for item in page["items"]] == buried[::-1]
    assert rest["next_cursor"] is None
    assert (await client.get("/v1/dead-letters", headers=staff, params={"cursor": "x"})).status_code == 400
