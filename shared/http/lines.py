"""Whole lists as JSON Lines, one object a line, sent in parts; and such lines, read again. Must not know any list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, TypeVar

from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncEngine

JSON, JSON_LINES = "application/json", "application/jsonl"
# Rows that are in memory at once.
_AT_ONCE = 100
# A line is an object of a list, such as a message with its findings; more is no line of ours.
_LONGEST_LINE = 8 * 2**20

Row = TypeVar("Row")
Keys = TypeVar("Keys")

Fetch = Callable[[Keys | None, int], Awaitable[Sequence[Row]]]
"""Returns so many rows after the keys of a row, the first ones after None. Holds no connection while they are read."""


def described_lines(schema: str) -> dict[int | str, dict[str, Any]]:
    """Returns the description of an answer that is given as JSON Lines, too; `schema` is the name of the shape of a line."""
    line = {"$ref": f"#/components/schemas/{schema}"}
    text = "As JSON Lines: everything from the cursor on, one object a line. An answer that breaks off is not whole."
    return {200: {"description": text, "content": {JSON_LINES: {"schema": line}}}}


def fetching(engine: AsyncEngine, read: Callable[..., Awaitable[Sequence[Row]]], wanted: object) -> Fetch[Any, Row]:
    """Returns what fetches the rows that are wanted, each time with a connection of its own."""

    async def fetch(after: Any, limit: int) -> Sequence[Row]:
        async with engine.connect() as connection:
            return await read(connection, wanted, after=after, limit=limit)

    return fetch


async def lines_answer(
    fetch: Fetch[Keys, Row], line: Callable[[Row], Awaitable[BaseModel]], *, keys: Callable[[Row], Keys], after: Keys | None
) -> StreamingResponse:
    """Returns all rows after `after`; `line` returns the object of a row.

    The first rows are fetched before the answer begins: a database that is away is still a problem with a status of its own.
    """
    first = await fetch(after, _AT_ONCE)
    headers = {"Vary": "Accept", "Cache-Control": "private, no-store"}
    return StreamingResponse(_lines(first, fetch, line, keys), media_type=JSON_LINES, headers=headers)


async def _lines(
    rows: Sequence[Row], fetch: Fetch[Keys, Row], line: Callable[[Row], Awaitable[BaseModel]], keys: Callable[[Row], Keys]
) -> AsyncIterator[bytes]:
    while rows:
        for row in rows:
            yield (await line(row)).model_dump_json(by_alias=True).encode() + b"\n"
        rows = await fetch(keys(rows[-1]), _AT_ONCE) if len(rows) == _AT_ONCE else ()


async def lines_in(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yields the lines of bytes that arrive in parts, each with its end. Raises ValueError for one of more than 8 MB."""
    rest = b""
    async for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            yield line + b"\n"
        if len(rest) > _LONGEST_LINE:
            raise ValueError(f"a line is longer than {_LONGEST_LINE} bytes")
    if rest:
        yield rest
