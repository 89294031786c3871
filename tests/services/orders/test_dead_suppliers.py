"""A supplier that answers no more: its copies are freed without an answer and placed again once; late goods are still matched."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from services.orders.incoming import handlers
from services.orders.republish import OWNER
from services.orders.store.tables import switch_copy
from services.orders.usecases.switching import begin_due, take_open_copies
from shared.contracts.delivery import Leg
from shared.contracts.orders import CancellationRequested, LinesAdded
from shared.contracts.suppliers import SupplierAnnounced
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders, an_order, announced
from tests.services.orders.goods import NOW, answered, charge, expected, invoice, line_of, received
from tests.services.orders.invoiced import codes, costs, the_invoice
from tests.services.orders.switched import Switches
from tests.services.read_model import ReadModel, check_rebuild

CANCELLED, TOO_LATE, PRICE_DIFFERS = "222", "800", "101"


@pytest.fixture
def switches(orders: Orders) -> Switches:
    return Switches(orders)


def two_at_lowestoft(number: str = "SFK-1") -> dict[str, Any]:
    """An order of one line with two copies, both of the consortium."""
    copies = [{"branch": "LOWE", "fund": "FIC", "quantity": 2}]
    return {"order_number": number, "lines": [{"line_number": 1, "isbn": "9780141439518", "copies": copies}]}


def states(order: dict[str, Any], supplier: str) -> list[str]:
    return [copy["state"] for line in order["lines"] if line["supplier_id"] == supplier for copy in line["copies"]]


def faults(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


async def cancellations(orders: Orders) -> list[CancellationRequested]:
    return [event for event in await orders.sent() if isinstance(event, CancellationRequested)]


async def test_open_copies_are_freed_without_an_answer_and_placed_again(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(an_order())
    await orders.hear(answered(placed, line_of(placed, "consortium", 1), PRICE_DIFFERS))
    assert line_of(await orders.read(placed["order_id"]), "consortium", 1)["attention"] != ""
    death = await switches.dead()
    assert (death["state"], death["copies"], death["dead"]) == ("done", {"moved": 2}, True)
    order = await orders.read(placed["order_id"])
    assert (states(order, "consortium"), states(order, "national")) == (["cancelled"] * 2, ["ordered"] * 4)
    assert line_of(order, "consortium", 1)["attention"] == ""
    freed = [step for step in order["timeline"] if step["to_state"] == "cancelled"]
    reason = f"consortium answers no more: bankrupt (switch {death['switch_id']})"
    assert [(step["cause"], step["reason"]) for step in freed] == [("orders.supplier_dead", reason)] * 2
    assert await cancellations(orders) == []
    assert await switches.rules() == [("national", None, None), ("national", "LOWE", None)]


async def test_without_another_supplier_copies_are_only_freed_and_rules_end(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(an_order())
    death = await switches.dead(to_supplier=None)
    assert (death["state"], death["copies"], death["to_supplier"]) == ("done", {"cancelled": 2}, None)
    order = await orders.read(placed["order_id"])
    assert (states(order, "consortium"), len(order["lines"])) == (["cancelled"] * 2, len(placed["lines"]))
    assert await switches.rules() == [("national", None, None)]


async def test_a_supplier_without_cancellations_can_be_declared_dead(orders: Orders, switches: Switches) -> None:
    takes_none = SupplierAnnounced(supplier_id="consortium", name="Consortium", announced_at=NOW, takes_cancellations=False)
    await orders.hear(takes_none)
    await orders.placed(an_order())
    assert (await switches.dead())["copies"] == {"moved": 2}


async def test_the_preview_shows_what_becomes_of_each_line_and_writes_nothing(orders: Orders, switches: Switches) -> None:
    wanted, unwanted = await orders.placed(two_at_lowestoft()), await orders.placed(two_at_lowestoft("SFK-2"))
    await cancelled_by_council(orders, unwanted)
    before = await orders.published()
    body = {"confirm": "Consortium", "to_supplier": "national", "reason": "bankrupt"}
    seen = (await orders.decide("/v1/suppliers/consortium/deaths/preview", body)).json()
    placed_again = "freed without an answer and placed with national"
    ends = "freed without an answer, and not placed again: another copy took its place, or its cancellation was asked for"
    assert [(line["order_id"], line["copies"], line["becomes"]) for line in seen["lines"]] == [
        (wanted["order_id"], 2, placed_again),
        (unwanted["order_id"], 2, ends),
    ]
    assert [(each["becomes"], each["lines"], each["copies"]) for each in seen["sums"]] == [(ends, 1, 2), (placed_again, 1, 2)]
    assert ([rule["branch"] for rule in seen["rules_ended"]], seen["unlisted"]) == (["LOWE"], 0)
    assert (await orders.published(), (await orders.get("/v1/switches"))["items"]) == (before, [])


async def cancelled_by_council(orders: Orders, order: dict[str, Any]) -> None:
    body = {"copy_ids": [copy["copy_id"] for copy in order["lines"][0]["copies"]], "reason": "bought elsewhere"}
    answer = await orders.decide(f"/v1/orders/{order['order_id']}/cancellations", body, If_Match=f'"{order["version"]}"')
    assert answer.status_code == 202, answer.text


async def test_copies_that_the_council_cancelled_are_freed_and_not_placed_again(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(two_at_lowestoft())
    await cancelled_by_council(orders, placed)
    assert (await switches.dead())["copies"] == {"cancelled": 2}
    order = await orders.read(placed["order_id"])
    assert (states(order, "consortium"), len(order["lines"])) == (["cancelled"] * 2, 1)


@pytest.mark.parametrize(("open_copies", "becomes"), [("move", "moved"), ("cancel", "asks")])
async def test_a_switch_that_waits_for_the_dead_is_withdrawn_first(
    orders: Orders, switches: Switches, open_copies: str, becomes: str
) -> None:
    placed = await orders.placed(two_at_lowestoft())
    waiting = await switches.begun(open_copies=open_copies)
    assert faults(await switches.die()) == [("/path/supplier_id", "overlapping-switch")]
    await switches.withdraw(waiting)
    death = await switches.dead()
    assert death["copies"] == {becomes: 2}
    assert states(await orders.read(placed["order_id"]), "consortium") == ["cancelled"] * 2
    copies = [copy["copy_id"] for copy in placed["lines"][0]["copies"]]
    if becomes == "asks":
        assert (await switches.decide(death, "place_anew", *copies)).json()["copies"] == {"moved": 2}


async def test_a_switch_between_others_does_not_keep_a_death_waiting(orders: Orders, switches: Switches) -> None:
    await orders.hear(announced("third"))
    await orders.placed(two_at_lowestoft())
    await switches.begun(from_supplier="national", to_supplier="third", open_copies="drain", drain_until="2999-01-01")
    assert (await switches.dead(to_supplier="third"))["copies"] == {"moved": 2}


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"confirm": "consortium"}, ("/confirm", "not-confirmed")),
        ({"to_supplier": "consortium"}, ("/to_supplier", "same-supplier")),
        ({"to_supplier": "nobody"}, ("/to_supplier", "unknown-supplier")),
    ],
)
async def test_a_death_that_cannot_be_is_refused(
    orders: Orders, switches: Switches, asked: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert faults(await switches.die(**asked)) == [fault]
    body = {"confirm": "Consortium", "to_supplier": "national", "reason": "bankrupt", **asked}
    assert faults(await orders.decide("/v1/suppliers/consortium/deaths/preview", body)) == [fault]
    assert (await orders.decide("/v1/suppliers/nobody/deaths", body, Idempotency_Key="1")).status_code == 404
    assert (await orders.get("/v1/switches"))["items"] == []


async def test_a_supplier_that_owes_nothing_and_serves_nothing_cannot_be_declared_dead(
    orders: Orders, switches: Switches
) -> None:
    await orders.hear(announced("third"))
    body = {"confirm": "Third", "reason": "bankrupt"}
    answer = await orders.decide("/v1/suppliers/third/deaths", body, Idempotency_Key="1")
    assert faults(answer) == [("/path/supplier_id", "covers-nothing")]


async def test_a_death_is_declared_once_however_often_and_on_whichever_day_it_is_sent(orders: Orders, switches: Switches) -> None:
    body = {"confirm": "Consortium", "reason": "bankrupt"}
    first = await orders.decide("/v1/suppliers/consortium/deaths", body, Idempotency_Key="death-1")
    await switches.after(days=1)
    again = await orders.decide("/v1/suppliers/consortium/deaths", body, Idempotency_Key="death-1")
    other = await orders.decide("/v1/suppliers/consortium/deaths", {**body, "reason": "other"}, Idempotency_Key="death-1")
    assert (again.json()["switch_id"], again.headers["Idempotent-Replayed"]) == (first.json()["switch_id"], "true")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_a_death_is_of_one_council(orders: Orders, switches: Switches) -> None:
    stranger = orders.of_council("GB-NFK")
    await stranger.set_up({None: "consortium"})
    placed = await stranger.placed(two_at_lowestoft())
    await switches.dead()
    assert states(await stranger.read(placed["order_id"]), "consortium") == ["ordered"] * 2


async def test_late_goods_are_received_and_the_other_supplier_is_asked_to_cancel(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(two_at_lowestoft())
    death = await switches.dead()
    line = line_of(placed, "consortium", 1)
    await orders.hear(answered(placed, line, TOO_LATE), received(placed, line, Leg.DIRECT))
    (asked,) = await cancellations(orders)
    assert [(each.supplier_id, len(each.copy_ids)) for each in asked.lines] == [("national", 2)]
    order = await orders.read(placed["order_id"])
    assert (states(order, "consortium"), (await switches.read(death))["copies"]) == (["received"] * 2, {"recalling": 2})
    await orders.hear(answered(order, line_of(order, "national", 1), CANCELLED))
    assert (await switches.read(death))["copies"] == {"supplied": 2}


async def test_late_goods_that_cannot_be_asked_back_are_reported(orders: Orders, switches: Switches) -> None:
    await orders.hear(SupplierAnnounced(supplier_id="national", name="National", announced_at=NOW, takes_cancellations=False))
    placed = await orders.placed(two_at_lowestoft())
    death = await switches.dead()
    await orders.hear(expected(placed, placed["lines"][0], Leg.TO_HUB))
    after = await switches.read(death)
    assert (after["copies"], [one["copies"] for one in after["asking"]]) == ({"doubled": 2}, [2])
    line = line_of(await orders.read(placed["order_id"]), "consortium", 1)
    assert "may come although placed again with national" in line["attention"]


async def test_copies_that_were_moved_to_a_supplier_that_dies_are_moved_on(orders: Orders, switches: Switches) -> None:
    await orders.hear(announced("third"))
    placed = await orders.placed(two_at_lowestoft())
    switch = await switches.begun()
    await orders.hear(answered(placed, placed["lines"][0], CANCELLED))
    await switches.turn()
    body = {"confirm": "National", "to_supplier": "third", "reason": "bankrupt"}
    answer = await orders.decide("/v1/suppliers/national/deaths", body, Idempotency_Key="death-of-the-second")
    assert answer.status_code == 201, answer.text
    await switches.turn()
    order = await orders.read(placed["order_id"])
    assert [states(order, name) for name in ("consortium", "national", "third")] == [["cancelled"] * 2] * 2 + [["ordered"] * 2]
    await orders.hear(received(placed, placed["lines"][0], Leg.DIRECT))
    (recalled,) = [event for event in await cancellations(orders) if event.lines[0].supplier_id == "third"]
    assert (len(recalled.lines[0].copy_ids), (await switches.read(switch))["copies"]) == (2, {"recalling": 2})


async def test_an_invoice_for_freed_copies_is_queried_and_charges_nothing(orders: Orders, switches: Switches) -> None:
    placed = await orders.placed(two_at_lowestoft())
    await switches.dead()
    await orders.hear(invoice(charge(placed["lines"][0]), supplier="consortium"))
    found = await the_invoice(orders)
    assert (found["state"], codes(found)) == ("queried", ["not_supplied"])
    assert await costs(orders, placed) == [[], []]


async def test_a_run_that_is_broken_off_after_any_step_places_each_copy_once(orders: Orders, switches: Switches) -> None:
    placed = [await orders.placed(two_at_lowestoft(f"SFK-{number}")) for number in range(103)]
    death = (await switches.die()).json()
    for broken_off in (True, False):
        async with orders.engine.connect() as connection:
            assert await begin_due(connection, orders.clock)
            await (connection.rollback if broken_off else connection.commit)()
    more = True
    while more:
        for broken_off in (True, False):
            async with orders.engine.connect() as connection:
                more = await take_open_copies(connection, orders.clock, death["switch_id"])
                await (connection.rollback if broken_off else connection.commit)()
    await switches.turn()
    assert (await switches.read(death))["copies"] == {"moved": 206}
    added = [event for event in await orders.sent() if isinstance(event, LinesAdded)]
    assert sorted(str(event.order_id) for event in added) == sorted(order["order_id"] for order in placed)
    async with orders.engine.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(switch_copy))).scalar_one() == 206


async def test_an_order_of_very_many_copies_is_freed_in_parts_that_fit_an_event(orders: Orders, switches: Switches) -> None:
    copies = [{"branch": "LOWE", "fund": "FIC", "quantity": 200}]
    lines = [{"line_number": number, "isbn": "9780141439518", "copies": copies} for number in range(1, 4)]
    placed = await orders.placed({"order_number": "SFK-1", "lines": lines})
    assert (await switches.dead())["copies"] == {"moved": 600}
    sizes = [[len(line.copies) for line in event.lines] for event in await orders.sent() if isinstance(event, LinesAdded)]
    order = await orders.read(placed["order_id"])
    assert (sorted(sizes), order["version"]) == ([[200], [200, 200]], placed["version"] + 2)


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happened_before_every_wanted_copy_is_on_its_way_once(
    orders: Orders, switches: Switches, read_model: ReadModel, seed: int
) -> None:
    """Property: of each copy that was wanted and had not come, exactly one is ordered elsewhere; of all others none."""
    chance = Random(seed)
    wanted: dict[str, bool] = {}
    for number in range(12):
        placed = await orders.placed(two_at_lowestoft(f"SFK-{number}"))
        line, what = placed["lines"][0], chance.choice(["nothing", "accepted", "despatched", "cancelled", "unwanted"])
        if what == "unwanted":
            await cancelled_by_council(orders, placed)
        elif what == "despatched":
            await orders.hear(expected(placed, line, Leg.TO_HUB))
        elif what != "nothing":
            await orders.hear(answered(placed, line, {"accepted": "100", "cancelled": CANCELLED}[what]))
        wanted[placed["order_id"]] = what in ("nothing", "accepted")
    await switches.dead()
    for order_id, again in wanted.items():
        order = await orders.read(order_id)
        assert states(order, "national") == (["ordered"] * 2 if again else []), order
        assert set(states(order, "consortium")) <= {"cancelled", "despatched"}
    await check_rebuild(Hearing(orders.engine, orders.clock, handlers(orders.clock)), OWNER, orders.clock, read_model)
