"""`/v1/records`: everything changed that a council ordered, for its LMS to follow."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, model_validator
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.catalogue import store
from services.catalogue.api.cursors import cursor_after, place_after
from services.catalogue.domain.changes import START, ChangedTitle, Frontier, Place, Readership, Span
from services.catalogue.rendering import FORMS, MARC, MARCXML, stream
from services.catalogue.schemas import ChangedTitles
from services.catalogue.schemas.titles import CURSOR_EXAMPLE
from services.catalogue.usecases.holding import with_holdings
from shared.auth import CouncilPrincipal, council_with
from shared.clock import Clock
from shared.http.instants import DayOrMoment, moment_of
from shared.http.refusals import refusals
from shared.http.representations import chosen_form

# Titles that are in memory at once.
_CHUNK = 200

_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {MARCXML: {}, MARC: {}},
        "headers": {
            "Next-Cursor": {
                "description": "What to send as `cursor` next time. Keep it only once the whole body has arrived.",
                "schema": {"type": "string", "examples": [CURSOR_EXAMPLE]},
            },
            "Link": {
                "description": 'The next page, `rel="next"`, where more follows at once',
                "schema": {"type": "string", "examples": [f'<?cursor={CURSOR_EXAMPLE}&limit=1000>; rel="next"']},
            },
        },
    }
}

Council = Annotated[CouncilPrincipal, Depends(council_with("catalogue:read"))]


class ChangesQuery(BaseModel):
    """Which changes to return."""

    cursor: str | None = Field(
        default=None,
        max_length=500,
        description="`Next-Cursor` of the previous answer; without it, the answer begins with the first change",
        examples=[CURSOR_EXAMPLE],
    )
    changed_from: DayOrMoment | None = Field(
        default=None,
        description="Where the cursor is lost, and instead of it: only what changed at this day or moment or later",
    )
    limit: int = Field(default=1_000, ge=1, le=10_000, description="Most titles in the answer")

    @model_validator(mode="after")
    def _begins_at_one_place(self) -> Self:
        if self.cursor is not None and self.changed_from is not None:
            raise ValueError("send `cursor`, or `changed_from` where it is lost, and not both")
        return self


def changes_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the route of `/v1/records`."""
    router = APIRouter(prefix="/v1/records", tags=["records"])

    async def list_changed_titles(
        caller: Council, request: Request, query: Annotated[ChangesQuery, Query()]
    ) -> StreamingResponse:
        """Lists the titles that the council ordered, in the order of their changes, as JSON, MARCXML or MARC 21 (ISO 2709).

        Each title is in its last state, with the copies that the council ordered; a copy that changes is a change of its title.
        One that its suppliers withdrew is `withdrawn`, or has `d` in position 05 of its leader.
        Nothing is skipped, and nothing is repeated that did not change again.
        """
        form = chosen_form(request, FORMS)
        readers = Readership(caller.council)
        async with engine.connect() as connection:
            settled = await store.frontier(connection)
            after = await _after(connection, readers, query, settled, clock)
            last = await store.end_of_page(connection, readers, Span(after, settled.place), query.limit)
            span = Span(after, last or settled.place)
            # Before the answer begins: a database that is not there is still a problem with a status of its own.
            first = await _chunk(connection, readers, span)
        cursor = cursor_after(span.until, settled)
        body = stream(_chunks(engine, readers, span, first), form, next_cursor=cursor, more=last is not None)
        headers = {"Next-Cursor": cursor, "Vary": "Accept", "Cache-Control": "private, no-store"}
        if last is not None:
            headers["Link"] = f'<?cursor={cursor}&limit={query.limit}>; rel="next"'
        return StreamingResponse(body, media_type=form, headers=headers)

    answers = {**_ANSWER, **refusals("cursor-of-another-database", "not-acceptable")}
    router.add_api_route("", list_changed_titles, methods=["GET"], response_model=ChangedTitles, responses=answers)
    return router


async def _after(connection: AsyncConnection, readers: Readership, query: ChangesQuery, settled: Frontier, clock: Clock) -> Place:
    if query.cursor is not None:
        return place_after(query.cursor, settled)
    if query.changed_from is None:
        return START
    since = moment_of(query.changed_from, clock)
    return await store.place_before(connection, Readership(readers.council, since=since), settled)


async def _chunks(
    engine: AsyncEngine, readers: Readership, span: Span, chunk: Sequence[ChangedTitle]
) -> AsyncIterator[Sequence[ChangedTitle]]:
    """Yields the changes of a span. No connection is in use while the client reads: it may be slow."""
    while chunk:
        yield chunk
        if len(chunk) < _CHUNK:
            return
        async with engine.connect() as connection:
            chunk = await _chunk(connection, readers, Span(chunk[-1].place, span.until))


async def _chunk(connection: AsyncConnection, readers: Readership, span: Span) -> Sequence[ChangedTitle]:
    return await with_holdings(connection, readers.council, await store.changed_titles(connection, readers, span, _CHUNK))
