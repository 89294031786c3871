"""A live rule, also a switch's, may take its scope out of a trial: it is done, and the answer says so."""

from datetime import timedelta
from typing import Any

from tests.services.orders.approved import Council
from tests.services.orders.conftest import Orders, announced
from tests.services.orders.switched import Switches
from tests.services.orders.test_trials import RULES, add, added, an_order, listed, trial


def warned(answer: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in answer["warnings"]]


async def test_a_switch_that_takes_a_branch_out_of_a_trial_says_so_and_does_it(orders: Orders) -> None:
    await orders.hear(announced("third"))
    await added(orders, trial=trial(share="1"))
    before = await orders.placed(an_order("SFK-1"))
    switches, tomorrow = Switches(orders), (orders.clock.today() + timedelta(days=1)).isoformat()
    asked = {"to_supplier": "third", "branches": ["LOWE"], "first_day": tomorrow, "open_copies": "drain"}

    preview = (await orders.decide("/v1/switches/preview", switches.body(**asked))).json()
    planned = await switches.planned(**asked)
    assert warned(preview) == warned(planned) == warned(await switches.read(planned)) == ["out-of-trial"]
    detail = planned["warnings"][0]["detail"]
    assert detail.startswith(f"From {tomorrow}, trial 'bookseller' no longer draws for branch LOWE, material any")

    await switches.after(days=1)
    after = await orders.placed(an_order("SFK-2"))
    assert {(line["supplier_id"], line["trial"] is None) for line in after["lines"]} == {("third", True), ("national", True)}
    assert warned(await switches.read(planned)) == [], "the rules are as it made them"
    assert (await orders.read(before["order_id"]))["lines"] == before["lines"], "what was drawn stays drawn"
    assert [(found["name"], found["state"]) for found in await listed(orders)] == [("bookseller", "running")]


async def test_a_live_rule_that_takes_a_branch_out_of_a_trial_is_added_with_a_warning(orders: Orders) -> None:
    await added(orders)
    live = {"mode": "live", "trial": None, "valid_from": orders.clock.today().isoformat()}
    norfolk = await orders.of_council("GB-NFK").client.post(
        RULES, json={**live, "supplier_id": "national", "branch": "LOWE"}, headers=orders.of_council("GB-NFK").headers
    )
    assert warned(norfolk.json()) == warned((await add(orders, branch="IPSW", **live)).json()) == []
    for _ in range(2):
        answer = await add(orders, supplier_id="consortium", **live)
        assert (answer.status_code, warned(answer.json())) == (201, ["out-of-trial"])


async def test_who_approves_a_rule_sees_what_it_takes_out_of_a_trial(orders: Orders) -> None:
    await added(orders)
    council = Council(orders)
    await council.requires(True)
    change = await council.proposes(supplier_id="consortium")
    assert warned(change) == warned(await orders.get(f"/v1/changes/{change['change_id']}")) == ["out-of-trial"]
    await council.approves("bob", change)
    assert warned(await orders.get(f"/v1/changes/{change['change_id']}")) == []


async def test_a_switch_names_the_rule_of_a_third_supplier_that_begins_with_it(orders: Orders) -> None:
    await orders.hear(announced("third"))
    switches, tomorrow = Switches(orders), (orders.clock.today() + timedelta(days=1)).isoformat()
    third = await add(orders, supplier_id="third", mode="live", trial=None, valid_from=tomorrow)
    planned = await switches.planned(first_day=tomorrow)
    assert warned(planned) == ["same-first-day"]
    assert third.json()["rule_id"] in planned["warnings"][0]["detail"]
    await switches.after(days=1)
    assert await switches.rules() == [("national", None, None), ("third", "LOWE", None)]
