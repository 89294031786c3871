"""HTTP calls that outlive the service they go to: the same request again, under the same key, until it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Self, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from local.lms.answers import Page, Problem
from shared.backoff import Backoff

M = TypeVar("M", bound=BaseModel)

_AWAY = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 1.0
_TIMEOUT_SECONDS = 10.0
_PAGE = 200


class UnexpectedAnswer(Exception):
    """A service refused a request of ours, or failed at it: repeating it would not help."""

    def __init__(self, answer: httpx.Response) -> None:
        request = answer.request
        super().__init__(f"{request.method} {request.url} was answered {answer.status_code}: {answer.text[:2_000]}")
        self.status = answer.status_code
        self.problem = _problem(answer)


def _problem(answer: httpx.Response) -> Problem:
    """What is wrong, where the answer says so in the form that all our services keep to."""
    try:
        return Problem.model_validate_json(answer.content)
    except ValidationError:
        return Problem()


class Service:
    """One service, reached by HTTP. `token` gives a valid bearer token each time it is asked."""

    def __init__(self, base_url: str, token: Callable[[], str]) -> None:
        # The environment's proxies are for the world outside.
        self._client = httpx.AsyncClient(base_url=base_url, timeout=_TIMEOUT_SECONDS, trust_env=False)
        self._token = token
        self.repeated = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._client.aclose()

    async def get(self, path: str, shape: type[M], query: Mapping[str, str | int] | None = None) -> M:
        """What is at `path`."""
        return shape.model_validate_json((await self._answer("GET", path, query=query)).content)

    async def pages(self, path: str, shape: type[M], query: Mapping[str, str | int] | None = None) -> list[M]:
        """Every item of a paged list."""
        wanted = {"limit": _PAGE, **(query or {})}
        page = await self.get(path, Page, wanted)
        items = list(page.items)
        while page.next_cursor is not None:
            page = await self.get(path, Page, {**wanted, "cursor": page.next_cursor})
            items += page.items
        return [shape.model_validate(item) for item in items]

    async def put(self, path: str, body: object) -> None:
        """Put something; it may be put again without harm."""
        await self._answer("PUT", path, body=body)

    async def post(self, path: str, body: object, *, key: str = "") -> httpx.Response:
        """The answer to a POST. With `key` a repetition has no second effect."""
        return await self._answer("POST", path, body=body, headers={"Idempotency-Key": f'"{key}"'} if key else {})

    async def _answer(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        pause = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            answer = await self._try(method, path, body=body, query=query, headers=headers)
            if answer is not None:
                return answer
            self.repeated += 1
            await asyncio.sleep(pause.next())

    async def _try(
        self, method: str, path: str, *, body: object, query: Mapping[str, str | int] | None, headers: Mapping[str, str] | None
    ) -> httpx.Response | None:
        """The answer, or None when the service is away. Raises UnexpectedAnswer."""
        authorised = {"Authorization": f"Bearer {self._token()}", **(headers or {})}
        try:
            answer = await self._client.request(method, path, json=body, params=query, headers=authorised)
        except httpx.TransportError:
            return None
        if answer.status_code in _AWAY:
            return None
        if not answer.is_success:
            raise UnexpectedAnswer(answer)
        return answer
