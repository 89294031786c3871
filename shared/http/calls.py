"""Asks another service's API as the person who asks us: with that person's token, and within limits of time and size.

Raises every failure as a DomainError, so that a page can show it as a sentence. Must not know what is asked.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from starlette.types import ASGIApp

from shared.errors import DomainError, Kind
from shared.http.headers import IDEMPOTENCY_KEY, IF_MATCH
from shared.ids import new_id

_CONNECT_SECONDS, _ANSWER_SECONDS = 3.0, 10.0
_LARGEST_ANSWER = 8 * 2**20
_KINDS: Mapping[int, Kind] = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Session:
    """A service that is asked several things by one person, over connections that stay open."""

    client: httpx.AsyncClient
    answer_seconds: float = _ANSWER_SECONDS

    async def ask(
        self, method: str, path: str, *, body: Mapping[str, object] | None = None, if_match: str = "", key: str = ""
    ) -> Any:
        """Returns the JSON that the service answers to this token. `if_match`: the tag of the version to change.

        `key`: the Idempotency-Key of a request that may have been sent before; else a new one.

        Raises DomainError: the service's own refusal with its code, or `unreachable` (503) where it gave none.
        """
        # A person decides once; whoever decides again gets a new key.
        headers = {} if method == "GET" else {IDEMPOTENCY_KEY: key or str(new_id())}
        if if_match:
            headers[IF_MATCH] = if_match
        try:
            async with (
                asyncio.timeout(self.answer_seconds),
                self.client.stream(method, path, json=body, headers=headers) as answer,
            ):
                return json.loads(await _checked(answer))
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            raise _unreachable(error) from error

    @asynccontextmanager
    async def download(self, path: str, *, accept: str = "*/*") -> AsyncIterator[AsyncIterator[bytes]]:
        """Yields the bytes of an answer of any size, as they arrive, in the form `accept`.

        Raises DomainError as `ask` does, before the first byte; httpx.HTTPError where the answer breaks off.
        """
        async with AsyncExitStack() as opened:
            try:
                answer = await opened.enter_async_context(self.client.stream("GET", path, headers={"Accept": accept}))
                if not answer.is_success:
                    await _checked(answer)
            except (httpx.HTTPError, ValueError) as error:
                raise _unreachable(error) from error
            yield answer.aiter_raw()


@dataclass(frozen=True, slots=True)
class Api:
    """The API of one service at its base URL, which must answer within `answer_seconds`. Tests give it the `transport`."""

    base_url: str
    transport: httpx.AsyncBaseTransport | None = None
    answer_seconds: float = _ANSWER_SECONDS

    @classmethod
    def within(cls, app: ASGIApp) -> Api:
        """Returns the API of an app in this process, which is asked without a network."""
        return cls("http://within", httpx.ASGITransport(app))

    async def ask(
        self,
        method: str,
        path: str,
        token: str,
        *,
        body: Mapping[str, object] | None = None,
        if_match: str = "",
        key: str = "",
    ) -> Any:
        """Returns what `Session.ask` does, for one question."""
        async with self.session(token) as session:
            return await session.ask(method, path, body=body, if_match=if_match, key=key)

    async def download(self, path: str, token: str) -> AsyncIterator[bytes]:
        """Returns the bytes of an answer of any size, as they arrive. Raises DomainError as `ask` does, before the first byte."""
        async with AsyncExitStack() as opened:
            session = await opened.enter_async_context(self.session(token))
            chunks = await opened.enter_async_context(session.download(path))
            return _until_closed(chunks, opened.pop_all())

    @asynccontextmanager
    async def session(self, token: str) -> AsyncIterator[Session]:
        """Yields the service for several questions with this token."""
        async with httpx.AsyncClient(
            base_url=self.base_url,
            # Compressed, a few kilobytes can be gigabytes.
            headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
            timeout=httpx.Timeout(self.answer_seconds, connect=_CONNECT_SECONDS),
            transport=self.transport,
            trust_env=False,
            verify=_trusted(),
        ) as client:
            yield Session(client, self.answer_seconds)


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


async def _until_closed(chunks: AsyncIterator[bytes], opened: AsyncExitStack) -> AsyncIterator[bytes]:
    async with opened:
        async for chunk in chunks:
            yield chunk


async def _checked(answer: httpx.Response) -> bytes:
    """Returns the body of an answer of success. Raises DomainError for any other."""
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            raise ValueError(f"the answer is larger than {_LARGEST_ANSWER} bytes")
    if answer.is_success:
        return bytes(body)
    raise _refusal(answer.status_code, bytes(body))


def _refusal(status: int, body: bytes) -> DomainError:
    """Returns the error of a problem (RFC 9457); a status that no error of ours has is one of the service."""
    try:
        problem = json.loads(body)
        code, detail = str(problem["code"]), _faults_in_words(problem.get("errors")) or str(problem["detail"])
    except (ValueError, LookupError, TypeError):
        code, detail = "unreachable", f"The service answered {status} without a reason."
    return DomainError(code, detail, _KINDS.get(status, Kind.UNAVAILABLE))


def _faults_in_words(faults: Any) -> str:
    """Returns the faults of a request, which a sentence cannot refer to by their list; "" without one."""
    return "; ".join(f"{str(fault['pointer']).strip('/')}: {fault['detail']}" for fault in faults or ())


def _unreachable(error: Exception) -> DomainError:
    why = f"{type(error).__name__}: {error}"[:300]
    detail = (
        "The service cannot be reached. Try again in a minute; if that does not help, report it to the people who run Stockbridge"
    )
    return DomainError("unreachable", f"{detail} ({why}).", Kind.UNAVAILABLE)
