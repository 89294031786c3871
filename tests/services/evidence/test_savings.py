"""Baselines are frozen for ever, promises are dated, and what was reached of one is counted month by month."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient, Response
from lxml import html
from sqlalchemy import func, select

from services.evidence.api.forms import steady
from services.evidence.store.tables import copy, metadata
from shared.clock import ManualClock
from shared.contracts.invoices import Cost
from shared.rebuild import empty
from tests.fixtures.tokens import Tokens
from tests.services.evidence import facts
from tests.services.evidence.facts import DAY, EASTERN, HAMNET, HARBOUR, placed
from tests.services.hearing import Hearing, number, on_day

MARCH = {"from": "2026-03-01", "to": "2026-03-31", "name": "Before the move", "reason": "the contract ends in March"}
YEAR = {"from": "2026-04-01", "to": "2027-03-31"}
MODEL = {"activities": {"receiving": {"minutes": "6", "hourly_rate": 2000}}}  # 2.00 a copy


def isbn(place: int) -> str:
    """The number of one of many books."""
    return f"97800000000{place:02}"


async def bought(
    evidence: Hearing, first: int, supplier: str, on: date, *, prices: list[int], received: bool = True, **other: Any
) -> None:
    """A copy of each of some titles is ordered, received and charged on a day."""
    at = on_day(2) + (on - date(2026, 3, 2))
    for place, price in enumerate(prices):
        copy_id = number(first + place)
        of = {"isbn": isbn(place), **other}
        await evidence.hears(placed(copy_id, at=at, supplier_id=supplier, **of), version=1)
        cost = Cost(list_price=price, net=price, servicing=50, vat=10)
        charge = facts.matched(copy_id, at=at, which=first + place, cost=cost, supplier_id=supplier, invoiced_on=on)
        received_now = [facts.received(copy_id, at=at + DAY, supplier_id=supplier)] if received else []
        await evidence.hears(charge, *received_now)


async def moved(evidence: Hearing, client: AsyncClient, clock: ManualClock) -> tuple[dict[str, Any], dict[str, Any]]:
    """Twelve titles at 8.00 from Eastern in March, the same at 7.00 from Harbour in April; a pound per copy was promised."""
    await bought(evidence, 100, EASTERN, date(2026, 3, 10), prices=[800] * 12)
    clock.advance(on_day(31) + DAY - clock.now())
    baseline = await frozen(client)
    await bought(evidence, 200, HARBOUR, date(2026, 4, 10), prices=[700] * 12)
    made = await promise(client, baseline)
    assert made.status_code == 201, made.text
    clock.advance(40 * DAY)
    return baseline, made.json()


async def frozen(client: AsyncClient, **other: Any) -> dict[str, Any]:
    """The baseline of March."""
    got = await client.post("/v1/baselines", json={**MARCH, **other})
    assert got.status_code == 201, got.text
    found: dict[str, Any] = got.json()
    return found


async def promise(client: AsyncClient, baseline: dict[str, Any], **other: Any) -> Response:
    """Records a promise of a pound per copy, for a year."""
    body = {
        "baseline_id": baseline["baseline_id"], "amount": {"minor": 100}, "per": "copy", "supplier_id": HARBOUR,
        "source": "Tender, page 4", **YEAR, **other,
    }  # fmt: skip
    return await client.post("/v1/promises", json=body)


async def savings(client: AsyncClient, made: dict[str, Any]) -> dict[str, Any]:
    """Returns what was reached of a promise."""
    got = await client.get("/v1/savings", params={"promise_id": made["promise_id"]})
    assert got.status_code == 200, got.text
    found: dict[str, Any] = got.json()
    return found


async def test_what_was_reached_of_a_promise_is_counted_month_by_month(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    _, made = await moved(evidence, client, clock)
    await bought(evidence, 300, HARBOUR, date(2026, 4, 20), prices=[10], isbn=HAMNET)
    await bought(evidence, 400, EASTERN, date(2026, 4, 20), prices=[10])
    found = await savings(client, made)
    april, may = found["months"]
    assert (april["month"], april["copies"], april["compared"], april["titles"]) == ("2026-04", 13, 12, 12)
    assert (april["promised"], april["at_baseline"], april["cost"]) == ("1300.00", "10200.00", "9000")
    assert (april["price"], april["reached"], april["per_copy"], april["is_over"]) == ("1200.00", "1200.00", 100, True)
    assert (april["per_copy_low"], april["per_copy_high"], april["note"]) == (100, 100, None)
    assert "1 copy of 1 title is not compared" in april["not_known"][0]
    assert (may["copies"], may["is_over"], may["per_copy"]) == (0, False, None)
    assert may["not_known"][0] == "2026-05 is not over: more may be charged for it."
    assert (found["total"]["promised"], found["total"]["reached"]) == ("1300.00", "1200.00")
    assert (found["decision"], found["decisions"]) == (None, [])


async def test_work_by_hand_counts_where_a_cost_model_says_what_it_costs(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await client.put("/v1/cost-models/2026-01-01", json=MODEL)
    await bought(evidence, 100, EASTERN, date(2026, 3, 10), prices=[800] * 2)
    clock.advance(on_day(31) + DAY - clock.now())
    made = (await promise(client, await frozen(client))).json()
    await bought(evidence, 200, HARBOUR, date(2026, 4, 10), prices=[800] * 2, received=False)
    await client.put("/v1/cost-models/2026-04-01", json={"activities": {"receiving": {"minutes": "3", "hourly_rate": 2000}}})
    await evidence.hears(facts.received(number(200), at=on_day(31) + 12 * DAY, supplier_id=HARBOUR))
    clock.advance(20 * DAY)
    (april,) = (await savings(client, made))["months"]
    assert (april["price"], april["work"], april["reached"]) == ("0.00", "100.00", "100.00")
    assert april["not_known"][1] == "1 copy charged has not been received: no work is compared for it."
    assert "Cataloguing without record, 2 times" in april["not_known"][2]


async def test_a_copy_that_was_credited_in_full_was_not_bought(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    _, made = await moved(evidence, client, clock)
    cost = Cost(list_price=700, net=700, servicing=50, vat=10)
    credit = facts.matched(
        number(200), at=on_day(2), which=900, credit=True, cost=cost, supplier_id=HARBOUR, invoiced_on=date(2026, 5, 2)
    )
    await evidence.hears(credit)
    assert [month["copies"] for month in (await savings(client, made))["months"]] == [11, 0]


async def test_a_baseline_is_kept_whole_whatever_becomes_of_the_facts(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    baseline, made = await moved(evidence, client, clock)
    path = f"/v1/baselines/{baseline['baseline_id']}"
    assert (baseline["frozen_by"], baseline["currencies"], baseline["from"]) == ("librarian", ["GBP"], "2026-03-01")
    await bought(evidence, 500, EASTERN, date(2026, 3, 12), prices=[1])
    async with evidence.engine.begin() as connection:
        await empty(connection, metadata)
    assert (await client.get(path)).json() == baseline
    figures = (await client.get(f"{path}/figures")).content
    assert hashlib.sha256(figures).hexdigest() == baseline["digest"]
    kept = json.loads(figures)
    assert kept["titles"][0] == [EASTERN, "GBP", isbn(0), 1, 800, 850, 1]
    assert kept["costs"]["groups"][0]["paid"]["total"] == 12 * 860
    assert kept["measures"]["groups"][0]["copies"] == 12
    assert (await client.get(f"/v1/promises/{made['promise_id']}")).json() == made
    assert [each["name"] for each in (await client.get("/v1/baselines")).json()["items"]] == [baseline["name"]]
    assert (await client.get("/v1/promises")).json()["items"] == [made]
    for method in ("PUT", "PATCH", "DELETE"):
        assert (await client.request(method, path, json={})).status_code == 405


async def test_savings_are_csv_and_a_report_with_pictures(evidence: Hearing, client: AsyncClient, clock: ManualClock) -> None:
    baseline, made = await moved(evidence, client, clock)
    asked = {"promise_id": made["promise_id"]}
    got = await client.get("/v1/savings", params=asked, headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(got.text.splitlines()))
    assert [(row["month"], row["reached"], row["decision"]) for row in rows] == [
        ("2026-04", "1200.00", "none recorded"),
        ("2026-05", "0.00", "none recorded"),
        ("all months", "1200.00", "none recorded"),
    ]
    page: Any = html.document_fromstring((await client.get("/v1/savings/report", params=asked)).text)
    assert page.xpath("//p[@class='decision']")[0].text_content().startswith("No decision of a person was recorded")
    (picture,) = page.xpath("//section[h3='Saved per copy']//svg")
    assert "A dashed line marks 1.00 GBP" in picture.xpath(".//title")[0].text_content()
    (table,) = page.xpath("//section[h3='Promised and reached']//tbody")
    assert [cell.text_content() for cell in table.xpath("./tr[1]/td")][:4] == ["2026-04", "12.00", "12.00", "12.00"]
    assert baseline["digest"] in page.xpath("//p[@class='digest']")[0].text_content()
    assert not page.xpath("//script | //link | //img | //@href | //@src")
    yearly = (await promise(client, baseline, per="year", amount={"minor": 12_000})).json()
    again: Any = html.document_fromstring(
        (await client.get("/v1/savings/report", params={"promise_id": yearly["promise_id"]})).text
    )
    assert again.xpath("//section[h3='Saved in each month']//svg/title")


@pytest.mark.parametrize(
    ("changed", "status", "pointer", "says"),
    [
        ({"to": "2026-04-01"}, 422, "/to", "2026-03-31 at the latest"),
        ({"to": "2026-02-01"}, 422, "/to", "a later day"),
        ({"supplier_id": "nobody"}, 422, "/from", "GET /v1/costs"),
        ({"name": "First"}, 409, "/name", "give another name"),
        ({"reason": ""}, 422, "/reason", "at least 3"),
        ({"digest": "0"}, 422, "/digest", "not permitted"),
    ],
)
async def test_a_baseline_that_cannot_be_is_refused(
    evidence: Hearing, client: AsyncClient, clock: ManualClock, changed: dict[str, str], status: int, pointer: str, says: str
) -> None:
    await bought(evidence, 100, EASTERN, date(2026, 3, 10), prices=[800])
    clock.advance(on_day(31) + DAY - clock.now())
    await frozen(client, name="First")
    got = await client.post("/v1/baselines", json={**MARCH, **changed})
    assert got.status_code == status, got.text
    (fault,) = got.json()["errors"]
    assert fault["pointer"] == pointer
    assert says in fault["detail"]
    assert len((await client.get("/v1/baselines")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("changed", "pointer", "says"),
    [
        ({"from": "2026-03-31"}, "/from", "give 2026-04-01 or a later day"),
        ({"to": "2026-03-31"}, "/to", "a later day"),
        ({"to": "2039-03-31"}, "/to", "1,830 days"),
        ({"amount": {"minor": 100, "currency": "EUR"}}, "/amount/currency", "give GBP"),
        ({"baseline_id": str(number(1))}, "/baseline_id", "GET /v1/baselines"),
        ({"amount": {"minor": 0}}, "/amount/minor", "greater than or equal to 1"),
        ({"per": "month"}, "/per", "'copy' or 'year'"),
    ],
)
async def test_a_promise_that_cannot_be_is_refused(
    evidence: Hearing, client: AsyncClient, clock: ManualClock, changed: dict[str, Any], pointer: str, says: str
) -> None:
    await bought(evidence, 100, EASTERN, date(2026, 3, 10), prices=[800])
    clock.advance(on_day(31) + DAY - clock.now())
    got = await promise(client, await frozen(client), **changed)
    assert got.status_code == 422, got.text
    (fault,) = got.json()["errors"]
    assert fault["pointer"] == pointer
    assert says in fault["detail"]
    assert (await client.get("/v1/promises")).json()["items"] == []


async def test_savings_are_of_the_council_alone(
    evidence: Hearing, client: AsyncClient, clock: ManualClock, tokens: Tokens
) -> None:
    baseline, made = await moved(evidence, client, clock)
    others = tokens.headers("evidence:read evidence:write", council="GB-NFK")
    for path in (
        f"/v1/baselines/{baseline['baseline_id']}", f"/v1/baselines/{baseline['baseline_id']}/figures",
        f"/v1/promises/{made['promise_id']}", f"/v1/savings?promise_id={made['promise_id']}",
        f"/v1/savings/report?promise_id={made['promise_id']}",
    ):  # fmt: skip
        assert (await client.get(path, headers=others)).status_code == 404
    readers = tokens.headers("evidence:read")
    assert (await client.post("/v1/baselines", json=MARCH, headers=readers)).status_code == 403


async def test_figures_that_are_kept_are_read_as_of_one_moment(evidence: Hearing) -> None:
    async with steady(evidence.engine).connect() as connection:
        copies = select(func.count()).select_from(copy)
        assert (await connection.execute(copies)).scalar_one() == 0
        await evidence.hears(placed(), version=1)
        assert (await connection.execute(copies)).scalar_one() == 0
    async with evidence.engine.connect() as connection:
        assert (await connection.execute(copies)).scalar_one() == 2
