"""What is sent to a stranger's address goes to the address that was checked, or nowhere."""

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest

from local.machine.certificates import mint_certificates
from shared.clock import SystemClock
from shared.http.answers import Answer, Caps
from shared.http.outward import Address, Allowed, NoAnswer, Outward, RefusedUrl, Resolver
from tests.services.endpoint import Endpoint, Reply, endpoint

LOOPBACK = Allowed.of(["127.0.0.0/8"])
CAPS = Caps(largest=4_096, seconds=5.0)


class Names:
    """A server of names that gives another answer each time; the last one ever after."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[Address]:
        self.asked.append(host)
        found = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if not found:
            raise OSError("no such name")
        return [ip_address(text) for text in found]


@asynccontextmanager
async def _client(
    allowed: Allowed = LOOPBACK, names: Resolver | None = None, *, caps: Caps = CAPS, trusted: ssl.SSLContext | None = None
) -> AsyncIterator[Outward]:
    async with Outward(allowed, caps, resolver=names or Names([]), trusted=trusted) as client:
        yield client


async def _post(client: Outward, url: str) -> Answer:
    return await client.post(url, b"{}", {"Content-Type": "application/json"})


def _named(at: Endpoint, host: str) -> str:
    return f"https://{host}:{httpx.URL(at.url).port}/in"


async def test_a_name_that_becomes_private_after_registration_is_not_connected_to() -> None:
    names = Names(["8.8.8.8"], ["169.254.169.254"], ["10.0.0.1", "8.8.8.8"], ["::ffff:127.0.0.1"])
    async with _client(Allowed(), names) as client:
        await client.check("https://lms.example/in")
        for what in ("link-local", "private", "IPv4 within IPv6"):
            with pytest.raises(RefusedUrl, match=what):
                await _post(client, "https://lms.example/in")
    assert names.asked == ["lms.example"] * 4


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["8.8.8.8", "::1"], ["fd00::1"], ["64:ff9b::7f00:1"], ["2002:7f00:1::"], ["100.64.0.1"], []]
)
async def test_a_name_with_an_address_that_is_not_public_or_none_is_not_registered(found: Sequence[str]) -> None:
    async with _client(Allowed(), Names(found)) as client:
        with pytest.raises(RefusedUrl):
            await client.check("https://lms.example/in")


async def test_the_decimal_spelling_of_an_address_reaches_no_resolver() -> None:
    names = Names(["8.8.8.8"])
    async with _client(Allowed(), names) as client:
        for host in ("2130706433", "0x7f000001", "017700000001", "[::1]", "127.0.0.1"):
            with pytest.raises(RefusedUrl):
                await _post(client, f"https://{host}/in")
    assert names.asked == []


async def test_a_redirect_is_an_answer_and_not_followed() -> None:
    async with endpoint() as elsewhere, endpoint() as at, _client() as client:
        at.answers(Reply(307, headers={"Location": elsewhere.url}))
        answer = await _post(client, at.url)
    assert (answer.status, len(at.received), elsewhere.received) == (307, 1, [])


async def test_of_an_answer_without_end_only_the_beginning_is_read() -> None:
    async with endpoint() as at, _client() as client:
        at.answers(Reply(200, b"taken", size=10_000_000))
        answer = await _post(client, at.url)
    assert answer.body.startswith(b"taken")
    assert (answer.status, len(answer.body), bool(answer.cut)) == (200, 4_096, True)


async def test_an_answer_that_does_not_begin_ends_in_time() -> None:
    async with endpoint() as at, _client(caps=Caps(largest=1_024, seconds=0.2)) as client:
        at.answers(Reply(stalls=True))
        with pytest.raises(NoAnswer, match="did not begin within"):
            await _post(client, at.url)
    assert len(at.received) == 1


async def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with endpoint() as proxy, endpoint() as at, _client() as client:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        await _post(client, at.url)
    assert (len(at.received), proxy.received) == (1, [])


async def test_cookies_of_a_stranger_are_not_kept() -> None:
    async with endpoint() as at, _client() as client:
        at.answers(Reply(headers={"Set-Cookie": "who=you"}))
        await _post(client, at.url)
        await _post(client, at.url)
    assert [request.headers.get("cookie") for request in at.received] == [None, None]


async def test_tls_and_host_are_of_the_name_while_the_connection_is_to_its_address(tmp_path: Path) -> None:
    made = mint_certificates(tmp_path, clock=SystemClock())
    trusted, serving = ssl.create_default_context(cafile=str(made.authority)), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(made.server, made.server_key)
    names = Names(["127.0.0.1"])
    async with endpoint(serving) as at, _client(LOOPBACK, names, trusted=trusted) as client:
        # The certificate is for `localhost` and the address, not for the other name.
        with pytest.raises(NoAnswer, match=r"(?i)hostname mismatch"):
            await _post(client, _named(at, "lms.example"))
        assert at.received == []
        async with _client(Allowed(frozenset({"localhost"})), names, trusted=trusted) as localhost:
            answer = await _post(localhost, at.url)
    assert answer.status == 200
    assert at.received[0].headers["host"] == httpx.URL(at.url).netloc.decode()
    assert names.asked == ["lms.example", "localhost"]


async def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    async with endpoint() as at, _client(Allowed.of(["127.0.0.0/8", "lms.example"]), Names(["127.0.0.2", "127.0.0.1"])) as client:
        answer = await _post(client, _named(at, "lms.example").replace("https", "http"))
    assert answer.status == 200


async def test_a_name_that_is_not_there_any_more_is_a_failure_to_connect() -> None:
    async with _client(Allowed(), Names([])) as client:
        with pytest.raises(NoAnswer, match="cannot be resolved"):
            await _post(client, "https://lms.example/in")
