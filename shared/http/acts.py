"""`GET /v1/acts`, the same in every service: who did what through its API, when and why, and how things were before and after.

Must not know what the acts are about. This module does not defer annotations, because FastAPI could not resolve those that name a
scope of this router.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.acts.noting import ActOutcome
from shared.acts.reading import ActFilter, list_acts
from shared.auth import Principal, principal_with
from shared.clock import Clock
from shared.http.instants import DayOrMoment, bounds_of
from shared.http.lines import JSON, JSON_LINES, described_lines, fetching, lines_answer
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.representations import chosen_form
from shared.texts import Text


class ActQuery(PageQuery):
    """Which acts to list."""

    actor: Text | None = Field(default=None, max_length=200, description="Only those of this person", examples=["j.archer"])
    kind: Text | None = Field(
        default=None, max_length=100, description="Only about things of this kind", examples=["consignment"]
    )
    thing: Text | None = Field(
        default=None,
        max_length=200,
        description="Only about the thing with this id",
        examples=["0192f0c1-2b3a-7c4d-8e5f-60718293a4b5"],
    )
    operation: Text | None = Field(
        default=None, max_length=100, description="Only those by this operation", examples=["accept_invoice"]
    )
    acted_from: DayOrMoment | None = Field(default=None, description="Only those of this day or moment, or later")
    acted_before: DayOrMoment | None = Field(default=None, description="Only those before this day or moment")


class ActView(BaseModel):
    """One thing that a person, or a program with a token, did through the API of this service."""

    act_id: UUID = Field(description="Identifies the act")
    acted_at: datetime = Field(description="When it was done")
    council: str | None = Field(
        description="ISIL of the council that it concerns; null where operations staff did what concerns none, or several",
        examples=["GB-SFK"],
    )
    actor: str = Field(description="Who did it: the subject of the token", examples=["j.archer"])
    operation: str = Field(description="The operation, as this document names it", examples=["accept_invoice"])
    kind: str = Field(description="What kind of thing it was about", examples=["invoice"])
    thing: str = Field(
        description='Id of the thing: the last one in the path, or of what was made; "" where it was about all of a kind',
        examples=["0192f0c1-2b3a-7c4d-8e5f-60718293a4b5"],
    )
    path: str = Field(description="Path of the request", examples=["/v1/invoices/0192f0c1-2b3a-7c4d-8e5f-60718293a4b5/accept"])
    reason: str = Field(description='Why, in that person\'s words; "" where none was given', examples=["Agreed by telephone"])
    before: Mapping[str, Any] | None = Field(
        description="What it changed, as it was; null where that is not kept. Long texts and lists are cut, secrets left out",
        examples=[{"state": "queried"}],
    )
    after: Mapping[str, Any] | None = Field(
        description="The same as it was afterwards, else what the request asked for; null where it asked for nothing",
        examples=[{"state": "accepted"}],
    )
    outcome: ActOutcome = Field(description="`done`, or `waiting` for a second person", examples=["done"])
    correlation_id: str = Field(
        description="The correlation id of the request, as events and logs have it",
        examples=["0192f0c1-2b3a-7c4d-8e5f-607182930000"],
    )


def acts_router(engine: AsyncEngine, clock: Clock, *, scope: str) -> APIRouter:
    """Returns `/v1/acts` of one service; callers need `<scope>:read`."""
    router = APIRouter(prefix="/v1/acts", tags=["acts"])
    may_read = Depends(principal_with(f"{scope}:read"))

    async def list_acts_(
        caller: Annotated[Principal, may_read], request: Request, query: Annotated[ActQuery, Query()]
    ) -> Page[ActView] | Response:
        """Lists what people did through this service's API, the newest first. A council sees only what concerns it.

        With `Accept: application/jsonl`, all of them from the cursor on.
        """
        wanted = ActFilter(council=caller.council, **bounds_of(query.filters(), clock))
        fetch, after = fetching(engine, list_acts, wanted), query.after(datetime.fromisoformat, UUID)
        if chosen_form(request, (JSON, JSON_LINES)) == JSON_LINES:
            return await lines_answer(fetch, _line, keys=_keys, after=after)
        return query.page(await fetch(after, query.fetched), keys=_keys, view=_view)

    listed = {**described_lines("ActView"), **refusals("not-acceptable")}
    answer = Page[ActView]
    router.add_api_route("", list_acts_, methods=["GET"], response_model=answer, responses=listed, operation_id="list_acts")
    return router


async def _line(row: RowMapping) -> ActView:
    return _view(row)


def _view(row: RowMapping) -> ActView:
    return ActView.model_validate(dict(row))


def _keys(row: RowMapping) -> tuple[datetime, UUID]:
    return row["acted_at"], row["act_id"]
