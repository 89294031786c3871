"""Copies whose place of delivery the council named in its order: the place is checked, and no delivery rule overrules it."""

from typing import Any

import pytest

from services.orders.usecases.rerouting import follow_route
from shared.contracts.base import RouteKind
from shared.contracts.orders import OrderPlaced
from shared.contracts.trials import DrawUnit, TrialTerms
from tests.services.orders.conftest import BRANCHES, Orders, an_order
from tests.services.orders.goods import answered
from tests.services.orders.switched import Switches
from tests.services.orders.test_changed_routes import DIRECT, announced, changed, turns
from tests.services.orders.test_routes import HUB, IPSWICH, a_rule


def an_asking_order(number: str = "SFK-1", **places: str) -> dict[str, Any]:
    """An order whose copies for a branch are to be delivered to the place under its code."""
    order = an_order(number)
    for line in order["lines"]:
        for copy in line["copies"]:
            if copy["branch"] in places:
                copy["deliver_to"] = places[copy["branch"]]
    return order


def shown(order: dict[str, Any]) -> set[tuple[str, str | None, bool]]:
    """Branch and place of each copy, and whether the place was asked."""
    copies = [copy for line in order["lines"] for copy in line["copies"]]
    return {(copy["branch"], copy["deliver_to"] and copy["deliver_to"]["code"], copy["deliver_to_asked"]) for copy in copies}


async def faults(orders: Orders, order: dict[str, Any]) -> set[tuple[str, str]]:
    answer = await orders.post(order)
    assert answer.status_code == 422, answer.text
    return {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]}


async def test_the_place_that_the_council_names_counts_and_others_follow_the_rules(orders: Orders) -> None:
    await orders.hear(a_rule(1), a_rule(2, hub=None, branch="IPSW"))
    order = await orders.placed(an_asking_order(IPSW=" CSU "))
    assert shown(order) == {("IPSW", "CSU", True), ("LOWE", "CSU", False)}
    (event,) = [event for event in await orders.sent() if isinstance(event, OrderPlaced)]
    places = {(copy.branch.code, copy.deliver_to, copy.deliver_to_asked) for line in event.lines for copy in line.copies}
    assert places == {("IPSW", HUB, True), ("LOWE", HUB, False)}


async def test_another_branch_can_be_the_place_without_any_rule(orders: Orders) -> None:
    order = await orders.placed(an_asking_order(LOWE="IPSW"))
    assert shown(order) == {("IPSW", None, False), ("LOWE", "IPSW", True)}
    (event,) = [event for event in await orders.sent() if isinstance(event, OrderPlaced)]
    assert {copy.deliver_to for line in event.lines for copy in line.copies if copy.deliver_to_asked} == {IPSWICH}


async def test_a_place_that_nobody_knows_or_that_is_closed_is_a_fault_at_its_copy(orders: Orders) -> None:
    today = orders.clock.today()
    await orders.hear(a_rule(1, ends=today), a_rule(2, council="GB-ESS"))
    at = "/lines/0/copies/0/deliver_to"
    assert await faults(orders, an_asking_order(IPSW="CSU")) == {(at, "unknown-place")}, "its rule has ended"
    assert await faults(orders, {**an_asking_order(IPSW="NOWHERE"), "colour": "red"}) == {
        ("/colour", "extra_forbidden"),
        (at, "unknown-place"),
    }
    await orders.change_branches({**BRANCHES[1], "closed_from": today.isoformat()}, {"code": "WOOD", "name": "Woodbridge"})
    order = an_asking_order(IPSW="LOWE")
    order["lines"] = [{**order["lines"][0], "copies": order["lines"][0]["copies"][:1]}]
    assert await faults(orders, order) == {(at, "branch-closed")}


async def test_a_place_to_which_the_supplier_does_not_deliver_is_a_fault(orders: Orders) -> None:
    await orders.hear(a_rule(1), announced("national", RouteKind.DIRECT), announced("consortium", RouteKind.HUB))
    assert await faults(orders, an_asking_order(IPSW="CSU", LOWE="IPSW")) == {
        ("/lines/0/copies/0/deliver_to", "route-not-offered"),
        ("/lines/0/copies/1/deliver_to", "route-not-offered"),
        ("/lines/1/copies/0/deliver_to", "route-not-offered"),
    }
    assert shown(await orders.placed(an_asking_order(IPSW="IPSW", LOWE="CSU"))) == {("IPSW", "IPSW", True), ("LOWE", "CSU", True)}


async def test_open_copies_whose_place_was_asked_follow_no_rule(orders: Orders) -> None:
    both = (RouteKind.DIRECT, RouteKind.HUB)
    await orders.hear(announced("national", *both), announced("consortium", *both), a_rule(1))
    order = await orders.placed(an_asking_order(IPSW="CSU"))
    await orders.hear(DIRECT)
    await turns(orders)
    assert shown(await orders.read(order["order_id"])) == {("IPSW", "CSU", True), ("LOWE", "LOWE", False)}
    (event,) = await changed(orders)
    assert {line.supplier_id for line in event.lines} == {"consortium"}
    async with orders.engine.begin() as connection:
        assert not await follow_route(connection, orders.clock, DIRECT.rule_id)


async def test_a_trial_of_deliveries_draws_no_copy_whose_place_was_asked(orders: Orders) -> None:
    terms = TrialTerms(name="unpacked-at-the-hub", share="1", unit=DrawUnit.LINE)
    await orders.hear(a_rule(1, pilot=True, trial=terms), a_rule(2, hub=None))
    order = await orders.placed(an_asking_order(IPSW="IPSW"))
    drawn = {(copy["branch"], copy["route_trial"] is not None) for line in order["lines"] for copy in line["copies"]}
    assert drawn == {("IPSW", False), ("LOWE", True)}


@pytest.mark.parametrize(
    ("offered", "there"), [((), ("IPSW", True)), ((RouteKind.DIRECT,), ("IPSW", True)), ((RouteKind.HUB,), ("CSU", False))]
)
async def test_a_copy_that_is_placed_again_keeps_its_place_if_the_second_supplier_delivers_there(
    orders: Orders, offered: tuple[RouteKind, ...], there: tuple[str, bool]
) -> None:
    await orders.hear(a_rule(1))
    switches = Switches(orders)
    placed = await orders.placed(an_asking_order(LOWE="IPSW"))
    if offered:
        await orders.hear(announced("national", *offered))
    await switches.begun()
    for line in placed["lines"]:
        if line["supplier_id"] == "consortium":
            await orders.hear(answered(placed, line, "222"))
    lines = [line for line in (await orders.read(placed["order_id"]))["lines"] if line["replaces_line_key"]]
    assert {(copy["deliver_to"]["code"], copy["deliver_to_asked"]) for line in lines for copy in line["copies"]} == {there}
