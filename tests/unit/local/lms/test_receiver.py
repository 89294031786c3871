"""The receiver of webhooks believes only what is signed, and tells each change once."""

import httpx
from pydantic import SecretStr

from local.lms.receiver import Receiver
from shared.clock import SystemClock
from shared.http.signatures import new_secret, signed_headers

OLD, NEW, FOREIGN = (new_secret() for _ in range(3))
BODY = '{"type": "copy_received", "timestamp": "2026-03-02T12:00:00Z", "data": {"body": {"branch": "IPSW"}}}'


async def test_a_change_that_arrives_twice_is_told_once_and_a_forged_one_never() -> None:
    told: list[str] = []
    receiver = Receiver(OLD, NEW, report=told.append)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(receiver), base_url="http://lms") as client:

        async def push(push_id: str, *secrets: SecretStr) -> int:
            headers = signed_headers(push_id, SystemClock().now(), BODY, secrets)
            return (await client.post("/", content=BODY, headers=headers)).status_code

        assert [await push("1", NEW, OLD), await push("1", OLD), await push("2", NEW)] == [204] * 3
        assert await push("3", FOREIGN) == 401
    assert told == ['2026-03-02T12:00:00Z copy_received {"branch": "IPSW"}'] * 2
