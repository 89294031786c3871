"""Each endpoint is sent its council's feed: in order, each change until it was taken, for three days."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from services.lms.domain.webhooks import PATIENCE
from services.lms.forgetter import Forgetter
from services.lms.loops.sender import Sender
from services.lms.store.tables import metadata
from shared.rebuild import empty
from tests.services.endpoint import Endpoint, Reply, endpoint
from tests.services.lms.webhooks.conftest import PATH, Webhooks, positions
from tests.waiting import eventually

OK, BROKEN = Reply(204), Reply(500, b"no room")


async def test_an_endpoint_is_sent_every_change_once_in_order_as_the_feed_answers_it(webhooks: Webhooks, at: Endpoint) -> None:
    await webhooks.told(3)
    made = await webhooks.create(at.url)
    await webhooks.told(250)
    await webhooks.deliver()
    assert positions(at) == list(range(4, 254)), "what was told before it was registered is not sent"
    feed = (await webhooks.client.get("/v1/changes", params={"limit": 200})).json()["items"]
    first = json.loads(at.bodies()[0])
    assert first == {"type": "order_placed", "timestamp": feed[3]["happened_at"], "data": feed[3]}
    assert at.received[0].headers["webhook-id"] == feed[3]["change_id"]
    newest = (await webhooks.deliveries(made))[0]
    assert (newest["outcome"], newest["status"], newest["attempt"], newest["cause"]) == ("delivered", 200, 1, "feed")


async def test_an_endpoint_is_sent_the_kinds_that_it_wants(webhooks: Webhooks, at: Endpoint) -> None:
    await webhooks.create(at.url, kinds=["copy_received"])
    await webhooks.create(f"{at.url}/all")
    await webhooks.told(2)
    await webhooks.deliver()
    assert (positions(at), positions(at, "/in/all")) == ([], [1, 2])


async def test_a_change_that_is_not_taken_is_repeated_and_those_after_it_wait(webhooks: Webhooks, at: Endpoint) -> None:
    made = await webhooks.create(at.url)
    at.answers(OK, BROKEN, BROKEN, OK)
    await webhooks.told(3)
    for _ in range(3):
        await webhooks.deliver()
        webhooks.clock.advance(timedelta(minutes=5))
    assert positions(at) == [1, 2, 2, 2, 3]
    assert len({request.headers["webhook-id"] for request in at.received}) == 3
    tries = [each for each in await webhooks.deliveries(made) if each["outcome"] == "failed"]
    assert [(each["status"], each["body"], each["attempt"]) for each in tries] == [(500, "no room", 2), (500, "no room", 1)]
    assert all("2xx" in each["error"] and each["next_try_at"] for each in tries)
    assert (await webhooks.get(made))["state"] == "active"


async def test_an_endpoint_that_fails_for_three_days_is_disabled_and_its_council_is_told(
    webhooks: Webhooks, at: Endpoint
) -> None:
    made = await webhooks.create(at.url)
    witness = await webhooks.create(f"{at.url}/witness", kinds=["webhook_disabled"])
    at.answers(BROKEN)
    await webhooks.told(1)
    began = webhooks.clock.now()
    await webhooks.deliver()
    while (state := await webhooks.get(made))["state"] == "failing":
        webhooks.clock.advance(datetime.fromisoformat(state["next_try_at"]) - webhooks.clock.now())
        await webhooks.deliver()
    assert 10 <= len(at.bodies()) <= 20, "by the schedule, with pauses shortened by up to a half"
    assert webhooks.clock.now() == began + PATIENCE
    assert (state["disabled_why"], state["next_try_at"]) == ("failed", None)
    await webhooks.told(5)
    await webhooks.deliver()
    assert set(positions(at)) == {1}, "nothing is sent to it any more"
    told = json.loads(at.bodies("/in/witness")[0])
    assert told["type"] == "webhook_disabled"
    assert told["data"]["body"]["webhook_endpoint_id"] == made["webhook_endpoint_id"]
    assert "three days" in told["data"]["body"]["reason"]
    assert (await webhooks.get(witness))["state"] == "active"


async def test_an_endpoint_that_says_it_is_gone_is_disabled_at_once(webhooks: Webhooks, at: Endpoint) -> None:
    made = await webhooks.create(at.url)
    at.answers(Reply(410))
    await webhooks.told(2)
    await webhooks.deliver()
    assert (positions(at), (await webhooks.get(made))["disabled_why"]) == ([1], "gone")


@pytest.mark.parametrize(("from_now", "sent"), [(False, [1, 1, 2, 3, 4]), (True, [1, 4])])
async def test_an_endpoint_that_is_enabled_goes_on_from_where_it_stopped_or_from_now(
    from_now: bool, sent: list[int], webhooks: Webhooks, at: Endpoint
) -> None:
    made = await webhooks.create(at.url, kinds=["order_placed"])
    at.answers(Reply(410), OK)
    await webhooks.told(2)
    await webhooks.deliver()
    # The third change says that the endpoint was disabled.
    enabled = await webhooks.post(f"/{made['webhook_endpoint_id']}/enable", {"from_now": from_now}, key="1")
    again = await webhooks.post(f"/{made['webhook_endpoint_id']}/enable", {"from_now": from_now}, key="1")
    assert (enabled.json()["state"], again.headers["idempotent-replayed"]) == ("active", "true")
    await webhooks.told(1)
    await webhooks.deliver()
    assert positions(at) == [position for position in sent if position != 3]


async def test_an_endpoint_that_fails_is_tried_at_once_at_another_url(webhooks: Webhooks, at: Endpoint) -> None:
    made = await webhooks.create(at.url)
    at.answers(BROKEN)
    await webhooks.told(1)
    await webhooks.deliver()
    path = f"{PATH}/{made['webhook_endpoint_id']}"
    tag = (await webhooks.client.get(path)).headers["etag"]
    await webhooks.client.put(path, json={"url": f"{at.url}/new"}, headers={"If-Match": tag})
    await webhooks.deliver()
    assert (positions(at), positions(at, "/in/new")) == ([1], [1])


async def test_everything_since_a_moment_or_a_cursor_is_sent_again_and_nothing_is_skipped(
    webhooks: Webhooks, at: Endpoint
) -> None:
    made = await webhooks.create(at.url)
    await webhooks.told(2)
    webhooks.clock.advance(timedelta(hours=1))
    since = webhooks.clock.now().isoformat()
    await webhooks.told(2)
    await webhooks.deliver()
    cursor = (await webhooks.client.get("/v1/changes", params={"limit": 3})).json()["next_cursor"]
    path = f"/{made['webhook_endpoint_id']}/resend"
    await webhooks.post(path, {"told_from": since})
    await webhooks.deliver()
    assert positions(at) == [1, 2, 3, 4, 3, 4]
    await webhooks.post(path, {"after": cursor})
    await webhooks.deliver()
    assert positions(at)[6:] == [4]
    await webhooks.told(1)
    later = (webhooks.clock.now() + timedelta(days=1)).isoformat()
    await webhooks.post(path, {"told_from": later})
    await webhooks.deliver()
    assert positions(at)[7:] == [5], "what was not sent yet is not skipped"
    for body in ({}, {"told_from": since, "after": cursor}, {"told_from": "2026-03-02T09:30:00"}):
        assert (await webhooks.post(path, body)).status_code == 422
    assert (await webhooks.post(path, {"after": "nonsense"})).json()["code"] == "bad-cursor"


async def test_one_change_is_sent_again_at_once(webhooks: Webhooks, at: Endpoint) -> None:
    made = await webhooks.create(at.url)
    for _ in range(2):
        await webhooks.told(1)
        await webhooks.deliver()
        webhooks.clock.advance(timedelta(seconds=1))
    first = (await webhooks.deliveries(made))[-1]
    path = f"/{made['webhook_endpoint_id']}/deliveries/{first['webhook_delivery_id']}/resend"
    answer = await webhooks.post(path, key="1")
    assert (answer.status_code, answer.json()["cause"], positions(at)) == (201, "resend", [1, 2, 1])
    again = await webhooks.post(path, key="1")
    assert (again.json(), again.headers["idempotent-replayed"]) == (answer.json(), "true")
    assert len(at.received) == 3
    assert (await webhooks.client.get(answer.headers["location"])).json() == answer.json()


async def test_a_test_event_answers_with_what_came_back_whatever_it_is(webhooks: Webhooks, at: Endpoint) -> None:
    made = await webhooks.create(at.url)
    path = f"/{made['webhook_endpoint_id']}/test"
    at.answers(Reply(418, b"tea\x00pot \xff", size=10_000_000))
    answer = await webhooks.post(path)
    assert json.loads(at.bodies()[0])["type"] == "webhook_test"
    seen = answer.json()
    assert (answer.status_code, seen["status"], seen["outcome"], len(seen["body"])) == (201, 418, "failed", 1_024)
    assert seen["body"].startswith("tea\ufffdpot \ufffd")
    assert (await webhooks.get(made))["state"] == "active", "a test changes no state"


async def test_a_redirect_inside_is_not_followed_and_is_explained(webhooks: Webhooks, at: Endpoint) -> None:
    async with endpoint() as inside:
        made = await webhooks.create(at.url)
        at.answers(Reply(302, headers={"Location": inside.url}))
        await webhooks.told(1)
        await webhooks.deliver()
        assert inside.received == []
    assert "Redirects are not followed" in (await webhooks.deliveries(made))[0]["error"]


async def test_while_secrets_rotate_both_sign(webhooks: Webhooks, at: Endpoint) -> None:
    made = await webhooks.create(at.url)
    path = f"/{made['webhook_endpoint_id']}/rotate-secret"
    rotated = await webhooks.post(path, {"keep_previous_hours": 2}, key="1")
    secret = rotated.json()["secret"]
    assert secret not in (None, made["secret"])
    assert (await webhooks.post(path, {"keep_previous_hours": 2}, key="1")).json()["secret"] is None
    for _ in range(2):
        await webhooks.told(1)
        await webhooks.deliver()
        webhooks.clock.advance(timedelta(hours=2))
    counts = [len(request.headers["webhook-signature"].split(" ")) for request in at.received]
    assert counts == [2, 1]
    signed = [webhooks.signed(at.received[0], key) for key in (secret, made["secret"])]
    assert at.received[0].headers["webhook-signature"] == " ".join(signed)
    assert at.received[1].headers["webhook-signature"] == webhooks.signed(at.received[1], secret)


async def test_a_feed_that_was_built_again_is_sent_from_its_start_under_the_same_ids(webhooks: Webhooks, at: Endpoint) -> None:
    await webhooks.create(at.url)
    await webhooks.told(2)
    await webhooks.deliver()
    async with webhooks.engine.begin() as connection:
        told = [dict(row) for row in (await connection.execute(text("SELECT * FROM change ORDER BY position"))).mappings()]
        await empty(connection, metadata)
    await webhooks.told_again(told)
    await webhooks.deliver()
    ids = [request.headers["webhook-id"] for request in at.received]
    assert (positions(at), ids[:2]) == ([1, 2, 1, 2], ids[2:])


async def test_deliveries_are_forgotten_with_the_changes_that_they_sent(webhooks: Webhooks, at: Endpoint) -> None:
    made = await webhooks.create(at.url)
    await webhooks.told(2)
    await webhooks.deliver()
    webhooks.clock.advance(timedelta(days=89))
    await webhooks.told(1)
    await webhooks.deliver()
    webhooks.clock.advance(timedelta(days=2))
    await Forgetter(webhooks.engine, webhooks.clock, days=90, late_seconds=60).forget()
    assert [each["status"] for each in await webhooks.deliveries(made)] == [200]
    assert (await webhooks.get(made))["state"] == "active"


async def test_a_secret_that_is_replaced_while_something_is_sent_skips_nothing(webhooks: Webhooks, at: Endpoint) -> None:
    made = await webhooks.create(at.url)
    at.answers(OK, Reply(stalls=True), OK)
    await webhooks.told(3)
    sending = asyncio.create_task(webhooks.deliver())
    await eventually(lambda: len(at.bodies()) == 2)
    await webhooks.post(f"/{made['webhook_endpoint_id']}/rotate-secret", {"keep_previous_hours": 0})
    at.ended.set()
    await sending
    assert list(dict.fromkeys(positions(at))) == [1, 2, 3]
    last = (await webhooks.deliveries(made))[0]
    assert (last["outcome"], (await webhooks.get(made))["state"]) == ("delivered", "active")


@asynccontextmanager
async def _running(sender: Sender) -> AsyncIterator[Sender]:
    task = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_an_endpoint_that_stalls_delays_no_other(webhooks: Webhooks, at: Endpoint) -> None:
    await webhooks.create(f"{at.url}/slow")
    await webhooks.create(at.url)
    at.answers(Reply(stalls=True), path="/in/slow")
    await webhooks.told(120)
    async with _running(webhooks.sender(seconds=20.0)):
        await eventually(lambda: len(at.bodies()) == 120)
        assert len(at.bodies("/in/slow")) == 1
        at.ended.set()
        await eventually(lambda: len(at.bodies("/in/slow")) == 120)
    assert positions(at) == positions(at, "/in/slow") == list(range(1, 121))


async def test_one_process_at_a_time_sends_to_an_endpoint_and_another_takes_over(webhooks: Webhooks, at: Endpoint) -> None:
    await webhooks.create(at.url)
    await webhooks.told(20)
    async with _running(webhooks.sender()):
        await eventually(lambda: len(at.bodies()) == 20)
        async with _running(webhooks.sender()):
            await webhooks.told(20)
            await eventually(lambda: len(at.bodies()) >= 40)
    async with _running(webhooks.sender()):
        await webhooks.told(20)
        await eventually(lambda: len(at.bodies()) >= 60)
    assert positions(at) == list(range(1, 61))


async def test_what_was_answered_but_not_kept_is_sent_again(webhooks: Webhooks, at: Endpoint) -> None:
    await webhooks.create(at.url)
    at.answers(OK, Reply(stalls=True), OK)
    await webhooks.told(3)
    sending = asyncio.create_task(webhooks.deliver())
    await eventually(lambda: len(at.bodies()) == 2)
    # As a killed process: nothing of it runs any more.
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await webhooks.deliver()
    assert positions(at) == [1, 2, 1, 2, 3]
