"""Events for the measurement of consumers: what an order of one copy causes, in any number. Invented; measures nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import asyncssh
from sqlalchemy.ext.asyncio import AsyncConnection

from local.stack.options import COUNCILS
from local.stack.profiles_consortium import consortium_profile
from local.stack.profiles_national import national_profile
from services.orders import outgoing
from services.orders.domain.asked import AskedOrder
from services.orders.domain.placing import place
from services.orders.domain.register import Branch
from services.orders.store.placing import NewOrder, insert_orders
from services.suppliers.contract.registry import adapter_factory
from services.suppliers.exchange import Exchange
from shared.clock import Clock
from shared.contracts.base import Place
from shared.contracts.catalogue import RecordRequested
from shared.contracts.orders import (
    CancellationRequested,
    CopyProgress,
    CopyState,
    LineProgressed,
    OrderedCopy,
    OrderedLine,
    OrderPlaced,
)
from shared.contracts.suppliers import (
    DespatchAdvised,
    DespatchedLine,
    OrderResponded,
    OrderSent,
    Parcel,
    RecordsSupplied,
    RespondedLine,
    SendOutcome,
)
from shared.ids import new_id, new_line_key
from shared.records import Record
from shared.records.brief import Brief, description_of
from shared.sourcing.trials import Choice
from shared.values import with_check_digit

COUNCIL = next(iter(COUNCILS))
_BRANCH = Place(code="IPSW", name="Ipswich Library")
_ISBN = "9780141439518"
_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def exchange(name: str, clock: Clock) -> Exchange:
    """Returns the exchange of one of the local stack's suppliers; its adapter can read and write, but not connect."""
    key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    profiles = {
        "consortium": lambda: consortium_profile("https://127.0.0.1:1", Path("none.pem"), COUNCILS),
        "national": lambda: national_profile(1, key, COUNCILS),
    }
    return Exchange(adapter_factory(name)(profiles[name](), None), clock)


def placed(count: int, supplier_id: str) -> Iterator[OrderPlaced]:
    """Yields orders of one copy."""
    for number in range(count):
        copy = OrderedCopy(copy_id=new_id(), copy_number=1, branch=_BRANCH, fund="FIC")
        line = OrderedLine(line_key=new_line_key(), line_number=1, supplier_id=supplier_id, isbn=_ISBN, copies=(copy,))
        yield OrderPlaced(council=COUNCIL, order_id=new_id(), order_number=f"PO-{number}", placed_at=_AT, lines=(line,))


def progressed(order: OrderPlaced, to: CopyState = CopyState.SENT) -> LineProgressed:
    """Returns the event that an order's copy moved."""
    (line,) = order.lines
    copy = line.copies[0]
    moved = CopyProgress(
        copy_id=copy.copy_id,
        copy_number=1,
        branch=copy.branch.code,
        from_state=CopyState.ORDERED,
        to_state=to,
        cause=OrderSent.event_type,
    )
    return LineProgressed(
        council=COUNCIL,
        order_id=order.order_id,
        order_number=order.order_number,
        line_key=line.line_key,
        supplier_id=line.supplier_id,
        isbn=line.isbn,
        progressed_at=_AT,
        copies=(moved,),
    )


def placed_and_progressed(count: int, supplier_id: str = "consortium") -> list[OrderPlaced | LineProgressed]:
    """Returns half as many orders, each followed at some distance by the news of its copy, as when a council orders all day."""
    orders = list(placed(count // 2, supplier_id))
    apart = 100
    return [
        event
        for start in range(0, len(orders), apart)
        for part in (orders[start : start + apart], map(progressed, orders[start : start + apart]))
        for event in part
    ]


async def sent_and_answered(connection: AsyncConnection, count: int) -> list[OrderSent | OrderResponded]:
    """Adds half as many orders to the order book; returns what their supplier's exchange publishes: sent, then accepted."""
    branch = Branch(code=_BRANCH.code, name=_BRANCH.name)
    line = {"line_number": 1, "isbn": _ISBN, "copies": [{"branch": branch.code, "fund": "FIC"}]}
    orders = [
        place(
            AskedOrder.model_validate({"order_number": f"PO-{number}", "lines": [line]}),
            council=COUNCIL,
            at=_AT,
            branches={branch.code: branch},
            choose=lambda *_: Choice("consortium"),
        )
        for number in range(count // 2)
    ]
    await insert_orders(connection, [NewOrder(order, order.order_number, b"", "bench") for order in orders])
    events = [outgoing.order_placed(order) for order in orders]
    return [*map(_sent, events), *map(_answered, events)]


def _sent(order: OrderPlaced) -> OrderSent:
    return OrderSent(
        council=COUNCIL,
        supplier_id="consortium",
        order_id=order.order_id,
        message_id=new_id(),
        control_reference="1",
        line_keys=tuple(line.line_key for line in order.lines),
        outcome=SendOutcome.SENT,
        sent_at=_AT,
    )


def _answered(order: OrderPlaced) -> OrderResponded:
    return OrderResponded(
        council=COUNCIL,
        supplier_id="consortium",
        order_id=order.order_id,
        message_id=new_id(),
        responded_at=_AT,
        lines=tuple(RespondedLine(line_key=line.line_key, isbn=line.isbn, status_code="100") for line in order.lines),
    )


def records(count: int) -> Iterator[RecordsSupplied]:
    """Yields records of as many books, each in a message of its own."""
    for number in range(count):
        isbn = with_check_digit(f"978{140_000_000 + number}")
        record = Record(isbn=isbn, description=description_of(Brief(f"Volume {number}")))
        yield RecordsSupplied(supplier_id="national", message_id=new_id(), supplied_at=_AT, records=(record,))


def cancellations(count: int) -> Iterator[CancellationRequested]:
    """Yields requests to cancel nothing."""
    for number in range(count):
        yield CancellationRequested(
            council=COUNCIL, order_id=new_id(), order_number=f"PO-{number}", requested_at=_AT, reason="not needed", lines=()
        )


def requests(count: int) -> Iterator[RecordRequested]:
    """Yields requests for records."""
    for supplied in records(count):
        yield RecordRequested(isbn=supplied.records[0].isbn, supplier_id="national", requested_at=_AT)


def despatches(count: int) -> Iterator[DespatchAdvised]:
    """Yields notices of one book each."""
    for number in range(count):
        goods = DespatchedLine(line_key=new_line_key(), isbn=_ISBN, quantity=1)
        yield DespatchAdvised(
            council=COUNCIL,
            supplier_id="national",
            message_id=new_id(),
            despatch_number=f"D-{number}",
            despatched_on=date(2026, 3, 2),
            deliver_to=_BRANCH,
            parcels=(Parcel(parcel_id=f"P-{number}", lines=(goods,)),),
        )
