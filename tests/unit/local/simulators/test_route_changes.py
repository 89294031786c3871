"""The consortium delivers what has not left to the place that it was told last; what has left goes where it was to go."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.simulators.consortium.brain import Brain, Delays
from local.simulators.consortium.decisions import Decisions, Proportions
from local.simulators.consortium.desk import Desk
from local.simulators.consortium.store import Store
from local.simulators.consortium.wire import Order, RouteChange
from local.stack.profiles_consortium import consortium_profile
from services.suppliers.consortium import adapter
from services.suppliers.contract import OrderToSend, RouteChangeToSend
from shared.clock import ManualClock
from shared.contracts.base import Place
from shared.contracts.orders import OrderedLine
from tests.builders import HUB, a_branch, an_ordered_line

# Every line is accepted, and leaves at once.
ACCEPTS = Proportions(accept=1, back_order=0, refuse=0, substitute=0, unknown_word=0, partial_ship=0, late_ship=0, send_twice=0)
OURS = adapter(consortium_profile("https://consortium.example", Path("ca.pem"), {"GB-SFK": "5098765000019"}), None)


class Consortium:
    """Its desk, spoken to in the messages that our adapter writes."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self._store, self._clock = Store(folder / "consortium.sqlite"), clock
        decisions = Decisions(1, ACCEPTS)
        self._desk = Desk(self._store, Brain(decisions, Delays(), {}), decisions, clock)

    def takes(self, order: OrderToSend, number: int = 1) -> None:
        body = OURS.write_order(order, number).body
        self._desk.take_order(str(number), body, Order.model_validate_json(body))

    def moves(self, order: OrderToSend, place: Place, line: OrderedLine, *numbers: int, number: int = 2) -> None:
        change = RouteChangeToSend(order.council, order.order_id, order.order_number, place, ((line, numbers),))
        message = OURS.write_route_change(change, number)
        assert message.name == f"/v1/orders/{order.order_id}/route-changes"
        self._desk.take_route_change(str(number), message.body, order.order_id, RouteChange.model_validate_json(message.body))

    def sends(self) -> dict[str, list[int]]:
        """What leaves now: the copy numbers of all shipments, by place."""
        self._clock.advance(timedelta(minutes=5))
        shipments = [push["data"] for push in map(json.loads, self._due()) if push["type"] == "shipment.despatched"]
        assert len({shipment["shipment_number"] for shipment in shipments}) == len(shipments)
        places: dict[str, list[int]] = {}
        for shipment in shipments:
            lines = [line for parcel in shipment["parcels"] for line in parcel["lines"]]
            places.setdefault(shipment["deliver_to"]["code"], []).extend(
                copy["copy_number"] for line in lines for copy in line["copies"]
            )
        return {code: sorted(numbers) for code, numbers in places.items()}

    def _due(self) -> list[str]:
        due = self._store.due(self._clock.now().timestamp(), 100)
        self._store.settle({push.number: None for push in due})
        return [push.body for push in due]


def an_order(line: OrderedLine) -> OrderToSend:
    return OrderToSend("GB-SFK", "order-1", "SFK-1", datetime(2026, 3, 2, tzinfo=UTC), (line,), HUB)


def test_copies_that_have_not_left_go_to_the_last_place_that_was_told(tmp_path: Path, clock: ManualClock) -> None:
    consortium, line = Consortium(tmp_path, clock), an_ordered_line(branches=["IPSW"] * 4)
    order = an_order(line)
    consortium.takes(order)
    consortium.moves(order, a_branch("LOWE"), line, 1, 2, number=2)
    consortium.moves(order, a_branch("IPSW"), line, 2, 3, number=3)
    assert consortium.sends() == {"CSU": [4], "LOWE": [1], "IPSW": [2, 3]}


def test_all_copies_of_a_shipment_may_go_elsewhere(tmp_path: Path, clock: ManualClock) -> None:
    consortium, line = Consortium(tmp_path, clock), an_ordered_line(branches=["IPSW"] * 2)
    order = an_order(line)
    consortium.takes(order)
    consortium.moves(order, a_branch("IPSW"), line, 1, 2)
    assert consortium.sends() == {"IPSW": [1, 2]}


def test_what_has_left_goes_where_it_was_to_go(tmp_path: Path, clock: ManualClock) -> None:
    consortium, line = Consortium(tmp_path, clock), an_ordered_line(branches=["IPSW"])
    order = an_order(line)
    consortium.takes(order)
    assert consortium.sends() == {"CSU": [1]}
    consortium.moves(order, a_branch("IPSW"), line, 1)
    assert consortium.sends() == {}
