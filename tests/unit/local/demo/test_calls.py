"""Calls of the LMS: a request is repeated until the service answers, but not if that would not help."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from pydantic import BaseModel

from local.lms.calls import Service, UnexpectedAnswer
from local.machine.ports import LOOPBACK, free_port
from tests.waiting import eventually


class Numbered(BaseModel):
    """The answer that the tests read."""

    number: int


@dataclass
class Scripted:
    """A server on a real connection. It gives one answer after the other; None closes the connection."""

    answers: Iterator[tuple[int, object] | None]
    port: int = field(default_factory=free_port)
    requests: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._answer, LOOPBACK, self.port)
        async with server:
            yield

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next((int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length")), 0)
        self.requests.append(head + (await reader.readexactly(length)).decode())
        answer = next(self.answers)
        if answer is not None:
            status, body = answer
            text = json.dumps(body)
            writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n{text}".encode())
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    def service(self) -> Service:
        return Service(f"http://{LOOPBACK}:{self.port}", lambda: "token")


def scripted(*answers: tuple[int, object] | None) -> Scripted:
    return Scripted(iter(answers))


async def test_a_request_is_repeated_under_the_same_key_until_it_is_answered() -> None:
    server = scripted((503, {}), None, (201, {"number": 7}))

    async with server.running(), server.service() as service:
        answer = await service.post("/v1/orders", {"order_number": "SFK-1"}, key="lms-SFK-1")

    assert answer.json() == {"number": 7}
    assert service.repeated == 2
    assert len(set(server.requests)) == 1
    assert 'idempotency-key: "lms-sfk-1"' in server.requests[0].lower()


async def test_a_service_that_is_not_there_yet_is_waited_for() -> None:
    server = scripted((200, {"number": 7}))

    async with server.service() as service:
        reading = asyncio.create_task(service.get("/v1/orders", Numbered))
        # The first try must have failed.
        await eventually(lambda: service.repeated > 0)
        async with server.running():
            assert await reading == Numbered(number=7)


async def test_a_refusal_is_not_repeated() -> None:
    server = scripted((422, {"code": "order-refused"}))

    async with server.running(), server.service() as service:
        with pytest.raises(UnexpectedAnswer, match=r"answered 422.*order-refused"):
            await service.post("/v1/orders", {}, key="lms-SFK-1")

    assert len(server.requests) == 1


async def test_a_list_is_read_to_its_last_page() -> None:
    server = scripted((200, {"items": [{"number": 1}], "next_cursor": "abc"}), (200, {"items": [{"number": 2}]}))

    async with server.running(), server.service() as service:
        items = await service.pages("/v1/orders", Numbered, {"state": "sent"})

    assert [item.number for item in items] == [1, 2]
    assert "state=sent&cursor=abc" in server.requests[1]
