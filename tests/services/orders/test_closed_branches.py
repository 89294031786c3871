"""A branch closes, and another one takes over: its open copies go there, and whoever needs to know is told."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.orders.incoming import handlers
from services.orders.republish import OWNER
from services.orders.usecases.moving import move_branch
from shared.contracts.base import RouteKind
from shared.contracts.delivery import Leg
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import CopyReference, Quantities
from tests.services.hearing import Hearing
from tests.services.orders.conftest import BRANCHES, Orders, an_order
from tests.services.orders.goods import answered, charge, expected, invoice, line_of, received
from tests.services.orders.test_changed_routes import announced, changed, turns
from tests.services.orders.test_routes import HUB, a_rule
from tests.services.read_model import ReadModel, check_feed, check_rebuild, published_again

IPSW, LOWE = BRANCHES
BURY = {"code": "BURY", "name": "Bury Library", "gln": "5098765000026"}
STOW = {"code": "STOW", "name": "Stowmarket Library"}
TODAY = "2026-03-02"


def closed(branch: dict[str, Any], by: str | None = "BURY", on: str = TODAY) -> dict[str, Any]:
    return {**branch, "closed_from": on, "taken_over_by": by}


@pytest.fixture
async def placed(orders: Orders) -> dict[str, Any]:
    """An order: IPSW 1, 2 (national), LOWE 1 (consortium) of line 1, LOWE 1 of line 2; BURY and STOW are there."""
    await orders.hear(announced("national", RouteKind.DIRECT), announced("consortium", RouteKind.HUB))
    await orders.change_branches(BURY, STOW)
    return await orders.placed(an_order())


async def close(orders: Orders, *branches: dict[str, Any]) -> dict[str, Any]:
    answer = await orders.change_branches(*branches)
    assert answer.status_code == 200, answer.text
    kept: dict[str, Any] = answer.json()
    return kept


def branches_of(order: dict[str, Any]) -> dict[str, list[str]]:
    """The branches of copies, by supplier."""
    found: dict[str, list[str]] = {}
    for line in order["lines"]:
        found.setdefault(line["supplier_id"], []).extend(copy["branch"] for copy in line["copies"])
    return found


async def test_open_copies_go_to_the_branch_that_takes_over_and_the_timeline_says_why(
    orders: Orders, placed: dict[str, Any]
) -> None:
    await close(orders, closed(IPSW))
    await turns(orders)
    order = await orders.read(placed["order_id"])
    assert branches_of(order) == {"national": ["BURY", "BURY"], "consortium": ["LOWE", "LOWE"]}
    line = line_of(order, "national", 1)
    copy = line["copies"][0]
    assert (copy["former_branches"], copy["branch_name"], copy["fund"]) == (["IPSW"], "Bury Library", "FIC")
    (said,) = [step for step in order["timeline"] if step["line_key"] == line["line_key"] and "BURY" in step["reason"]]
    why = f"IPSW is closed from {TODAY} on, and BURY takes over"
    assert said["reason"] == f"for another branch: copies 1, 2 to BURY instead of IPSW: {why}"
    (event,) = await changed(orders)
    (moved,) = event.moved
    assert (moved.branch.code, moved.branch.gln, len(moved.copy_ids), event.reason) == ("BURY", BURY["gln"], 2, why)
    assert [place.code for place in moved.former] == ["IPSW"]
    # It delivers to branches only, so that it must be told which.
    assert [line.deliver_to.code for line in event.lines] == ["BURY"]
    assert (moved.deliver_to or HUB).code == copy["deliver_to"]["code"] == "BURY"


async def test_who_takes_no_changes_is_told_by_a_person_and_a_hub_that_stays_needs_no_telling(
    orders: Orders, placed: dict[str, Any]
) -> None:
    await orders.hear(announced("national", RouteKind.DIRECT, takes=False))
    await orders.hear(announced("consortium", RouteKind.HUB, takes=False))
    await close(orders, closed(IPSW), closed(LOWE, "STOW"))
    await turns(orders)
    order = await orders.read(placed["order_id"])
    assert branches_of(order) == {"national": ["BURY", "BURY"], "consortium": ["STOW", "STOW"]}
    asked = line_of(order, "national", 1)["attention"]
    assert asked.startswith("Route: tell national to deliver copies 1, 2 to BURY: it takes no changes")
    assert [line["attention"] for line in order["lines"] if line["supplier_id"] == "consortium"] == ["", ""]
    said = {"line_keys": [line_of(order, "national", 1)["line_key"]], "reason": "by telephone"}
    told = await orders.decide(f"/v1/orders/{order['order_id']}/supplier-told", said)
    assert line_of(told.json(), "national", 1)["attention"] == ""


async def test_copies_are_unpacked_by_the_delivery_rules_of_the_new_branch_else_as_before(
    orders: Orders, placed: dict[str, Any]
) -> None:
    both = (RouteKind.DIRECT, RouteKind.HUB)
    await orders.hear(announced("national", *both), announced("consortium", *both))
    await orders.hear(a_rule(1, branch="IPSW"), a_rule(2, hub=None, branch="LOWE"), a_rule(3, branch="BURY"))
    second = await orders.placed(an_order("SFK-2"))
    await close(orders, closed(IPSW, "STOW"), closed(LOWE))
    await turns(orders)
    order = await orders.read(second["order_id"])
    shown = {copy["branch"]: copy["deliver_to"]["code"] for line in order["lines"] for copy in line["copies"]}
    assert shown == {"STOW": "CSU", "BURY": "CSU"}, "the hub stays, and the rule of BURY says the hub"
    told = [line for event in await changed(orders) if str(event.order_id) == second["order_id"] for line in event.lines]
    assert {line.supplier_id for line in told} == {"consortium"}, "nothing changes for whoever delivers to the hub as before"
    first = await orders.read(placed["order_id"])
    assert line_of(first, "national", 1)["copies"][0]["deliver_to"] is None, "nobody said, and perhaps it is the supplier's hub"
    assert line_of(first, "national", 1)["attention"].startswith("Route: tell national to deliver copies 1, 2 to STOW")


async def test_what_is_on_the_way_goes_along_and_what_was_received_or_given_up_stays(
    orders: Orders, placed: dict[str, Any]
) -> None:
    first, second = line_of(placed, "consortium", 1), line_of(placed, "consortium", 2)
    await orders.hear(expected(placed, first, Leg.TO_HUB), received(placed, second, Leg.DIRECT))
    await orders.hear(answered(placed, line_of(placed, "national", 1), "400", quantities=Quantities(cancelled=1)))
    await close(orders, closed(IPSW), closed(LOWE))
    await turns(orders)
    order = await orders.read(placed["order_id"])
    states = sorted((copy["branch"], copy["state"]) for line in order["lines"] for copy in line["copies"])
    gone = next(state for branch, state in states if branch == "IPSW")
    assert gone in (CopyState.REFUSED, CopyState.CANCELLED)
    assert states == [("BURY", "despatched"), ("BURY", "ordered"), ("IPSW", gone), ("LOWE", "received")]
    assert [event.lines for event in await changed(orders) if event.moved[0].supplier_id == "consortium"] == [()]


async def test_a_copy_that_is_owed_again_follows_later(orders: Orders, placed: dict[str, Any]) -> None:
    line = line_of(placed, "national", 1)
    await orders.hear(answered(placed, line, "400", quantities=Quantities(cancelled=2)))
    await close(orders, closed(IPSW))
    await turns(orders)
    assert branches_of(await orders.read(placed["order_id"]))["national"] == ["IPSW", "IPSW"]
    await orders.hear(expected(placed, line, Leg.DIRECT))  # they come all the same
    orders.clock.advance(timedelta(hours=1))
    await turns(orders)
    assert branches_of(await orders.read(placed["order_id"]))["national"] == ["BURY", "BURY"]


async def test_nothing_happens_before_the_day_and_a_changed_mind_undoes_it(orders: Orders, placed: dict[str, Any]) -> None:
    tomorrow = str(orders.clock.today() + timedelta(days=1))
    await close(orders, closed(IPSW, on=tomorrow), closed(LOWE, on=tomorrow))
    await turns(orders)
    assert await changed(orders) == []
    assert (await orders.post(an_order("SFK-2"))).status_code == 201
    await close(orders, LOWE)
    orders.clock.advance(timedelta(days=1))
    await turns(orders)
    assert branches_of(await orders.read(placed["order_id"])) == {"national": ["BURY", "BURY"], "consortium": ["LOWE", "LOWE"]}
    refused = await orders.post(an_order("SFK-3"))
    (fault,) = refused.json()["errors"]
    assert (fault["code"], fault["pointer"]) == ("branch-closed", "/lines/0/copies/0/branch")
    assert fault["detail"] == f"Branch 'IPSW' takes no orders from {tomorrow} on; order for 'BURY', which takes it over."
    await close(orders, IPSW)
    assert (await orders.post(an_order("SFK-4"))).status_code == 201
    await turns(orders)
    assert branches_of(await orders.read(placed["order_id"]))["national"] == ["BURY", "BURY"], "nothing moves back"


async def test_copies_go_on_when_the_branch_that_took_over_closes_too(orders: Orders, placed: dict[str, Any]) -> None:
    later = str(orders.clock.today() + timedelta(days=7))
    await close(orders, closed(IPSW), closed(BURY, "STOW", on=later))
    await turns(orders)
    orders.clock.advance(timedelta(days=7))
    await turns(orders)
    order = await orders.read(placed["order_id"])
    assert [copy["former_branches"] for copy in line_of(order, "national", 1)["copies"]] == [["IPSW", "BURY"]] * 2
    assert branches_of(order)["national"] == ["STOW", "STOW"]
    fault = (await orders.post(an_order("SFK-2"))).json()["errors"][0]
    assert fault["detail"].endswith("order for 'STOW', which takes it over.")


async def test_suppliers_go_on_naming_the_closed_branch_or_the_new_one(orders: Orders, placed: dict[str, Any]) -> None:
    await close(orders, closed(IPSW, "LOWE"))
    await turns(orders)
    line = line_of(placed, "national", 1)
    one = answered(placed, line, "100", copies=(CopyReference(branch="IPSW", fund="FIC", barcode="30100000000001"),))
    other = answered(placed, line, "400", copies=(CopyReference(branch="LOWE", copy_number=2),))
    await orders.hear(one)
    await orders.hear(other)
    after = line_of(await orders.read(placed["order_id"]), "national", 1)
    assert [(copy["state"], copy["barcode"]) for copy in after["copies"]] == [
        ("accepted", "30100000000001"), ("back_ordered", None),
    ]  # fmt: skip
    references = (CopyReference(branch="IPSW"), CopyReference(branch="LOWE"))
    await orders.hear(expected(placed, line, Leg.DIRECT))
    await orders.hear(invoice(charge(after, copies=references)))
    (matched,) = (await orders.get("/v1/invoices"))["items"]
    assert matched["state"] == "matched"


def faults_of(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "invalid-takeover"
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


async def test_a_takeover_ends_in_a_branch_that_is_open(orders: Orders, placed: dict[str, Any]) -> None:
    cases: list[tuple[list[dict[str, Any]], list[tuple[str, str]]]] = [
        ([{**IPSW, "taken_over_by": "BURY"}], [("/0/taken_over_by", "branch-open")]),
        ([closed(IPSW, "IPSW")], [("/0/taken_over_by", "takes-over-itself")]),
        ([closed(IPSW, "NONE")], [("/0/taken_over_by", "unknown-branch")]),
        ([closed(IPSW, "LOWE"), closed(LOWE, None)], [("/0/taken_over_by", "branch-closed"), ("/1/closed_from", "ends-nowhere")]),
        (
            [closed(IPSW, "LOWE"), closed(LOWE, "IPSW")],
            [(f"/{index}/{member}", "branch-closed") for index in (0, 1) for member in ("taken_over_by", "closed_from")],
        ),
        (
            [closed(IPSW, "LOWE"), closed(LOWE, None, "2026-04-01")],
            [("/0/taken_over_by", "ends-nowhere"), ("/1/closed_from", "ends-nowhere")],
        ),
    ]
    for sent, faults in cases:
        assert faults_of(await orders.change_branches(*sent)) == faults
    await close(orders, closed(IPSW, "LOWE"))
    assert faults_of(await orders.change_branches(closed(LOWE, None, "2026-04-01"))) == [("/0/closed_from", "ends-nowhere")]
    assert faults_of(await orders.change_branches(closed(LOWE, "BURY"))) == [("/0/closed_from", "branch-closed")]
    kept = await close(orders, closed(LOWE, "BURY", "2026-04-01"))
    assert {one["code"]: one["taken_over_by"] for one in kept["items"]}["LOWE"] == "BURY"


async def test_closing_without_a_branch_that_takes_over_warns_of_the_orders_that_wait(
    orders: Orders, placed: dict[str, Any]
) -> None:
    kept = await close(orders, closed(IPSW, None), closed(BURY, None))
    (warning,) = kept["warnings"]
    assert (warning["pointer"], warning["code"]) == ("/0", "open-copies-stay")
    assert warning["detail"].startswith("1 order has copies for 'IPSW', or to be unpacked there, that were not received: SFK-1.")
    assert (await close(orders, closed(IPSW, None)))["warnings"] == [warning], "a repetition is answered alike"
    await turns(orders)
    assert branches_of(await orders.read(placed["order_id"]))["national"] == ["IPSW", "IPSW"]
    assert (await close(orders, closed(IPSW, "LOWE")))["warnings"] == []
    await turns(orders)
    assert branches_of(await orders.read(placed["order_id"]))["national"] == ["LOWE", "LOWE"]


async def test_a_pass_that_was_broken_off_goes_on_and_tells_nothing_twice(orders: Orders, placed: dict[str, Any]) -> None:
    others = [await orders.placed(an_order(f"SFK-{number}")) for number in (2, 3)]
    await close(orders, closed(IPSW))
    for killed in (True, False, True, False, True, False):
        async with orders.engine.connect() as connection:
            more = await move_branch(connection, orders.clock, "GB-SFK", "IPSW")
            await (connection.rollback() if killed else connection.commit())
    assert not more
    await turns(orders)
    events = await changed(orders)
    assert sorted(str(event.order_id) for event in events) == sorted(one["order_id"] for one in (placed, *others))
    assert all(len(event.moved) == 1 for event in events)


async def test_a_read_model_has_the_branches_from_what_is_published_again(
    orders: Orders, placed: dict[str, Any], read_model: ReadModel, evidence_model: ReadModel, feed_model: ReadModel
) -> None:
    hearing = Hearing(orders.engine, orders.clock, handlers(orders.clock))
    await published_again(hearing, OWNER, orders.clock)  # the council's sourcing rules
    await close(orders, closed(IPSW))
    await turns(orders)
    await orders.hear(answered(placed, line_of(placed, "national", 1), "100"))
    rows = await check_rebuild(hearing, OWNER, orders.clock, read_model, evidence_model)
    assert sorted(row.count("'branch': 'BURY'") for row in rows["copy"]) == [0, 0, 1, 1]
    await check_feed(hearing, OWNER, orders.clock, feed_model)
