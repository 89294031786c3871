"""`/v1/mailbox-messages`: what staff and the council see of files, and decide about them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from services.lms.app import create_app
from services.lms.domain.mailbox_messages import State
from services.lms.settings import LmsSettings
from shared.clock import ManualClock
from shared.contracts.asked import PlacingOutcome
from tests.fixtures.tokens import Tokens
from tests.services.lms.post.conftest import Rig, answer
from tests.services.lms.post.dialect import file_of
from tests.services.serving import Kept

PATH = "/v1/mailbox-messages"
SCOPES = "lms:read lms:write"
EDIFACT = b"UNA:+.? 'UNB+UNOC:3+5012345678900:14+5098765000019:14+261130:0900+1'UNZ+0+1'"
WHY = {"reason": "the branch is registered now"}


@pytest.fixture
async def client(settings: LmsSettings, clock: ManualClock, tokens: Tokens, kept: Kept) -> AsyncIterator[AsyncClient]:
    """Staff of Suffolk."""
    async with kept.client(create_app, settings, clock, tokens.headers(SCOPES)) as client:
        yield client


@pytest.fixture
def norfolk(tokens: Tokens) -> dict[str, str]:
    """The headers of another council."""
    return tokens.headers(SCOPES, council="GB-NFK")


async def read(client: AsyncClient, message_id: UUID) -> tuple[dict[str, Any], str]:
    """Return a file and its tag."""
    answered = await client.get(f"{PATH}/{message_id}")
    assert answered.status_code == 200, answered.text
    return answered.json(), answered.headers["ETag"]


async def a_refused_file(rig: Rig) -> UUID:
    """A file with two orders, one of which was refused."""
    kept = await rig.put(file_of("PO-1", "PO-2"))
    first, second = await rig.orders(kept)
    await rig.hears(answer(first), answer(second, PlacingOutcome.REFUSED, "unknown-branch", "unknown-fund"))
    return kept


async def test_a_file_shows_its_orders_their_faults_with_segments_its_answers_and_its_history(
    rig: Rig, client: AsyncClient
) -> None:
    view, tag = await read(client, await a_refused_file(rig))
    assert (view["state"], view["kind"], tag) == ("partly_taken", "ORDERS", f'"{view["version"]}"')
    placed, refused = view["orders"]
    assert placed["links"] == [{"what": "order", "service": "orders", "path": f"/v1/orders/{placed['order_id']}"}]
    assert [(fault["code"], fault["segment"]) for fault in refused["faults"]] == [("unknown-branch", 3), ("unknown-fund", 3)]
    assert [answer["kind"] for answer in view["answered_by"]] == ["CONTRL", "APERAK"]
    assert [change["to_state"] for change in view["history"]] == ["asked", "partly_taken"]


async def test_files_are_listed_by_what_they_are(rig: Rig, client: AsyncClient) -> None:
    kept = await a_refused_file(rig)
    await rig.put(b"no json", name="other.CEP")

    async def found(**filters: str) -> list[str]:
        answered = await client.get(PATH, params=filters)
        assert answered.status_code == 200, answered.text
        return [row["kind"] for row in answered.json()["items"]]

    assert await found() == ["CONTRL", "unknown", "APERAK", "CONTRL", "ORDERS"]
    assert await found(order_number="PO-2") == ["APERAK", "CONTRL", "ORDERS"]
    assert await found(direction="in", name="OTHER") == ["unknown"]
    assert await found(state="refused", mailbox_id="suffolk-koha") == ["unknown"]
    assert await found(kind="APERAK", created_before="2020-01-01") == []
    pages: list[list[str]] = []
    cursor = None
    while cursor is not None or not pages:
        page = (await client.get(PATH, params={"limit": "2", **({"cursor": cursor} if cursor else {})})).json()
        pages.append([row["message_id"] for row in page["items"]])
        cursor = page["next_cursor"]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert pages[-1] == [str(kept)]


async def test_bytes_come_back_as_they_were_and_as_a_tree(rig: Rig, client: AsyncClient) -> None:
    kept = await rig.put(EDIFACT)
    raw = await client.get(f"{PATH}/{kept}/raw")
    assert (raw.content, raw.headers["X-Content-Type-Options"]) == (EDIFACT, "nosniff")
    tree = (await client.get(f"{PATH}/{kept}/tree")).json()
    assert (tree["form"], tree["nodes"][0]["kind"]) == ("edifact", "interchange")


async def test_another_council_sees_and_decides_nothing(rig: Rig, client: AsyncClient, norfolk: dict[str, str]) -> None:
    kept = await a_refused_file(rig)
    assert (await client.get(PATH, headers=norfolk)).json()["items"] == []
    for path in ("", "/raw", "/tree"):
        assert (await client.get(f"{PATH}/{kept}{path}", headers=norfolk)).json()["code"] == "no-such-mailbox-message"
    refused = await client.post(f"{PATH}/{kept}/replay", json=WHY, headers={**norfolk, "If-Match": '"1"'})
    assert refused.json()["code"] == "no-such-mailbox-message"


async def test_a_replay_is_decided_once_by_who_has_read_the_file_and_leaves_who_and_why(rig: Rig, client: AsyncClient) -> None:
    kept = await a_refused_file(rig)
    _, tag = await read(client, kept)
    stale = await client.post(f"{PATH}/{kept}/replay", json=WHY, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    headers = {"If-Match": tag, "Idempotency-Key": "replay-1"}
    first = await client.post(f"{PATH}/{kept}/replay", json=WHY, headers=headers)
    again = await client.post(f"{PATH}/{kept}/replay", json=WHY, headers=headers)
    assert (first.status_code, first.json()["state"]) == (200, "received")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    last = first.json()["history"][-1]
    assert (last["to_state"], last["reason"]) == ("received", WHY["reason"])
    await rig.read()
    assert (await rig.file(kept)).state is State.ASKED


async def test_what_its_state_does_not_allow_is_refused(rig: Rig, client: AsyncClient) -> None:
    kept = await rig.put(file_of("PO-1"))
    (order,) = await rig.orders(kept)
    await rig.hears(answer(order))
    view, tag = await read(client, kept)
    out = view["answered_by"][0]["message_id"]
    for message_id, action in ((str(kept), "discard"), (str(kept), "offer-again"), (out, "replay")):
        tag = (await client.get(f"{PATH}/{message_id}")).headers["ETag"]
        refused = await client.post(f"{PATH}/{message_id}/{action}", json=WHY, headers={"If-Match": tag})
        assert (refused.status_code, refused.json()["code"]) == (409, "wrong-state"), action


async def test_a_refused_file_can_be_discarded(rig: Rig, client: AsyncClient) -> None:
    kept = await rig.put(b"no json")
    _, tag = await read(client, kept)
    discarded = await client.post(f"{PATH}/{kept}/discard", json=WHY, headers={"If-Match": tag})
    assert (discarded.status_code, discarded.json()["state"]) == (200, "discarded")
    assert await rig.told() == ["held", "settled"]
