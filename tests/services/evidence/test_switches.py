"""A report about a switch: the days before it against as many since, of its scope, supplier against supplier."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import Any

import pytest
from httpx import AsyncClient
from lxml import html

from services.evidence.store.switches import find_switch, keep_switch
from shared.clock import ManualClock
from shared.contracts.invoices import Cost
from shared.contracts.switches import SwitchState
from shared.sourcing.rules import Strand
from tests.fixtures.tokens import Tokens
from tests.services.evidence import facts
from tests.services.evidence.facts import DAY, EASTERN, HARBOUR, placed, switched
from tests.services.hearing import Hearing, number, on_day

SWITCH = str(number(990))


async def supplied(
    evidence: Hearing, first: int, day: int, *, supplier: str, price: int, took: int = 3, copies: int = 12, **other: Any
) -> None:
    """Copies of as many titles are ordered on a day, received some days later and invoiced then."""
    at, came = on_day(day), on_day(day) + took * DAY
    ids = [number(first + place) for place in range(copies)]
    await evidence.hears(
        *(placed(each, at=at, supplier_id=supplier, isbn=f"97800000000{n:02}", **other) for n, each in enumerate(ids)), version=1
    )
    cost = Cost(list_price=price, net=price, vat=0)
    await evidence.hears(
        facts.received(*ids, at=came, supplier_id=supplier),
        facts.matched(*ids, at=came, which=first, cost=cost, supplier_id=supplier, invoiced_on=came.date()),
    )


async def switch_in_march(evidence: Hearing, clock: ManualClock, **other: Any) -> None:
    """Harbour until the 8th at 8.00, Eastern from the 9th at 6.00; today is the 20th."""
    await supplied(evidence, 100, 3, supplier=HARBOUR, price=800)
    await supplied(evidence, 200, 10, supplier=EASTERN, price=600, took=9)
    await evidence.hears(switched(**other), version=2)
    clock.advance(on_day(20) - clock.now())


async def read(client: AsyncClient, what: str, **asked: str) -> dict[str, Any]:
    """Returns an answer about the switch."""
    got = await client.get(f"/v1/{what}", params={"switch_id": SWITCH, **asked})
    assert got.status_code == 200, got.text
    found: dict[str, Any] = got.json()
    return found


async def test_as_many_days_before_a_switch_are_compared_with_those_since(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await switch_in_march(evidence, clock)
    found = await read(client, "measures")
    assert (found["from"], found["to"], found["by"]) == ("2026-02-25", "2026-03-20", "switch")
    compared = found["switch"]
    assert compared["before"] == {"from": "2026-02-25", "to": "2026-03-08"}
    assert compared["after"] == {"from": "2026-03-09", "to": "2026-03-20"}
    assert (compared["strand"], compared["from_supplier"], compared["to_supplier"]) == ("ordering", HARBOUR, EASTERN)
    groups = {group["key"]: group["copies"] for group in found["groups"]}
    assert groups == {f"before: {HARBOUR}": 12, f"after: {EASTERN}": 12}
    (within,) = [each for each in found["differences"] if each["measure"] == "received_within_7_days"]
    assert (within["value"], within["between"], within["trial"], within["note"]) == (-1, "after less before", None, None)
    assert within["low"] < within["high"] < 0
    longer = await read(client, "measures", **{"from": "2026-03-05", "to": "2026-03-31"})
    assert longer["switch"]["before"] == {"from": "2026-03-05", "to": "2026-03-08"}
    assert [group["key"] for group in longer["groups"]] == [f"after: {EASTERN}"]
    assert longer["differences"] == []


async def test_costs_of_a_switch_hold_the_basket_fixed_and_name_what_the_first_supplier_still_supplies(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await switch_in_march(evidence, clock)
    await supplied(evidence, 300, 8, supplier=HARBOUR, price=100, copies=1)  # ordered before, invoiced since
    found = await read(client, "costs")
    paid = {group["key"]: (group["copies"], group["paid"]["total"]) for group in found["groups"]}
    assert paid == {f"before: {HARBOUR}": (12, 9_600), f"after: {EASTERN}": (12, 7_200), f"still: {HARBOUR}": (1, 100)}
    (price,) = [each for each in found["price_relatives"] if each["of"] == "price" and "still" not in each["second"]]
    assert (price["first"], price["second"], price["relative"]) == (f"after: {EASTERN}", f"before: {HARBOUR}", "0.7500")
    assert (price["titles"], price["low"], price["high"]) == (12, 0.75, 0.75)
    assert sum(each["total"] for each in found["reconciliation"]) == sum(total for _, total in paid.values())


@pytest.mark.parametrize(
    ("changed", "groups", "said"),
    [
        (
            {"strand": Strand.CATALOGUE, "to_supplier": "records-ltd"},
            {f"before: {HARBOUR}": 12, "after: records-ltd": 12},
            f"the switch of catalogue from {HARBOUR} to records-ltd on 2026-03-09",
        ),
        (
            {"strand": Strand.DELIVERY, "from_supplier": EASTERN, "to_supplier": None, "route": "direct"},
            {"after: direct": 12},
            f"the switch of delivery of {EASTERN} to the route direct on 2026-03-09",
        ),
    ],
)
async def test_switches_of_records_and_of_routes_are_compared_over_the_copies_they_concern(
    evidence: Hearing,
    client: AsyncClient,
    clock: ManualClock,
    changed: dict[str, Any],
    groups: dict[str, int],
    said: str,
) -> None:
    await switch_in_march(evidence, clock)
    async with evidence.engine.begin() as connection:
        known = await find_switch(connection, number(990), None)
        assert known is not None
        await keep_switch(connection, replace(known, version=9, **changed))
    for what in ("measures", "costs"):
        assert {group["key"]: group["copies"] for group in (await read(client, what))["groups"]} == groups
    page: Any = html.document_fromstring((await client.get("/v1/report", params={"switch_id": SWITCH})).text)
    assert said in " ".join(page.xpath("//h1/following-sibling::p[1]")[0].text_content().split())


async def test_only_the_scope_of_a_switch_counts(evidence: Hearing, client: AsyncClient, clock: ManualClock) -> None:
    await switch_in_march(evidence, clock, branches=("LOWE",))
    await supplied(evidence, 400, 10, supplier=EASTERN, price=600, copies=2, branch="LOWE")
    found = await read(client, "measures")
    assert {group["key"]: group["copies"] for group in found["groups"]} == {f"after: {EASTERN}": 2}
    assert {group["key"]: group["copies"] for group in (await read(client, "costs"))["groups"]} == {f"after: {EASTERN}": 2}


async def test_the_report_shows_both_sides_and_says_that_nobody_decided(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await switch_in_march(evidence, clock, branches=("IPSW",))
    got = await client.get("/v1/report", params={"switch_id": SWITCH})
    page: Any = html.document_fromstring(got.text)
    said = " ".join(page.xpath("//h1/following-sibling::p[1]")[0].text_content().split())
    assert said.startswith(
        f"GB-SFK: the switch of ordering from {HARBOUR} to {EASTERN} on 2026-03-09, which is running (IPSW; all"
    )
    (section,) = page.xpath("//section[h3='After less before: received within 7 days']")
    assert section.xpath(".//svg/title")
    assert section.xpath(".//tbody/tr")[0].text_content().split()[:3] == ["after", "less", "before-100"]
    assert page.xpath("//section[h3='Prices of the same titles']//svg")
    rows = list(
        csv.DictReader(
            (await client.get("/v1/measures", params={"switch_id": SWITCH}, headers={"Accept": "text/csv"})).text.splitlines()
        )
    )
    assert {row["key"] for row in rows} == {f"before: {HARBOUR}", f"after: {EASTERN}", "after less before"}
    assert {row["decision"] for row in rows} == {"none recorded"}


@pytest.mark.parametrize(
    ("params", "status", "pointer", "says"),
    [
        ({"switch_id": str(number(1))}, 404, "/query/switch_id", "GET /v1/switches"),
        ({"switch_id": SWITCH, "to": "2026-03-08"}, 422, "/query/to", "give 2026-03-09 or a later day"),
        ({"switch_id": SWITCH, "from": "2026-03-09"}, 422, "/query/from", "give 2026-03-08 at the latest"),
        ({"switch_id": SWITCH, "supplier_id": HARBOUR}, 422, "/query/supplier_id", "leave one of the two out"),
        ({"switch_id": SWITCH, "by": "month"}, 422, "/query/by", "leave `by` out"),
        ({"from": "2026-03-01", "to": "2026-03-31", "by": "switch"}, 422, "/query/switch_id", "name the switch"),
        ({"from": "2026-03-01"}, 422, "/query/to", "give a day such as"),
    ],
)
async def test_a_question_that_cannot_be_is_refused_with_what_to_do(
    evidence: Hearing, client: AsyncClient, clock: ManualClock, params: dict[str, str], status: int, pointer: str, says: str
) -> None:
    await evidence.hears(switched())
    clock.advance(on_day(20) - clock.now())
    for what in ("measures", "costs", "report"):
        got = await client.get(f"/v1/{what}", params=params)
        assert got.status_code == status, got.text
        (fault,) = got.json()["errors"]
        assert fault["pointer"] == pointer
        assert says in fault["detail"]


async def test_a_switch_that_has_not_begun_or_never_did_cannot_be_compared(
    evidence: Hearing, client: AsyncClient, tokens: Tokens, clock: ManualClock
) -> None:
    clock.advance(on_day(5) - clock.now())
    await evidence.hears(switched(SwitchState.PLANNED, version=1))
    got = await client.get("/v1/measures", params={"switch_id": SWITCH})
    assert (got.status_code, got.json()["code"]) == (409, "switch-not-begun")
    await evidence.hears(switched(SwitchState.WITHDRAWN))
    clock.advance(on_day(20) - clock.now())
    assert "withdrawn before it began" in (await client.get("/v1/measures", params={"switch_id": SWITCH})).json()["detail"]
    await evidence.hears(switched(SwitchState.WITHDRAWN, version=3))
    assert (await client.get("/v1/measures", params={"switch_id": SWITCH})).status_code == 200
    others = tokens.headers("evidence:read", council="GB-NFK")
    assert (await client.get("/v1/measures", params={"switch_id": SWITCH}, headers=others)).status_code == 404
