"""Builders of contract events with default values; a test sets only the values that it needs."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from shared.contracts.base import Place, PlaceKind
from shared.contracts.catalogue import TitleChanged
from shared.contracts.orders import (
    CopyProgress,
    CopyState,
    LineProgressed,
    MovedLine,
    OrderedCopy,
    OrderedLine,
    OrderPlaced,
    ReroutedLine,
    RouteChanged,
)
from shared.contracts.suppliers import CopyReference, DespatchAdvised, DespatchedLine, Parcel
from shared.ids import new_line_key
from shared.records import Offer, Price, Record
from shared.records.brief import Brief, description_of

SUFFOLK = "GB-SFK"
NORFOLK = "GB-NFK"
ISBN = "9780141439518"
OTHER_ISBN = "9780141439600"
UNKNOWN_ISBN = "9780140449136"
DVD = "5050582000016"
HUB = Place(code="CSU", kind=PlaceKind.HUB, name="Central stock unit")


def a_record(isbn: str = ISBN, title: str = "", *, number: int = 1, retail: int | None = None, **texts: str) -> Record:
    """Returns a record that states six texts and a retail price in pence at most."""
    offers = () if retail is None else (Offer(prices=(Price(retail, "GBP"),)),)
    return Record(isbn=isbn, description=description_of(Brief(title, **texts)), offers=offers, number=number)


def a_branch(code: str = "IPSW") -> Place:
    return Place(code=code, name=f"{code} Library")


def an_ordered_line(
    isbn: str = ISBN, branches: Sequence[str] = ("IPSW",), *, supplier: str = "eastern", number: int = 1
) -> OrderedLine:
    """Returns a line with one copy for each of `branches`, in that order."""
    copies = tuple(
        OrderedCopy(copy_id=uuid4(), copy_number=index, branch=a_branch(code), fund="ADULT")
        for index, code in enumerate(branches, start=1)
    )
    return OrderedLine(line_key=new_line_key(), line_number=number, supplier_id=supplier, isbn=isbn, copies=copies)


def unpacked_at(line: OrderedLine, *places: Place | None) -> OrderedLine:
    """Returns the line with a place to unpack for each of its copies, in their order; one place is for all of them."""
    chosen = places * len(line.copies) if len(places) == 1 else places
    pairs = zip(line.copies, chosen, strict=True)
    return line.model_copy(update={"copies": tuple(copy.model_copy(update={"deliver_to": place}) for copy, place in pairs)})


def an_order_placed(
    *lines: OrderedLine, council: str = SUFFOLK, number: str = "PO-1", order_id: UUID | None = None
) -> OrderPlaced:
    return OrderPlaced(
        council=council,
        order_id=order_id or uuid4(),
        order_number=number,
        placed_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        lines=lines or (an_ordered_line(),),
    )


def a_route_changed(order: OrderPlaced, hub: Place | None = None) -> RouteChanged:
    """Says that all copies of an order are unpacked at a hub, or at their branches where none is given."""
    lines = tuple(
        ReroutedLine(
            line_key=line.line_key, supplier_id=line.supplier_id, deliver_to=hub or copy.branch, copy_ids=(copy.copy_id,)
        )
        for line in order.lines
        for copy in line.copies
    )
    return RouteChanged(
        council=order.council,
        order_id=order.order_id,
        order_number=order.order_number,
        changed_at=datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
        reason="by another route",
        lines=lines,
    )


def a_branch_closed(order: OrderPlaced, branch: Place, *former: Place, hub: Place | None = None) -> RouteChanged:
    """Says that the copies of an order that are for the last of the former branches are for another one from now on."""
    ours = [(line, tuple(copy.copy_id for copy in line.copies if copy.branch.code == former[0].code)) for line in order.lines]
    moved = tuple(
        MovedLine(
            line_key=line.line_key,
            supplier_id=line.supplier_id,
            branch=branch,
            former=former,
            deliver_to=hub or branch,
            copy_ids=copy_ids,
        )
        for line, copy_ids in ours
        if copy_ids
    )
    return a_route_changed(order).model_copy(update={"lines": (), "moved": moved, "reason": "closed"})


def unpacked_elsewhere(order: OrderPlaced, place: Place) -> RouteChanged:
    """Says that another branch unpacks all copies of an order, because the one that was asked for is closed."""
    changed = a_route_changed(order, place)
    return changed.model_copy(update={"lines": (), "unpacked": changed.lines, "reason": "closed"})


def a_line_progressed(
    order: OrderPlaced, line: OrderedLine, to_state: CopyState, *, copies: Sequence[OrderedCopy]
) -> LineProgressed:
    """Returns the event that `copies` of `line` changed from accepted to `to_state`."""
    return LineProgressed(
        council=order.council,
        order_id=order.order_id,
        order_number=order.order_number,
        line_key=line.line_key,
        supplier_id=line.supplier_id,
        isbn=line.isbn,
        progressed_at=datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
        copies=tuple(
            CopyProgress(
                copy_id=copy.copy_id,
                copy_number=copy.copy_number,
                branch=copy.branch.code,
                from_state=CopyState.ACCEPTED,
                to_state=to_state,
                cause="suppliers.order.responded.v1",
            )
            for copy in copies
        ),
    )


def a_despatched_line(
    line: OrderedLine, quantity: int = 1, *, order: OrderPlaced | None = None, copies: Sequence[CopyReference] = ()
) -> DespatchedLine:
    """Returns goods for `line`, with its line key and, if given, its order."""
    return DespatchedLine(
        line_key=line.line_key,
        order_id=order.order_id if order else None,
        order_number=order.order_number if order else None,
        isbn=line.isbn,
        quantity=quantity,
        copies=tuple(copies),
    )


def a_parcel(*lines: DespatchedLine, parcel_id: str = "350123450000000014") -> Parcel:
    return Parcel(parcel_id=parcel_id, lines=lines)


def a_despatch(
    *parcels: Parcel,
    number: str = "D-1",
    supplier: str = "eastern",
    deliver_to: Place | None = None,
    council: str | None = SUFFOLK,
    stated_on: date | None = None,
) -> DespatchAdvised:
    return DespatchAdvised(
        council=council,
        supplier_id=supplier,
        message_id=uuid4(),
        despatch_number=number,
        despatched_on=stated_on or date(2026, 3, 2),
        stated_on=stated_on,
        expected_on=date(2026, 3, 4),
        deliver_to=deliver_to or a_branch(),
        parcels=parcels,
    )


def a_title_changed(isbn: str = ISBN, *, version: int = 1, changed_at: datetime) -> TitleChanged:
    return TitleChanged(isbn=isbn, title=f"Title {version}", supplier_id="eastern", version=version, changed_at=changed_at)
