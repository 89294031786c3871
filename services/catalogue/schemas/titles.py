"""HTTP shapes of titles, and their conversion from titles. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from pydantic import BaseModel, Field

from services.catalogue.domain.changes import ChangedTitle
from services.catalogue.domain.finds import Listed
from services.catalogue.domain.items import Holdings
from services.catalogue.domain.merging import Scored, Title
from services.catalogue.domain.scoring import DEFAULT, Shortfall, score
from shared.records import Description, Offer
from shared.records.brief import Brief, brief_of


class TitleView(BaseModel):
    """A title: our description of a book."""

    isbn: str = Field(description="ISBN-13")
    title: str
    subtitle: str
    author: str
    publisher: str
    published: str = Field(description="Year or ISO date, as the supplier gave it")
    form: str = Field(description="Binding in plain words")
    supplier_id: str = Field(description="Supplier of the record that gave the words of the title")
    version: int
    changed_at: datetime


class ItemView(BaseModel):
    """A copy that the council ordered."""

    order_number: str
    copy_number: int = Field(description="Number within the line of the order")
    supplier_id: str
    branch: str
    collection: str = Field(description="Sequence within the branch")
    shelfmark: str
    barcode: str
    price: str
    fund: str
    item_type: str


class JudgementView(BaseModel):
    """What the council's minimum says of the record that gives most of the title."""

    supplier_id: str = Field(description="Whose record it is")
    score: int = Field(description="From 0 to 100")
    pass_mark: int
    passes: bool
    shortfalls: Sequence[Shortfall] = Field(description="What it lacks, the most costly first, five at most")


class RecordView(BaseModel):
    """A record that the title was merged from."""

    supplier_id: str
    reference: str = Field(description="The supplier's own number of the record")
    score: int = Field(ge=0, le=100, description="How much of the stated minimum the record meets")
    passes: bool = Field(description="Whether that is enough")
    shortfalls: Sequence[Shortfall] = Field(description="What it lacks, the most costly first")
    supplied_at: datetime
    withdrawn: bool = Field(description="Whether the supplier took it back: then it counts no longer")
    offers: Sequence[Offer] = Field(
        description="Availability and price, as of `offered_at`; prices only where the supplier serves the council"
    )
    offered_at: datetime | None = Field(description="When the supplier stated its offers last; null: never")
    not_carried: Sequence[str] = Field(description="Places of the supplier's record that our description has no field for")


class TitleWithRecords(TitleView):
    """A title in full, and the records it was merged from."""

    description: Description
    sources: Mapping[str, str] = Field(description="For each field of the description, the supplier whose record it is from")
    records: Sequence[RecordView]
    items: Sequence[ItemView] = Field(description="The copies that the council ordered and that may still come or have come")
    judgement: JudgementView | None = Field(description="Null: no record was judged for the council, or the reader has none")


class ChangedTitleView(TitleView):
    """A title in full, as somebody who follows changes gets it."""

    withdrawn: bool = Field(description="Whether every supplier took its record back; the title stays as it was")
    description: Description
    sources: Mapping[str, str] = Field(description="For each field of the description, the supplier whose record it is from")
    items: Sequence[ItemView] = Field(description="The copies that the council ordered and that may still come or have come")
    judgement: JudgementView | None = Field(description="Null: no record was judged for the council, or the reader has none")


class ChangedTitles(BaseModel):
    """Changed titles, the oldest change first."""

    items: Sequence[ChangedTitleView]
    next_cursor: str = Field(description="What to send as `since` next time")
    more: bool = Field(description="Whether more follows at once")


def title_view(title: Listed) -> TitleView:
    """Returns a title for a list."""
    return TitleView(**_fields(title, title.brief))


def title_with_records(title: Title, records: Sequence[Scored], holdings: Holdings) -> TitleWithRecords:
    """Returns a title with the records it was merged from, and the reader's own items of it."""
    return TitleWithRecords(
        **_fields(title, brief_of(title.description)),
        description=title.description,
        sources=title.sources,
        records=[_record_view(each) for each in records],
        items=_item_views(holdings),
        judgement=_judgement_view(holdings),
    )


def changed_title_view(changed: ChangedTitle) -> ChangedTitleView:
    """Returns a title for somebody who follows changes; `changed_at` is when it changed for this reader."""
    title = changed.title
    return ChangedTitleView(
        **{**_fields(title, brief_of(title.description)), "changed_at": changed.changed_at},
        withdrawn=title.withdrawn,
        description=title.description,
        sources=title.sources,
        items=_item_views(changed.holdings),
        judgement=_judgement_view(changed.holdings),
    )


def _judgement_view(holdings: Holdings) -> JudgementView | None:
    judged = holdings.judgement
    if judged is None:
        return None
    return JudgementView(
        supplier_id=judged.supplier_id,
        score=judged.points,
        pass_mark=judged.pass_mark,
        passes=judged.passes,
        shortfalls=judged.shortfalls,
    )


def _item_views(holdings: Holdings) -> list[ItemView]:
    return [
        ItemView(
            order_number=item.order_number,
            copy_number=item.copy_number,
            supplier_id=item.supplier_id,
            **asdict(item.data),
        )
        for item in holdings.items
    ]


def _record_view(scored: Scored) -> RecordView:
    record = scored.record
    result = score(record, DEFAULT)
    return RecordView(
        supplier_id=record.supplier_id,
        reference=record.reference,
        score=result.points,
        passes=result.passes,
        shortfalls=result.shortfalls,
        supplied_at=record.supplied_at,
        withdrawn=record.withdrawn,
        offers=record.offers,
        offered_at=record.offered_at,
        not_carried=sorted({rest.place for rest in record.remainder}),
    )


def _fields(title: Title | Listed, brief: Brief) -> dict[str, object]:
    return {
        "isbn": title.isbn,
        "supplier_id": title.supplier_id,
        "version": title.version,
        "changed_at": title.changed_at,
        **asdict(brief),
    }
