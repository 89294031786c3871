"""The audit trail: who did what through the order book's API, when and why, and how things were before and after."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from tests.services.orders.approved import RULE, Council
from tests.services.orders.conftest import Orders, an_order


@pytest.fixture
async def council(orders: Orders) -> Council:
    """Of its people's acts, none is noted yet."""
    async with orders.engine.begin() as connection:
        await connection.execute(text("TRUNCATE act"))
    return Council(orders)


async def acts(orders: Orders, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await orders.get(f"/v1/acts?{query}"))["items"]
    return found


async def test_a_changed_branch_is_noted_with_what_it_was_and_a_repetition_is_not(council: Council) -> None:
    new = [{"code": "LOWE", "name": "Lowestoft Harbour"}]
    for _ in range(2):
        answer = await council.calls("ann", "PUT", "/v1/branches", new, If_Match="*")
        assert answer.status_code == 200, answer.text
    (act,) = await acts(council.orders)
    assert (act["actor"], act["operation"], act["kind"], act["outcome"]) == ("ann", "keep_branches", "branch", "done")
    assert (act["before"]["LOWE"]["name"], act["after"]["LOWE"]["name"]) == ("Lowestoft Library", "Lowestoft Harbour")
    assert list(act["after"]) == ["LOWE"]


async def test_a_rule_that_waits_is_noted_when_asked_for_and_when_approved(council: Council) -> None:
    await council.requires(True)
    change = await council.proposes("ann")
    assert (await council.calls("bob", "POST", f"/v1/changes/{change['change_id']}/approve")).status_code == 200
    approved, asked, required = await acts(council.orders)
    assert (required["operation"], required["after"]) == ("put_approval", {"second_person": True})
    assert (asked["actor"], asked["operation"], asked["outcome"]) == ("ann", "add_rule", "waiting")
    assert (asked["thing"], asked["reason"]) == (change["change_id"], RULE["reason"])
    assert asked["after"]["supplier_id"] == "national"
    assert "reason" not in asked["after"]
    assert (approved["actor"], approved["operation"], approved["thing"]) == ("bob", "approve_change", change["change_id"])


async def test_what_is_refused_or_repeated_leaves_no_act(council: Council) -> None:
    for _ in range(2):
        added = await council.calls("ann", "POST", "/v1/sourcing-rules", RULE, Idempotency_Key="one")
        assert added.status_code == 201, added.text
    refused = await council.calls("ann", "POST", "/v1/sourcing-rules", {**RULE, "branch": "IPSW"}, Idempotency_Key="one")
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency-key-reused")
    path = f"/v1/sourcing-rules/{added.json()['rule_id']}?reason=Too+slow"
    assert (await council.calls("bob", "DELETE", path)).status_code == 200
    ended, begun = await acts(council.orders)
    assert (begun["actor"], begun["thing"]) == ("ann", added.json()["rule_id"])
    assert (ended["actor"], ended["operation"], ended["reason"]) == ("bob", "end_rule", "Too slow")
    assert ended["thing"] == begun["thing"]


async def test_an_order_of_a_library_system_is_no_act_but_its_cancellation_is(council: Council) -> None:
    order = await council.orders.placed(an_order())
    assert await acts(council.orders) == []
    copy = order["lines"][0]["copies"][0]["copy_id"]
    body = {"copy_ids": [copy], "reason": "Ordered twice"}
    path = f"/v1/orders/{order['order_id']}/cancellations"
    for _ in range(2):
        tag = f'"{order["version"]}"'
        cancelled = await council.calls("ann", "POST", path, body, If_Match=tag, Idempotency_Key="one")
        assert cancelled.status_code == 202, cancelled.text
    (act,) = await acts(council.orders)
    assert (act["kind"], act["thing"], act["path"], act["reason"]) == ("order", order["order_id"], path, "Ordered twice")
    assert (act["before"], act["after"]) == (None, {"copy_ids": [copy]})


async def test_acts_are_found_by_person_kind_thing_and_time_page_by_page(council: Council) -> None:
    for person, name in (("ann", "One"), ("bob", "Two"), ("ann", "Three")):
        await council.calls(person, "PUT", "/v1/branches", [{"code": "LOWE", "name": name}], If_Match="*")
    await council.calls("cat", "POST", "/v1/sourcing-rules", RULE)
    every = await acts(council.orders)
    assert [act["actor"] for act in every] == ["cat", "ann", "bob", "ann"]
    assert [act["after"]["LOWE"]["name"] for act in await acts(council.orders, "actor=ann&kind=branch")] == ["Three", "One"]
    assert await acts(council.orders, f"thing={every[0]['thing']}") == every[:1]
    assert await acts(council.orders, f"acted_before={every[1]['acted_at'].replace('+', '%2B')}") == every[2:]
    assert await acts(council.orders, f"acted_from={every[1]['acted_at'].replace('+', '%2B')}") == every[:2]
    first = await council.orders.get("/v1/acts?limit=3")
    rest = await council.orders.get(f"/v1/acts?limit=3&cursor={first['next_cursor']}")
    assert [*first["items"], *rest["items"]] == every


async def test_all_acts_are_had_as_json_lines_and_of_the_own_council_alone(council: Council) -> None:
    orders = council.orders
    await council.calls("ann", "PUT", "/v1/branches", [{"code": "LOWE", "name": "One"}], If_Match="*")
    other = orders.tokens.headers("orders:read", council="GB-NFK")
    staff = orders.tokens.headers("orders:read", "all-councils", council=None)
    lines = [
        (await orders.client.get("/v1/acts", headers={**headers, "Accept": "application/jsonl"})).text.splitlines()
        for headers in (orders.headers, other, staff)
    ]
    assert [[json.loads(line)["actor"] for line in each] for each in lines] == [["ann"], [], ["ann"]]


async def test_a_person_without_the_scope_sees_no_act(orders: Orders) -> None:
    answer = await orders.client.get("/v1/acts", headers=orders.tokens.headers("orders:write", council="GB-SFK"))
    assert (answer.status_code, answer.json()["code"]) == (403, "missing-scope")
