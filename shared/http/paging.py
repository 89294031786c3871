"""Pages of lists with opaque cursors. Paging is by the keys of the last row, so no row is skipped or repeated."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from shared.errors import DomainError, Kind

Item = TypeVar("Item")
Row = TypeVar("Row")

Limit = Annotated[int, Query(ge=1, le=200, description="Rows per page")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next_cursor` of the previous page")]


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is absent on the last page."""

    items: Sequence[Item]
    next_cursor: str | None = None


def encode_cursor(*keys: str) -> str:
    """Encodes the sort keys of a page's last row."""
    return base64.urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *, count: int) -> list[str]:
    """Decodes a cursor of `encode_cursor` with `count` keys. Raises DomainError (400) for anything else."""
    try:
        keys = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise bad_cursor() from error
    if not isinstance(keys, list) or len(keys) != count or not all(isinstance(key, str) for key in keys):
        raise bad_cursor()
    return keys


def bad_cursor() -> DomainError:
    """Returns the error (400) for a cursor that no page has returned."""
    return DomainError("bad-cursor", "Not a valid cursor; send `next_cursor` of the previous page unchanged.", Kind.MALFORMED)


def decode_moment(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Returns moment and id of the last row from the cursor of a list sorted by time; None for the first page."""
    if cursor is None:
        return None
    at, identity = decode_cursor(cursor, count=2)
    try:
        return datetime.fromisoformat(at), UUID(identity)
    except ValueError as error:
        raise bad_cursor() from error


def page_by_moment(
    rows: Sequence[Row], limit: int, *, place: Callable[[Row], tuple[datetime, UUID]], view: Callable[[Row], Item]
) -> Page[Item]:
    """Returns a page of a list sorted by time. `rows` may hold `limit` + 1 rows; `place` returns a row's moment and id."""
    following = None
    if len(rows) > limit:
        at, identity = place(rows[limit - 1])
        following = encode_cursor(at.isoformat(), str(identity))
    return Page(items=[view(row) for row in rows[:limit]], next_cursor=following)


def decode_number(cursor: str | None, *, bits: int = 64) -> int | None:
    """Returns the last row's number from the cursor of a list sorted by a number; None for the first page."""
    if cursor is None:
        return None
    (number,) = decode_cursor(cursor, count=1)
    if not number.isdecimal() or len(number) > 19 or int(number).bit_length() >= bits:
        raise bad_cursor()
    return int(number)
