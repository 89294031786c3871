"""`/v1/switches`: what is refused, what a preview shows, who did what, and which rules a switch changes."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from services.orders.republish import OWNER
from services.orders.switcher import SWITCHING
from shared.contracts.orders import OrderingSwitchChanged, SourcingRuleChanged
from shared.contracts.suppliers import SupplierAnnounced
from tests.services.hearing import Hearing
from tests.services.orders.conftest import Orders, an_order, announced
from tests.services.orders.goods import NOW
from tests.services.orders.switched import Switches
from tests.services.read_model import published_again


@pytest.fixture
def switches(orders: Orders) -> Switches:
    return Switches(orders)


def faults(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


async def test_a_switch_is_planned_once_however_often_it_is_requested(orders: Orders, switches: Switches) -> None:
    first = await switches.ask()
    again = await orders.decide("/v1/switches", switches.body(), Idempotency_Key="switch-1")
    other = await orders.decide("/v1/switches", switches.body(open_copies="cancel"), Idempotency_Key="switch-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["switch_id"] == first.json()["switch_id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    listed = (await orders.get("/v1/switches?state=planned"))["items"]
    assert [one["switch_id"] for one in listed] == [first.json()["switch_id"]]
    assert [(step["from_state"], step["to_state"], step["reason"]) for step in first.json()["history"]] == [
        (None, "planned", "leaving the consortium")
    ]


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"to_supplier": "consortium"}, ("/to_supplier", "same-supplier")),
        ({"to_supplier": "nobody"}, ("/to_supplier", "unknown-supplier")),
        ({"from_supplier": "nobody"}, ("/from_supplier", "unknown-supplier")),
        ({"to_supplier": None}, ("/to_supplier", "supplier-missing")),
        ({"first_day": "2020-01-01"}, ("/first_day", "past-day")),
        ({"branches": ["LOWE", "NOWHERE"]}, ("/branches/1", "unknown-branch")),
        ({"drain_until": "2999-01-01"}, ("/drain_until", "nothing-drains")),
        ({"open_copies": "drain", "drain_until": "2020-01-01"}, ("/drain_until", "drain-too-short")),
        ({"branches": ["IPSW"]}, ("/from_supplier", "covers-nothing")),
    ],
)
async def test_a_switch_that_cannot_be_is_refused(
    orders: Orders, switches: Switches, asked: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert faults(await switches.ask(**asked)) == [fault]
    assert faults(await orders.decide("/v1/switches/preview", switches.body(**asked))) == [fault]
    assert (await orders.get("/v1/switches"))["items"] == []


async def test_a_supplier_that_takes_no_cancellations_can_only_be_drained(orders: Orders, switches: Switches) -> None:
    await orders.hear(SupplierAnnounced(supplier_id="consortium", name="Consortium", announced_at=NOW, takes_cancellations=False))
    for open_copies in ("move", "cancel"):
        assert faults(await switches.ask(open_copies=open_copies)) == [("/from_supplier", "supplier-takes-none")]
    assert (await switches.ask(open_copies="drain")).status_code == 201


async def test_of_two_switches_that_overlap_only_one_is_planned(switches: Switches) -> None:
    first = await switches.planned(branches=["LOWE"])
    assert faults(await switches.ask()) == [("/branches", "overlapping-switch")]
    assert (await switches.withdraw(first)).json()["state"] == "withdrawn"
    assert (await switches.withdraw(first)).json()["code"] == "switch-over"
    assert (await switches.ask()).status_code == 201


async def test_a_preview_shows_lines_and_sums_and_writes_nothing(orders: Orders, switches: Switches) -> None:
    order = an_order()
    order["lines"][0]["unit_price"] = {"minor": 899, "currency": "GBP"}
    placed = await orders.placed(order)
    before = await orders.published()
    answer = await orders.decide("/v1/switches/preview", switches.body())
    seen = answer.json()
    assert [(line["order_id"], line["line_number"], line["copies"], line["price"]) for line in seen["lines"]] == [
        (placed["order_id"], 1, 1, {"minor": 899, "currency": "GBP"}),
        (placed["order_id"], 2, 1, None),
    ]
    becomes = "moved to national once consortium has cancelled"
    money = [{"minor": 899, "currency": "GBP"}]
    assert seen["sums"] == [{"becomes": becomes, "lines": 2, "copies": 2, "money": money}]
    assert [(rule["supplier_id"], rule["branch"]) for rule in seen["rules_ended"]] == [("consortium", "LOWE")]
    assert [(rule["supplier_id"], rule["branch"]) for rule in seen["rules_added"]] == [("national", "LOWE")]
    assert (await orders.read(placed["order_id"]), await orders.published()) == (placed, before)
    assert (await orders.get("/v1/switches"))["items"] == []


async def test_rules_change_on_the_first_day_and_not_before(orders: Orders, switches: Switches) -> None:
    before = await switches.rules()
    day = (orders.clock.today() + timedelta(days=3)).isoformat()
    switch = await switches.planned(first_day=day)
    await switches.after(days=2)
    assert (await switches.rules(), (await switches.read(switch))["state"]) == (before, "planned")
    await switches.after(days=1)
    assert await switches.rules() == [("national", None, None), ("national", "LOWE", None)]
    changed = [event for event in await orders.sent() if isinstance(event, SourcingRuleChanged)]
    assert [(rule.supplier_id, rule.branch, rule.valid_to is None) for rule in changed] == [
        ("consortium", "LOWE", False),
        ("national", "LOWE", True),
    ]
    await switches.turn()
    assert len(await switches.rules()) == 2
    assert (await switches.read(switch))["state"] == "done"


async def test_each_state_of_a_switch_is_published_and_the_last_one_again(orders: Orders, switches: Switches) -> None:
    day = orders.clock.today() + timedelta(days=3)
    first = await switches.planned(first_day=day.isoformat(), branches=["LOWE"], materials=["book"])
    await switches.withdraw(first)
    second = await switches.begun()
    await switches.turn()
    told = [event for event in await orders.sent() if isinstance(event, OrderingSwitchChanged)]
    assert [(str(event.switch_id), event.version, event.state) for event in told] == [
        (first["switch_id"], 1, "planned"),
        (first["switch_id"], 2, "withdrawn"),
        (second["switch_id"], 1, "planned"),
        (second["switch_id"], 2, "running"),
        (second["switch_id"], 3, "done"),
    ]
    scope = (told[0].from_supplier, told[0].to_supplier, told[0].branches, told[0].materials, told[0].first_day, told[0].at)
    assert scope == ("consortium", "national", ("LOWE",), ("book",), day, orders.clock.now())
    hearing = Hearing(orders.engine, orders.clock, ())
    again = [one for one in (await published_again(hearing, OWNER, orders.clock))[0] if one.type == told[0].event_type]
    stated = [OrderingSwitchChanged.model_validate_json(one.data) for one in again]
    assert sorted(stated, key=lambda event: event.switch_id) == sorted((told[1], told[4]), key=lambda event: event.switch_id)
    assert {(one.aggregate_version, one.republished) for one in again} == {(2, True), (3, True)}


async def test_a_switch_withdrawn_before_it_began_leaves_no_trace_in_the_rules(orders: Orders, switches: Switches) -> None:
    rules = await orders.get("/v1/sourcing-rules")
    switch = await switches.planned(first_day=(orders.clock.today() + timedelta(days=1)).isoformat())
    await switches.withdraw(switch)
    await switches.after(days=2)
    assert await orders.get("/v1/sourcing-rules") == rules
    assert [step["to_state"] for step in (await switches.read(switch))["history"]] == ["planned", "withdrawn"]


async def test_a_narrower_scope_gets_a_rule_of_its_own(orders: Orders, switches: Switches) -> None:
    await switches.begun(from_supplier="national", to_supplier="consortium", branches=["IPSW"], materials=["film"])
    rules = [("consortium", "IPSW", "film"), ("consortium", "LOWE", None), ("national", None, None)]
    assert await switches.rules() == rules


async def test_a_supplier_that_only_serves_a_branch_is_followed_there_and_nowhere_else(
    orders: Orders, switches: Switches
) -> None:
    await orders.hear(announced("third"))
    await switches.begun(to_supplier="third")
    assert await switches.rules() == [("national", None, None), ("third", "LOWE", None)]


async def test_without_a_supplier_that_follows_only_rules_end(switches: Switches) -> None:
    await switches.begun(to_supplier=None, open_copies="drain")
    assert await switches.rules() == [("national", None, None)]


async def test_another_council_sees_nothing_of_a_switch(orders: Orders, switches: Switches) -> None:
    switch = await switches.planned()
    stranger = orders.of_council("GB-NFK")
    for path in ("", "/copies"):
        answer = await orders.client.get(f"/v1/switches/{switch['switch_id']}{path}", headers=stranger.headers)
        assert answer.status_code == 404
    assert (await Switches(stranger).withdraw(switch)).status_code == 404
    assert (await stranger.get("/v1/switches"))["items"] == []


async def test_one_process_at_a_time_carries_out_switches(orders: Orders, switches: Switches) -> None:
    switch = await switches.planned()
    async with orders.engine.connect() as other:
        await other.execute(select(func.pg_advisory_lock(SWITCHING)))
        await switches.turn()
        assert (await switches.read(switch))["state"] == "planned"
        await other.execute(select(func.pg_advisory_unlock(SWITCHING)))
    await switches.turn()
    assert (await switches.read(switch))["state"] == "done"
