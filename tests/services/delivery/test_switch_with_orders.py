"""A switch of the route from end to end: delivery makes rules, the order book moves open copies, delivery sees them there."""

from collections.abc import AsyncIterator, Callable

import pytest

from services.delivery.incoming import handlers as of_delivery
from services.orders.app import create_app
from services.orders.incoming import handlers as of_orders
from services.orders.rerouter import Rerouter
from services.orders.settings import OrdersSettings
from shared.clock import ManualClock
from shared.contracts.delivery import CopyMisdirected
from shared.contracts.orders import OrderPlaced, RouteChanged
from shared.contracts.suppliers import CopyReference
from tests.builders import HUB, a_despatch, a_despatched_line, a_parcel
from tests.fixtures.tokens import Tokens
from tests.services.delivery.conftest import Delivery
from tests.services.delivery.test_switches import BOTH, THROUGH_HUB, Switches, announced
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders, an_order
from tests.services.serving import Kept, api_settings


@pytest.fixture
async def orders(database_from: Callable[[str], str], tokens: Tokens, clock: ManualClock, kept: Kept) -> AsyncIterator[Orders]:
    settings = api_settings(OrdersSettings, database_from("services.orders"), tokens)
    async with kept.client(create_app, settings, clock) as client, kept.engine(settings.database_url) as engine:
        service = Orders(client, engine, clock, tokens)
        await service.set_up({None: "eastern"})
        yield service


class Wire:
    """Carries what each of two services publishes to the other."""

    def __init__(self, delivery: Delivery, orders: Orders) -> None:
        one = Hearing(delivery.engine, delivery.clock, of_delivery(delivery.clock))
        self._ends = [one, Hearing(orders.engine, orders.clock, of_orders(orders.clock))]
        self._carried = [0, 0]

    async def carry(self) -> None:
        for place, source in enumerate(self._ends):
            target = self._ends[1 - place]
            sent = await source.sent_envelopes()
            new, self._carried[place] = sent[self._carried[place] :], len(sent)
            known = {one.event.event_type for one in target.handlers}
            await target.hears_envelopes([envelope for envelope in new if envelope.type in known])


async def test_open_copies_follow_a_switch_and_goods_at_the_old_place_travel_on(delivery: Delivery, orders: Orders) -> None:
    wire, switches = Wire(delivery, orders), Switches(delivery)
    both = announced("eastern", *BOTH)
    await delivery.hears(both)
    await orders.hear(both)
    rule = {"valid_from": "2026-01-01", "route": THROUGH_HUB, "reason": "as ever"}
    assert (await delivery.post_rule(rule)).status_code == 201
    await wire.carry()
    placed = await orders.placed(an_order())
    await wire.carry()
    switch = await switches.begun(branches=["IPSW"])
    assert (switch["state"], switch["copies"]) == ("running", {"waiting": 2})
    await wire.carry()
    for _ in range(2):
        await Rerouter(orders.engine, orders.clock).turn()
    await wire.carry()
    await switches.turn()
    done = await switches.read(switch)
    assert (done["state"], done["copies"]) == ("done", {"there": 2})
    order = await orders.read(placed["order_id"])
    copies = [copy for line in order["lines"] for copy in line["copies"]]
    assert {(copy["branch"], copy["deliver_to"]["code"]) for copy in copies} == {("IPSW", "IPSW"), ("LOWE", "CSU")}
    assert [len(event.lines) for event in await orders.sent() if isinstance(event, RouteChanged)] == [1]

    (event,) = [event for event in await orders.sent() if isinstance(event, OrderPlaced)]
    (line,) = [line for line in event.lines if len(line.copies) == 3]
    goods = a_despatched_line(line, 2, copies=[CopyReference(copy_number=number) for number in (1, 3)])
    await delivery.hears(a_despatch(a_parcel(goods), deliver_to=HUB))
    assert [found["kind"] for found in await delivery.discrepancies()] == ["wrong_place"]
    (astray,) = await delivery.published(CopyMisdirected)
    assert (astray.consigned_copy.copy_id, astray.deliver_to.code) == (line.copies[0].copy_id, "IPSW")
