"""Trials of deliveries: the order book draws the route of each copy when it places it, and copies keep trial and arm."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.orders.incoming import handlers
from services.orders.republish import OWNER
from services.orders.rerouter import Rerouter
from shared.contracts.base import Place, RouteKind
from shared.contracts.delivery import DeliveryRuleChanged
from shared.contracts.orders import LinesAdded, OrderedCopy, OrderedLine, OrderPlaced
from shared.contracts.trials import Arm, DrawUnit, TrialArm, TrialTerms
from shared.sourcing.trials import draw, stated_trial
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders
from tests.services.orders.goods import answered
from tests.services.orders.switched import Switches
from tests.services.orders.test_moving_copies import CANCELLED
from tests.services.orders.test_routes import HUB, a_rule
from tests.services.orders.test_trials import LINES, added, an_order
from tests.services.read_model import published_again

TERMS = TrialTerms(name="straight", share="0.5", unit=DrawUnit.LINE)
DRAWN = stated_trial(TERMS)


def pilot(number: int = 7, *, terms: TrialTerms | None = TERMS, ends: date | None = None, **scope: Any) -> DeliveryRuleChanged:
    """A rule that tries the route straight to the branches."""
    rule = a_rule(number, hub=None, ends=ends, branch="LOWE", **scope)
    return rule.model_copy(update={"pilot": True, "trial": terms})


def lines_of(order: dict[str, Any]) -> dict[int, list[dict[str, Any]]]:
    """The copies at Lowestoft by line number."""
    found: dict[int, list[dict[str, Any]]] = {}
    for line in order["lines"]:
        found.setdefault(line["line_number"], []).extend(copy for copy in line["copies"] if copy["branch"] == "LOWE")
    return found


def routes(copies: list[dict[str, Any]]) -> set[tuple[str | None, str | None]]:
    """Place and arm of copies."""
    drawn = [(copy["deliver_to"], copy["route_trial"]) for copy in copies]
    assert {trial["trial"] for _, trial in drawn if trial} <= {"straight"}
    return {(place and place["code"], trial and trial["arm"]) for place, trial in drawn}


def arms(number: str = "SFK-1") -> dict[int, Arm]:
    assert DRAWN is not None
    found = {line: draw(DRAWN, "GB-SFK", (number, str(line))) for line in range(1, LINES + 1)}
    assert set(found.values()) == set(Arm)
    return found


def ordered(events: list[Any]) -> list[OrderedLine]:
    return [line for event in events if isinstance(event, OrderPlaced | LinesAdded) for line in event.lines]


async def read(orders: Orders, order: dict[str, Any]) -> dict[str, Any]:
    return await orders.read(order["order_id"])


@pytest.mark.parametrize("control", ["CSU", None])
async def test_each_line_in_scope_takes_the_route_of_its_arm(orders: Orders, control: str | None) -> None:
    await orders.hear(pilot(), *([] if control is None else [a_rule(1, hub=HUB)]))
    order = await orders.placed(an_order())
    place = {Arm.PILOT: "LOWE", Arm.CONTROL: control}
    assert {line: routes(copies) for line, copies in lines_of(order).items()} == {
        line: {(place[arm], arm.value)} for line, arm in arms().items()
    }
    ipswich = [copy for line in order["lines"] for copy in line["copies"] if copy["branch"] == "IPSW"]
    assert routes(ipswich) == {(control, None)}, "outside the scope"


async def test_where_orders_are_drawn_all_lines_of_one_have_its_arm(orders: Orders) -> None:
    await orders.hear(pilot(terms=TERMS.model_copy(update={"unit": DrawUnit.ORDER})), a_rule(1, hub=HUB))
    found = set()
    for number in range(8):
        order = await orders.placed(an_order(f"SFK-{number}"))
        (route,) = routes([copy for copies in lines_of(order).values() for copy in copies])
        found.add(route)
    assert found == {("LOWE", "pilot"), ("CSU", "control")}


async def test_a_pilot_rule_of_an_earlier_release_decides_for_all_of_its_scope(orders: Orders) -> None:
    await orders.hear(pilot(terms=None), a_rule(1, hub=HUB))
    order = await orders.placed(an_order())
    assert routes([copy for copies in lines_of(order).values() for copy in copies]) == {("LOWE", None)}


async def test_a_copy_may_be_in_a_trial_of_its_supplier_and_in_one_of_its_route_also_when_published_again(orders: Orders) -> None:
    await added(orders)
    await orders.hear(pilot(), a_rule(1, hub=HUB))
    await orders.placed(an_order())
    told = {
        (line.trial and line.trial.arm, copy.route_trial and copy.route_trial.arm, copy.deliver_to and copy.deliver_to.code)
        for line in ordered(list(await orders.sent()))
        for copy in line.copies
        if copy.branch.code == "LOWE"
    }
    place = {Arm.PILOT: "LOWE", Arm.CONTROL: "CSU"}
    assert told == {(of_supplier, of_route, place[of_route]) for of_supplier in Arm for of_route in Arm}
    hearing = Hearing(orders.engine, orders.clock, handlers(orders.clock))
    first = ordered(list(await orders.sent()))
    await published_again(hearing, OWNER, orders.clock)
    again = ordered(list(await orders.sent()))[len(first) :]
    assert _arms_of(again) == _arms_of(first)
    assert len(_arms_of(first)) == 3 * LINES


def _arms_of(lines: list[OrderedLine]) -> dict[UUID, tuple[TrialArm | None, TrialArm | None]]:
    copies: list[tuple[OrderedLine, OrderedCopy]] = [(line, copy) for line in lines for copy in line.copies]
    return {copy.copy_id: (line.trial, copy.route_trial) for line, copy in copies}


@pytest.mark.parametrize("ended", [False, True])
async def test_a_copy_that_a_switch_places_again_has_the_same_arm_while_the_trial_runs(orders: Orders, ended: bool) -> None:
    await orders.hear(pilot(), a_rule(1, hub=HUB))
    order = await orders.placed(an_order())
    await Switches(orders).begun(branches=["LOWE"])
    if ended:
        await orders.hear(pilot(ends=orders.clock.today()))
    for line in [line for line in order["lines"] if line["supplier_id"] == "consortium"]:
        await orders.hear(answered(order, line, CANCELLED))
    new = [line for line in (await read(orders, order))["lines"] if line["replaces_line_key"]]
    assert len(new) == LINES
    place = {Arm.PILOT: "LOWE", Arm.CONTROL: "CSU"}
    expected = {line: ("CSU", None) if ended else (place[arm], arm.value) for line, arm in arms().items()}
    assert {line["line_number"]: routes(line["copies"]) for line in new} == {line: {one} for line, one in expected.items()}


async def test_of_open_copies_those_in_the_pilot_arm_stay_where_their_trial_wants_them(orders: Orders) -> None:
    await orders.hear(a_rule(1, hub=HUB))
    before = await orders.placed(an_order("SFK-0"))
    await orders.hear(pilot())
    order = await orders.placed(an_order())
    yard = Place(code="YARD", kind=HUB.kind)
    follows = a_rule(2, hub=yard, open_copies_follow=True).model_copy(update={"valid_from": orders.clock.today()})
    assert follows.route is RouteKind.HUB
    await orders.hear(follows)
    for _ in range(2):
        await Rerouter(orders.engine, orders.clock).turn()
    place = {Arm.PILOT: "LOWE", Arm.CONTROL: "YARD"}
    assert {line: routes(copies) for line, copies in lines_of(await read(orders, order)).items()} == {
        line: {(place[arm], arm.value)} for line, arm in arms().items()
    }
    old = [copy for copies in lines_of(await read(orders, before)).values() for copy in copies]
    assert routes(old) == {("YARD", None)}, "they were ordered before the trial"
