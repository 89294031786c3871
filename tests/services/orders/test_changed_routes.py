"""Open copies follow a delivery rule that says so: they are unpacked elsewhere, and whoever needs to know is told."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.orders.incoming import handlers
from services.orders.outgoing.routes import in_route_events
from services.orders.republish import OWNER
from services.orders.rerouter import Rerouter
from services.orders.store.rerouting import lock_rule, orders_elsewhere
from services.orders.usecases.rerouting import follow_route
from shared.contracts.base import Place, RouteKind
from shared.contracts.decisions import LinesDecided
from shared.contracts.delivery import Leg
from shared.contracts.orders import RouteChanged
from shared.contracts.suppliers import OrderSent, SendOutcome, SupplierAnnounced
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import answered, expected, line_of
from tests.services.orders.switched import Switches
from tests.services.orders.test_routes import HUB, IPSWICH, a_rule
from tests.services.read_model import ReadModel, check_feed, check_rebuild, published_again

DIRECT = a_rule(2, hub=None, open_copies_follow=True, reason="no more hub")


def announced(supplier: str, *routes: RouteKind, takes: bool = True) -> SupplierAnnounced:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return SupplierAnnounced(supplier_id=supplier, name=supplier, announced_at=at, routes=routes, takes_route_changes=takes)


@pytest.fixture
async def through_hub(orders: Orders) -> dict[str, Any]:
    """An order whose copies go through the hub: IPSW 1, 2 (national), LOWE 1 (consortium) of line 1, LOWE 1 of line 2."""
    both = (RouteKind.DIRECT, RouteKind.HUB)
    await orders.hear(announced("national", *both), announced("consortium", *both), a_rule(1))
    return await orders.placed(an_order())


async def turns(orders: Orders) -> None:
    """Lets open copies follow their rules: two passes over all orders."""
    for _ in range(2):
        await Rerouter(orders.engine, orders.clock).turn()


async def changed(orders: Orders) -> list[RouteChanged]:
    return [event for event in await orders.sent() if isinstance(event, RouteChanged)]


def places(order: dict[str, Any], supplier: str) -> list[str | None]:
    copies = [copy for line in order["lines"] if line["supplier_id"] == supplier for copy in line["copies"]]
    return [copy["deliver_to"] and copy["deliver_to"]["code"] for copy in copies]


def asks(order: dict[str, Any], supplier: str) -> list[str]:
    return [line["attention"] for line in order["lines"] if line["supplier_id"] == supplier]


async def test_open_copies_go_where_the_rule_says_and_the_timeline_says_why(orders: Orders, through_hub: dict[str, Any]) -> None:
    await orders.hear(DIRECT)
    await turns(orders)
    order = await orders.read(through_hub["order_id"])
    assert (places(order, "national"), places(order, "consortium")) == (["IPSW", "IPSW"], ["LOWE", "LOWE"])
    national = line_of(order, "national", 1)
    (said,) = [
        step["reason"] for step in order["timeline"] if step["line_key"] == national["line_key"] and "CSU" in step["reason"]
    ]
    assert said == "delivered elsewhere: copies 1, 2 to IPSW instead of CSU: no more hub"
    (event,) = await changed(orders)
    (line,) = [line for line in event.lines if line.supplier_id == "national"]
    assert (line.deliver_to, len(line.copy_ids), event.reason) == (IPSWICH, 2, "no more hub")
    assert {line.supplier_id: line.deliver_to.code for line in event.lines} == {"national": "IPSW", "consortium": "LOWE"}
    assert asks(order, "national") == [""]


async def test_only_copies_that_are_not_despatched_follow(orders: Orders, through_hub: dict[str, Any]) -> None:
    gone = line_of(through_hub, "national", 1)
    await orders.hear(expected(through_hub, gone, Leg.TO_HUB), DIRECT)
    await turns(orders)
    order = await orders.read(through_hub["order_id"])
    assert (places(order, "national"), places(order, "consortium")) == (["CSU", "CSU"], ["LOWE", "LOWE"])


async def test_a_rule_moves_only_what_it_decides(orders: Orders, through_hub: dict[str, Any]) -> None:
    """A more specific rule, another day, a supplier without the route, another council, or a switch withdrawn meanwhile."""
    tomorrow = orders.clock.today() + timedelta(days=1)
    await orders.hear(a_rule(3, branch="IPSW"), DIRECT.model_copy(update={"valid_from": tomorrow}))
    await orders.hear(announced("consortium", RouteKind.HUB))
    await orders.hear(a_rule(4, hub=None, branch="LOWE", council="GB-ESS", open_copies_follow=True))
    await turns(orders)
    assert await changed(orders) == []
    orders.clock.advance(timedelta(days=1))
    await turns(orders)
    assert await changed(orders) == []
    await orders.hear(announced("consortium", RouteKind.DIRECT), a_rule(5, hub=None, branch="LOWE", open_copies_follow=True))
    await orders.hear(a_rule(5, hub=None, branch="LOWE"))
    await turns(orders)
    assert await changed(orders) == []


async def test_a_pass_that_was_broken_off_goes_on_and_tells_nothing_twice(orders: Orders, through_hub: dict[str, Any]) -> None:
    others = [await orders.placed(an_order(f"SFK-{number}")) for number in (2, 3)]
    await orders.hear(DIRECT)
    for killed in (True, False, True, False, True, False):
        async with orders.engine.connect() as connection:
            more = await follow_route(connection, orders.clock, DIRECT.rule_id)
            await (connection.rollback() if killed else connection.commit())
    assert not more
    await turns(orders)
    events = await changed(orders)
    assert sorted(str(event.order_id) for event in events) == sorted(one["order_id"] for one in (through_hub, *others))


async def test_orders_are_moved_together_up_to_a_number_of_copies(orders: Orders, through_hub: dict[str, Any]) -> None:
    others = [await orders.placed(an_order(f"SFK-{number}")) for number in (2, 3)]
    await orders.hear(DIRECT)
    ids = sorted(UUID(one["order_id"]) for one in (through_hub, *others))
    async with orders.engine.connect() as connection:
        locked = await lock_rule(connection, DIRECT.rule_id, orders.clock.today())
        assert locked is not None
        together = [
            await orders_elsewhere(connection, locked[0], after, limit=limit, copies=copies)
            for after, limit, copies in ((None, 2, 100), (None, 9, 8), (None, 9, 11), (None, 9, 1), (ids[0], 9, 1))
        ]
    assert together == [ids[:2], ids[:2], ids[:2], ids[:1], ids[1:2]]


async def test_an_order_placed_by_the_rules_before_while_they_change_follows_in_the_second_pass(
    orders: Orders, through_hub: dict[str, Any]
) -> None:
    await orders.hear(DIRECT)
    await Rerouter(orders.engine, orders.clock).turn()
    async with orders.engine.begin() as connection:  # as if it were committed only now
        await connection.execute(text("UPDATE copy SET rerouted_to = NULL, rerouted_at = NULL WHERE branch_code = 'IPSW'"))
    await turns(orders)
    assert places(await orders.read(through_hub["order_id"]), "national") == ["IPSW", "IPSW"]


async def test_a_supplier_that_takes_no_changes_is_told_by_a_person(orders: Orders, through_hub: dict[str, Any]) -> None:
    await orders.hear(announced("national", RouteKind.DIRECT, RouteKind.HUB, takes=False), DIRECT)
    await turns(orders)
    order = await orders.read(through_hub["order_id"])
    suppliers = (await orders.client.get("/v1/suppliers", headers=orders.headers)).json()["items"]
    assert {one["supplier_id"]: one["takes_route_changes"] for one in suppliers} == {"consortium": True, "national": False}
    (asked,) = asks(order, "national")
    assert asked.startswith("Route: tell national to deliver copies 1, 2 to IPSW: it takes no changes of an order")
    line = line_of(order, "national", 1)
    sent = OrderSent(
        council="GB-SFK", supplier_id="national", order_id=UUID(order["order_id"]), message_id=UUID(int=7),
        control_reference="7", line_keys=(line["line_key"],), outcome=SendOutcome.SENT, sent_at=orders.clock.now(),
    )  # fmt: skip
    await orders.hear(sent, answered(order, line, "100"))
    assert asks(await orders.read(order["order_id"]), "national") == [asked]  # what the supplier says does not settle it
    path = f"/v1/orders/{order['order_id']}/supplier-told"
    wrong = await orders.decide(path, {"line_keys": ["SB-NONE"], "reason": "by telephone"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/line_keys/0")
    said = {"line_keys": [line["line_key"]], "reason": "by telephone"}
    stale = await orders.decide(path, said, If_Match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    tag = (await orders.client.get(f"/v1/orders/{order['order_id']}", headers=orders.headers)).headers["ETag"]
    for sent_tag in ({"If_Match": tag}, {}):
        told = await orders.decide(path, said, **sent_tag)
        assert (told.status_code, asks(told.json(), "national")) == (200, [""])
    reasons = [step["reason"] for step in told.json()["timeline"]]
    assert reasons.count("the supplier was told the place of delivery: by telephone") == 1
    decided = [event for event in await orders.sent() if isinstance(event, LinesDecided)]
    assert [event.line_keys for event in decided] == [(line["line_key"],)]


async def test_nobody_is_asked_to_tell_what_no_longer_matters(orders: Orders, through_hub: dict[str, Any]) -> None:
    await orders.hear(announced("national", RouteKind.DIRECT, RouteKind.HUB, takes=False), DIRECT)
    await turns(orders)
    line = line_of(through_hub, "national", 1)
    await orders.hear(expected(through_hub, line, Leg.TO_HUB))
    assert asks(await orders.read(through_hub["order_id"]), "national") == [""]


async def test_nobody_is_asked_to_tell_a_supplier_that_only_delivers_direct_to_do_so(orders: Orders) -> None:
    await orders.hear(announced("national", RouteKind.DIRECT, takes=False), announced("consortium", takes=False))
    placed = await orders.placed(an_order())
    await orders.hear(DIRECT)
    await turns(orders)
    order = await orders.read(placed["order_id"])
    assert (asks(order, "national"), places(order, "national")) == ([""], ["IPSW", "IPSW"])


async def test_the_questions_of_a_switch_and_of_a_route_stand_beside_each_other(
    orders: Orders, through_hub: dict[str, Any]
) -> None:
    await orders.hear(announced("consortium", RouteKind.DIRECT, RouteKind.HUB, takes=False), DIRECT)
    await turns(orders)
    switches = Switches(orders)
    await switches.begun()
    await switches.after(days=6)
    for asked in asks(await orders.read(through_hub["order_id"]), "consortium"):
        assert asked.startswith("Switch: consortium has not answered whether it cancels copy 1")
        assert asked.endswith(f"with POST /v1/orders/{through_hub['order_id']}/supplier-told.")


def at_most(events: Collection[RouteChanged], copies: int) -> bool:
    return all(sum(len(line.copy_ids) for line in event.lines) <= copies for event in events)


def test_an_event_has_a_thousand_copies_at_most() -> None:
    head = RouteChanged(
        order_id=UUID(int=1), order_number="SFK-1", changed_at=datetime(2026, 3, 1, tzinfo=UTC), reason="", lines=()
    )
    places = [Place(code="LOWE"), HUB]
    moved = [(f"SB-{number // 400}", "national", places[number % 2], UUID(int=number)) for number in range(2_345)]
    events = in_route_events(head, moved)
    assert (len(events), at_most(events, 1_000)) == (3, True)
    told = {
        (line.line_key, line.deliver_to.code, copy_id) for event in events for line in event.lines for copy_id in line.copy_ids
    }
    assert told == {(key, place.code, copy_id) for key, _, place, copy_id in moved}


async def test_a_read_model_has_the_last_places_from_what_is_published_again(
    orders: Orders, through_hub: dict[str, Any], read_model: ReadModel, evidence_model: ReadModel, feed_model: ReadModel
) -> None:
    hearing = Hearing(orders.engine, orders.clock, handlers(orders.clock))
    await published_again(hearing, OWNER, orders.clock)  # the council's sourcing rules
    await orders.hear(announced("national", RouteKind.DIRECT, RouteKind.HUB, takes=False), DIRECT)
    await turns(orders)
    await orders.hear(a_rule(6, branch="IPSW", open_copies_follow=True))
    orders.clock.advance(timedelta(minutes=5))
    await turns(orders)
    await orders.hear(answered(through_hub, line_of(through_hub, "national", 1), "100"))
    rows = await check_rebuild(hearing, OWNER, orders.clock, evidence_model, read_model)
    planned = sorted(row.count("'planned_hub': True") for row in rows["copy"])
    assert planned == [0, 0, 1, 1]
    # A place that another one took the place of, and what was asked about the line then.
    assert await check_feed(hearing, OWNER, orders.clock, feed_model) == {"copy_rerouted", "decision_needed"}
