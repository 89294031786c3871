"""Routes of the catalogue: parse, use case, render. Titles belong to all councils."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue import store, usecases
from services.catalogue.schemas import TitleQuery, TitleView, TitleWithRecords, title_view, title_with_records
from shared.auth import Principal, principal_with
from shared.errors import DomainError, Fault, Kind
from shared.http.paging import Page
from shared.values import InvalidValue, to_isbn13

Reader = Annotated[Principal, Depends(principal_with("catalogue:read"))]


def titles_router(engine: AsyncEngine) -> APIRouter:
    """Returns the routes of `/v1/titles`: list, search, read."""
    router = APIRouter(prefix="/v1/titles", tags=["titles"])

    async def list_titles(_: Reader, query: Annotated[TitleQuery, Query()]) -> Page[TitleView]:
        """Lists titles by ISBN. Leaves out unknown ISBNs."""
        wanted = [_isbn13(text, f"/isbn/{place}") for place, text in enumerate(query.isbn or [])]
        after = query.after(str)
        async with engine.connect() as connection:
            titles = await store.list_titles(connection, isbns=wanted, words=query.q, after=after, limit=query.fetched)
        return query.page(titles, keys=lambda title: (title.isbn,), view=title_view)

    async def get_title(_: Reader, isbn: str) -> TitleWithRecords:
        """Returns one title by ISBN-10 or ISBN-13, with or without hyphens."""
        wanted = _isbn13(isbn, "/isbn")
        async with engine.connect() as connection:
            title, records = await usecases.find_title(connection, wanted)
        return title_with_records(title, records)

    router.add_api_route("", list_titles, methods=["GET"])
    router.add_api_route("/{isbn}", get_title, methods=["GET"])
    return router


def _isbn13(text: str, pointer: str) -> str:
    try:
        return to_isbn13(text)
    except InvalidValue as error:
        fault = Fault(pointer, "invalid-isbn", str(error))
        raise DomainError("invalid-isbn", f"{error}.", Kind.INVALID, [fault]) from error
