"""Open copies of a switch: they are placed with another supplier once the first has cancelled, and nothing is lost or doubled."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from services.orders.incoming import handlers
from services.orders.republish import OWNER
from services.orders.store.tables import switch_copy
from services.orders.usecases.switching import begin_due, take_open_copies
from shared.contracts.delivery import DiscrepancyFound, Leg
from shared.contracts.orders import CancellationRequested, LinesAdded
from shared.contracts.suppliers import SupplierAnnounced
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import NOW, answered, consigned, expected, line_of, received
from tests.services.orders.switched import Switches
from tests.services.orders.test_routes import a_rule as a_route_rule
from tests.services.read_model import ReadModel, check_rebuild

CANCELLED, TOO_LATE, ACCEPTED = "222", "800", "100"


@pytest.fixture
def switches(orders: Orders) -> Switches:
    return Switches(orders)


def two_at_lowestoft(number: str = "SFK-1") -> dict[str, Any]:
    """An order of one line with two copies, both of the consortium."""
    copies = [{"branch": "LOWE", "fund": "FIC", "quantity": 2, "sequence": "ANF", "shelfmark": "F", "servicing": ["BJ"]}]
    line = {"line_number": 7, "isbn": "9780141439518", "title": "Emma", "unit_price": {"minor": 899}, "copies": copies}
    return {"order_number": number, "lines": [line]}


async def moved(orders: Orders, switches: Switches) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns a switch and its order, once the consortium has cancelled both copies."""
    placed = await orders.placed(two_at_lowestoft())
    switch = await switches.begun()
    await orders.hear(answered(placed, placed["lines"][0], CANCELLED))
    return switch, await orders.read(placed["order_id"])


def states(order: dict[str, Any], supplier: str) -> list[str]:
    return [copy["state"] for line in order["lines"] if line["supplier_id"] == supplier for copy in line["copies"]]


async def asked_to_cancel(orders: Orders) -> list[tuple[str, int]]:
    """Supplier and number of copies of each request to cancel that was published: the books are wanted all the same."""
    events = [event for event in await orders.sent() if isinstance(event, CancellationRequested) and event.still_wanted]
    return [(line.supplier_id, len(line.copy_ids)) for event in events for line in event.lines]


async def test_a_moved_copy_is_unpacked_where_the_rules_say_for_its_supplier(orders: Orders, switches: Switches) -> None:
    await orders.hear(a_route_rule(1, supplier_id="consortium"), a_route_rule(2, hub=None, supplier_id="national"))
    _, order = await moved(orders, switches)
    places = {line["supplier_id"]: {copy["deliver_to"]["code"] for copy in line["copies"]} for line in order["lines"]}
    assert places == {"consortium": {"CSU"}, "national": {"LOWE"}}
    (event,) = [each for each in await orders.sent() if isinstance(each, LinesAdded)]
    assert {copy.deliver_to and copy.deliver_to.code for copy in event.lines[0].copies} == {"LOWE"}


async def test_copies_are_asked_for_and_placed_again_once_both_are_confirmed(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(two_at_lowestoft())
    (old,) = placed["lines"]
    switch = await switches.begun()
    assert (switch["state"], switch["copies"]) == ("running", {"asked": 2})
    assert await asked_to_cancel(orders) == [("consortium", 2)]
    await orders.hear(answered(placed, old, CANCELLED))
    order = await orders.read(placed["order_id"])
    new = line_of(order, "national", 7)
    assert (order["order_number"], states(order, "consortium"), states(order, "national")) == (
        "SFK-1", ["cancelled"] * 2, ["ordered"] * 2,
    )  # fmt: skip
    assert (new["replaces_line_key"], new["line_key"] != old["line_key"]) == (old["line_key"], True)
    kept = ("isbn", "title", "author", "material", "unit_price", "line_number")
    assert [new[name] for name in kept] == [old[name] for name in kept]
    of_copies = ("copy_number", "branch", "fund", "sequence", "shelfmark", "servicing", "item")
    assert [[copy[name] for name in of_copies] for copy in new["copies"]] == [
        [copy[name] for name in of_copies] for copy in old["copies"]
    ]
    assert [copy["replaces_copy_id"] for copy in new["copies"]] == [copy["copy_id"] for copy in old["copies"]]
    assert "placed with national instead of consortium: leaving the consortium" in [step["reason"] for step in order["timeline"]]
    await switches.turn()
    after = await switches.read(switch)
    assert (after["state"], after["copies"], after["asking"]) == ("done", {"moved": 2}, [])


async def test_the_lines_are_published_for_whoever_takes_lines_of_an_order(orders: Orders, switches: Switches) -> None:
    _, order = await moved(orders, switches)
    (event,) = [event for event in await orders.sent() if isinstance(event, LinesAdded)]
    (line,) = event.lines
    assert (str(event.order_id), event.order_number) == (order["order_id"], "SFK-1")
    assert (line.supplier_id, len(line.copies)) == ("national", 2)
    assert line.replaces in {one["line_key"] for one in order["lines"]}
    assert (line.copies[0].branch.name, line.copies[0].servicing) == ("Lowestoft Library", ("BJ",))


async def test_an_answer_that_arrives_twice_places_nothing_twice(orders: Orders, switches: Switches) -> None:
    _, order = await moved(orders, switches)
    old = line_of(order, "consortium", 7)
    await orders.hear(answered(order, old, CANCELLED), answered(order, old, CANCELLED))
    await orders.hear(answered(order, old, CANCELLED))
    assert await orders.read(order["order_id"]) == order | {
        "version": order["version"] + 3,
        "timeline": (await orders.read(order["order_id"]))["timeline"],
    }


async def test_copies_confirmed_one_by_one_each_become_a_line(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(two_at_lowestoft())
    await switches.begun()
    for _ in range(2):
        await orders.hear(answered(placed, placed["lines"][0], CANCELLED, quantities={"cancelled": 1}))
    order = await orders.read(placed["order_id"])
    assert [len(line["copies"]) for line in order["lines"]] == [2, 1, 1]
    assert states(order, "consortium") == ["cancelled"] * 2


@pytest.mark.parametrize("code", [TOO_LATE, ACCEPTED])
async def test_nothing_is_placed_while_the_first_supplier_has_not_cancelled(
    orders: Orders, switches: Switches, code: str
) -> None:
    placed = await orders.placed(two_at_lowestoft())
    switch = await switches.begun()
    await orders.hear(answered(placed, placed["lines"][0], code))
    await switches.turn()
    after, order = await switches.read(switch), await orders.read(placed["order_id"])
    assert len(order["lines"]) == 1
    # An acceptance that crosses the request is no answer to it.
    assert (after["state"], after["copies"]) == {TOO_LATE: ("done", {"stays": 2}), ACCEPTED: ("running", {"asked": 2})}[code]


async def test_copies_that_were_despatched_meanwhile_stay(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(two_at_lowestoft())
    switch = await switches.begun()
    await orders.hear(expected(placed, placed["lines"][0], Leg.DIRECT))
    await orders.hear(answered(placed, placed["lines"][0], CANCELLED))
    await switches.turn()
    assert (await switches.read(switch))["copies"] == {"stays": 2}
    assert states(await orders.read(placed["order_id"]), "consortium") == ["despatched"] * 2


async def test_silence_asks_a_person_who_places_one_copy_and_leaves_the_other(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(two_at_lowestoft())
    switch = await switches.begun()
    await switches.after(days=4)
    assert (await switches.read(switch))["copies"] == {"asked": 2}
    await switches.after(days=2)
    asking = await switches.read(switch)
    assert (asking["copies"], [one["href"] for one in asking["asking"]]) == ({"asks": 2}, [f"/v1/orders/{placed['order_id']}"])
    line = (await orders.read(placed["order_id"]))["lines"][0]
    assert "consortium has not answered whether it cancels copies 1, 2" in line["attention"]
    first, second = await switches.copies(switch, f"?stage=asks&line_key={line['line_key']}")
    assert (await switches.decide(switch, "place_anew", first["copy_id"])).status_code == 200
    assert (await switches.decide(switch, "leave", second["copy_id"])).status_code == 200
    again = await switches.decide(switch, "place_anew", first["copy_id"])
    assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "not-asking")
    order = await orders.read(placed["order_id"])
    assert (states(order, "consortium"), states(order, "national")) == (["cancelled", "ordered"], ["ordered"])
    assert line_of(order, "consortium", 7)["attention"] == ""
    assert any("they said so on the telephone" in step["reason"] for step in order["timeline"])
    await switches.turn()
    assert (await switches.read(switch))["state"] == "done"


async def test_a_copy_that_a_person_left_asks_again_where_it_is_cancelled(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(two_at_lowestoft())
    switch = await switches.begun()
    copies = [copy["copy_id"] for copy in placed["lines"][0]["copies"]]
    await switches.decide(switch, "leave", *copies)
    await orders.hear(answered(placed, placed["lines"][0], CANCELLED))
    assert (await switches.read(switch))["copies"] == {"asks": 2}
    line = (await orders.read(placed["order_id"]))["lines"][0]
    assert "consortium will not supply copies 1, 2, and nobody else was asked" in line["attention"]
    assert (await switches.decide(switch, "place_anew", *copies)).json()["copies"] == {"moved": 2}


async def test_late_goods_are_received_and_the_second_copies_are_asked_back(orders: Orders, switches: Switches) -> None:
    switch, order = await moved(orders, switches)
    await orders.hear(received(order, line_of(order, "consortium", 7), Leg.DIRECT))
    assert await asked_to_cancel(orders) == [("consortium", 2), ("national", 2)]
    assert (await switches.read(switch))["copies"] == {"recalling": 2}
    await orders.hear(answered(order, line_of(order, "national", 7), CANCELLED))
    after = await orders.read(order["order_id"])
    assert (states(after, "consortium"), states(after, "national")) == (["received"] * 2, ["cancelled"] * 2)
    assert (await switches.read(switch))["copies"] == {"supplied": 2}


async def test_copies_that_cannot_be_asked_back_are_reported_as_doubled(orders: Orders, switches: Switches) -> None:
    await orders.hear(SupplierAnnounced(supplier_id="national", name="National", announced_at=NOW, takes_cancellations=False))
    switch, order = await moved(orders, switches)
    await orders.hear(expected(order, line_of(order, "consortium", 7), Leg.TO_HUB))
    assert await asked_to_cancel(orders) == [("consortium", 2)]
    after = await switches.read(switch)
    assert (after["copies"], [one["copies"] for one in after["asking"]]) == ({"doubled": 2}, [2])
    line = line_of(await orders.read(order["order_id"]), "consortium", 7)
    assert "may come although placed again with national" in line["attention"]


async def test_no_answer_to_the_recall_is_reported_as_doubled(orders: Orders, switches: Switches) -> None:
    switch, order = await moved(orders, switches)
    await orders.hear(expected(order, line_of(order, "consortium", 7), Leg.TO_HUB))
    await switches.after(days=6)
    assert (await switches.read(switch))["copies"] == {"doubled": 2}
    await orders.hear(answered(order, line_of(order, "national", 7), CANCELLED))
    assert (await switches.read(switch))["copies"] == {"supplied": 2}
    assert "Switch:" not in line_of(await orders.read(order["order_id"]), "consortium", 7)["attention"]


async def test_a_copy_that_another_took_the_place_of_is_not_moved_once_more(orders: Orders, switches: Switches) -> None:
    switch, order = await moved(orders, switches)
    await switches.turn()
    old = line_of(order, "consortium", 7)
    await orders.hear(expected(order, old, Leg.TO_HUB))
    for copy in consigned(order, old):
        lost = {
            "council": "GB-SFK",
            "supplier_id": "consortium",
            "despatch_number": "D1",
            "found_at": NOW,
            "consigned_copy": copy,
        }
        ids = {"discrepancy_id": copy.copy_id, "consignment_id": copy.copy_id}
        await orders.hear(DiscrepancyFound.model_validate({**lost, **ids, "kind": "short"}))
    assert states(await orders.read(order["order_id"]), "consortium") == ["missing"] * 2
    refused = (await switches.ask()).json()
    assert [fault["code"] for fault in refused["errors"]] == ["covers-nothing"]
    await orders.hear(answered(order, line_of(order, "national", 7), CANCELLED))
    assert (await switches.read(switch))["copies"] == {"asks": 2}


async def test_a_withdrawn_switch_leaves_what_it_moved_and_moves_no_more(orders: Orders, switches: Switches) -> None:
    first, second = [await orders.placed(two_at_lowestoft(f"SFK-{number}")) for number in (1, 2)]
    switch = await switches.begun()
    await orders.hear(answered(first, first["lines"][0], CANCELLED))
    assert (await switches.withdraw(switch)).json()["copies"] == {"moved": 2, "stays": 2}
    await orders.hear(answered(second, second["lines"][0], CANCELLED))
    await switches.after(days=6)
    after = await switches.read(switch)
    assert (after["state"], after["copies"]) == ("withdrawn", {"moved": 2, "asks": 2})
    assert len((await orders.read(second["order_id"]))["lines"]) == 1


async def test_copies_drain_for_good_or_until_a_day(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(two_at_lowestoft())
    for_good = await switches.begun(open_copies="drain")
    await switches.turn()
    after = await switches.read(for_good)
    assert (after["state"], after["copies"], await asked_to_cancel(orders)) == ("done", {"stays": 2}, [])
    await orders.hear(answered(placed, placed["lines"][0], ACCEPTED))
    until = (orders.clock.today() + timedelta(days=10)).isoformat()
    draining = await switches.begun(open_copies="drain", drain_until=until)
    await switches.after(days=9)
    assert (await switches.read(draining))["copies"] == {"drains": 2}
    await switches.after(days=1)
    assert ((await switches.read(draining))["copies"], await asked_to_cancel(orders)) == ({"asked": 2}, [("consortium", 2)])
    await orders.hear(answered(placed, placed["lines"][0], CANCELLED))
    assert (await switches.read(draining))["copies"] == {"moved": 2}


async def test_copies_are_only_cancelled_where_the_switch_says_so(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(two_at_lowestoft())
    switch = await switches.begun(open_copies="cancel", to_supplier=None)
    await orders.hear(answered(placed, placed["lines"][0], CANCELLED))
    await switches.turn()
    after = await switches.read(switch)
    assert (after["state"], after["copies"]) == ("done", {"cancelled": 2})
    assert len((await orders.read(placed["order_id"]))["lines"]) == 1


async def test_a_copy_that_the_council_cancels_itself_is_not_placed_again(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(two_at_lowestoft())
    switch = await switches.begun()
    await orders.hear(answered(placed, placed["lines"][0], TOO_LATE))
    order = await orders.read(placed["order_id"])
    body = {"copy_ids": [order["lines"][0]["copies"][0]["copy_id"]], "reason": "bought elsewhere"}
    path, version = f"/v1/orders/{order['order_id']}/cancellations", f'"{order["version"]}"'
    assert (await orders.decide(path, body, If_Match=version)).status_code == 202
    await orders.hear(answered(order, order["lines"][0], CANCELLED, quantities={"cancelled": 1}))
    assert (await switches.read(switch))["copies"] == {"cancelled": 1, "stays": 1}
    assert len((await orders.read(placed["order_id"]))["lines"]) == 1


async def test_the_first_answer_to_an_order_stays_the_same(orders: Orders, switches: Switches) -> None:
    first = await orders.post(two_at_lowestoft(), key="lms-1")
    order = await orders.read(first.json()["order_id"])
    await switches.begun()
    await orders.hear(answered(order, order["lines"][0], CANCELLED))
    again = await orders.post(two_at_lowestoft(), key="lms-1")
    assert (again.headers["Idempotent-Replayed"], again.json()) == ("true", first.json())


async def test_a_run_that_is_broken_off_after_any_step_takes_each_copy_once(orders: Orders, switches: Switches) -> None:
    placed = [await orders.placed(two_at_lowestoft(f"SFK-{number}")) for number in range(103)]
    switch = await switches.planned()
    for broken_off in (True, False):
        async with orders.engine.connect() as connection:
            assert await begin_due(connection, orders.clock)
            await (connection.rollback if broken_off else connection.commit)()
    more = True
    while more:
        for broken_off in (True, False):
            async with orders.engine.connect() as connection:
                more = await take_open_copies(connection, orders.clock, switch["switch_id"])
                await (connection.rollback if broken_off else connection.commit)()
    await switches.turn()
    assert (await switches.read(switch))["copies"] == {"asked": 206}
    assert await asked_to_cancel(orders) == [("consortium", 2)] * len(placed)
    assert await switches.rules() == [("national", None, None), ("national", "LOWE", None)]
    async with orders.engine.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(switch_copy))).scalar_one() == 206


async def test_answers_and_goods_that_arrive_while_a_switch_begins_wait_for_their_orders_only(
    orders: Orders, switches: Switches
) -> None:
    placed = [await orders.placed(two_at_lowestoft(f"SFK-{number}")) for number in range(40)]
    switch = await switches.planned()
    lines = [(order, order["lines"][0]) for order in placed]
    pairs = zip(lines, lines[::-1], strict=True)
    accepted = [orders.hear(answered(*each, ACCEPTED), answered(*other, ACCEPTED)) for each, other in pairs]
    despatched = [orders.hear(expected(*each, Leg.TO_HUB)) for each in lines[:10]]
    await asyncio.gather(switches.turn(), *accepted, *despatched)
    counts = (await switches.read(switch))["copies"]
    assert counts["asked"] == 60
    # Goods that left before the switch came to their order are none of its copies.
    assert counts.get("stays", 0) <= 20


async def test_an_order_that_was_moved_is_published_again_as_it_is(
    orders: Orders, switches: Switches, read_model: ReadModel
) -> None:
    placed = await orders.placed(an_order())
    orders.clock.advance(timedelta(minutes=1))
    await switches.begun()
    for number in (1, 2):
        orders.clock.advance(timedelta(minutes=1))
        await orders.hear(answered(placed, line_of(placed, "consortium", number), CANCELLED))
    order = await orders.read(placed["order_id"])
    added = next(line for line in order["lines"] if line["replaces_line_key"] and line["line_number"] == 2)
    orders.clock.advance(timedelta(minutes=1))
    await orders.hear(answered(order, added, ACCEPTED), expected(order, line_of(order, "consortium", 1), Leg.TO_HUB))
    orders.clock.advance(timedelta(days=6))
    await switches.turn()
    rows = await check_rebuild(Hearing(orders.engine, orders.clock, handlers(orders.clock)), OWNER, orders.clock, read_model)
    assert len(rows["copy"]) == 6
