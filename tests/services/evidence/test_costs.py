"""What copies cost: paid to the penny, work by hand by the council's own dated model, and prices over a fixed basket."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import Any

import pytest
from httpx import AsyncClient

from services.evidence.store.tables import metadata
from shared.clock import ManualClock
from shared.contracts.delivery import Leg
from shared.contracts.invoices import Cost
from shared.contracts.orders import CopyState
from shared.rebuild import empty
from tests.fixtures.tokens import Tokens
from tests.services.evidence import facts
from tests.services.evidence.facts import CONTROL, COST, DAY, EASTERN, HAMNET, HARBOUR, MORNING, PILOT, matched, placed
from tests.services.hearing import Hearing, number

MODEL = {
    "receiving": {"minutes": "2.5", "hourly_rate": 1850},
    "van": {"minutes": "1", "hourly_rate": 2000, "borne_by": "consortium"},
    "cataloguing_without_record": {"minutes": "20", "hourly_rate": 2400},
    "chasing": {"minutes": "6", "hourly_rate": 1850},
}


async def costs(client: AsyncClient, by: str = "supplier", **params: str) -> dict[str, Any]:
    """Returns what copies cost that invoices of March charge."""
    got = await client.get("/v1/costs", params={"from": "2026-03-01", "to": "2026-03-31", "by": by, **params})
    assert got.status_code == 200, got.text
    body: dict[str, Any] = got.json()
    assert "decision" in body
    assert body["decision"] is None
    return body


async def put(client: AsyncClient, day: str = "2026-01-01", tag: str = "", **others: Any) -> Any:
    """Sets a cost model from a day on; `tag`: of the one that it replaces."""
    headers = {"If-Match": tag} if tag else {}
    return await client.put(f"/v1/cost-models/{day}", json={"activities": MODEL, **others}, headers=headers)


async def test_what_was_paid_adds_up_to_the_invoices_to_the_penny(evidence: Hearing, client: AsyncClient) -> None:
    ids = [number(place) for place in range(10, 14)]
    await evidence.hears(*(placed(each) for each in ids), version=1)
    await evidence.hears(matched(*ids, at=MORNING, postage=333), matched(ids[0], at=MORNING, which=701, credit=True))
    unlisted = matched(ids[1], at=MORNING, which=702).model_copy(update={"total": COST.total + 50})
    await evidence.hears(unlisted)
    found = await costs(client)
    (group,) = found["groups"]
    assert group["copies"] == 3, "one was charged and credited"
    assert group["paid"] == {
        "list_price": 4 * 899, "discount": 4 * 180, "net": 4 * 719, "servicing": 500, "carriage": 40, "other": 0, "vat": 100,
        "total": 4 * COST.total,
    }  # fmt: skip
    assert found["reconciliation"] == [
        {
            "supplier_id": HARBOUR, "currency": "GBP", "total": 4 * COST.total + 333 + 50, "copies": 4 * COST.total,
            "charges": 333, "unlisted": 50,
        }
    ]  # fmt: skip
    assert Decimal(group["paid_per_copy"]) == Decimal("1172.00")


async def test_work_by_hand_is_costed_by_the_model_of_its_day(evidence: Hearing, client: AsyncClient, clock: ManualClock) -> None:
    first, second = number(10), number(11)
    await evidence.hears(placed(first, second), version=1)
    promise = facts.progressed(CopyState.ACCEPTED, first, at=MORNING, promised_on=(MORNING + DAY).date())
    await evidence.hears(promise, version=2)
    await evidence.hears(facts.expected(first, leg=Leg.TO_HUB), facts.expected(second))
    await evidence.hears(facts.received(first, at=MORNING + 3 * DAY, leg=Leg.TO_HUB))
    await evidence.hears(facts.received(first, at=MORNING + 5 * DAY, leg=Leg.FROM_HUB))
    await evidence.hears(facts.received(second, at=MORNING + 9 * DAY))
    await evidence.hears(matched(first, second, at=MORNING + 10 * DAY))
    clock.advance(20 * DAY)
    assert (await put(client)).status_code == 201
    dearer = {**MODEL, "receiving": {"minutes": "2.5", "hourly_rate": 3700}}
    assert (await client.put("/v1/cost-models/2026-03-10", json={"activities": dearer})).status_code == 201
    (group,) = (await costs(client))["groups"]
    work = {each["activity"]: (each["times"], each["minutes"], each["cost"], each["borne_by"]) for each in group["work"]}
    assert work == {
        "receiving": (2, "5.0", "231.25", "council"),  # 2.5 min at 18.50 and 2.5 min at 37.00 an hour
        "van": (1, "1", "33.33", "consortium"),
        "cataloguing_without_record": (1, "20", "800.00", "council"),
        "chasing": (1, "6", "185.00", "council"),
    }
    assert group["unknown"] == [{"activity": "unpacking_at_hub", "times": 1}], "what the model does not name is not assumed"
    assert group["work_cost"] == "1249.58"
    assert group["whole"] == str(2 * COST.total + Decimal("1249.58"))
    assert group["whole_per_copy"] == "1503.79"


async def test_a_title_below_the_minimum_is_catalogued_once_and_a_good_one_not_at_all(
    evidence: Hearing, client: AsyncClient
) -> None:
    await evidence.hears(placed(number(10), number(11)), placed(number(12), isbn=HAMNET), version=1)
    await evidence.hears(facts.judged(40, at=MORNING), facts.judged(90, at=MORNING, isbn=HAMNET))
    await evidence.hears(matched(number(10), number(11), number(12), at=MORNING))
    (group,) = (await costs(client))["groups"]
    assert group["unknown"] == [{"activity": "cataloguing_poor_record", "times": 1}]


async def test_days_without_a_model_are_named_and_their_work_is_not_counted(evidence: Hearing, client: AsyncClient) -> None:
    await evidence.hears(placed(), version=1)
    await evidence.hears(facts.received(at=MORNING + DAY), matched(at=MORNING))
    await put(client, "2026-03-05", valid_until="2026-03-20")
    found = await costs(client)
    assert [gap["detail"] for gap in found["gaps"]] == [
        "From 2026-03-01 to 2026-03-04 no cost model applies: work on these days is not counted. PUT one for 2026-03-01.",
        "From 2026-03-21 to 2026-03-31 no cost model applies: work on these days is not counted. PUT one for 2026-03-21.",
    ]
    (group,) = found["groups"]
    assert group["work"] == []
    assert {each["activity"]: each["times"] for each in group["unknown"]} == {"receiving": 2, "cataloguing_without_record": 1}
    assert group["whole"] == f"{2 * COST.total}.00"


async def test_a_cheaper_mix_does_not_pass_for_a_cheaper_supplier(evidence: Hearing, client: AsyncClient) -> None:
    """Harbour sells Piranesi at 8.00 and a cheap book at 1.00; Eastern sells Piranesi at 7.00. Both sold two copies of it."""
    await evidence.hears(
        placed(number(10), number(11)), placed(number(12), isbn=HAMNET), placed(number(20), number(21), supplier_id=EASTERN),
        version=1,
    )  # fmt: skip
    pay = {"servicing": 100, "vat": 77}
    await evidence.hears(
        matched(number(10), number(11), at=MORNING, cost=Cost(list_price=800, net=800, **pay)),
        matched(number(12), at=MORNING, which=701, cost=Cost(list_price=100, net=100, **pay)),
        matched(number(20), number(21), at=MORNING, which=702, cost=Cost(list_price=700, net=700, **pay), supplier_id=EASTERN),
    )
    found = {each["of"]: each for each in (await costs(client))["price_relatives"]}
    price = found["price"]
    assert (price["first"], price["second"]) == (EASTERN, HARBOUR)
    assert (price["relative"], price["titles"], price["copies"]) == ("0.8750", 1, 4)
    assert (price["first_cost"], price["second_cost"]) == ("2800.00", "3200.00")
    assert (price["low"], price["note"]) == (None, "1 title bought by both is too few to tell")
    assert found["whole"]["relative"] == "0.8889"
    assert (await costs(client, "month"))["price_relatives"] == []


async def test_only_groups_of_one_currency_that_bought_the_same_title_are_compared(
    evidence: Hearing, client: AsyncClient
) -> None:
    third, abroad = "national", "zagreb"
    await evidence.hears(
        placed(number(10)), placed(number(11), supplier_id=EASTERN), placed(number(12), supplier_id=third, isbn=HAMNET),
        placed(number(13), isbn=HAMNET), placed(number(14), supplier_id=abroad), placed(number(15), isbn=HAMNET), version=1,
    )  # fmt: skip
    await evidence.hears(
        *(matched(number(n), at=MORNING, which=700 + n, supplier_id=s) for n, s in ((10, HARBOUR), (11, EASTERN), (12, third))),
        *(matched(number(n), at=MORNING, which=700 + n) for n in (13, 15)),
        matched(number(15), at=MORNING, which=750, credit=True),
        matched(number(14), at=MORNING, which=714, supplier_id=abroad).model_copy(update={"currency": "EUR"}),
    )
    found = (await costs(client))["price_relatives"]
    pairs = [(each["first"], each["second"], each["of"], each["titles"], each["copies"]) for each in found]
    of_each = [(EASTERN, HARBOUR), (HARBOUR, third)]
    assert pairs == [(*pair, of, 1, 2) for pair in of_each for of in ("price", "whole")], (
        "a copy that was credited was not bought"
    )


async def test_costs_are_grouped_and_narrowed(evidence: Hearing, client: AsyncClient) -> None:
    await evidence.hears(
        placed(trial=PILOT), placed(number(10), supplier_id=EASTERN, trial=CONTROL, route_trial=facts.STRAIGHT),
        placed(number(11)), version=1,
    )  # fmt: skip
    await evidence.hears(matched(at=MORNING), matched(number(10), number(11), at=MORNING, which=701))

    async def counted(by: str, **narrow: str) -> dict[str, int]:
        return {group["key"]: group["copies"] for group in (await costs(client, by, **narrow))["groups"]}

    assert await counted("supplier") == {EASTERN: 1, HARBOUR: 3}
    assert await counted("arm") == {"bookseller/control": 1, "bookseller/pilot": 2, "straight/pilot": 1}
    assert await counted("arm", trial="straight") == {"straight/pilot": 1}
    compared = (await costs(client, "arm"))["price_relatives"]
    assert {(each["first"], each["second"]) for each in compared} == {("bookseller/control", "bookseller/pilot")}
    assert await counted("branch") == {"IPSW": 3, "LOWE": 1}
    assert await counted("month") == {"2026-03": 4}
    assert await counted("route") == {"not known": 4}
    assert await counted("material", supplier_id=EASTERN) == {"book": 1}
    assert await counted("supplier", to="2026-03-11") == {}


async def test_costs_are_csv_for_whoever_asks_for_it(evidence: Hearing, client: AsyncClient) -> None:
    await evidence.hears(placed(), version=1)
    await evidence.hears(matched(at=MORNING), facts.received(at=MORNING))
    got = await client.get("/v1/costs", params={"from": "2026-03-01", "to": "2026-03-31"}, headers={"Accept": "text/csv"})
    (row,) = csv.DictReader(got.text.splitlines())
    assert (row["key"], row["paid"], row["whole"]) == (HARBOUR, str(2 * COST.total), f"{2 * COST.total}.00")
    assert (row["unknown_work"], row["decision"]) == ("cataloguing_without_record 1; receiving 2", "none recorded")


async def test_a_cost_model_replaces_the_one_of_the_same_day_and_survives_a_rebuild(
    evidence: Hearing, client: AsyncClient
) -> None:
    first = await put(client, valid_until="2026-06-30")
    again = await put(client, valid_until="2026-06-30")
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json()), "it says the same"
    assert (await put(client, currency="EUR")).json()["code"] == "if-match-required"
    tag = (await client.get(first.headers["Location"])).headers["ETag"]
    assert tag == first.headers["ETag"]
    assert (await put(client, tag=tag, currency="EUR")).status_code == 200
    assert (await put(client, tag=tag, currency="USD")).json()["code"] == "stale-version"
    await put(client, "2026-07-01")
    before = (await client.get("/v1/cost-models")).json()
    assert [(each["valid_from"], each["currency"]) for each in before["items"]] == [("2026-01-01", "EUR"), ("2026-07-01", "GBP")]
    assert before["gaps"] == []
    assert before["items"][0]["activities"]["van"] == {"minutes": "1", "hourly_rate": 2000, "borne_by": "consortium"}
    assert before["items"][0]["set_by"] == "librarian"
    async with evidence.engine.begin() as connection:
        await empty(connection, metadata)
    assert (await client.get("/v1/cost-models")).json() == before
    assert (await client.get("/v1/cost-models/2026-07-01")).json() == before["items"][1]
    assert (await client.get("/v1/cost-models/2026-07-02")).status_code == 404
    first = (await client.get("/v1/cost-models", params={"limit": "1"})).json()
    rest = (await client.get("/v1/cost-models", params={"limit": "1", "cursor": first["next_cursor"]})).json()
    assert first["items"] + rest["items"] == before["items"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"valid_until": "2025-12-31"}, "/valid_until"),
        ({"activities": {"receiving": {"minutes": "-1", "hourly_rate": 1}}}, "/activities/receiving/minutes"),
        ({"activities": {"receiving": {"minutes": "1.234", "hourly_rate": 1}}}, "/activities/receiving/minutes"),
        ({"activities": {"receiving": {"minutes": "1", "hourly_rate": -5}}}, "/activities/receiving/hourly_rate"),
        ({"activities": {}}, "/activities"),
        ({"currency": "pounds"}, "/currency"),
        ({"verdict": "harbour"}, "/verdict"),
    ],
)
async def test_a_cost_model_that_cannot_be_is_refused(client: AsyncClient, changed: dict[str, Any], pointer: str) -> None:
    got = await put(client, **changed)
    assert got.status_code == 422
    assert got.json()["errors"][0]["pointer"] == pointer
    assert (await client.get("/v1/cost-models")).json() == {"items": [], "next_cursor": None, "gaps": []}


async def test_only_a_council_has_cost_models_and_only_writers_set_them(client: AsyncClient, tokens: Tokens) -> None:
    for headers in (tokens.headers("evidence:read"), tokens.headers("evidence:write", council=None)):
        got = await client.put("/v1/cost-models/2026-01-01", json={"activities": MODEL}, headers=headers)
        assert got.status_code == 403
