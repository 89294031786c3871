"""`/v1/titles`: list, search, read. Titles belong to all councils."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.catalogue import store
from services.catalogue.domain.finds import Counted, Rank
from services.catalogue.rendering import FORMS, MARC, MARCXML, rendered
from services.catalogue.schemas import TitlePage, TitleQuery, TitleWithRecords, asked, found_title, searched_page
from services.catalogue.schemas.titles import LONGEST_ISBN
from services.catalogue.usecases.finding import find_title
from services.catalogue.usecases.searching import count_facets, count_titles, find_titles
from shared.auth import Principal, principal_with
from shared.clock import Clock
from shared.errors import DomainError, Fault, Kind
from shared.http.paging import number
from shared.http.refusals import refusals
from shared.http.representations import chosen_form, tagged_answer
from shared.values import InvalidValue, to_isbn13

_OTHER_FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {MARCXML: {}, MARC: {}}},
    304: {"description": "The title has not changed since the answer with this ETag"},
}

IsbnInPath = Annotated[
    str, Path(max_length=LONGEST_ISBN, description="ISBN-13 or ISBN-10, with or without hyphens", examples=["9780141439518"])
]
_number = partial(number, bits=32)

Reader = Annotated[Principal, Depends(principal_with("catalogue:read"))]


def titles_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of `/v1/titles`: list, search, read."""
    router = APIRouter(prefix="/v1/titles", tags=["titles"])

    async def list_titles(_: Reader, query: Annotated[TitleQuery, Query()]) -> TitlePage:
        """Lists titles by ISBN, or searches them. Leaves out unknown ISBNs.

        A search counts what it found, and facets if asked for, on its first page only.
        """
        wanted = [to_isbn(text, f"/isbn/{place}") for place, text in enumerate(query.isbn or [])]
        async with engine.connect() as connection:
            return await (_searched if query.is_search else _listed)(connection, query, wanted)

    async def get_title(caller: Reader, request: Request, isbn: IsbnInPath) -> Response:
        """Returns one title by ISBN-10 or ISBN-13, with or without hyphens, as JSON, MARCXML or MARC 21 (ISO 2709).

        A council gets the copies that it ordered with it, in the field of its own profile, and prices of suppliers that serve it.
        Send its ETag as `If-None-Match` to learn whether it has changed since: 304.
        """
        wanted = to_isbn(isbn, "/isbn")
        form = chosen_form(request, FORMS)
        async with engine.connect() as connection:
            found = await find_title(connection, wanted, caller.council, clock)
        return tagged_answer(request, rendered(found, form), form)

    unknown = {**_OTHER_FORMS, **refusals("invalid-isbn", "no-such-title", "not-acceptable")}
    router.add_api_route("", list_titles, methods=["GET"], responses=refusals("invalid-isbn"))
    router.add_api_route("/{isbn}", get_title, methods=["GET"], response_model=TitleWithRecords, responses=unknown)
    return router


async def _listed(connection: AsyncConnection, query: TitleQuery, isbns: Sequence[str]) -> TitlePage:
    titles = await store.list_titles(connection, isbns=isbns, after=query.after(str), limit=query.fetched)
    page = query.page(titles, keys=lambda title: (title.isbn,), view=found_title)
    return TitlePage(items=page.items, next_cursor=page.next_cursor)


async def _searched(connection: AsyncConnection, query: TitleQuery, isbns: Sequence[str]) -> TitlePage:
    keys = query.after(_number, _number, str)
    after = None if keys is None else Rank(*keys)
    found = await find_titles(connection, asked(query, isbns), after=after, limit=query.fetched)
    if after is not None:
        return searched_page(query, found, None, None)
    few = len(found.hits) <= query.limit
    total = Counted(len(found.hits), exact=True) if few else await count_titles(connection, found)
    facets = await count_facets(connection, found.search) if query.facets else None
    return searched_page(query, found, total, facets)


def to_isbn(text: str, pointer: str = "/isbn") -> str:
    """Returns the ISBN-13 that a caller means. Raises DomainError (422) with the pointer where it is none."""
    try:
        return to_isbn13(text)
    except InvalidValue as error:
        fault = Fault(pointer, "invalid-isbn", str(error))
        raise DomainError("invalid-isbn", f"{error}.", Kind.INVALID, [fault]) from error
