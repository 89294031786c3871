"""Measures of copies as councils and staff read them: what counts as what, with n and interval, and no verdict."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from services.evidence.app import create_app
from services.evidence.settings import EvidenceSettings
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.contracts.delivery import Leg
from shared.contracts.orders import CopyState
from shared.contracts.trials import TrialArm
from tests.fixtures.tokens import Tokens
from tests.services.evidence import facts, hands
from tests.services.evidence.facts import CONTROL, DAY, EASTERN, HARBOUR, MORNING, NORFOLK, PILOT, discrepancy, placed
from tests.services.hearing import Hearing, number
from tests.services.serving import Kept


async def measures(client: AsyncClient, by: str = "supplier", **params: str) -> dict[str, Any]:
    """Returns the measures of March, by key and name."""
    found: dict[str, Any] = await answer(client, by, **params)
    return {group["key"]: {each["measure"]: each for each in group["measures"]} | {"": group} for group in found["groups"]}


async def answer(client: AsyncClient, by: str = "supplier", **params: str) -> dict[str, Any]:
    """Returns the whole answer about March."""
    got = await client.get("/v1/measures", params={"from": "2026-03-01", "to": "2026-03-31", "by": by, **params})
    assert got.status_code == 200, got.text
    body: dict[str, Any] = got.json()
    assert body["decision"] is None
    assert "decision" in body
    return body


async def received(
    evidence: Hearing, days: Sequence[int], *, first: int, trial: TrialArm | None = None, supplier: str = HARBOUR
) -> None:
    """Copies that were ordered on Monday the second and received after so many days; below 0: never."""
    for place, after in enumerate(days, first):
        copy_id = number(place)
        await evidence.hears(placed(copy_id, trial=trial, supplier_id=supplier), version=1)
        if after >= 0:
            await evidence.hears(facts.received(copy_id, at=MORNING + after * DAY, supplier_id=supplier))


async def test_copies_still_outstanding_count_as_followed_until_today(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await received(evidence, [2, 3, 5, 7, 20, -1, -1, -1], first=10)
    clock.advance(30 * DAY)
    found = (await measures(client))[HARBOUR]
    assert found[""]["copies"] == 8
    assert found["received_within_7_days"]["value"] == pytest.approx(4 / 8)
    assert found["received_within_28_days"]["value"] == pytest.approx(5 / 8)
    assert (found["received_within_28_days"]["n"], found["lead_days_median"]["value"]) == (8, 7)
    assert found["received_within_90_days"]["value"] is None, "nobody has been followed for so long"
    assert found["received_within_90_days"]["note"] == "8 copies are too few to tell, or not known for long enough"
    within = found["received_within_28_days"]
    assert 0 < within["low"] < within["value"] < within["high"] < 1


async def test_refused_copies_never_come_and_withdrawn_ones_are_left_out(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await received(evidence, [2, 2, -1, -1, -1], first=10)
    gone = CopyState.CANCELLED
    await evidence.hears(facts.progressed(CopyState.REFUSED, number(12), at=MORNING + DAY), version=2)
    await evidence.hears(facts.progressed(gone, number(13), at=MORNING + DAY), version=2)
    await evidence.hears(facts.cancellation(number(14), at=MORNING + DAY), version=2)
    await evidence.hears(facts.progressed(gone, number(14), at=MORNING + 2 * DAY), version=3)
    clock.advance(30 * DAY)
    found = (await measures(client))[HARBOUR]
    assert (found[""]["copies"], found[""]["withdrawn"]) == (5, 1)
    assert found["received_within_28_days"]["value"] == pytest.approx(2 / 4), "cancelled unasked counts as refused"
    assert (found["lead_days_median"]["value"], found["lead_days_median"]["n"]) == (2, 2)
    assert found["hands_per_thousand"]["value"] == pytest.approx(1000 / 5), "the cancellation"


async def test_response_is_the_time_until_an_answer_or_goods(evidence: Hearing, client: AsyncClient, clock: ManualClock) -> None:
    ids = [number(place) for place in range(10, 15)]
    await evidence.hears(*(placed(each) for each in ids), version=1)
    for each, hours in zip(ids, (5, 5, 9), strict=False):
        await evidence.hears(facts.progressed(CopyState.SENT, each, at=MORNING), version=2)
        answered = facts.progressed(CopyState.ACCEPTED, each, at=MORNING + timedelta(hours=hours))
        await evidence.hears(answered, version=3)
    await evidence.hears(facts.progressed(CopyState.SENT, ids[3], at=MORNING), version=2)
    clock.advance(DAY)
    found = (await measures(client))[HARBOUR]["response_hours_median"]
    assert (found["value"], found["n"]) == (5, 4), "one that was not sent is left out, one without an answer waits"


async def test_a_promise_counts_once_its_day_has_passed_or_the_copy_has_come(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await received(evidence, [3, 9, -1, -1, 1], first=10)
    for place, day in ((10, 5), (11, 10), (12, 12), (13, 30)):
        promise = facts.progressed(CopyState.ACCEPTED, number(place), at=MORNING, promised_on=date(2026, 3, day))
        await evidence.hears(promise, version=2)
    clock.advance(14 * DAY)
    found = (await measures(client))[HARBOUR]["promises_kept"]
    assert (found["value"], found["n"]) == (pytest.approx(1 / 3), 3)
    assert found["note"] == "3 copies are too few to tell: between 6 % and 79 % would be likely"


async def test_events_per_thousand_and_those_that_concern_no_copy(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await received(evidence, [1, 1, 1, 1], first=10)
    ids = [number(place) for place in range(10, 14)]
    at = MORNING + 2 * DAY
    await evidence.hears(discrepancy(ids[0], at=at), discrepancy(ids[0], at=at, which=601), discrepancy(None, at=at, which=602))
    await evidence.hears(facts.queried(at=at, lines=(1, 1, None, 2)), facts.matched(*ids[:2], at=at), facts.held(at=at))
    found = await answer(client)
    (group,) = found["groups"]
    rates = {each["measure"]: (each["value"], each["n"]) for each in group["measures"]}
    assert rates["discrepancies_per_thousand"] == (500, 4)
    assert rates["invoice_queries_per_thousand"] == (1_000, 2)
    assert rates["hands_per_thousand"] == (1_000, 4)
    assert found["unattributed"] == [
        {"supplier_id": HARBOUR, "discrepancies": 1, "queries": 2, "messages_held": 1, "corrections": 0}
    ]


async def test_what_staff_did_by_hand_counts_once_in_each_group_that_it_concerns(evidence: Hearing, client: AsyncClient) -> None:
    ids = [number(place) for place in range(10, 14)]
    await evidence.hears(placed(*ids[:2], branch="IPSW"), placed(ids[2], branch="IPSW"), placed(ids[3], branch="LOWE"), version=1)
    two, one, other = (facts.line_key(ids[place]) for place in (0, 2, 3))
    at = MORNING + DAY
    await evidence.hears(
        hands.handled(two, one, other, at=at, replayed=1, version=3), hands.handled(two, at=at, which=801),
        hands.handled("SB-LOST", at=at, which=802, replayed=2), hands.decided(two, one, at=at), hands.decided(one, at=at + DAY),
    )  # fmt: skip
    found = await answer(client, by="branch")
    found_hands = {group["key"]: _value(group, "hands_per_thousand") for group in found["groups"]}
    assert found_hands == {"IPSW": pytest.approx(1000 * (2 + 1 + 3) / 3), "LOWE": 2_000}
    assert [(each["supplier_id"], each["corrections"]) for each in found["unattributed"]] == [(HARBOUR, 3)]


def _value(group: dict[str, Any], name: str) -> float:
    value: float = next(each["value"] for each in group["measures"] if each["measure"] == name)
    return value


async def test_records_are_measured_for_whoever_made_them(evidence: Hearing, client: AsyncClient) -> None:
    await evidence.hears(placed(number(10)), placed(number(11), isbn=facts.HAMNET), placed(number(12)), version=1)
    await evidence.hears(facts.judged(80, at=MORNING, supplier_id=EASTERN), facts.judged(40, at=MORNING, isbn=facts.HAMNET))
    by_supplier = await measures(client)
    assert by_supplier[EASTERN]["record_score_mean"]["value"] == 80
    assert by_supplier[HARBOUR]["record_score_mean"]["value"] == 40
    by_material = (await measures(client, "material"))["book"]["record_score_mean"]
    assert (by_material["value"], by_material["n"], by_material["note"]) == (60, 2, "2 books are too few to tell")


async def test_arms_of_a_trial_are_compared_with_the_uncertainty_of_the_difference(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    await received(evidence, [2] * 30 + [20] * 10, first=100, trial=PILOT, supplier=EASTERN)
    await received(evidence, [2] * 10 + [20] * 30, first=200, trial=CONTROL)
    await received(evidence, [2], first=300)
    clock.advance(100 * DAY)
    found = await answer(client, "arm")
    assert [(group["key"], group["copies"]) for group in found["groups"]] == [
        ("bookseller/control", 40),
        ("bookseller/pilot", 40),
    ]
    within = {each["measure"]: each for each in found["differences"]}
    told = within["received_within_7_days"]
    assert told["value"] == pytest.approx(0.5)
    assert told["note"] is None
    assert 0.25 < told["low"] < told["value"] < told["high"] < 0.7
    untold = within["received_within_28_days"]
    assert untold["value"] == 0
    assert untold["note"].startswith("no difference can be told")
    assert {each["trial"] for each in found["differences"]} == {"bookseller"}


async def test_a_copy_counts_in_its_arm_of_each_trial_that_is_asked_for(evidence: Hearing, client: AsyncClient) -> None:
    await evidence.hears(
        placed(number(10), trial=PILOT, route_trial=facts.STRAIGHT),
        placed(number(11), trial=PILOT, route_trial=facts.AS_EVER),
        placed(number(12), route_trial=facts.AS_EVER),
        placed(number(13), trial=CONTROL),
        placed(number(14), trial=PILOT, route_trial=CONTROL),
        placed(number(15)),
        version=1,
    )

    async def counted(**narrow: str) -> dict[str, int]:
        return {group["key"]: group["copies"] for group in (await answer(client, **narrow))["groups"]}

    bookseller = {"bookseller/control": 1, "bookseller/pilot": 3}
    straight = {"straight/control": 2, "straight/pilot": 1}
    assert await counted(by="arm") == {**bookseller, **straight}
    assert await counted(by="arm", trial="bookseller") == bookseller
    assert await counted(trial="straight", by="arm") == straight
    assert await counted(by="supplier", trial="straight") == {HARBOUR: 3}
    found = await answer(client, "arm")
    assert {each["trial"] for each in found["differences"]} == {"bookseller", "straight"}


async def test_copies_are_grouped_and_narrowed(evidence: Hearing, client: AsyncClient) -> None:
    await evidence.hears(placed(), placed(number(10), supplier_id=EASTERN, at=MORNING + 20 * DAY, trial=PILOT), version=1)
    await evidence.hears(facts.expected(facts.FIRST, leg=Leg.TO_HUB), facts.expected(number(10)))

    async def counted(by: str, **narrow: str) -> dict[str, int]:
        return {key: group[""]["copies"] for key, group in (await measures(client, by, **narrow)).items()}

    assert await counted("supplier") == {EASTERN: 1, HARBOUR: 2}
    assert await counted("branch") == {"IPSW": 2, "LOWE": 1}
    assert await counted("month") == {"2026-03": 3}
    assert await counted("route") == {"direct": 1, "hub": 1, "not known": 1}
    assert await counted("arm") == {"bookseller/pilot": 1}
    assert await counted("branch", supplier_id=HARBOUR, branch="IPSW") == {"IPSW": 1}
    assert await counted("supplier", trial="bookseller") == {EASTERN: 1}
    assert await counted("supplier", to="2026-03-20") == {HARBOUR: 2}
    assert await counted("supplier", material="dvd") == {}


async def test_a_council_sees_its_own_copies_and_staff_of_all_councils_all(
    evidence: Hearing, client: AsyncClient, settings: EvidenceSettings, clock: ManualClock, tokens: Tokens, kept: Kept
) -> None:
    await evidence.hears(placed(), placed(number(10), council=NORFOLK), version=1)
    await evidence.hears(facts.held(at=MORNING, council=None))
    assert (await measures(client))[HARBOUR][""]["copies"] == 2
    assert (await answer(client))["unattributed"] == []
    everybody = tokens.headers("evidence:read", council=None)
    own = await client.get("/v1/measures", params={"from": "2026-03-01", "to": "2026-03-31"}, headers=everybody)
    assert own.json()["groups"][0]["copies"] == 3
    assert own.json()["council"] is None
    assert own.json()["unattributed"][0]["messages_held"] == 1


async def test_measures_are_csv_for_whoever_asks_for_it(evidence: Hearing, client: AsyncClient) -> None:
    await evidence.hears(placed(supplier_id="=HYPERLINK()"), version=1)
    params = {"from": "2026-03-01", "to": "2026-03-31"}
    got = await client.get("/v1/measures", params=params, headers={"Accept": "text/csv"})
    assert got.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(got.text.splitlines()))
    found = next(row for row in rows if row["measure"] == "received_within_7_days")
    assert (found["key"], found["n"], found["decision"]) == ("'=HYPERLINK()", "2", "none recorded")
    assert (await client.get("/v1/measures", params=params, headers={"Accept": "image/png"})).status_code == 406


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"from": "2026-03-02", "to": "2026-03-01"}, "/query/to"),
        ({"from": "2016-03-02", "to": "2026-03-01"}, "/query/to"),
        ({"from": "2026-03-02"}, "/query/to"),
        ({"from": "2026-03-02", "to": "2026-03-01", "by": "weather"}, "/query/by"),
        ({"from": "2026-03-02", "to": "2026-03-01", "supplyer": "x"}, "/query/supplyer"),
    ],
)
async def test_a_question_that_cannot_be_answered_is_refused(client: AsyncClient, params: dict[str, str], pointer: str) -> None:
    got = await client.get("/v1/measures", params=params)
    assert got.status_code == 422
    assert [fault["pointer"] for fault in got.json()["errors"]][:1] == [pointer]


async def test_an_answer_about_nothing_is_no_error(client: AsyncClient, evidence: Hearing) -> None:
    events: list[Event] = [facts.received(number(10), at=MORNING)]
    await evidence.hears(*events)
    assert (await answer(client))["groups"] == [], "a copy counts once it is known when it was placed"


def test_the_app_has_no_route_that_changes_facts(settings: EvidenceSettings) -> None:
    paths = create_app(settings).openapi()["paths"]
    assert set(paths["/v1/measures"]) == {"get"}


async def test_a_record_is_waited_for_from_the_first_order_of_the_book(
    evidence: Hearing, client: AsyncClient, clock: ManualClock
) -> None:
    other = "9780141439518"
    await evidence.hears(
        placed(), placed(number(10), isbn=facts.HAMNET, at=MORNING + 4 * DAY), placed(number(11), isbn=other), version=1
    )
    came = facts.judged(80, at=MORNING + 9 * DAY, supplier_id=HARBOUR, version=2, first=EASTERN, first_at=MORNING + 3 * DAY)
    await evidence.hears(came, facts.judged(40, at=MORNING, isbn=facts.HAMNET))
    clock.advance(20 * DAY)
    found = (await measures(client, "material"))["book"]["record_delay_days_median"]
    assert (found["value"], found["n"]) == (3, 3), "three days, none, and one book still waits"
    by_supplier = await measures(client)
    assert by_supplier[EASTERN]["record_delay_days_median"]["value"] == 3, "whose record came first"
    assert by_supplier[EASTERN][""]["copies"] == 0
    assert (by_supplier[HARBOUR]["record_delay_days_median"]["value"], by_supplier[HARBOUR][""]["copies"]) == (0, 4)
