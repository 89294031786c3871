"""Councils register, change and remove endpoints; secrets are shown once and kept sealed."""

from __future__ import annotations

import base64
import json

import pytest
from httpx import AsyncClient
from sqlalchemy import TextClause, text

from services.lms.app import create_app
from services.lms.settings import LmsSettings
from shared.clock import ManualClock
from tests.fixtures.tokens import Tokens
from tests.services.endpoint import Endpoint
from tests.services.lms.webhooks.conftest import ESSEX, PATH, SCOPES, SUFFOLK, Webhooks
from tests.services.serving import calling

LOCAL = "http://127.0.0.1:9/in"


async def test_a_secret_is_shown_once_and_kept_sealed(webhooks: Webhooks) -> None:
    made = await webhooks.create(LOCAL, description="Live LMS")
    secret = made["secret"].removeprefix("whsec_")
    assert len(base64.b64decode(secret)) == 32
    assert "secret" not in await webhooks.get(made)
    async with webhooks.engine.connect() as connection:
        kept = [str(row) for table in ("webhook_endpoint", "asked_before") for row in await connection.execute(_all(table))]
    assert len(kept) == 2
    assert not any(secret in row for row in kept)


def _all(table: str) -> TextClause:
    return text(f"SELECT * FROM {table}")


async def test_the_answer_that_shows_a_secret_is_kept_by_nobody_on_its_way(webhooks: Webhooks) -> None:
    answer = await webhooks.post("", {"url": LOCAL})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["location"] == f"{PATH}/{answer.json()['webhook_endpoint_id']}"


async def test_a_council_may_give_a_secret_of_the_right_form(webhooks: Webhooks) -> None:
    given = "whsec_" + base64.b64encode(b"k" * 24).decode()
    assert (await webhooks.create(LOCAL, secret=given))["secret"] == given
    refused = await webhooks.post("", {"url": LOCAL, "secret": "whsec_c2hvcnQ="})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/secret")
    assert "c2hvcnQ" not in refused.text


async def test_a_repeated_request_makes_one_endpoint_and_does_not_show_the_secret_again(webhooks: Webhooks) -> None:
    made = await webhooks.create(LOCAL, "key-1")
    again = await webhooks.post("", {"url": LOCAL}, key="key-1")
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert again.json() == {**made, "secret": None}
    other = await webhooks.post("", {"url": f"{LOCAL}2"}, key="key-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    without = await webhooks.client.post(PATH, json={"url": LOCAL}, headers={"Idempotency-Key": ""})
    assert (without.status_code, without.json()["code"]) == (400, "idempotency-key-required")


@pytest.mark.parametrize(
    "url",
    [
        "http://lms.example/in",
        "https://127.0.0.1.lms.example:22/in",
        "https://2130706433/in",
        "https://0x7f.1/in",
        "https://10.0.0.1/in",
        "https://[::1]/in",
        "https://[::ffff:169.254.169.254]/in",
        "https://localhost/in",
        "https://user:secret@lms.example/in",
    ],
)
async def test_an_address_that_is_not_public_is_refused(url: str, webhooks: Webhooks) -> None:
    answer = await webhooks.post("", {"url": url})
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["errors"][0]["pointer"]) == (422, "refused-url", "/url")
    assert (await webhooks.client.get(PATH)).json()["items"] == []


async def test_a_name_that_leads_inside_is_refused_also_when_it_is_changed(
    settings: LmsSettings, clock: ManualClock, tokens: Tokens
) -> None:
    async def inside(_: str) -> list[object]:
        raise OSError

    app = create_app(settings, clock, inside)  # type: ignore[arg-type] # its answer is never one of addresses
    async with calling(app, tokens.headers(SCOPES)) as client:
        headers = {"Idempotency-Key": "1"}
        made = await client.post(PATH, json={"url": LOCAL}, headers=headers)
        refused = await client.post(PATH, json={"url": "https://lms.example"}, headers={"Idempotency-Key": "2"})
        changed = await client.put(
            made.headers["location"], json={"url": "https://lms.example"}, headers={"If-Match": made.headers["etag"]}
        )
    assert [refused.json()["code"], changed.json()["code"]] == ["refused-url"] * 2
    assert "resolved" in refused.json()["errors"][0]["detail"]


async def test_a_council_has_at_most_twenty_endpoints(webhooks: Webhooks) -> None:
    for _ in range(20):
        await webhooks.create(LOCAL)
    answer = await webhooks.post("", {"url": LOCAL})
    assert (answer.status_code, answer.json()["code"]) == (409, "too-many-webhook-endpoints")
    page = (await webhooks.client.get(PATH, params={"limit": 15})).json()
    rest = (await webhooks.client.get(PATH, params={"limit": 15, "cursor": page["next_cursor"]})).json()
    assert len({each["webhook_endpoint_id"] for each in page["items"] + rest["items"]}) == 20


async def test_an_endpoint_is_changed_only_as_it_was_read(webhooks: Webhooks) -> None:
    made = await webhooks.create(LOCAL)
    path = f"{PATH}/{made['webhook_endpoint_id']}"
    body = {"url": f"{LOCAL}2", "description": "Test LMS", "kinds": ["copy_received"]}
    read = await webhooks.client.get(path)
    assert (await webhooks.client.put(path, json=body)).json()["code"] == "if-match-required"
    changed = await webhooks.client.put(path, json=body, headers={"If-Match": read.headers["etag"]})
    assert (changed.status_code, changed.json()) == (200, {**read.json(), **body})
    stale = await webhooks.client.put(path, json=body, headers={"If-Match": read.headers["etag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    same = await webhooks.client.get(path, headers={"If-None-Match": changed.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


async def test_an_endpoint_that_was_deleted_is_gone_with_its_deliveries(webhooks: Webhooks, at: Endpoint) -> None:
    made = await webhooks.create(at.url)
    await webhooks.told(1)
    await webhooks.deliver()
    path = f"{PATH}/{made['webhook_endpoint_id']}"
    keyed = {"Idempotency-Key": "1"}
    assert (await webhooks.client.delete(path, headers={**keyed, "If-Match": '"7"'})).status_code == 412
    assert [(await webhooks.client.delete(path, headers=keyed)).status_code for _ in range(2)] == [204, 204]
    assert (await webhooks.client.get(path)).json()["code"] == "no-such-webhook-endpoint"
    async with webhooks.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM webhook_delivery"))).scalar_one() == 0


async def test_another_council_sees_and_changes_nothing(webhooks: Webhooks, tokens: Tokens, at: Endpoint) -> None:
    made = await webhooks.create(at.url)
    await webhooks.told(1, ESSEX)
    await webhooks.told(1, SUFFOLK)
    await webhooks.deliver()
    sent = (await webhooks.deliveries(made))[0]["webhook_delivery_id"]
    essex = tokens.headers(SCOPES, council=ESSEX) | {"If-Match": '"1"'}
    one = f"{PATH}/{made['webhook_endpoint_id']}"
    calls = [
        ("GET", one, None),
        ("PUT", one, {"url": LOCAL}),
        ("DELETE", one, None),
        ("GET", f"{one}/deliveries", None),
        ("GET", f"{one}/deliveries/{sent}", None),
        ("POST", f"{one}/deliveries/{sent}/resend", None),
        ("POST", f"{one}/test", None),
        ("POST", f"{one}/enable", {}),
        ("POST", f"{one}/rotate-secret", {}),
        ("POST", f"{one}/resend", {"told_from": "2026-01-01T00:00:00Z"}),
    ]
    answers = [
        await webhooks.client.request(method, path, json=body, headers=essex | {"Idempotency-Key": f"{number}"})
        for number, (method, path, body) in enumerate(calls)
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "no-such-webhook-endpoint")] * len(calls)
    assert (await webhooks.client.get(PATH, headers=essex)).json()["items"] == []
    assert [json.loads(body)["data"]["position"] for body in at.bodies()] == [1], "of Suffolk's feed only"


async def test_only_who_may_write_changes_endpoints(client: AsyncClient, tokens: Tokens) -> None:
    reader = tokens.headers("lms:read") | {"Idempotency-Key": "1"}
    assert (await client.post(PATH, json={"url": LOCAL}, headers=reader)).status_code == 403
    assert (await client.get(PATH, headers=reader)).status_code == 200
