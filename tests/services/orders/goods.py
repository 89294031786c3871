"""Events of goods and invoices about orders that the tests placed."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.base import Place, PlaceKind
from shared.contracts.delivery import ConsignedCopy, ConsignmentExpected, CopiesReceived, Leg
from shared.contracts.invoices import Cost, InvoicedLine, InvoiceReceived
from shared.contracts.suppliers import OrderResponded, RespondedLine

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
BRANCH = Place(code="LOWE", name="Lowestoft Library")
HUB = Place(code="CSU", kind=PlaceKind.HUB, name="Central stock unit")
SUBSTITUTE = "9780241988268"
COST = Cost(list_price=899, discount=180, net=719, servicing=125, vat=25)


def line_of(order: dict[str, Any], supplier: str, number: int) -> dict[str, Any]:
    """The line of an order as it is read, for one of its suppliers."""
    return next(line for line in order["lines"] if (line["supplier_id"], line["line_number"]) == (supplier, number))


def consigned(order: dict[str, Any], line: dict[str, Any]) -> tuple[ConsignedCopy, ...]:
    """The copies of a line, with barcodes, as delivery names them."""
    return tuple(
        ConsignedCopy(
            copy_id=copy["copy_id"],
            order_id=order["order_id"],
            line_key=line["line_key"],
            isbn=line["isbn"],
            branch=copy["branch"],
            barcode=f"3{copy['copy_number']:013}",
        )
        for copy in line["copies"]
    )


def expected(order: dict[str, Any], line: dict[str, Any], leg: Leg) -> ConsignmentExpected:
    """The copies of a line are on the way."""
    return ConsignmentExpected(
        consignment_id=UUID(int=1), supplier_id=line["supplier_id"], despatch_number="D1", place=BRANCH, leg=leg,
        expected_on=date(2026, 11, 30), copies=consigned(order, line),
    )  # fmt: skip


def received(order: dict[str, Any], line: dict[str, Any], leg: Leg, place: Place = BRANCH) -> CopiesReceived:
    """The copies of a line were scanned."""
    return CopiesReceived(
        consignment_id=UUID(int=1), supplier_id=line["supplier_id"], despatch_number="D1", place=place, leg=leg,
        received_at=NOW, copies=consigned(order, line),
    )  # fmt: skip


def charge(line: dict[str, Any], quantity: int = 2, **fields: object) -> InvoicedLine:
    """A line of an invoice for copies of an ordered line."""
    given = {"line_number": 1, "line_key": line["line_key"], "quantity": quantity, "costs": (COST,) * quantity}
    return InvoicedLine.model_validate({**given, **fields})


def invoice(*lines: InvoicedLine, number: str = "INV-1", supplier: str = "national", **fields: object) -> InvoiceReceived:
    """An invoice whose total is right unless it is given."""
    given = {
        "council": "GB-SFK",
        "supplier_id": supplier,
        "message_id": uuid4(),
        "invoice_number": number,
        "invoiced_on": date(2026, 11, 23),
        "total": sum(cost.total for line in lines for cost in line.costs),
        "lines": lines,
    }
    return InvoiceReceived.model_validate({**given, **fields})


def answered(order: dict[str, Any], line: dict[str, Any], code: str, **fields: object) -> OrderResponded:
    """An answer to one line of an order."""
    answer = RespondedLine.model_validate({"line_key": line["line_key"], "status_code": code, **fields})
    return OrderResponded(
        council="GB-SFK",
        supplier_id=line["supplier_id"],
        order_id=order["order_id"],
        message_id=uuid4(),
        responded_at=NOW,
        lines=(answer,),
    )
