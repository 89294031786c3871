"""A supplier's last day: what would come after it is warned of or goes to the next supplier, and after it nobody is asked."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from tests.services.orders.approved import Council
from tests.services.orders.conftest import Orders, an_order, announced

ENDS = "/v1/contract-ends"
LAST_DAY = date(2026, 3, 20)
PREVIEW = "/v1/sourcing-rules/preview?branch=LOWE"


async def ends(orders: Orders, **other: Any) -> httpx.Response:
    """The contract with the consortium, which serves Lowestoft, ends on 20 March; today is 2 March."""
    body = {"supplier_id": "consortium", "last_day": LAST_DAY.isoformat(), "reason": "We leave the consortium", **other}
    return await orders.client.post(ENDS, json=body, headers=orders.headers)


async def stated(orders: Orders, **other: Any) -> dict[str, Any]:
    answer = await ends(orders, **other)
    assert answer.status_code == 201, answer.text
    end: dict[str, Any] = answer.json()
    return end


async def suppliers(orders: Orders, number: str) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Places an order; returns the suppliers of its lines, and its warnings without those of titles ordered twice."""
    answer = await orders.post(an_order(number))
    assert answer.status_code == 201, answer.text
    warnings = [(each["pointer"], each["code"], each["detail"]) for each in answer.json()["warnings"]]
    found = sorted({line["supplier_id"] for line in answer.json()["lines"]})
    return found, [warning for warning in warnings if warning[1].startswith("contract")]


async def test_an_order_that_comes_too_late_is_warned_of_and_one_in_time_is_not(orders: Orders) -> None:
    await orders.hear(announced("consortium", 14))
    end = await stated(orders)
    assert [end[name] for name in ("created_by", "reason", "ended_by")] == ["librarian", "We leave the consortium", None]
    assert (await suppliers(orders, "SFK-1"))[1] == []
    orders.clock.advance(timedelta(days=5))
    (found, warnings) = await suppliers(orders, "SFK-2")
    assert (found, [(pointer, code) for pointer, code, _ in warnings]) == (
        ["consortium", "national"],
        [("/lines/0", "contract-ends-before"), ("/lines/1", "contract-ends-before")],
    )
    assert "ends on 2026-03-20, and what is ordered today usually comes by 2026-03-21" in warnings[0][2]
    again = await orders.post(an_order("SFK-2"), key="another")
    assert warnings[0][2] in [each["detail"] for each in again.json()["warnings"]], "a repetition gets the first answer"


async def test_a_contract_end_is_where_its_location_says(orders: Orders) -> None:
    answer = await ends(orders)
    found = await orders.client.get(answer.headers["location"], headers=orders.headers)
    assert (found.status_code, found.json()) == (200, answer.json())


async def test_where_the_usual_days_are_not_known_the_warning_says_so(orders: Orders) -> None:
    await stated(orders)
    _, warnings = await suppliers(orders, "SFK-1")
    assert {code for _, code, _ in warnings} == {"contract-ends-perhaps-before"}
    assert "how long it usually needs to deliver is not known: ask it" in warnings[0][2]


async def test_the_next_supplier_gets_what_would_come_too_late_and_all_after_the_last_day(orders: Orders) -> None:
    await orders.hear(announced("consortium", 14))
    await stated(orders, next_supplier="national")
    assert (await suppliers(orders, "SFK-1"))[0] == ["consortium", "national"]
    for days in (5, 13):
        orders.clock.advance(timedelta(days=days))
        assert await suppliers(orders, f"SFK-{days}") == (["national"], [])
    orders.clock.advance(timedelta(days=1))
    assert await suppliers(orders, "SFK-after") == (["national"], [])
    preview = await orders.get(PREVIEW)
    assert (preview["supplier_id"], preview["contract_end"]["supplier_id"]) == ("national", "consortium")
    before = await orders.get(f"{PREVIEW}&on=2026-03-02")
    assert before["supplier_id"] == "consortium"


async def test_after_the_last_day_another_rule_decides_or_the_order_is_refused_with_what_to_do(orders: Orders) -> None:
    await stated(orders)
    await stated(orders, supplier_id="national")
    orders.clock.advance(timedelta(days=19))
    refused = await orders.post(an_order())
    assert {fault["code"] for fault in refused.json()["errors"]} == {"contract-ended"}
    fault = refused.json()["errors"][1]
    assert (refused.status_code, fault["pointer"]) == (422, "/lines/0/copies/1/branch")
    assert "The contract with consortium ended on 2026-03-20" in fault["detail"]
    assert "POST /v1/contract-ends" in fault["detail"]

    of_national = [end for end in (await orders.get(ENDS))["items"] if end["supplier_id"] == "national"]
    lifted = await orders.client.delete(f"{ENDS}/{of_national[0]['end_id']}?reason=Prolonged", headers=orders.headers)
    assert [lifted.json()[name] for name in ("ended_by", "ended_reason")] == ["librarian", "Prolonged"]
    assert (await suppliers(orders, "SFK-2"))[0] == ["national"], "the wider rule"


async def test_a_trial_s_rule_is_never_served_by_another_supplier(orders: Orders) -> None:
    trial = {"name": "all", "share": "1", "unit": "line"}
    rule = {"supplier_id": "consortium", "valid_from": "2026-01-01", "mode": "pilot", "trial": trial, "branch": "LOWE"}
    await orders.client.post("/v1/sourcing-rules", json=rule, headers=orders.headers)
    await orders.hear(announced("consortium", 30))
    await stated(orders, next_supplier="national")
    found, warnings = await suppliers(orders, "SFK-1")
    assert (found, {code for _, code, _ in warnings}) == (["consortium", "national"], {"contract-ends-before"})
    orders.clock.advance(timedelta(days=19))
    placed = await orders.placed(an_order("SFK-2"))
    assert {(line["supplier_id"], line["trial"] is None) for line in placed["lines"]} == {("national", True)}


async def test_another_contract_end_of_the_supplier_replaces_the_first(orders: Orders) -> None:
    first, second = await stated(orders), await stated(orders, last_day="2026-04-30", reason="Prolonged by a month")
    listed = {end["end_id"]: end for end in (await orders.get(ENDS))["items"]}
    assert listed[first["end_id"]]["ended_reason"] == "replaced: Prolonged by a month"
    assert listed[second["end_id"]]["ended_by"] is None
    assert (await orders.get(PREVIEW))["contract_end"]["last_day"] == "2026-04-30"


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"last_day": "2026-03-01"}, "/last_day", "past-day"),
        ({"supplier_id": "nobody"}, "/supplier_id", "unknown-supplier"),
        ({"next_supplier": "nobody"}, "/next_supplier", "unknown-supplier"),
        ({"next_supplier": "consortium"}, "/next_supplier", "same-supplier"),
        ({"next_supplier": "national"}, "/next_supplier", "next-ends-too"),
    ],
)
async def test_a_wrong_contract_end_is_refused_with_a_pointer(
    orders: Orders, wrong: dict[str, str], pointer: str, code: str
) -> None:
    await stated(orders, supplier_id="national", last_day="2026-03-10")
    refused = await ends(orders, **wrong)
    assert refused.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]] == [(pointer, code)]


async def test_a_contract_end_waits_for_a_second_person_too(orders: Orders) -> None:
    council = Council(orders)
    await council.requires(True)
    waiting = await ends(orders)
    assert (waiting.status_code, (await orders.get(ENDS))["items"]) == (202, [])
    assert (await council.approves("bob", waiting.json())).status_code == 200
    (end,) = (await orders.get(ENDS))["items"]
    assert [end[name] for name in ("created_by", "approved_by")] == ["librarian", "bob"]
    lift = await orders.client.delete(f"{ENDS}/{end['end_id']}?reason=Prolonged", headers=orders.headers)
    assert (lift.status_code, (await orders.get(ENDS))["items"][0]["ended_by"]) == (202, None)
