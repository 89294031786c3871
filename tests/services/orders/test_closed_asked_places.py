"""A branch closes where a council asked to unpack copies: asked places stay, but for the closed one, which another takes over."""

import pytest

from services.orders.incoming import handlers
from services.orders.republish import OWNER
from shared.contracts.base import RouteKind
from shared.contracts.delivery import Leg
from tests.services.hearing import Hearing
from tests.services.orders.conftest import BRANCHES, Orders
from tests.services.orders.goods import answered, expected, line_of, received
from tests.services.orders.switched import Switches
from tests.services.orders.test_asked_places import an_asking_order, shown
from tests.services.orders.test_changed_routes import announced, changed, turns
from tests.services.orders.test_closed_branches import BURY, STOW, TODAY, close, closed
from tests.services.orders.test_routes import a_rule
from tests.services.read_model import ReadModel, check_feed, check_rebuild, published_again

IPSW, LOWE = BRANCHES
BOTH = (RouteKind.DIRECT, RouteKind.HUB)
WHY = f"IPSW is closed from {TODAY} on, and BURY takes over"


@pytest.fixture
async def registered(orders: Orders) -> Orders:
    """Suppliers that deliver anywhere, a hub that a rule names for LOWE, and the branches BURY and STOW."""
    await orders.hear(announced("national", *BOTH), announced("consortium", *BOTH), a_rule(1, branch="LOWE"))
    await orders.change_branches(BURY, STOW)
    return orders


async def said_of(orders: Orders, order_id: str, supplier: str) -> list[str]:
    order = await orders.read(order_id)
    keys = {line["line_key"] for line in order["lines"] if line["supplier_id"] == supplier}
    return [step["reason"] for step in order["timeline"] if step["line_key"] in keys and "takes over" in step["reason"]]


@pytest.mark.parametrize("place", ["LOWE", "CSU"])
async def test_a_copy_of_the_closed_branch_keeps_its_asked_place_whatever_the_rules_of_the_new_branch(
    registered: Orders, place: str
) -> None:
    await registered.hear(a_rule(2, hub=None, branch="BURY"))
    placed = await registered.placed(an_asking_order(IPSW=place))
    await close(registered, closed(IPSW))
    await turns(registered)
    assert shown(await registered.read(placed["order_id"])) == {("BURY", place, True), ("LOWE", "CSU", False)}
    (event,) = await changed(registered)
    assert ([line.deliver_to and line.deliver_to.code for line in event.moved], event.lines) == ([place], ())
    assert await said_of(registered, placed["order_id"], "national") == [
        f"for another branch: copies 1, 2 to BURY instead of IPSW, delivered to {place}: {WHY}"
    ]


async def test_a_copy_that_is_to_be_unpacked_at_its_own_closed_branch_moves_with_its_place(registered: Orders) -> None:
    await registered.hear(a_rule(2, branch="BURY"))
    placed = await registered.placed(an_asking_order(IPSW="IPSW"))
    await close(registered, closed(IPSW))
    await turns(registered)
    assert ("BURY", "BURY", True) in shown(await registered.read(placed["order_id"]))
    (event,) = await changed(registered)
    assert [line.deliver_to.code for line in event.lines] == ["BURY"]
    assert event.unpacked == ()


@pytest.mark.parametrize("takes", [True, False])
async def test_a_copy_of_an_open_branch_is_unpacked_at_the_branch_that_takes_over(registered: Orders, *, takes: bool) -> None:
    await registered.hear(announced("consortium", *BOTH, takes=takes))
    placed = await registered.placed(an_asking_order(LOWE="IPSW"))
    await close(registered, closed(IPSW))
    await turns(registered)
    order = await registered.read(placed["order_id"])
    assert shown(order) == {("BURY", None, False), ("LOWE", "BURY", True)}
    line = line_of(order, "consortium", 1)
    assert [copy["former_branches"] for copy in line["copies"]] == [[]]
    assert (
        await said_of(registered, placed["order_id"], "consortium")
        == [f"delivered elsewhere: copy 1 to BURY instead of IPSW: {WHY}"] * 2
    )
    assert line["attention"].startswith("" if takes else "Route: tell consortium to deliver copy 1 to BURY")
    assert bool(line["attention"]) is not takes
    events = await changed(registered)
    unpacked = [(each.supplier_id, each.deliver_to.code) for event in events for each in event.unpacked]
    assert unpacked == [("consortium", "BURY")] * 2
    told = [each for event in events for each in event.lines if each.supplier_id == "consortium"]
    assert told == [each for event in events for each in event.unpacked]


async def test_what_is_on_the_way_is_unpacked_elsewhere_untold_and_what_was_unpacked_stays(registered: Orders) -> None:
    placed = await registered.placed(an_asking_order(LOWE="IPSW"))
    first, second = line_of(placed, "consortium", 1), line_of(placed, "consortium", 2)
    await registered.hear(expected(placed, first, Leg.TO_HUB), received(placed, second, Leg.TO_HUB))
    await close(registered, closed(IPSW))
    await turns(registered)
    order = await registered.read(placed["order_id"])
    copies = [copy for line in order["lines"] if line["supplier_id"] == "consortium" for copy in line["copies"]]
    places = [(copy["state"], copy["deliver_to"]["code"]) for copy in copies]
    assert sorted(places) == [("at_hub", "IPSW"), ("despatched", "BURY")]
    events = await changed(registered)
    assert {line.supplier_id for event in events for line in event.lines} == set(), "nobody said where national delivers"
    assert [line.line_key for event in events for line in event.unpacked] == [first["line_key"]]


async def test_places_and_branches_that_close_one_after_the_other_end_where_somebody_unpacks(registered: Orders) -> None:
    placed = await registered.placed(an_asking_order(LOWE="IPSW", IPSW="LOWE"))
    await close(registered, closed(IPSW))
    await turns(registered)
    assert shown(await registered.read(placed["order_id"])) == {("BURY", "LOWE", True), ("LOWE", "BURY", True)}
    await close(registered, closed(LOWE, "STOW"))
    await turns(registered)
    assert shown(await registered.read(placed["order_id"])) == {("BURY", "STOW", True), ("STOW", "BURY", True)}
    events = len(await changed(registered))
    await turns(registered)
    assert len(await changed(registered)) == events, "nothing is told twice"


async def test_a_copy_that_is_placed_again_is_asked_for_at_the_branch_that_took_over(registered: Orders) -> None:
    switches = Switches(registered)
    placed = await registered.placed(an_asking_order(LOWE="IPSW"))
    await close(registered, closed(IPSW))
    await turns(registered)
    await switches.begun()
    for line in placed["lines"]:
        if line["supplier_id"] == "consortium":
            await registered.hear(answered(placed, line, "222"))
    lines = [line for line in (await registered.read(placed["order_id"]))["lines"] if line["replaces_line_key"]]
    assert {(copy["deliver_to"]["code"], copy["deliver_to_asked"]) for line in lines for copy in line["copies"]} == {
        ("BURY", True)
    }


async def test_closing_without_a_branch_that_takes_over_warns_of_what_was_to_be_unpacked_there(registered: Orders) -> None:
    await registered.placed(an_asking_order("SFK-1", IPSW="BURY"))
    await registered.placed(an_asking_order("SFK-2", LOWE="BURY"))
    kept = await close(registered, closed(BURY, None), closed(LOWE, None))
    details = {warning["pointer"]: warning["detail"] for warning in kept["warnings"]}
    assert details["/0"].startswith(
        "2 orders have copies for 'BURY', or to be unpacked there, that were not received: SFK-1, SFK-2."
    )
    assert details["/1"].startswith("2 orders have copies for 'LOWE', or")
    await turns(registered)
    assert await changed(registered) == []


async def test_a_read_model_has_the_places_from_what_is_published_again(
    registered: Orders, read_model: ReadModel, evidence_model: ReadModel, feed_model: ReadModel
) -> None:
    hearing = Hearing(registered.engine, registered.clock, handlers(registered.clock))
    await published_again(hearing, OWNER, registered.clock)  # the council's sourcing rules
    placed = await registered.placed(an_asking_order(LOWE="IPSW", IPSW="LOWE"))
    await registered.hear(expected(placed, line_of(placed, "consortium", 1), Leg.TO_HUB))
    await close(registered, closed(IPSW))
    await turns(registered)
    await check_rebuild(hearing, OWNER, registered.clock, read_model, evidence_model)
    await check_feed(hearing, OWNER, registered.clock, feed_model)
    again, _ = await published_again(hearing, OWNER, registered.clock)
    assert sum(b'"unpacked":[{' in each.data for each in again) == 1
