"""HTTP shapes of what a place has to unpack, of scans, and of arrivals."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.delivery.domain.scanning import CodeKind, Located, Resolved, ScanOutcome
from services.delivery.schemas.goods import ItemView, item_view
from services.delivery.store.unpacking import Listed
from shared.contracts import words
from shared.contracts.base import Place, PlaceKind
from shared.contracts.delivery import Leg
from shared.http.instants import DayOrMoment
from shared.http.paging import PageQuery
from shared.texts import Reference

PlaceCode = Annotated[
    Reference,
    Field(min_length=1, max_length=64, description="Code of the branch or hub that unpacks", examples=["IPSW"]),
]
# One parcel that is scanned may have thousands of items; a person needs to see that it is known.
_MOST_SHOWN = 200


class ExpectedQuery(PageQuery):
    """Of which place to list what it has to unpack."""

    place: PlaceCode
    settled_from: DayOrMoment | None = Field(
        default=None, description="Also items that a receipt settled on this day, or at this moment, or later"
    )


class ScanQuery(BaseModel):
    """A code, and where it was scanned."""

    place: PlaceCode
    code: Annotated[
        Reference,
        Field(
            min_length=1,
            max_length=64,
            description="What the scanner read: barcode of a copy, ISBN or EAN, SSCC of a parcel, or our reference of a line",
            examples=["30123004567890"],
        ),
    ]


class LocatedItem(ItemView):
    """One item with the consignment that it is in."""

    consignment_id: UUID = Field(description="The consignment that it is in")
    supplier_id: words.SupplierId
    despatch_number: words.DespatchNumber
    place: Place = Field(description="Where to unpack it")
    leg: Leg = Field(description="Which part of the way: from the supplier to the branch or hub, or on from there")
    expected_on: date | None = Field(description="When the supplier expects it to arrive; null where it does not say")


class ScanView(BaseModel):
    """What a scanned code is, and what to do."""

    kind: CodeKind = Field(description="What the code turned out to be", examples=["barcode"])
    outcome: ScanOutcome = Field(
        description="`expected`: receive one of `goods`, the first where nothing else decides; `already`: counted before; "
        "`elsewhere`: it belongs to another place; `not_despatched`: ordered, and no supplier said that it was sent; "
        "`not_wanted`: cancelled since; `unknown`: not ordered",
        examples=["expected"],
    )
    advice: str = Field(description="What to do with it, for people", examples=["It is expected here: receive it."])
    goods: list[LocatedItem] = Field(description="The items that the code can be, at most 200; empty where there is none")


class ArrivalsAtPlace(BaseModel):
    """How many consignments one place expects, by one part of the way."""

    model_config = ConfigDict(from_attributes=True)

    code: str = Field(description="Code of the branch or hub", examples=["IPSW"])
    name: str = Field(description='What it is called; "" where nobody said', examples=["Ipswich Library"])
    kind: PlaceKind = Field(description="Whether it is a branch or a hub")
    leg: Leg = Field(description="From the supplier, or on from a hub by van")
    late: int = Field(description="Consignments that were expected before today and are not closed", examples=[1])
    due_today: int = Field(description="Consignments that are expected today and are not closed", examples=[2])
    later: int = Field(description="Consignments that are expected later, or for which no day is known", examples=[4])
    arrived_today: int = Field(description="Consignments of which something was unpacked today", examples=[3])


class ArrivalsView(BaseModel):
    """What each place of the council expects today."""

    day: date = Field(description="Today, for the council")
    places: list[ArrivalsAtPlace] = Field(description="Places that expect something or unpacked something today, by their codes")


def located_item(located: Located) -> LocatedItem:
    """Returns an item with its consignment."""
    of = located.consignment
    own = ("consignment_id", "supplier_id", "despatch_number", "place", "leg", "expected_on")
    return LocatedItem(**dict(item_view(located.item)), **{name: getattr(of, name) for name in own})


def expected_item(listed: Listed) -> LocatedItem:
    """Returns a row of the list of what a place has to unpack."""
    return located_item(listed.located)


def scan_view(found: Resolved) -> ScanView:
    """Returns the answer to a scan."""
    goods = [located_item(one) for one in found.goods[:_MOST_SHOWN]]
    return ScanView(kind=found.kind, outcome=found.outcome, advice=found.advice, goods=goods)
