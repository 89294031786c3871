"""Routes of the catalogue: parse, use case, render. Titles belong to all councils."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue import store, usecases
from services.catalogue.schemas import TitleView, TitleWithRecords, title_view, title_with_records
from shared.auth import Principal, principal_with
from shared.errors import DomainError, Fault, Kind
from shared.http.paging import Cursor, Limit, Page, decode_cursor, encode_cursor
from shared.values import InvalidValue, to_isbn13

Reader = Annotated[Principal, Depends(principal_with("catalogue:read"))]
Isbns = Annotated[list[str] | None, Query(max_length=100, description="ISBN-10 or ISBN-13; repeat it for several")]
Words = Annotated[str | None, Query(max_length=200, description="Words of title, subtitle or author, all of them")]


def titles_router(engine: AsyncEngine) -> APIRouter:
    """`/v1/titles`: list, search, read."""
    router = APIRouter(prefix="/v1/titles", tags=["titles"])

    async def list_titles(
        _: Reader, isbn: Isbns = None, q: Words = None, limit: Limit = 50, cursor: Cursor = None
    ) -> Page[TitleView]:
        """Titles by ISBN. Unknown ISBNs are left out."""
        wanted = [_isbn13(text, f"/isbn/{place}") for place, text in enumerate(isbn or [])]
        after = None if cursor is None else decode_cursor(cursor, count=1)[0]
        async with engine.connect() as connection:
            titles = await store.list_titles(connection, isbns=wanted, words=q, after=after, limit=limit + 1)
        following = encode_cursor(titles[limit - 1].isbn) if len(titles) > limit else None
        return Page(items=[title_view(title) for title in titles[:limit]], next_cursor=following)

    async def get_title(_: Reader, isbn: str) -> TitleWithRecords:
        """One title by ISBN-10 or ISBN-13, with or without hyphens."""
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
