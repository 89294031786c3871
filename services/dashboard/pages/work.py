"""The work list: what waits by cause, the things of one cause, one thing, and what people do about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.domain import naming
from services.dashboard.domain.handling import WHOSE_IN_WORDS, SeenItem, Whose, kept_words
from services.dashboard.domain.messages import sentence_case
from services.dashboard.domain.settling import only_others, way_of
from services.dashboard.domain.visitors import Visitor
from services.dashboard.domain.work import KINDS, WorkKind, read_as_seen, words_of
from services.dashboard.pages.frame import Operating, Visiting, acted, names_of, now_of, page, pages_router
from services.dashboard.store import handling
from services.dashboard.store.work_copies import COUNTED_BY_DAYS
from services.dashboard.usecases import worklist
from services.dashboard.usecases.settling import Offered, Settling
from services.dashboard.usecases.worklist import MOST_AT_ONCE, ON_A_PAGE, Filters

_LATER = (1, 3, 7, 14)


def _filters(
    kind: WorkKind | None = None,
    supplier: Annotated[str, Query(max_length=100)] = "",
    council: Annotated[str, Query(max_length=20)] = "",
    whose: Whose = Whose.ANYBODY,
) -> Filters:
    return Filters(kind, supplier, council, whose)


Filtering = Annotated[Filters, Depends(_filters)]
Cause = Annotated[str, Query(max_length=300)]
Place = Annotated[str, Query(max_length=300)]
Short = Annotated[str, Field(max_length=300)]


class Act(StrEnum):
    """What a person may do about one thing."""

    TAKE = "take"
    LEAVE = "leave"
    NOTE = "note"
    SNOOZE = "snooze"
    WAKE = "wake"
    SETTLE = "settle"


class ActForm(BaseModel):
    """The form of one thing; each button sends the fields that it needs."""

    act: Act
    way: Short = ""
    note: str = Field(default="", max_length=2_000)
    version: int | None = None
    until: date | None = None
    reason: str = Field(default="", max_length=2_000)


class SettledForm(BaseModel):
    """The form of a group: which of its things are settled, or all that waited at `shown_at`, in which way, and why."""

    kind: WorkKind
    way: Short
    cause: Short = ""
    supplier: Short = ""
    council: Short = ""
    whose: Whose = Whose.ANYBODY
    every: bool = False
    shown_at: AwareDatetime | None = None
    item: list[Short] = Field(default=[], max_length=MOST_AT_ONCE)
    reason: str = Field(default="", max_length=2_000)


def work_router(engine: AsyncEngine, settling: Settling) -> APIRouter:
    """Returns the routes of the work list that read."""
    router = pages_router("/work")

    async def groups(request: Request, visitor: Visiting, filters: Filtering) -> Response:
        async with engine.connect() as connection:
            found = await worklist.read_groups(connection, filters.wanted(visitor, now_of(request)))
        by_words = [list(same) for _, same in groupby(found, key=attrgetter("kind", "words.several"))]
        choices = [(kind.value, sentence_case(words.several)) for kind, words in KINDS.items()]
        values = {"groups": found, "by_words": by_words, "filters": filters, "kind_choices": choices}
        return _page(request, visitor, "work.html", values)

    async def things(request: Request, visitor: Visiting, filters: Filtering, cause: Cause = "", after: Place = "") -> Response:
        # Things of one cause are of one kind.
        kind = filters.kind or WorkKind.QUARANTINED
        filters = replace(filters, kind=kind)
        wanted = filters.wanted(visitor, now_of(request), cause)
        async with engine.connect() as connection:
            group = await worklist.read_group(connection, wanted)
            found = await worklist.read_things(connection, wanted, read_as_seen(after), ON_A_PAGE + 1)
        shown = found[:ON_A_PAGE]
        values = {
            "group": group,
            "things": shown,
            "filters": filters,
            "cause": cause,
            "words": words_of(kind, cause),
            "ways": await settling.ways_for(shown[0].work, visitor) if shown else (),
            "most": MOST_AT_ONCE,
            "first": bool(after),
            "next": shown[-1].work.as_seen if len(found) > ON_A_PAGE else "",
        }
        return _page(request, visitor, "work_group.html", values)

    async def thing(request: Request, visitor: Visiting, kind: WorkKind, item: str) -> Response:
        wanted = Filters().wanted(visitor, now_of(request))
        async with engine.connect() as connection:
            seen = await worklist.read_thing(connection, wanted, kind, item)
        days = [now_of(request).date() + timedelta(days=number) for number in _LATER]
        offered = await settling.offered(seen.work, visitor) if seen.waits else Offered((), None)
        handles = kind not in COUNTED_BY_DAYS
        values = {"seen": seen, "ways": offered.ways, "days": days, "handles": handles, "version": offered.version}
        return _page(request, visitor, "work_item.html", {**values, "words": words_of(kind, seen.work.cause)})

    router.add_api_route("", groups, methods=["GET"])
    router.add_api_route("/group", things, methods=["GET"])
    router.add_api_route("/{kind}/{item:path}", thing, methods=["GET"])
    return router


def work_actions_router(engine: AsyncEngine, settling: Settling) -> APIRouter:
    """Returns the routes of the work list that change something: settle, take, note, put off."""
    router = pages_router("/work")

    async def settle_all(request: Request, visitor: Operating, form: Annotated[SettledForm, Form()]) -> Response:
        way, filters = way_of(form.kind, form.way), Filters(form.kind, form.supplier, form.council, form.whose)
        wanted = filters.wanted(visitor, now_of(request), form.cause)
        async with engine.connect() as connection:
            if form.every and form.shown_at:
                found = await worklist.waiting_at(connection, wanted, form.shown_at)
            else:
                found = await worklist.ticked(connection, wanted, form.item)
        outcome = await settling.settle_all(found, way, visitor, form.reason)
        values = {"outcome": outcome, "way": way, "filters": filters, "form": form, "number": len(found)}
        return _page(request, visitor, "work_done.html", values)

    async def act(request: Request, visitor: Operating, kind: WorkKind, item: str, form: Annotated[ActForm, Form()]) -> Response:
        now = now_of(request)
        async with engine.connect() as connection:
            seen = await worklist.read_thing(connection, Filters().wanted(visitor, now), kind, item)
        if form.act is not Act.SETTLE:
            return await acted(request, _handled(seen, visitor, now, form), then=naming.place_of(seen.work), done=_DONE[form.act])
        way = way_of(kind, form.way)
        name = naming.name_of(seen.work, names_of(request))
        done = f"{way.done}: {name}. It leaves the list as soon as its service has reported it."
        doing = settling.settle(seen, way, visitor, form.reason, version=form.version)
        return await acted(request, doing, then=naming.list_of(kind=kind.value), done=done)

    async def _handled(seen: SeenItem, visitor: Visitor, now: datetime, form: ActForm) -> None:
        async with engine.begin() as connection:
            match form.act:
                case Act.TAKE | Act.LEAVE:
                    await handling.take(connection, seen.work, visitor if form.act is Act.TAKE else None, now)
                case Act.NOTE:
                    await handling.add_note(connection, seen.work, visitor, now, kept_words(form.note))
                case _:
                    await worklist.put_off(connection, seen, (form.until or date.min) if form.act is Act.SNOOZE else None, now)

    router.add_api_route("/settle", settle_all, methods=["POST"])
    router.add_api_route("/{kind}/{item:path}", act, methods=["POST"])
    return router


_DONE = {
    Act.TAKE: "You took it. Others see your name.",
    Act.LEAVE: "Nobody has it any more.",
    Act.NOTE: "The note is kept.",
    Act.SNOOZE: "It is put off until that day.",
    Act.WAKE: "It is on the list again.",
}
_SHARED: dict[str, object] = {
    "naming": naming,
    "kinds": KINDS,
    "whose_words": WHOSE_IN_WORDS,
    "only_others": only_others,
}


def _page(request: Request, visitor: Visitor, template: str, values: Mapping[str, object]) -> Response:
    shown: dict[str, Any] = {**_SHARED, **values}
    return page(request, visitor, template, **shown)
