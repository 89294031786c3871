"""Events the catalogue consumes, with invented suppliers and real books."""

from shared.contracts.base import Place
from shared.contracts.orders import OrderedCopy, OrderedLine, OrderPlaced
from shared.contracts.suppliers import RecordSupplied
from tests.services.hearing import number, on_day

PIRANESI = "9781526622433"
HAMNET = "9781472223821"


def record(
    supplier_id: str = "harbour-books",
    *,
    isbn: str = PIRANESI,
    title: str = "Piranesi",
    author: str = "Clarke, Susanna",
    day: int = 2,
) -> RecordSupplied:
    """A record with title and author."""
    return RecordSupplied(
        supplier_id=supplier_id, message_id=number(day), isbn=isbn, title=title, author=author, supplied_at=on_day(day)
    )


def line(isbn: str, *branches: str, supplier_id: str = "eastern", material: str = "book") -> OrderedLine:
    """A line with one copy for each branch."""
    copies = tuple(
        OrderedCopy(copy_id=number(place), copy_number=place, branch=Place(code=code), fund="FIC")
        for place, code in enumerate(branches, start=1)
    )
    return OrderedLine(line_key=f"SB-{isbn}", line_number=1, supplier_id=supplier_id, isbn=isbn, material=material, copies=copies)


def order(*lines: OrderedLine, council: str = "GB-SFK") -> OrderPlaced:
    """An order of these lines."""
    return OrderPlaced(council=council, order_id=number(1), order_number="PO-1", placed_at=on_day(2), lines=lines)
