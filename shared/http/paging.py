"""Pages of lists with opaque cursors. Paging is by the keys of the last row, so no row is skipped or repeated.

`shared.db.paging` builds the queries. Must not know any list.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, Generic, TypeVar, overload
from uuid import UUID

from pydantic import BaseModel, Field

from shared.errors import DomainError, Kind

Item = TypeVar("Item")
Row = TypeVar("Row")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")

# The types of sort keys; a datetime is a date.
Key = date | UUID | int | str
Limit = Annotated[int, Field(ge=1, le=200, description="Rows per page")]


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: Sequence[Item] = Field(description="The things on this page, in the order of the list")
    next_cursor: str | None = Field(
        default=None, description="What `cursor` of the next page must be; null on the last page", examples=["WyJTRksiLCAiMSJd"]
    )


class PageQuery(BaseModel):
    """Which page of a list to return. Lists with filters add a field for each; a field that is left out does not filter."""

    # The fields that may differ from page to page, because they do not decide which rows a list has.
    UNBOUND: ClassVar[frozenset[str]] = frozenset()

    limit: Limit = 50
    cursor: str | None = Field(
        default=None,
        max_length=500,
        description="`next_cursor` of the previous page; left out for the first",
        examples=["WyJTRksiLCAiMSJd"],
    )

    @property
    def fetched(self) -> int:
        """The number of rows to fetch: one more than the page shows, to find out whether another page follows."""
        return self.limit + 1

    @property
    def _bound(self) -> str:
        """What a cursor is bound to: which list this is, and its filters."""
        filters = self.model_dump(mode="json", exclude={*PageQuery.model_fields, *self.UNBOUND})
        text = json.dumps([type(self).__qualname__, filters], sort_keys=True)
        return base64.urlsafe_b64encode(hashlib.blake2b(text.encode(), digest_size=6).digest()).decode()

    def filters(self) -> dict[str, Any]:
        """Returns the fields that filter the list."""
        return self.model_dump(exclude=set(PageQuery.model_fields))

    @overload
    def after(self, key: Callable[[str], A], /) -> tuple[A] | None: ...
    @overload
    def after(self, key: Callable[[str], A], second: Callable[[str], B], /) -> tuple[A, B] | None: ...
    @overload
    def after(
        self, key: Callable[[str], A], second: Callable[[str], B], third: Callable[[str], C], /
    ) -> tuple[A, B, C] | None: ...
    @overload
    def after(
        self, key: Callable[[str], A], second: Callable[[str], B], third: Callable[[str], C], fourth: Callable[[str], D], /
    ) -> tuple[A, B, C, D] | None: ...
    def after(self, *keys: Callable[[str], object]) -> tuple[object, ...] | None:
        """Returns the keys of the previous page's last row, None for the first page.

        Each of `keys` parses one key and raises ValueError. Raises DomainError (400) for a cursor that no page has returned, and
        for one of a page with other filters.
        """
        if self.cursor is None:
            return None
        bound, *found = read_cursor(self.cursor, (str, *keys))
        if bound != self._bound:
            detail = "This cursor belongs to a list with other filters; send those of the first page, or no cursor."
            raise DomainError("cursor-of-other-filters", detail, Kind.MALFORMED)
        return tuple(found)

    def cursor_after(self, keys: Sequence[Key]) -> str:
        """Returns the cursor of the page after the row with these keys."""
        return write_cursor((self._bound, *keys))

    def next_cursor(self, rows: Sequence[Row], keys: Callable[[Row], tuple[Key, ...]]) -> str | None:
        """Returns the cursor of the page after these fetched rows, None after the last page; `keys` returns a row's sort keys."""
        if len(rows) <= self.limit:
            return None
        return self.cursor_after(keys(rows[self.limit - 1]))

    def page(self, rows: Sequence[Row], *, keys: Callable[[Row], tuple[Key, ...]], view: Callable[[Row], Item]) -> Page[Item]:
        """Returns the page of these fetched rows."""
        return Page(items=[view(row) for row in rows[: self.limit]], next_cursor=self.next_cursor(rows, keys))


def number(text: str, *, bits: int = 64) -> int:
    """Parses a key that is a number of a signed column with `bits` bits. Raises ValueError for anything else."""
    if not text.isdecimal() or len(text) > 19 or int(text).bit_length() >= bits:
        raise ValueError(f"{text!r} is not a number of {bits} bits")
    return int(text)


def write_cursor(keys: Sequence[Key]) -> str:
    """Returns the cursor after the row with these keys: letters, digits, `-` and `_`, never a digit first."""
    texts = [key.isoformat() if isinstance(key, date) else str(key) for key in keys]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


def read_cursor(cursor: str, keys: Sequence[Callable[[str], object]]) -> tuple[object, ...]:
    """Returns the keys in a cursor, each parsed by one of `keys`. Raises DomainError (400) for what is no cursor."""
    try:
        texts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise ValueError("a cursor is a list of texts")
        return tuple(read(text) for read, text in zip(keys, texts, strict=True))
    except ValueError as error:
        detail = "Not a valid cursor; send `next_cursor` of the previous page unchanged."
        raise DomainError("bad-cursor", detail, Kind.MALFORMED) from error
