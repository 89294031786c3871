"""Reads changes of rules and switches from the services that own the strands, and passes on what a second person decides.

Both with the token of the person at the page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from services.dashboard.domain.changes import (
    OWNERS,
    Change,
    ChangePage,
    Content,
    SeenChange,
    advice_on,
    is_waiting,
)
from services.dashboard.usecases.asking import Services, all_items
from shared.errors import DomainError
from shared.http.calls import Api, Session
from shared.sourcing.api.changes import ChangeQuery
from shared.sourcing.changes import ChangeKind
from shared.sourcing.rules import Strand

_ON_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Silent:
    """A strand whose changes are not shown: why, and what to do."""

    strand: Strand
    detail: str
    advice: str


@dataclass(frozen=True, slots=True)
class SeenChanges:
    """Everything on the page: what waits, oldest first, then one page of what does not, newest first."""

    waiting: Sequence[SeenChange]
    made: Sequence[SeenChange]
    next_cursor: str | None
    silent: Sequence[Silent]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one strand answered."""

    waiting: Sequence[SeenChange]
    newest: Sequence[SeenChange]
    more: bool


@dataclass(frozen=True, slots=True)
class Strands:
    """The services that the dashboard asks for changes: those that own the strands."""

    services: Services

    async def read(self, token: str, *, cursor: str) -> SeenChanges:
        """Returns what waits in all strands, and the page of what was made that `cursor` names ("" for the first).

        A strand that refuses or does not answer is named in `silent`. Raises DomainError (400) for what is no cursor.
        """
        if cursor:
            ChangeQuery.model_construct(cursor=cursor).after(datetime.fromisoformat, UUID)
        answers = await asyncio.gather(*(self._strand(strand, token, cursor) for strand in Strand))
        given = [answer for answer in answers if isinstance(answer, _Answer)]
        newest = sorted(chain.from_iterable(answer.newest for answer in given), key=_when, reverse=True)
        page = newest[:_ON_A_PAGE]
        more = len(newest) > _ON_A_PAGE or any(answer.more for answer in given)
        return SeenChanges(
            waiting=sorted(chain.from_iterable(answer.waiting for answer in given), key=_when),
            made=[seen for seen in page if not is_waiting(seen.change)],
            # All strands list changes by the same keys, so that one cursor continues each list.
            next_cursor=ChangeQuery().cursor_after(_when(page[-1])) if more else None,
            silent=[answer for answer in answers if isinstance(answer, Silent)],
        )

    async def decide(self, strand: Strand, change_id: UUID, token: str, *, decision: str, reason: str) -> None:
        """Has the strand's service `approve` or `decline` a change. Raises DomainError as that refuses it."""
        body = {"reason": reason} if decision == "decline" else None
        await self._api(strand).ask("POST", f"/v1/changes/{change_id}/{decision}", token, body=body)

    def _api(self, strand: Strand) -> Api:
        return self.services.of(OWNERS[strand].service)

    async def _strand(self, strand: Strand, token: str, cursor: str) -> _Answer | Silent:
        query = {"limit": str(_ON_A_PAGE), **({"cursor": cursor} if cursor else {})}
        try:
            async with self._api(strand).session(token) as session:
                found = await all_items(session, "/v1/changes", {"state": "waiting"})
                waiting = [Change.model_validate(item) for item in found]
                newest = ChangePage.model_validate(await session.ask("GET", f"/v1/changes?{urlencode(query)}"))
                things = await _things(session, strand, [*waiting, *newest.items])
        except DomainError as error:
            return Silent(strand, error.detail, advice_on(error, strand))
        return _Answer(
            [_seen(strand, change, things) for change in waiting],
            [_seen(strand, change, things) for change in newest.items],
            newest.next_cursor is not None,
        )


def _when(seen: SeenChange) -> tuple[datetime, UUID]:
    return seen.change.proposed_at, seen.change.change_id


def _seen(strand: Strand, change: Change, things: Mapping[str, Any]) -> SeenChange:
    thing = things.get(_thing_of(change), {})
    return SeenChange(strand, change, Content.model_validate({**change.asked, **thing}))


# What kinds of changes are about: the name of its id, and where it is listed.
_ABOUT: Mapping[str, tuple[str, str]] = {
    ChangeKind.END_RULE: ("rule_id", "/v1/sourcing-rules"),
    ChangeKind.LIFT_CONTRACT_END: ("end_id", "/v1/contract-ends"),
    ChangeKind.SWITCH: ("switch_id", "/v1/switches"),
}
_ROUTE_RULES = "/v1/route-rules"


def _thing_of(change: Change) -> str:
    """Returns the id of what a change is about, "" where the change itself says everything."""
    return str(change.asked.get(_ABOUT[change.kind][0], "")) if change.kind in _ABOUT else ""


async def _things(session: Session, strand: Strand, changes: Iterable[Change]) -> Mapping[str, Any]:
    """Returns the rules, contract ends and switches of a strand by id, each kind only where one of the changes is about it."""
    found: dict[str, Any] = {}
    for kind in {change.kind for change in changes} & _ABOUT.keys():
        name, path = _ABOUT[kind]
        if kind == ChangeKind.END_RULE and strand is Strand.DELIVERY:
            path = _ROUTE_RULES
        found |= {item[name]: item for item in await all_items(session, path, {})}
    return found
