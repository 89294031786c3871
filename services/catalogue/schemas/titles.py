"""HTTP shapes of titles, and their conversion from titles. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.catalogue.domain.changes import ChangedTitle
from services.catalogue.domain.finds import Listed
from services.catalogue.domain.items import Holdings
from services.catalogue.domain.merging import Scored, Title
from services.catalogue.domain.scoring import DEFAULT, Shortfall, score
from shared.contracts import words
from shared.records import Description, Offer
from shared.records.brief import Brief, brief_of

CURSOR_EXAMPLE = "WyI3MzgxLjAwMDAwMDAxIiwgIjg0MiIsICI5NzgwMTQxNDM5NTE4Il0"
# ISBN-13 with hyphens or spaces, with room for some too many.
LONGEST_ISBN = 25
Whole = Annotated[Description, Field(description="Everything that is stated about the book")]
Sources = Annotated[
    Mapping[str, str],
    Field(
        description="For each field of the description, the supplier whose record it is from; `council:` and an ISIL for a fix",
        examples=[{"title": "national", "summary": "consortium"}],
    ),
]


class TitleView(BaseModel):
    """A title: our description of a book."""

    isbn: words.Isbn
    title: str = Field(description='What the book is called; "" where no record says', examples=["Pride and Prejudice"])
    subtitle: str = Field(description='The rest of its title; "" where there is none', examples=["a novel"])
    author: str = Field(description='Who is named as its author, as filed where stated; "" for nobody', examples=["Austen, Jane"])
    publisher: str = Field(description='Its publisher, else its imprint; "" where no record says', examples=["Penguin Books"])
    published: str = Field(description='Year or ISO date, as the supplier gave it; "" where it did not', examples=["2003-01-30"])
    form: str = Field(description='Binding in plain words; "" where no record says', examples=["paperback"])
    supplier_id: words.SupplierId = Field(description="Supplier of the record that gave the words of the title")
    version: int = Field(description="1 at first, and one more with each change of the title", examples=[3])
    changed_at: datetime = Field(description="When the title changed last")


class ItemView(BaseModel):
    """A copy that the council ordered."""

    order_number: words.OrderNumber
    copy_number: words.CopyNumber
    supplier_id: words.SupplierId
    branch: words.BranchCode
    collection: words.Sequence
    shelfmark: words.Shelfmark
    barcode: words.Barcode = Field(description='As printed on the copy\'s label; "" while none is known')
    price: str = Field(description='What it costs, as the record states it; "" where it does not', examples=["GBP 8.99"])
    fund: words.FundCode = Field(description='The council\'s code of the fund that pays; "" for none')
    item_type: str = Field(description='Item type as the order or record states it; "" for none', examples=["BOOK"])


class JudgementView(BaseModel):
    """What the council's minimum says of the record that gives most of the title."""

    supplier_id: words.SupplierId = Field(description="Whose record it is")
    score: int = Field(description="How much of the minimum it meets, from 0 to 100", examples=[85])
    pass_mark: int = Field(description="The least score that passes", examples=[70])
    passes: bool = Field(description="Whether it passes")
    shortfalls: Sequence[Shortfall] = Field(description="What it lacks, the most costly first, five at most")


Items = Annotated[
    Sequence[ItemView], Field(description="The copies that the council ordered and that may still come or have come")
]
Judged = Annotated[
    JudgementView | None,
    Field(description="What the council's minimum says; null: no record was judged for it, or the reader has no council"),
]


class RecordView(BaseModel):
    """A record that the title was merged from."""

    supplier_id: words.SupplierId
    reference: str = Field(description='The supplier\'s own number of the record; "" where it has none', examples=["HB-00731"])
    score: int = Field(ge=0, le=100, description="How much of the stated minimum the record meets", examples=[85])
    passes: bool = Field(description="Whether that is enough")
    shortfalls: Sequence[Shortfall] = Field(description="What it lacks, the most costly first")
    supplied_at: datetime = Field(description="When the supplier's latest record arrived")
    withdrawn: bool = Field(description="Whether the supplier took it back: then it counts no longer", examples=[False])
    description: Whole
    offers: Sequence[Offer] = Field(
        description="Availability and price, as of `offered_at`; prices only where the supplier serves the council"
    )
    offered_at: datetime | None = Field(description="When the supplier stated its offers last; null: never")
    not_carried: Sequence[str] = Field(
        description="Places of the supplier's record that our description has no field for", examples=[["583"]]
    )


class TitleWithRecords(TitleView):
    """A title in full, and the records it was merged from."""

    description: Whole
    sources: Sources
    records: Sequence[RecordView] = Field(description="The records of it, one for each supplier")
    items: Items
    judgement: Judged


class ChangedTitleView(TitleView):
    """A title in full, as somebody who follows changes gets it."""

    withdrawn: bool = Field(
        description="Whether every supplier took its record back; the title stays as it was", examples=[False]
    )
    description: Whole
    sources: Sources
    items: Items
    judgement: Judged


class ChangedTitles(BaseModel):
    """Changed titles, the oldest change first."""

    items: Sequence[ChangedTitleView] = Field(description="The titles")
    next_cursor: str = Field(description="What to send as `cursor` next time, now or later", examples=[CURSOR_EXAMPLE])
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
        description=record.description,
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
