"""HTTP shapes of the catalogue, and their conversion from titles. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from pydantic import BaseModel, Field

from services.catalogue.domain import Record, Title, completeness
from shared.http.paging import PageQuery
from shared.texts import Text


class TitleQuery(PageQuery):
    """Which titles to list."""

    isbn: list[str] | None = Field(default=None, max_length=100, description="ISBN-10 or ISBN-13; repeat it for several")
    q: Text | None = Field(default=None, max_length=200, description="Words of title, subtitle or author, all of them")


class TitleView(BaseModel):
    """A title: our description of a book."""

    isbn: str = Field(description="ISBN-13")
    title: str
    subtitle: str
    author: str
    publisher: str
    published: str = Field(description="Year or ISO date, as the supplier gave it")
    form: str = Field(description="Binding in plain words")
    supplier_id: str = Field(description="Supplier of the record that became the title")
    version: int
    changed_at: datetime


class RecordView(BaseModel):
    """A record the title was chosen from."""

    supplier_id: str
    completeness: int = Field(ge=0, le=10, description="How complete the record is")
    supplied_at: datetime
    withdrawn: bool = Field(description="Whether the supplier took it back: then it counts no longer")


class TitleWithRecords(TitleView):
    """A title, and the records it was chosen from."""

    records: Sequence[RecordView]


def title_view(title: Title) -> TitleView:
    """Returns a title for a list."""
    return TitleView(**_fields(title))


def title_with_records(title: Title, records: Sequence[Record]) -> TitleWithRecords:
    """Returns a title with the records it was chosen from."""
    views = [
        RecordView(
            supplier_id=record.supplier_id,
            completeness=completeness(record.described),
            supplied_at=record.supplied_at,
            withdrawn=record.withdrawn,
        )
        for record in records
    ]
    return TitleWithRecords(**_fields(title), records=views)


def _fields(title: Title) -> dict[str, object]:
    return {
        "isbn": title.isbn,
        "supplier_id": title.supplier_id,
        "version": title.version,
        "changed_at": title.changed_at,
        **asdict(title.described),
    }
