"""Events the catalogue consumes, with invented suppliers and real books."""

from dataclasses import replace
from uuid import UUID

from shared.contracts.base import Place
from shared.contracts.orders import CopyProgress, CopyState, LineProgressed, OrderedCopy, OrderedLine, OrderPlaced
from shared.contracts.suppliers import RecordsSupplied
from shared.records import Change, Description, Identifier, IdentifierKind, Record
from shared.records.brief import Brief, description_of
from tests.services.hearing import number, on_day

PIRANESI = "9781526622433"
HAMNET = "9781472223821"


def described(title: str = "Piranesi", author: str = "Clarke, Susanna", **more: object) -> Description:
    """A description with title and author, and more fields of it."""
    return replace(description_of(Brief(title, author=author)), **more)  # type: ignore[arg-type] # fields of a description


def stated(isbn: str = PIRANESI, title: str = "Piranesi", author: str = "Clarke, Susanna", **more: object) -> Record:
    """A record of a book with its ISBN, title, author, and more fields of its description."""
    identifiers = (Identifier(IdentifierKind.ISBN13, isbn),)
    return Record(isbn=isbn, description=described(title, author, identifiers=identifiers, **more))


def supplied(*records: Record, supplier_id: str = "harbour-books", day: int = 2) -> RecordsSupplied:
    """A message with these records."""
    return RecordsSupplied(supplier_id=supplier_id, message_id=number(day), supplied_at=on_day(day), records=records)


def record(
    supplier_id: str = "harbour-books",
    *,
    isbn: str = PIRANESI,
    title: str = "Piranesi",
    author: str = "Clarke, Susanna",
    day: int = 2,
) -> RecordsSupplied:
    """A message with one record of title and author."""
    return supplied(stated(isbn, title, author), supplier_id=supplier_id, day=day)


def withdrawal(supplier_id: str = "harbour-books", *, isbn: str = PIRANESI, day: int = 4) -> RecordsSupplied:
    """A message that takes one record back."""
    return supplied(Record(isbn=isbn, change=Change.WITHDRAWN), supplier_id=supplier_id, day=day)


def copy_of(isbn: str, place: int) -> UUID:
    """The id of a copy in a line of this book."""
    return number(int(isbn) * 100 + place)


def line(isbn: str, *branches: str, supplier_id: str = "eastern", material: str = "book") -> OrderedLine:
    """A line with one copy for each branch."""
    copies = tuple(
        OrderedCopy(copy_id=copy_of(isbn, place), copy_number=place, branch=Place(code=code), fund="FIC")
        for place, code in enumerate(branches, start=1)
    )
    return OrderedLine(line_key=f"SB-{isbn}", line_number=1, supplier_id=supplier_id, isbn=isbn, material=material, copies=copies)


def order(*lines: OrderedLine, council: str = "GB-SFK") -> OrderPlaced:
    """An order of these lines."""
    return OrderPlaced(council=council, order_id=number(1), order_number="PO-1", placed_at=on_day(2), lines=lines)


def progressed(
    place: int = 1,
    *,
    isbn: str = PIRANESI,
    barcode: str | None = None,
    to_state: CopyState = CopyState.ACCEPTED,
    substitute: str | None = None,
) -> LineProgressed:
    """News of one copy of a line."""
    copy = CopyProgress(
        copy_id=copy_of(isbn, place),
        copy_number=place,
        branch="IPSW",
        from_state=CopyState.SENT,
        to_state=to_state,
        cause="suppliers.order.responded.v1",
        barcode=barcode,
    )
    return LineProgressed(
        council="GB-SFK",
        order_id=number(1),
        order_number="PO-1",
        line_key=f"SB-{isbn}",
        supplier_id="eastern",
        isbn=isbn,
        progressed_at=on_day(3, 0),
        substitute_isbn=substitute,
        copies=(copy,),
    )
