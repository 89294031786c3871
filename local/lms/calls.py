"""HTTP calls that survive a restart of the service: a request is repeated, with the same key, until it is answered."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Self, TypeVar
from uuid import uuid4

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
    """A service refused a request, or failed at it; repeating the request would not help."""

    def __init__(self, answer: httpx.Response) -> None:
        request = answer.request
        super().__init__(f"{request.method} {request.url} was answered {answer.status_code}: {answer.text[:2_000]}")
        self.status = answer.status_code
        self.problem = _problem(answer)


def _problem(answer: httpx.Response) -> Problem:
    """Returns the problem document of the answer; an empty one if the answer is not a problem document."""
    try:
        return Problem.model_validate_json(answer.content)
    except ValidationError:
        return Problem()


class Service:
    """One service, called by HTTP. `token` returns a valid bearer token each time it is called."""

    def __init__(self, base_url: str, token: Callable[[], str]) -> None:
        # Proxies in the environment are for hosts outside, not for loopback.
        self._client = httpx.AsyncClient(base_url=base_url, timeout=_TIMEOUT_SECONDS, trust_env=False)
        self._token = token
        # How often a request was not answered or put off, by the code of the problem; "" without an answer.
        self.put_off: Counter[str] = Counter()

    @property
    def repeated(self) -> int:
        """How often a request was repeated."""
        return self.put_off.total()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._client.aclose()

    async def get(self, path: str, shape: type[M], query: Mapping[str, str | int] | None = None) -> M:
        """Returns the resource at `path`."""
        return shape.model_validate_json((await self._answer("GET", path, query=query)).content)

    async def fetch(self, path: str, form: str, query: Mapping[str, str | int] | None = None) -> httpx.Response:
        """Returns the answer in a form, such as `application/marc`. Raises UnexpectedAnswer."""
        return await self._answer("GET", path, query=query, headers={"Accept": form})

    async def pages(self, path: str, shape: type[M], query: Mapping[str, str | int] | None = None) -> list[M]:
        """Returns every item of a paged list."""
        wanted = {"limit": _PAGE, **(query or {})}
        page = await self.get(path, Page, wanted)
        items = list(page.items)
        while page.next_cursor is not None:
            page = await self.get(path, Page, {**wanted, "cursor": page.next_cursor})
            items += page.items
        return [shape.model_validate(item) for item in items]

    async def put(self, path: str, body: object) -> None:
        """Sends a PUT, which may be repeated safely."""
        await self._answer("PUT", path, body=body)

    async def post(self, path: str, body: object, *, key: str = "", if_match: str = "") -> httpx.Response:
        """Returns the answer to a POST. It is repeated under one key, `key` or a new one, so that it has no second effect.

        `if_match`: the tag of the version to change.
        """
        headers = {"Idempotency-Key": f'"{key or uuid4()}"', **({"If-Match": if_match} if if_match else {})}
        return await self._answer("POST", path, body=body, headers=headers)

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
            await asyncio.sleep(pause.next())

    async def _try(
        self, method: str, path: str, *, body: object, query: Mapping[str, str | int] | None, headers: Mapping[str, str] | None
    ) -> httpx.Response | None:
        """Returns the answer, or None if the service cannot be reached. Raises UnexpectedAnswer."""
        authorised = {"Authorization": f"Bearer {self._token()}", **(headers or {})}
        try:
            answer = await self._client.request(method, path, json=body, params=query, headers=authorised)
        except httpx.TransportError:
            self.put_off[""] += 1
            return None
        if answer.status_code in _AWAY:
            self.put_off[_problem(answer).code] += 1
            return None
        if not answer.is_success:
            raise UnexpectedAnswer(answer)
        return answer
