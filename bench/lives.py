"""Events of whole orders for the measurement of evidence, from placing to the invoice. Invented; measures nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from shared.contracts.base import Event, Money, Place
from shared.contracts.catalogue import RecordJudged
from shared.contracts.delivery import ConsignedCopy, ConsignmentExpected, CopiesReceived, DiscrepancyFound, DiscrepancyKind, Leg
from shared.contracts.invoices import Cost, InvoicedCopy, InvoiceMatched, MatchedInvoiceLine
from shared.contracts.orders import CopyProgress, CopyState, LineProgressed, OrderedCopy, OrderedLine, OrderPlaced
from shared.contracts.trials import Arm, TrialArm
from shared.values import with_check_digit

COUNCILS = tuple(f"GB-{number:03}" for number in range(150))
SUPPLIERS = ("consortium", "national", "harbour")
FIRST_DAY = date(2026, 1, 5)
DAYS = 330
COPIES_OF_ORDER = 10
_LINES, _TITLES = 2, 200_000
_OUTSTANDING, _DISCREPANT, _TRIED = 0.08, 0.01, 0.2


def lives(copies: int) -> Iterator[tuple[Event, int]]:
    """Yields what happens to as many copies, order by order, each event with the version of its order."""
    random = Random(copies)
    for number in range(copies // COPIES_OF_ORDER):
        yield from _life(random, number)


def _life(random: Random, number: int) -> Iterator[tuple[Event, int]]:
    order = _placed(random, number)
    supplier = order.lines[0].supplier_id
    yield order, 1
    answered = order.placed_at + timedelta(hours=random.expovariate(1 / 30))
    promised = (order.placed_at + timedelta(days=14)).date()
    for line in order.lines:
        yield _progressed(order, line, CopyState.ORDERED, CopyState.SENT, order.placed_at + timedelta(minutes=5)), 2
        yield _progressed(order, line, CopyState.SENT, CopyState.ACCEPTED, answered, promised), 3
        yield _judged(random, order, line), 0
    if random.random() < _OUTSTANDING:
        return
    arrived = order.placed_at + timedelta(days=random.gammavariate(3, 4))
    goods = tuple(_consigned(order, line, copy) for line in order.lines for copy in line.copies)
    about = {
        "council": order.council, "consignment_id": _id(random), "supplier_id": supplier, "despatch_number": f"D{number}",
        "place": Place(code=goods[0].branch), "leg": Leg.DIRECT, "copies": goods,
    }  # fmt: skip
    yield ConsignmentExpected(**about), 0
    yield CopiesReceived(**about, received_at=arrived), 0
    for line in order.lines:
        yield _progressed(order, line, CopyState.ACCEPTED, CopyState.RECEIVED, arrived), 4
    if random.random() < _DISCREPANT:
        yield _damaged(random, order, goods[0], arrived), 0
    yield _invoiced(random, order, number, arrived.date()), 0


def _id(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128))


def _placed(random: Random, number: int) -> OrderPlaced:
    council = COUNCILS[number % len(COUNCILS)]
    at = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(minutes=random.randrange(DAYS * 24 * 60))
    supplier = random.choice(SUPPLIERS)
    trial = TrialArm(trial="bookseller", arm=random.choice(list(Arm))) if random.random() < _TRIED else None
    lines = tuple(
        OrderedLine(
            line_key=f"SB-{number}-{place}",
            line_number=place,
            supplier_id=supplier,
            isbn=with_check_digit(f"978{random.randrange(_TITLES):09}"),
            unit_price=Money(minor=899),
            trial=trial,
            copies=tuple(
                OrderedCopy(copy_id=_id(random), copy_number=copy, branch=Place(code=f"B{random.randrange(40):02}"), fund="FIC")
                for copy in range(1, COPIES_OF_ORDER // _LINES + 1)
            ),
        )
        for place in range(1, _LINES + 1)
    )
    return OrderPlaced(council=council, order_id=_id(random), order_number=f"PO-{number}", placed_at=at, lines=lines)


def _progressed(
    order: OrderPlaced, line: OrderedLine, before: CopyState, after: CopyState, at: datetime, promised: date | None = None
) -> LineProgressed:
    copies = tuple(
        CopyProgress(
            copy_id=copy.copy_id,
            copy_number=copy.copy_number,
            branch=copy.branch.code,
            from_state=before,
            to_state=after,
            cause="bench",
            promised_on=promised,
        )
        for copy in line.copies
    )
    return LineProgressed(
        council=order.council,
        order_id=order.order_id,
        order_number=order.order_number,
        line_key=line.line_key,
        supplier_id=line.supplier_id,
        isbn=line.isbn,
        progressed_at=at,
        copies=copies,
    )


def _judged(random: Random, order: OrderPlaced, line: OrderedLine) -> RecordJudged:
    score = random.randrange(50, 101)
    return RecordJudged(
        council=order.council,
        isbn=line.isbn,
        supplier_id=line.supplier_id,
        score=score,
        pass_mark=70,
        passes=score >= 70,
        shortfalls=(),
        version=1,
        judged_at=order.placed_at + timedelta(days=1),
    )


def _consigned(order: OrderPlaced, line: OrderedLine, copy: OrderedCopy) -> ConsignedCopy:
    return ConsignedCopy(
        copy_id=copy.copy_id, order_id=order.order_id, line_key=line.line_key, isbn=line.isbn, branch=copy.branch.code
    )


def _damaged(random: Random, order: OrderPlaced, copy: ConsignedCopy, at: datetime) -> DiscrepancyFound:
    return DiscrepancyFound(
        council=order.council,
        discrepancy_id=_id(random),
        consignment_id=_id(random),
        supplier_id=order.lines[0].supplier_id,
        despatch_number="D",
        kind=DiscrepancyKind.DAMAGED,
        isbn=copy.isbn,
        consigned_copy=copy,
        found_at=at,
    )


def _invoiced(random: Random, order: OrderPlaced, number: int, on: date) -> InvoiceMatched:
    net = random.randrange(500, 1_200)
    cost = Cost(list_price=net + 200, discount=200, net=net, servicing=125, carriage=10, vat=25)
    lines = tuple(
        MatchedInvoiceLine(
            line_number=line.line_number,
            line_key=line.line_key,
            order_id=order.order_id,
            copies=tuple(InvoicedCopy(copy_id=copy.copy_id, cost=cost) for copy in line.copies),
        )
        for line in order.lines
    )
    return InvoiceMatched(
        council=order.council,
        supplier_id=order.lines[0].supplier_id,
        invoice_id=_id(random),
        invoice_number=f"INV-{number}",
        credit=False,
        invoiced_on=on,
        currency="GBP",
        total=COPIES_OF_ORDER * cost.total,
        matched_at=datetime.combine(on, datetime.min.time(), UTC),
        lines=lines,
    )
