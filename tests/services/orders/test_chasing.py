"""Suppliers are asked about copies that are late, short or damaged: as often and as soon as a policy says, or by hand."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from services.orders.domain.chasing import Policy, Situation, Steps
from services.orders.usecases.chasing import chase_again, chase_late
from shared.contracts.delivery import DiscrepancyKind, Leg
from shared.contracts.enquiries import EnquiryKind, EnquirySent
from shared.contracts.suppliers import ClaimAnswer, CopyReference, SendOutcome
from tests.services.orders.chased import STEPS, Chased, announced, found, sent
from tests.services.orders.conftest import Orders, an_order
from tests.services.orders.goods import answered, expected, line_of, received


@pytest.fixture
async def chased(orders: Orders) -> Chased:
    await orders.hear(announced("national"), announced("consortium"))
    return Chased(orders)


async def an_open_order(orders: Orders, *, number: str = "SFK-1") -> tuple[dict[str, Any], dict[str, Any]]:
    """An order whose first line, two copies for Ipswich, was sent to its supplier."""
    order = await orders.placed(an_order(number))
    line = line_of(order, "national", 1)
    await orders.hear(sent(order, line))
    return order, line


async def line_now(orders: Orders, order: dict[str, Any]) -> dict[str, Any]:
    return line_of(await orders.read(order["order_id"]), "national", 1)


def copy_states(line: dict[str, Any]) -> list[str]:
    return [copy["state"] for copy in line["copies"]]


async def test_without_a_policy_nothing_is_asked(orders: Orders, chased: Chased) -> None:
    await an_open_order(orders)
    await chased.days(40)
    assert await chased.asked() == []


async def test_a_silent_supplier_is_asked_as_often_as_the_policy_says_then_a_person_is(orders: Orders, chased: Chased) -> None:
    await chased.policy(unanswered=STEPS)
    order, line = await an_open_order(orders)
    asked_after = []
    for _ in range(12):
        await chased.days(1)
        asked_after.append(len(await chased.asked()))
    assert asked_after == [0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2]
    first, second = await chased.asked()
    assert (first.enquiry_id, first.attempt, first.at_most, first.kind) == (second.enquiry_id, 1, 2, EnquiryKind.STATUS)
    assert [(each.line_key, len(each.copy_ids)) for each in second.lines] == [(line["line_key"], 2)]
    (enquiry,) = await chased.enquiries(state="exhausted")
    assert (enquiry["attempt"], enquiry["next_on"]) == (2, None)
    now = await line_now(orders, order)
    assert now["attention"].startswith(
        "Chased: national was asked 2 times and has not settled it: copies 1, 2 not answered since"
    )
    assert [each["kind"] for each in now["decisions"]] == ["other"]
    said = [step["reason"] for step in (await orders.read(order["order_id"]))["timeline"] if step["cause"] == "orders.chasing"]
    assert [text.partition(": copies")[0] for text in said] == [
        "enquiry 1 of 2, unanswered: national is asked",
        "enquiry 2 of 2, unanswered: national is asked",
        "enquiry 2 of 2, unanswered: not settled by national, a person is asked",
    ]


async def test_an_answer_ends_an_enquiry_also_one_that_was_left_to_a_person(orders: Orders, chased: Chased) -> None:
    await chased.policy(unanswered=STEPS)
    order, line = await an_open_order(orders)
    await chased.days(12)
    await orders.hear(answered(order, line, "100"))
    (enquiry,) = await chased.enquiries()
    assert (enquiry["state"], {copy["outcome"] for copy in enquiry["copies"]}) == ("answered", {"answered"})
    assert (await line_now(orders, order))["attention"] == ""
    await chased.days(12)
    assert await chased.attempts() == [1, 2]


async def test_a_copy_is_overdue_when_its_last_stated_day_has_passed_and_once_more_when_the_next_has(
    orders: Orders, chased: Chased
) -> None:
    await chased.policy(overdue=STEPS)
    order, line = await an_open_order(orders)
    today = orders.clock.today()
    await orders.hear(answered(order, line, "400", available_on=today + timedelta(days=4)))
    await chased.days(5)
    assert await chased.asked() == []
    await chased.days(1)
    assert await chased.attempts() == [1]
    await orders.hear(answered(order, line, "400", available_on=today + timedelta(days=20)))
    assert await chased.states() == ["answered"]
    await chased.days(15)
    assert await chased.attempts() == [1]
    await chased.days(1)
    assert await chased.attempts() == [1, 1]
    await orders.hear(expected(order, line, Leg.DIRECT), received(order, line, Leg.DIRECT))
    assert await chased.states() == ["overtaken", "answered"]


async def test_an_answer_that_settles_nothing_leaves_the_enquiry_open_and_is_noted(orders: Orders, chased: Chased) -> None:
    await chased.policy(back_ordered=STEPS)
    order, line = await an_open_order(orders)
    await orders.hear(answered(order, line, "400"))
    await chased.days(2)
    await orders.hear(answered(order, line, "413"))
    (enquiry,) = await chased.enquiries()
    assert enquiry["state"] == "open"
    assert enquiry["answered_at"] is not None
    await chased.days(20)
    assert await chased.attempts() == [1, 2]
    assert await chased.states() == ["exhausted"]


async def test_copies_that_are_not_wanted_are_not_asked_about(orders: Orders, chased: Chased) -> None:
    await chased.policy(unanswered=STEPS)
    order, line = await an_open_order(orders)
    first, second = line["copies"]
    body = {"copy_ids": [first["copy_id"]], "reason": "Ordered twice"}
    version = (await orders.read(order["order_id"]))["version"]
    answer = await orders.decide(f"/v1/orders/{order['order_id']}/cancellations", body, If_Match=f'"{version}"')
    assert answer.status_code == 202, answer.text
    await chased.days(2)
    (event,) = await chased.asked()
    assert [[str(copy_id) for copy_id in each.copy_ids] for each in event.lines] == [[second["copy_id"]]]
    version = (await orders.read(order["order_id"]))["version"]
    body = {"copy_ids": [second["copy_id"]], "reason": "Ordered twice"}
    await orders.decide(f"/v1/orders/{order['order_id']}/cancellations", body, If_Match=f'"{version}"')
    await chased.days(10)
    assert (await chased.attempts(), await chased.states()) == ([1], ["overtaken"])


CLAIMS = {
    ClaimAnswer.RESEND: ("back_ordered", "answered", ""),
    ClaimAnswer.CREDIT: ("cancelled", "answered", ""),
    ClaimAnswer.REFUSED: ("damaged", "answered", "The supplier refuses the claim"),
}


@pytest.mark.parametrize("claim", ClaimAnswer)
async def test_each_answer_to_a_claim_says_what_becomes_of_the_copy_and_of_no_other(
    orders: Orders, chased: Chased, claim: ClaimAnswer
) -> None:
    await chased.policy(damaged=STEPS)
    order, line = await an_open_order(orders)
    await orders.hear(expected(order, line, Leg.DIRECT), received(order, line, Leg.DIRECT))
    order, line = await an_open_order(orders, number="SFK-2")
    await orders.hear(answered(order, line, "100"), expected(order, line, Leg.DIRECT))
    await orders.hear(found(order, line, DiscrepancyKind.DAMAGED, at=orders.clock.now()))
    await chased.days(2)
    (event,) = await chased.asked()
    assert event.kind is EnquiryKind.DAMAGED
    assert [(each.despatch_number, len(each.copy_ids)) for each in event.lines] == [("D1", 1)]
    day = orders.clock.today() + timedelta(days=9)
    orders.clock.advance(timedelta(hours=1))
    await orders.hear(answered(order, line, "", claim=claim, available_on=day if claim is ClaimAnswer.RESEND else None))
    now = await line_now(orders, order)
    state, ended, asks = CLAIMS[claim]
    assert copy_states(now) == [state, "despatched"]
    assert now["copies"][0]["expected_on"] == (
        day.isoformat() if claim is ClaimAnswer.RESEND else now["copies"][0]["expected_on"]
    )
    assert await chased.states() == [ended]
    assert now["attention"].startswith(asks)
    await chased.days(20)
    assert await chased.attempts() == [1]


async def test_a_claim_for_a_short_copy_ends_when_its_goods_come(orders: Orders, chased: Chased) -> None:
    await chased.policy(short=STEPS)
    order, line = await an_open_order(orders)
    await orders.hear(expected(order, line, Leg.DIRECT), found(order, line, DiscrepancyKind.SHORT, at=orders.clock.now()))
    await chased.days(2)
    assert [event.kind for event in await chased.asked()] == [EnquiryKind.SHORT]
    await orders.hear(expected(order, line, Leg.DIRECT))
    assert await chased.states() == ["overtaken"]


async def test_a_supplier_that_takes_no_enquiries_is_asked_by_a_person_who_says_so(orders: Orders, chased: Chased) -> None:
    await orders.hear(announced("national", takes=False))
    await chased.policy(unanswered=STEPS)
    order, line = await an_open_order(orders)
    await chased.days(2)
    assert await chased.asked() == []
    now = await line_now(orders, order)
    assert now["attention"].startswith("Enquiry: ask national: copies 1, 2 not answered since it was sent on ")
    (decision,) = now["decisions"]
    assert decision["kind"] == "tell_supplier"
    said = await orders.decide(decision["calls"][0], {"line_keys": [line["line_key"]], "reason": "Telephoned"})
    assert said.status_code == 200, said.text
    assert (await line_now(orders, order))["attention"] == ""
    await chased.days(3)
    assert "Enquiry: ask national" in (await line_now(orders, order))["attention"]
    await chased.days(3)
    assert "Chased: national was asked 2 times" in (await line_now(orders, order))["attention"]


async def test_an_enquiry_that_could_not_be_sent_asks_a_person(orders: Orders, chased: Chased) -> None:
    await chased.policy(unanswered=STEPS)
    order, _ = await an_open_order(orders)
    await chased.days(2)
    (event,) = await chased.asked()
    failed = EnquirySent(
        council="GB-SFK", enquiry_id=event.enquiry_id, order_id=event.order_id, supplier_id="national", attempt=1,
        message_id=event.enquiry_id, control_reference="", outcome=SendOutcome.FAILED,
        sent_at=orders.clock.now(), reason="no account",
    )  # fmt: skip
    await orders.hear(failed)
    assert "(it could not be sent: no account)" in (await line_now(orders, order))["attention"]
    await chased.days(3)
    assert (await line_now(orders, order))["attention"] == ""
    assert await chased.attempts() == [1, 2]


async def test_a_person_asks_at_once_and_a_repetition_asks_nothing(orders: Orders, chased: Chased) -> None:
    order, line = await an_open_order(orders)
    await orders.hear(answered(order, line, "100"))
    path, body = f"/v1/orders/{order['order_id']}/enquiries", {"line_keys": [line["line_key"]], "reason": "For a reading group"}
    for _ in range(2):
        answer = await orders.decide(path, body, Idempotency_Key="asks")
        assert answer.status_code == 202, answer.text
    (event,) = await chased.asked()
    assert (event.reason, event.attempt, event.at_most) == ("For a reading group", 1, 1)
    (enquiry,) = await chased.enquiries(order_id=order["order_id"], supplier_id="national")
    assert (enquiry["situation"], enquiry["state"], enquiry["next_on"]) == ("asked", "open", None)
    assert (await orders.get(f"/v1/enquiries/{enquiry['enquiry_id']}")) == enquiry
    await orders.hear(answered(order, line, "410"))
    assert await chased.states() == ["answered"]


async def test_what_a_person_asks_delays_the_policy_but_never_stops_it(orders: Orders, chased: Chased) -> None:
    order, line = await an_open_order(orders)
    await chased.days(1)
    body = {"line_keys": [line["line_key"]], "reason": "For a reading group"}
    answer = await orders.decide(f"/v1/orders/{order['order_id']}/enquiries", body)
    assert answer.status_code == 202, answer.text
    await chased.policy(unanswered=STEPS)
    asked_after = []
    for _ in range(3):
        await chased.days(1)
        asked_after.append(len(await chased.asked()))
    assert asked_after == [1, 2, 2]
    assert [each["situation"] for each in await chased.enquiries(state="open")] == ["unanswered", "asked"]


async def test_other_news_of_a_copy_that_was_left_to_a_person_is_no_new_lateness(orders: Orders, chased: Chased) -> None:
    await chased.policy(back_ordered=STEPS)
    order, line = await an_open_order(orders)
    await orders.hear(answered(order, line, "400"))
    await chased.days(9)
    assert await chased.states() == ["exhausted"]
    barcodes = [CopyReference(copy_number=number, barcode=f"3012340000001{number}") for number in (1, 2)]
    await orders.hear(answered(order, line, "400", copies=barcodes))
    await chased.days(9)
    assert (await chased.states(), await chased.attempts()) == (["exhausted"], [1, 2])


async def test_what_cannot_be_asked_is_refused(orders: Orders, chased: Chased) -> None:
    order, line = await an_open_order(orders)
    path = f"/v1/orders/{order['order_id']}/enquiries"
    refusals: dict[str, dict[str, Any]] = {
        "nothing-to-ask": {"line_keys": [line["line_key"]], "kind": "damaged"},
        "not-askable": {"line_keys": ["SB-UNKNOWN"]},
        "invalid-request": {"line_keys": []},
    }
    for code, body in refusals.items():
        answer = await orders.decide(path, {**body, "reason": "Where is it?"})
        assert answer.json()["code"] == code
    stale = await orders.decide(path, {"line_keys": [line["line_key"]], "reason": "Where is it?"}, If_Match='"99"')
    assert stale.status_code == 412
    assert await chased.asked() == []


async def test_a_policy_is_changed_by_whoever_has_read_it(orders: Orders, chased: Chased) -> None:
    path, headers = "/v1/chasing-policies/national", orders.headers
    assert (await orders.client.get(path, headers=headers)).status_code == 404
    first = await orders.client.put(path, json={"overdue": STEPS}, headers=headers)
    assert (first.status_code, first.headers["ETag"]) == (200, '"1"')
    again = await orders.client.put(path, json={"overdue": STEPS}, headers=headers)
    assert (again.status_code, again.headers["ETag"]) == (200, '"1"')
    without = await orders.client.put(path, json={"short": STEPS}, headers=headers)
    stale = await orders.client.put(path, json={"short": STEPS}, headers={**headers, "If-Match": '"7"'})
    assert (without.status_code, stale.status_code) == (428, 412)
    changed = await orders.client.put(path, json={"short": STEPS}, headers={**headers, "If-Match": '"1"'})
    assert (changed.headers["ETag"], changed.json()["overdue"], changed.json()["short"]) == ('"2"', None, STEPS)
    unknown = await orders.client.put("/v1/chasing-policies/nobody", json={}, headers=headers)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown-supplier")
    assert [each["supplier_id"] for each in (await orders.get("/v1/chasing-policies"))["items"]] == ["national"]


async def test_a_batch_that_was_broken_off_asks_nothing_twice(orders: Orders, chased: Chased) -> None:
    steps = Steps(**STEPS)
    policy = Policy("GB-SFK", "national", {Situation.UNANSWERED: steps}, weekends=True)
    await chased.policy(unanswered=STEPS)
    for number in range(3):
        await an_open_order(orders, number=f"SFK-{number}")
    late = partial(chase_late, policy=policy, situation=Situation.UNANSWERED, zone="Europe/London")
    for days, step in ((2, late), (3, chase_again)):
        orders.clock.advance(timedelta(days=days))
        for killed in (True, False, True, False):
            async with orders.engine.connect() as connection:
                await step(connection, orders.clock)
                await (connection.rollback() if killed else connection.commit())
    assert sorted(await chased.attempts()) == [1, 1, 1, 2, 2, 2]


async def test_a_named_copy_alone_is_claimed_back(orders: Orders, chased: Chased) -> None:
    """An answer to a claim that names a copy is about that one, whatever else is on the line."""
    order, line = await an_open_order(orders)
    await orders.hear(answered(order, line, "100"), expected(order, line, Leg.DIRECT))
    await orders.hear(found(order, line, DiscrepancyKind.SHORT, at=orders.clock.now()))
    orders.clock.advance(timedelta(hours=1))
    await orders.hear(answered(order, line, "", claim="resend", copies=(CopyReference(copy_number=1),)))
    assert copy_states(await line_now(orders, order)) == ["back_ordered", "despatched"]
