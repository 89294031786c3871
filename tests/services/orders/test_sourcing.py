"""Sourcing rules at the door of the order book, which knows the council's branches."""

from datetime import timedelta

import pytest

from shared.contracts.orders import SourcingRuleChanged
from shared.contracts.trials import DrawUnit, TrialTerms
from tests.services.orders.conftest import BRANCHES, Orders, announced

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
    body = [{**BRANCHES[1], "closed_from": closing.isoformat()}]
    await orders.client.put("/v1/branches", json=body, headers=orders.headers)
    assert (await orders.get(f"{PREVIEW}?branch=LOWE"))["supplier_id"] == "consortium"
    later = await orders.client.get(f"{PREVIEW}?branch=LOWE&on={closing}", headers=orders.headers)
    assert (later.status_code, later.json()["code"]) == (422, "branch-closed")


@pytest.mark.parametrize("field", ["branch", "material"])
async def test_a_rule_s_scope_has_no_hidden_character(orders: Orders, field: str) -> None:
    rule = {"supplier_id": "national", "valid_from": "2026-01-01"}
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
    rule = {"supplier_id": "nobody", "valid_from": "2026-01-01"}
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
    assert [(one["supplier_id"], one["name"]) for one in known.json()] == [
        ("consortium", "Consortium"),
        ("national", "National"),
        ("nobody", "Nobody"),
    ]
