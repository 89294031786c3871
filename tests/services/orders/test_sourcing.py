"""Sourcing rules at the door of the order book, which knows the council's branches."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from shared.contracts.orders import SourcingRuleChanged
from shared.contracts.trials import DrawUnit, TrialTerms
from shared.sourcing.change_store import lock_changes
from tests.services.orders.approved import Council
from tests.services.orders.conftest import BRANCHES, Orders, announced
from tests.services.orders.switched import Switches
from tests.waiting import until

PREVIEW = "/v1/sourcing-rules/preview"


async def test_a_preview_for_an_unknown_branch_names_no_supplier_but_says_so(orders: Orders) -> None:  # case C4
    known = await orders.get(f"{PREVIEW}?branch=IPSW")
    assert known["supplier_id"] == "national"
    unknown = await orders.client.get(f"{PREVIEW}?branch=NOWHERE", headers=orders.headers)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown-branch")
    assert "NOWHERE" in unknown.json()["detail"]
    assert [fault["pointer"] for fault in unknown.json()["errors"]] == ["/query/branch"]
    other = await orders.client.get(f"{PREVIEW}?branch=IPSW", headers=orders.of_council("GB-ESS").headers)
    assert (other.status_code, other.json()["code"]) == (422, "unknown-branch")


async def test_a_preview_for_a_day_after_a_branch_closes_says_so(orders: Orders) -> None:
    closing = orders.clock.now().date() + timedelta(days=7)
    await orders.change_branches({**BRANCHES[1], "closed_from": closing.isoformat()})
    assert (await orders.get(f"{PREVIEW}?branch=LOWE"))["supplier_id"] == "consortium"
    later = await orders.client.get(f"{PREVIEW}?branch=LOWE&on={closing}", headers=orders.headers)
    assert (later.status_code, later.json()["code"]) == (422, "branch-closed")


@pytest.mark.parametrize("field", ["branch", "material"])
async def test_a_rule_s_scope_has_no_hidden_character(orders: Orders, field: str) -> None:
    rule = {"supplier_id": "national", "valid_from": "2026-01-02"}
    kept = await orders.client.post("/v1/sourcing-rules", json={**rule, field: "LOWE\n"}, headers=orders.headers)
    assert (kept.status_code, kept.json()[field]) == (201, "LOWE")
    for hidden in ("\x00", "\u200b"):
        answer = await orders.client.post("/v1/sourcing-rules", json={**rule, field: f"LO{hidden}WE"}, headers=orders.headers)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{field}")


async def test_a_rule_is_told_when_it_is_new_and_when_it_ends(orders: Orders) -> None:
    trial = {"name": "bookseller", "share": "0.30", "unit": "line"}
    rule = {"supplier_id": "national", "branch": "LOWE", "valid_from": "2026-01-01", "mode": "pilot", "trial": trial}
    added = await orders.client.post("/v1/sourcing-rules", json=rule, headers=orders.headers)
    rule_id = added.json()["rule_id"]
    for _ in range(2):
        assert (await orders.client.delete(f"/v1/sourcing-rules/{rule_id}", headers=orders.headers)).status_code == 200
    told = [event for event in await orders.sent() if isinstance(event, SourcingRuleChanged) and str(event.rule_id) == rule_id]
    said = {(event.council, event.supplier_id, event.branch, event.pilot) for event in told}
    assert said == {("GB-SFK", "national", "LOWE", True)}
    assert {event.trial for event in told} == {TrialTerms(name="bookseller", share="0.3", unit=DrawUnit.LINE)}
    assert [event.valid_to for event in told] == [None, orders.clock.today(), orders.clock.today()]


async def test_a_rule_for_a_supplier_without_an_exchange_is_refused_until_it_announces_itself(orders: Orders) -> None:  # case C2
    rule = {"supplier_id": "nobody", "valid_from": "2026-01-02"}
    refused = await orders.client.post("/v1/sourcing-rules", json=rule, headers=orders.headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown-supplier")
    (fault,) = refused.json()["errors"]
    assert fault["pointer"] == "/supplier_id"
    assert "consortium, national" in fault["detail"]
    assert [one["supplier_id"] for one in (await orders.get("/v1/sourcing-rules"))["items"]].count("nobody") == 0

    await orders.hear(announced("nobody"), announced("nobody"))
    taken = await orders.client.post("/v1/sourcing-rules", json=rule, headers=orders.headers)
    assert taken.status_code == 201
    known = await orders.client.get("/v1/suppliers", headers=orders.headers)
    assert [(one["supplier_id"], one["name"]) for one in known.json()["items"]] == [
        ("consortium", "Consortium"),
        ("national", "National"),
        ("nobody", "Nobody"),
    ]


async def add(orders: Orders, supplier_id: str, **other: Any) -> httpx.Response:
    """Another rule for Lowestoft, which the consortium serves since 1 January."""
    body = {"supplier_id": supplier_id, "branch": "LOWE", "valid_from": "2026-01-01", **other}
    return await orders.client.post("/v1/sourcing-rules", json=body, headers=orders.headers)


async def at_lowestoft(orders: Orders) -> list[str]:
    rules = (await orders.get("/v1/sourcing-rules"))["items"]
    return [rule["rule_id"] for rule in rules if rule["branch"] == "LOWE"]


async def test_a_second_rule_of_one_scope_and_first_day_is_refused_and_what_the_refusal_says_helps(orders: Orders) -> None:
    (first,) = await at_lowestoft(orders)
    refused = await add(orders, "national")
    assert (refused.status_code, refused.json()["code"]) == (422, "same-first-day")
    (fault,) = refused.json()["errors"]
    assert fault["pointer"] == "/valid_from"
    assert f"DELETE /v1/sourcing-rules/{first}" in fault["detail"]
    assert (await add(orders, "consortium", valid_to="2027-01-01")).status_code == 422, "nor one that ends otherwise"
    assert (await add(orders.of_council("GB-NFK"), "national")).status_code == 201

    later = await add(orders, "national", valid_from="2026-01-02")
    assert later.status_code == 201
    assert (await orders.get(f"{PREVIEW}?branch=LOWE"))["rule_id"] == later.json()["rule_id"]
    for rule_id in (first, later.json()["rule_id"]):
        await orders.client.delete(f"/v1/sourcing-rules/{rule_id}", headers=orders.headers)
    assert (await add(orders, "national")).status_code == 201


async def test_a_rule_that_never_applies_and_one_of_a_trial_leave_the_day_to_others(orders: Orders) -> None:
    day = (orders.clock.today() + timedelta(days=9)).isoformat()
    ended = (await add(orders, "national", valid_from=day)).json()["rule_id"]
    await orders.client.delete(f"/v1/sourcing-rules/{ended}", headers=orders.headers)
    assert (await add(orders, "consortium", valid_from=day)).status_code == 201
    pilot = {"mode": "pilot", "trial": {"name": "bookseller", "share": "0.3", "unit": "line"}, "valid_from": day}
    assert (await add(orders, "national", **pilot)).status_code == 201
    assert (await add(orders, "consortium", **pilot)).json()["code"] == "same-first-day"


async def test_a_rule_that_says_what_another_says_is_answered_with_that_one(orders: Orders) -> None:
    (first,) = await at_lowestoft(orders)
    again = await add(orders, "consortium", reason="Sent by another person")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert (again.json()["rule_id"], again.json()["reason"]) == (first, "")
    assert (await at_lowestoft(orders), await orders.published()) == ([first], [])
    await orders.client.delete(f"/v1/sourcing-rules/{first}", headers=orders.headers)
    assert (await add(orders, "consortium")).json()["rule_id"] != first


async def test_of_rules_of_one_scope_and_first_day_at_once_one_is_taken(orders: Orders) -> None:
    await orders.hear(*(announced(f"supplier-{number}") for number in range(8)))
    answers = await asyncio.gather(*(add(orders, f"supplier-{number}", valid_from="2026-02-01") for number in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 7
    assert len(await at_lowestoft(orders)) == 2


async def test_a_rule_that_waited_is_checked_again_when_it_is_approved(orders: Orders) -> None:
    council = Council(orders)
    await council.requires(True)
    one, other = await council.proposes(), await council.proposes("bob", supplier_id="consortium")
    assert (await council.approves("cat", one)).status_code == 200
    refused = await council.approves("cat", other)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/valid_from")
    assert len(await at_lowestoft(orders)) == 2
    assert (await council.declines("cat", other)).status_code == 200


async def test_a_switch_begins_while_nobody_changes_rules_of_its_council(orders: Orders) -> None:
    switches = Switches(orders)
    switch = await switches.planned()

    async def waiting() -> bool:
        query = "SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database WHERE datname = current_database() AND NOT granted"
        async with orders.engine.connect() as connection:
            return (await connection.execute(text(query))).first() is not None

    async with orders.engine.begin() as other:
        await lock_changes(other, orders.council)
        turn = asyncio.create_task(switches.turn())
        await until(waiting)
        assert (await switches.read(switch))["state"] == "planned"
    await turn
    assert await switches.rules() == [("national", None, None), ("national", "LOWE", None)]
