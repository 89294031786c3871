"""How copies travelled: days per leg and touches, hub against direct."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from httpx import AsyncClient

from shared.contracts.delivery import Leg
from shared.contracts.orders import CopyState
from tests.services.evidence import facts
from tests.services.evidence.facts import DAY, EASTERN, MORNING, placed
from tests.services.hearing import Hearing, number

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


async def handling(client: AsyncClient, **narrow: str) -> dict[str, Any]:
    """Returns how copies travelled that were placed in March."""
    got = await client.get("/v1/handling", params={**MARCH, **narrow})
    assert got.status_code == 200, got.text
    body: dict[str, Any] = got.json()
    assert body["decision"] is None
    return body


def by_name(measures: list[dict[str, Any]]) -> dict[str, tuple[float | None, int]]:
    """Returns value and n of each measure."""
    return {each["measure"]: (each["value"], each["n"]) for each in measures}


async def travelled(evidence: Hearing, first: int, days: list[int], *, hub: int | None = None) -> None:
    """Copies that were despatched on the day after the order, and came so many days later; through the hub after `hub` days."""
    for place, took in enumerate(days, start=first):
        copy_id, despatched = number(place), MORNING + DAY
        await evidence.hears(placed(copy_id), version=1)
        await evidence.hears(facts.progressed(CopyState.DESPATCHED, copy_id, at=despatched), version=2)
        if hub is not None:
            await evidence.hears(facts.received(copy_id, leg=Leg.TO_HUB, at=despatched + hub * DAY))
        leg = Leg.DIRECT if hub is None else Leg.FROM_HUB
        await evidence.hears(facts.received(copy_id, leg=leg, at=despatched + took * DAY))


async def test_each_leg_has_its_days_and_each_copy_its_touches(evidence: Hearing, client: AsyncClient) -> None:
    await travelled(evidence, 10, [6, 8], hub=4)
    await travelled(evidence, 20, [2, 2, 5, 1])
    await evidence.hears(placed(number(30)), version=1)
    await evidence.hears(facts.received(number(30), leg=Leg.TO_HUB, at=MORNING + 9 * DAY))
    at = MORNING + 9 * DAY
    await evidence.hears(facts.discrepancy(number(20), at=at), facts.discrepancy(number(20), at=at, which=601))
    await evidence.hears(facts.queried(at=at, lines=(1, None)), facts.matched(*(number(20 + place) for place in range(4)), at=at))
    await evidence.hears(facts.cancellation(number(11), at=at))
    hub, direct = (await handling(client))["routes"]
    assert (hub["route"], hub["copies"], direct["route"], direct["copies"]) == ("hub", 2, "direct", 4)
    assert by_name(hub["measures"]) == {
        "days_to_hub_mean": (4, 2),
        "days_hub_to_branch_mean": (3, 2),
        "days_to_branch_mean": (7, 2),
        "touches_mean": (2.5, 2),
    }, "a copy that is still at the hub was despatched on no known day"
    assert by_name(direct["measures"]) == {"days_to_branch_mean": (2.5, 4), "touches_mean": (1.75, 4)}
    assert hub["touches"] == {"scans": 2, "discrepancies": 0, "invoice_queries": 0, "cancellations": 0.5}
    assert direct["touches"] == {"scans": 1, "discrepancies": 0.5, "invoice_queries": 0.25, "cancellations": 0}
    assert direct["measures"][0]["note"] == "4 copies are too few to tell"


async def test_hub_and_direct_are_compared_with_the_uncertainty_of_the_difference(evidence: Hearing, client: AsyncClient) -> None:
    await travelled(evidence, 100, [6, 7, 8, 9] * 3, hub=3)
    assert (await handling(client))["differences"] == [], "there is nothing to compare with"
    await travelled(evidence, 200, [2, 3] * 6)
    days, touches = (await handling(client))["differences"]
    assert (days["measure"], days["value"], days["n"], days["note"]) == ("days_to_branch_mean", 5, 12, None)
    assert 4 < days["low"] < 5 < days["high"] < 6
    assert (touches["measure"], touches["value"]) == ("touches_mean", 1)
    assert (await handling(client, supplier_id=EASTERN))["routes"] == []


async def test_handling_is_csv_and_a_section_of_the_report(evidence: Hearing, client: AsyncClient) -> None:
    await travelled(evidence, 100, [6] * 12, hub=3)
    await travelled(evidence, 200, [6] * 12)
    got = await client.get("/v1/handling", params=MARCH, headers={"Accept": "text/csv"})
    rows = {(row["route"], row["measure"]): row for row in csv.DictReader(got.text.splitlines())}
    assert (rows["hub", "days_to_hub_mean"]["value"], rows["direct", "touches_mean"]["value"]) == ("3.0", "1.0")
    assert rows["hub less direct", "days_to_branch_mean"]["note"].startswith("no difference can be told")
    page = (await client.get("/v1/report", params=MARCH)).text
    for heading in ("Days per leg", "Touches per copy", "Hub less direct: whole way", "Hub less direct: touches"):
        assert f"<h3>{heading}</h3>" in page


@pytest.mark.parametrize("wrong", [{"by": "route"}, {"to": "2026-02-01"}])
async def test_a_question_about_handling_that_cannot_be_answered_is_refused(client: AsyncClient, wrong: dict[str, str]) -> None:
    assert (await client.get("/v1/handling", params={**MARCH, **wrong})).status_code == 422
