"""Copies whose goods did not come with the rest: the supplier owes them again, whatever it answered before."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.orders.incoming import subscription
from shared.bus import to_envelope
from shared.contracts.delivery import DiscrepancyFound, DiscrepancyKind, Leg
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import NOW, consigned, expected, line_of, received
from tests.services.orders.test_order_life import responded, states


def short(order: dict[str, Any], line: dict[str, Any], *, at: datetime) -> DiscrepancyFound:
    """The first copy of a line did not come with the goods."""
    return DiscrepancyFound(
        discrepancy_id=uuid4(), consignment_id=UUID(int=1), supplier_id="consortium", despatch_number="D1",
        kind=DiscrepancyKind.SHORT, isbn=line["isbn"], consigned_copy=consigned(order, line)[0], found_at=at,
    )  # fmt: skip


async def test_a_short_delivery_reopens_the_copy_and_a_replacement_closes_it(orders: Orders) -> None:
    order = await orders.placed(an_order())
    line = line_of(order, "consortium", 2)
    await orders.hear(expected(order, line, Leg.DIRECT), short(order, line, at=NOW))
    assert states(line_of(await orders.read(order["order_id"]), "consortium", 2)) == ["missing"]
    await orders.hear(expected(order, line, Leg.DIRECT))
    await orders.hear(received(order, line, Leg.DIRECT))
    assert states(line_of(await orders.read(order["order_id"]), "consortium", 2)) == ["received"]


async def test_an_answer_from_before_goods_came_short_does_not_settle_the_copy(orders: Orders) -> None:
    order = await orders.placed(an_order())
    line = line_of(order, "consortium", 2)
    body = {"copy_ids": [line["copies"][0]["copy_id"]], "reason": "Ordered twice"}
    await orders.decide(f"/v1/orders/{order['order_id']}/cancellations", body, If_Match='"1"')
    confirmed = to_envelope(responded(order, line, "222"), clock=orders.clock)
    orders.clock.advance(timedelta(minutes=1))
    await orders.hear(expected(order, line, Leg.DIRECT), short(order, line, at=orders.clock.now()))
    async with orders.engine.begin() as connection:
        await subscription(orders.clock).handle(connection, [confirmed])
    overtaken = line_of(await orders.read(order["order_id"]), "consortium", 2)
    assert states(overtaken) == ["missing"]
    assert "had refused or cancelled copy 1 before the goods came" in overtaken["attention"]
    orders.clock.advance(timedelta(minutes=1))
    await orders.hear(responded(order, line, "222"))
    assert states(line_of(await orders.read(order["order_id"]), "consortium", 2)) == ["cancelled"]
