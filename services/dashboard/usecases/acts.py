"""Reads what people did from every service that the dashboard can ask, as the person at the page, and merges it by time."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from urllib.parse import urlencode
from uuid import UUID

from services.dashboard.domain.acts import HEADINGS, Act, ActPage, SeenAct, Wanted
from services.dashboard.domain.owners import owner_in_words
from services.dashboard.usecases.asking import Services
from shared.errors import DomainError
from shared.http.acts import ActQuery
from shared.http.calls import Api
from shared.http.lines import JSON_LINES, lines_in
from shared.http.tables import csv_rows

_ROWS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class SilentService:
    """A service whose acts are not shown, and why."""

    service: str
    detail: str

    @property
    def name(self) -> str:
        """The service in words."""
        return owner_in_words(self.service)


@dataclass(frozen=True, slots=True)
class SeenActs:
    """One page of the audit trail, the newest first."""

    acts: Sequence[SeenAct]
    next_cursor: str | None
    silent: Sequence[SilentService]


@dataclass(frozen=True, slots=True)
class Trail:
    """The audit trail of all services."""

    services: Services
    on_a_page: int = 50

    @property
    def names(self) -> Sequence[str]:
        """The services whose acts are shown, by name."""
        return list(self.services.owners)

    def _wanted(self, wanted: Wanted) -> Mapping[str, Api]:
        return {name: api for name, api in self.services.owners.items() if wanted.service in ("", name)}

    async def read(self, token: str, wanted: Wanted, *, cursor: str) -> SeenActs:
        """Returns the page that `cursor` names ("" for the first) of what people did in the services that are wanted.

        A service that refuses or does not answer is named in `silent`. Raises DomainError (400) for what is no cursor.
        """
        if cursor:
            ActQuery.model_construct(cursor=cursor).after(datetime.fromisoformat, UUID)
        asked = f"/v1/acts?{urlencode({**wanted.asked, 'limit': self.on_a_page, **({'cursor': cursor} if cursor else {})})}"
        answers = await asyncio.gather(*(_page(name, api, token, asked) for name, api in self._wanted(wanted).items()))
        pages = [answer for answer in answers if not isinstance(answer, SilentService)]
        newest = sorted(chain.from_iterable(acts for acts, _ in pages), key=_when, reverse=True)
        shown = newest[: self.on_a_page]
        more = len(newest) > self.on_a_page or any(more for _, more in pages)
        return SeenActs(
            shown,
            # All services list acts by the same keys under the same filters, so that one cursor continues each list.
            ActQuery().cursor_after(_when(shown[-1])) if more and shown else None,
            [answer for answer in answers if isinstance(answer, SilentService)],
        )

    async def as_csv(self, token: str, wanted: Wanted) -> AsyncIterator[bytes]:
        """Returns all that is wanted as CSV, newest first, in parts. A row names each service that does not answer.

        Every service is asked before the first part. Raises httpx.HTTPError in between where an answer breaks off.
        """
        async with AsyncExitStack() as opened:
            asked = f"/v1/acts?{urlencode(wanted.asked)}"
            lists: list[AsyncIterator[SeenAct]] = []
            silent: list[SilentService] = []
            for name, api in self._wanted(wanted).items():
                try:
                    lists.append(await _all(name, api, token, asked, opened))
                except DomainError as error:
                    silent.append(SilentService(name, error.detail))
            return _table(lists, silent, opened.pop_all())


async def _page(name: str, api: Api, token: str, asked: str) -> tuple[Sequence[SeenAct], bool] | SilentService:
    try:
        page = ActPage.model_validate(await api.ask("GET", asked, token))
    except DomainError as error:
        return SilentService(name, error.detail)
    return [SeenAct(name, act) for act in page.items], page.next_cursor is not None


async def _all(name: str, api: Api, token: str, asked: str, opened: AsyncExitStack) -> AsyncIterator[SeenAct]:
    session = await opened.enter_async_context(api.session(token))
    parts = await opened.enter_async_context(session.download(asked, accept=JSON_LINES))
    return _acts(name, parts)


async def _acts(name: str, parts: AsyncIterator[bytes]) -> AsyncIterator[SeenAct]:
    async for line in lines_in(parts):
        yield SeenAct(name, Act.model_validate_json(line))


async def _table(
    lists: Sequence[AsyncIterator[SeenAct]], silent: Sequence[SilentService], opened: AsyncExitStack
) -> AsyncIterator[bytes]:
    async with opened:
        missing = [("", "", "", each.name, f"NOT IN THIS FILE: {each.detail}") for each in silent]
        rows: list[Sequence[object]] = [HEADINGS, *missing]
        async for seen in _merged(lists):
            rows.append(seen.cells)
            if len(rows) >= _ROWS_AT_ONCE:
                yield csv_rows(rows)
                rows = []
        yield csv_rows(rows)


async def _merged(lists: Sequence[AsyncIterator[SeenAct]]) -> AsyncIterator[SeenAct]:
    """Yields the acts of several lists that are newest first, newest first, with one of each list in memory."""
    heads: list[tuple[float, int, int, SeenAct]] = []

    async def advance(place: int) -> None:
        seen = await anext(lists[place], None)
        if seen is not None:
            at, act_id = _when(seen)
            heapq.heappush(heads, (-at.timestamp(), -act_id.int, place, seen))

    for place in range(len(lists)):
        await advance(place)
    while heads:
        _, _, place, seen = heapq.heappop(heads)
        yield seen
        await advance(place)


def _when(seen: SeenAct) -> tuple[datetime, UUID]:
    return seen.act.acted_at, seen.act.act_id
