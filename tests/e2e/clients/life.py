"""The life of an order, written with the client that a generator made: place, be refused, repeat, page, cancel, receive.

A program of its own, which the test runs beside the generated packages; mypy checks it against them first. A step that goes
otherwise than the contract says ends it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from uuid import UUID, uuid4

from delivery_client import AuthenticatedClient as DeliveryClient
from delivery_client.api.consignments import get_consignment, list_consignments, post_receipt
from delivery_client.models import ConsignmentState, ConsignmentSummaryPage, ConsignmentView, ItemView, ReceiptBody, ScanBody
from orders_client import AuthenticatedClient as OrdersClient
from orders_client.api.orders import cancel_order, get_order, list_orders, place_order
from orders_client.models import (
    AskedCopy,
    AskedLine,
    AskedOrder,
    AskedPrice,
    Cancellation,
    OrderReceipt,
    OrderSummaryPage,
    OrderView,
    PlaceOrderResponse422,
    StaleVersionProblem,
)

_DONE = {"received", "cancelled"}
_TOKEN = os.environ["TOKEN"]
_ORDERS = OrdersClient(os.environ["ORDERS_URL"], _TOKEN, raise_on_unexpected_status=True)
_DELIVERY = DeliveryClient(os.environ["DELIVERY_URL"], _TOKEN, raise_on_unexpected_status=True)


def _asked(number: str, branch: str) -> AskedOrder:
    copies = [AskedCopy(branch=branch, fund="ADULT-FIC", quantity=2)]
    return AskedOrder(number, [AskedLine(1, "9780141439518", copies, unit_price=AskedPrice(799))])


def _key() -> str:
    return str(uuid4())


def _place(number: str, key: str) -> tuple[UUID, bool]:
    answer = place_order.sync_detailed(client=_ORDERS, body=_asked(number, "IPSW"), idempotency_key=key)
    placed = answer.parsed
    assert isinstance(placed, OrderReceipt), answer.content
    assert answer.headers["Location"] == f"/v1/orders/{placed.order_id}"
    return placed.order_id, answer.headers.get("Idempotent-Replayed") == "true"


def _is_refused(number: str) -> None:
    problem = place_order.sync(client=_ORDERS, body=_asked(number, "NOWHERE"), idempotency_key=_key())
    assert isinstance(problem, PlaceOrderResponse422)
    assert problem.errors
    assert [(fault.pointer, fault.code) for fault in problem.errors] == [("/lines/0/copies/0/branch", "unknown-branch")]


def _numbers() -> Iterator[str]:
    page = list_orders.sync(client=_ORDERS, limit=1)
    while True:
        assert isinstance(page, OrderSummaryPage)
        yield from (order.order_number for order in page.items)
        if not isinstance(page.next_cursor, str):
            return
        page = list_orders.sync(client=_ORDERS, limit=1, cursor=page.next_cursor)


def _read(order_id: UUID) -> tuple[OrderView, str]:
    answer = get_order.sync_detailed(order_id, client=_ORDERS)
    assert isinstance(answer.parsed, OrderView), answer.content
    return answer.parsed, answer.headers["ETag"]


def _cancel_one(order_id: UUID) -> None:
    order, tag = _read(order_id)
    body = Cancellation([order.lines[0].copies[0].copy_id], "Ordered by mistake")
    stale = cancel_order.sync(order_id, client=_ORDERS, body=body, if_match='"0"', idempotency_key=_key())
    assert isinstance(stale, StaleVersionProblem)
    answer = cancel_order.sync_detailed(order_id, client=_ORDERS, body=body, if_match=tag, idempotency_key=_key())
    if answer.status_code is HTTPStatus.PRECONDITION_FAILED:
        # The supplier answered between reading and asking: the order is read again, as a person would.
        _cancel_one(order_id)
    else:
        assert isinstance(answer.parsed, OrderView), answer.content


def _receive_what_came(order_ids: Sequence[UUID]) -> None:
    for state in (ConsignmentState.EXPECTED, ConsignmentState.PARTLY_RECEIVED):
        page = list_consignments.sync(client=_DELIVERY, state=state, limit=200)
        assert isinstance(page, ConsignmentSummaryPage)
        for one in page.items:
            consignment = get_consignment.sync(one.consignment_id, client=_DELIVERY)
            assert isinstance(consignment, ConsignmentView)
            ours = (item for item in consignment.copies if item.order_id in order_ids and item.state == "outstanding")
            for item in ours:
                _receive(item, consignment.consignment_id)


def _receive(item: ItemView, consignment_id: UUID) -> None:
    scan = ScanBody(line_key=item.line_key) if item.barcode is None else ScanBody(barcode=item.barcode)
    answer = post_receipt.sync_detailed(consignment_id, client=_DELIVERY, body=ReceiptBody([scan]), idempotency_key=_key())
    assert answer.status_code is HTTPStatus.CREATED, answer.content


def _states(order_ids: Sequence[UUID]) -> list[str]:
    orders = [_read(order_id)[0] for order_id in order_ids]
    return [str(copy.state) for order in orders for line in order.lines for copy in line.copies]


def main() -> None:
    """Lives the life of two orders; returns once each copy is received or cancelled."""
    number, key = f"PY-{uuid4().hex[:8]}", _key()
    _is_refused(f"{number}-X")
    first, replayed = _place(number, key)
    assert not replayed
    assert _place(number, key) == (first, True)
    second, _ = _place(f"{number}-B", _key())
    numbers = list(_numbers())
    assert len(set(numbers)) == len(numbers)
    assert {number, f"{number}-B"} <= set(numbers)
    _cancel_one(second)
    until = time.monotonic() + float(os.environ["LIMIT_SECONDS"])
    while not set(states := _states([first, second])) <= _DONE:
        assert time.monotonic() < until, states
        _receive_what_came([first, second])
        time.sleep(0.3)


if __name__ == "__main__":
    main()
