"""Placing orders through the API: safe before the answer, never twice, refused with every fault named."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from shared.messaging.tables import outbox
from shared.traces import traceparent_or_none
from tests.services.orders.conftest import BRANCHES, Orders, a_large_order, an_order

GOOD_TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def codes(body: dict[str, Any]) -> set[tuple[str, str]]:
    return {(fault["pointer"], fault["code"]) for fault in body["errors"]}


async def test_an_order_after_the_councils_midnight_follows_the_rules_of_the_new_day(orders: Orders) -> None:
    rule = {"supplier_id": "national", "branch": "LOWE", "valid_from": "2026-07-02"}
    assert (await orders.client.post("/v1/sourcing-rules", json=rule, headers=orders.headers)).status_code == 201
    orders.clock.advance(datetime(2026, 7, 1, 23, 30, tzinfo=UTC) - orders.clock.now())
    placed = await orders.placed(an_order())
    assert {line["supplier_id"] for line in placed["lines"]} == {"national"}


async def test_an_order_is_split_over_suppliers_by_the_sourcing_rules(orders: Orders) -> None:
    order = await orders.placed(an_order())
    assert [(line["line_number"], line["supplier_id"], len(line["copies"])) for line in order["lines"]] in (
        [(1, "national", 2), (1, "consortium", 1), (2, "consortium", 1)],
        [(1, "consortium", 1), (1, "national", 2), (2, "consortium", 1)],
    )
    assert {copy["state"] for line in order["lines"] for copy in line["copies"]} == {"ordered"}
    assert await orders.published() == ["orders.order.placed.v1"]


async def test_the_same_key_gets_the_same_answer_and_no_second_order(orders: Orders) -> None:
    order = an_order()
    order["lines"][1]["unit_price"] = {"minor": 999}
    first = await orders.post(order, key="k")
    again = await orders.post(order, key="k")
    prices = [line["unit_price"] for line in first.json()["lines"]]
    assert prices == [None, None, {"minor": 999, "currency": "GBP"}], "as it was asked"
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(await orders.published()) == 1


async def test_the_same_number_and_content_gets_the_first_answer_under_any_key(orders: Orders) -> None:
    first = await orders.post(an_order(), key="k1")
    again = await orders.post(an_order(), key="k2")
    assert (again.status_code, again.json()) == (201, first.json())


async def test_the_same_number_with_other_content_is_refused(orders: Orders) -> None:
    await orders.post(an_order())
    other = an_order()
    other["lines"].pop()
    answer = await orders.post(other)
    assert answer.status_code == 409
    assert codes(answer.json()) == {("/order_number", "duplicate-order-number")}


async def test_a_key_used_for_other_content_is_refused(orders: Orders) -> None:
    await orders.post(an_order("SFK-1"), key="k")
    answer = await orders.post(an_order("SFK-2"), key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


async def test_fifty_equal_requests_at_once_make_one_order(orders: Orders) -> None:
    answers = await asyncio.gather(*(orders.post(an_order(), key="k") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["order_id"] for answer in answers}) == 1
    assert len(await orders.published()) == 1


async def test_a_bad_order_does_not_hold_up_its_neighbours(orders: Orders) -> None:
    bad = an_order("SFK-BAD")
    bad["lines"][0]["isbn"] = "9780141439517"
    answers = await asyncio.gather(*(orders.post(an_order(f"SFK-{n}")) for n in range(20)), orders.post(bad))
    assert [answer.status_code for answer in answers] == [201] * 20 + [422]


async def test_an_order_too_large_to_be_passed_on_is_refused_and_holds_up_nobody(orders: Orders) -> None:
    answers = await asyncio.gather(orders.post(an_order()), orders.post(a_large_order("SFK-LARGE", 60)))
    assert [answer.status_code for answer in answers] == [201, 422]
    assert codes(answers[1].json()) == {("/lines", "too-large")}


async def test_faults_of_form_and_of_content_are_reported_together(orders: Orders) -> None:
    order = an_order()
    order["lines"][0]["isbn"] = "9780141439517"
    order["lines"][0]["copies"][0]["branch"] = "NOWHERE"
    del order["lines"][1]["copies"][0]["fund"]
    order["colour"] = "red"
    answer = await orders.post(order)
    assert answer.status_code == 422
    assert codes(answer.json()) == {
        ("/colour", "extra_forbidden"),
        ("/lines/0/copies/0/branch", "unknown-branch"),
        ("/lines/0/isbn", "bad-isbn"),
        ("/lines/1/copies/0/fund", "missing"),
    }
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_order_without_a_key_is_refused(orders: Orders) -> None:
    keyless = {**orders.headers, "Idempotency-Key": ""}
    answer = await orders.client.post("/v1/orders", json=an_order(), headers=keyless)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-required")


async def test_an_order_is_refused_when_no_rule_names_a_supplier(orders: Orders) -> None:
    other = orders.of_council("GB-ESS")
    await other.set_up({"LOWE": "consortium"})
    answer = await other.post(an_order())
    assert codes(answer.json()) == {("/lines/0/copies/0/branch", "no-sourcing-rule")}


async def test_a_client_never_sees_success_when_the_commit_fails(orders: Orders) -> None:
    async with orders.engine.begin() as connection:
        # A deferred trigger fails at COMMIT itself, after every statement has succeeded.
        for statement in (
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''disk full''; END'",
            "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON purchase_order DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION refuse()",
        ):
            await connection.execute(text(statement))
    answer = await orders.post(an_order())
    assert answer.status_code == 503
    assert await orders.published() == []


async def test_money_and_text_are_returned_as_they_were_sent(orders: Orders) -> None:
    order = an_order()
    order["lines"][0].update(title="Pride & Prejudice — “E\u0301lan”", author="Austen, Jane", unit_price={"minor": 799})
    placed = await orders.placed(order)
    assert placed["lines"][0]["title"] == "Pride & Prejudice — “Élan”"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"lines": 3}', b"\xff\xfe", b"[" * 100_000])
async def test_a_body_of_any_kind_gets_a_problem(orders: Orders, body: bytes) -> None:
    headers = {**orders.headers, "Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = await orders.client.post("/v1/orders", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.json()["errors"]


async def test_a_nul_is_refused_with_its_place(orders: Orders) -> None:
    order = an_order()
    order["lines"][0]["title"] = "Pride\x00Prejudice"
    answer = await orders.post(order)
    assert (answer.status_code, [fault["pointer"] for fault in answer.json()["errors"]]) == (422, ["/lines/0/title"])


async def test_what_the_database_cannot_hold_is_the_caller_s_fault(orders: Orders) -> None:
    answer = await orders.client.get("/v1/orders?supplier_id=%00", headers=orders.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "unstorable-value")


async def test_a_price_out_of_bounds_is_refused_at_its_place(orders: Orders) -> None:
    for minor in (0, -5, 10**12):
        order = an_order()
        order["lines"][1]["unit_price"] = {"minor": minor}
        answer = await orders.post(order)
        assert (answer.status_code, [fault["pointer"] for fault in answer.json()["errors"]]) == (
            422,
            ["/lines/1/unit_price/minor"],
        )


async def test_numbers_and_texts_have_bounds_with_a_pointer(orders: Orders) -> None:
    huge = 10**12
    order = an_order()
    order["lines"][0].update(line_number=huge, title="x" * 501)
    order["lines"][0]["copies"][0].update(quantity=huge, shelfmark="x" * 61, servicing=["x" * 36])
    answer = await orders.post(order)
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {
        "/lines/0/copies",
        "/lines/0/copies/0/quantity",
        "/lines/0/copies/0/servicing/0",
        "/lines/0/copies/0/shelfmark",
        "/lines/0/line_number",
        "/lines/0/title",
    }


async def test_one_title_on_two_lines_stays_two_lines(orders: Orders) -> None:
    order = an_order()
    order["lines"][1].update(isbn="978-0-14-143951-8", copies=[{"branch": "LOWE", "fund": "LOCAL"}])
    placed = await orders.placed(order)
    assert {line["isbn"] for line in placed["lines"]} == {"9780141439518"}
    assert [copy["fund"] for line in placed["lines"] if line["line_number"] == 2 for copy in line["copies"]] == ["LOCAL"]


async def test_a_dvd_is_ordered_by_its_ean(orders: Orders) -> None:
    order = an_order()
    order["lines"][0].update(isbn="5050582000016", material="dvd")
    placed = await orders.placed(order)
    assert {(line["isbn"], line["material"]) for line in placed["lines"] if line["line_number"] == 1} == {
        ("5050582000016", "dvd")
    }


async def test_an_order_number_is_kept_and_found_without_spaces_at_its_ends(orders: Orders) -> None:
    placed = await orders.placed(an_order("TRAIL "))
    assert placed["order_number"] == "TRAIL"
    again = await orders.post(an_order("TRAIL\n"))
    assert (again.status_code, again.json()["order_id"]) == (201, placed["order_id"])
    (found,) = (await orders.get("/v1/orders?order_number=TRAIL%20"))["items"]
    assert found["order_id"] == placed["order_id"]
    hidden = await orders.post(an_order("TRA\u200bIL"))
    assert hidden.status_code == 422
    assert any("U+200B" in fault["detail"] for fault in hidden.json()["errors"])


async def test_a_closed_branch_takes_no_orders_but_answers_for_those_placed_before(orders: Orders) -> None:
    placed = await orders.post(an_order(), key="k")
    today = orders.clock.now().date()
    closing = {**BRANCHES[1], "closed_from": today.isoformat()}
    answer = await orders.change_branches(closing)
    assert [(branch["code"], branch["closed_from"]) for branch in answer.json()["items"]] == [
        ("IPSW", None),
        ("LOWE", today.isoformat()),
    ]

    refused = await orders.post(an_order("SFK-2"))
    assert codes(refused.json()) == {("/lines/0/copies/1/branch", "branch-closed"), ("/lines/1/copies/0/branch", "branch-closed")}
    again = await orders.post(an_order(), key="k")
    assert (again.status_code, again.content) == (201, placed.content)
    states = {copy["state"] for line in (await orders.read(placed.json()["order_id"]))["lines"] for copy in line["copies"]}
    assert states == {"ordered"}


async def test_a_fund_that_is_not_registered_is_refused(orders: Orders) -> None:
    funds = [{"code": "FIC", "name": "Fiction"}, {"code": "LOCAL"}]
    kept = await orders.client.put("/v1/funds", json=funds, headers=orders.headers)
    assert [fund["code"] for fund in kept.json()["items"]] == ["FIC", "LOCAL"]
    assert (await orders.get("/v1/funds"))["items"] == kept.json()["items"]
    assert (await orders.of_council("GB-ESS").get("/v1/funds"))["items"] == []

    assert (await orders.post(an_order())).status_code == 201
    order = an_order("SFK-2")
    order["lines"][1]["copies"][0]["fund"] = "FICT"
    answer = await orders.post(order)
    assert codes(answer.json()) == {("/lines/1/copies/0/fund", "unknown-fund")}


@pytest.mark.parametrize("path", ["/v1/branches", "/v1/funds"])
async def test_what_is_registered_has_bounds(orders: Orders, path: str) -> None:
    many = [{"code": f"B{number}", "name": "A"} for number in range(2_001)]
    hidden = [{"code": "AB", "name": "A\x00B"}]
    for body in (many, hidden):
        assert (await orders.client.put(path, json=body, headers=orders.headers)).status_code == 422


@pytest.mark.parametrize("path", ["/v1/branches", "/v1/funds"])
async def test_what_is_registered_has_bounds_over_all_requests_and_is_listed_in_pages(orders: Orders, path: str) -> None:
    of_essex = orders.of_council("GB-ESS")

    async def put(first: int, number: int) -> httpx.Response:
        body = [{"code": f"B{code:04}", "name": "A"} for code in range(first, first + number)]
        return await orders.client.put(path, json=body, headers={**of_essex.headers, "If-Match": "*"})

    assert (await put(0, 2_000)).status_code == 200
    refused = await put(1_999, 2)
    assert (refused.status_code, refused.json()["code"]) == (422, f"too-many-{path.removeprefix('/v1/')}")
    assert "2,000" in refused.json()["detail"]
    assert (await put(5, 3)).status_code == 200, "known ones may be sent again"

    codes: list[str] = []
    page = await of_essex.get(f"{path}?limit=150")
    while True:
        codes += [one["code"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        page = await of_essex.get(f"{path}?limit=150&cursor={page['next_cursor']}")
    assert codes == [f"B{code:04}" for code in range(2_000)]


@pytest.mark.parametrize("trace", ["x" * 30_000, "00-zz", GOOD_TRACE], ids=["long", "odd", "good"])
async def test_what_a_caller_sends_as_its_trace_never_makes_an_event_that_cannot_be_sent(orders: Orders, trace: str) -> None:
    headers = {**orders.headers, "Idempotency-Key": "k-1", "traceparent": trace, "X-Correlation-Id": "\x00" + "c" * 2_000}
    answer = await orders.client.post("/v1/orders", json=an_order(), headers=headers)
    assert answer.status_code == 201, answer.text
    order = await orders.read(answer.json()["order_id"])
    copies = [copy["copy_id"] for copy in order["lines"][0]["copies"]]
    path = f"/v1/orders/{order['order_id']}/cancellations"
    headers |= {"If-Match": f'"{order["version"]}"'}
    answer = await orders.client.post(path, json={"copy_ids": copies, "reason": "twice"}, headers=headers)
    assert answer.status_code == 202, answer.text
    async with orders.engine.connect() as connection:
        sent = (await connection.execute(select(outbox.c.headers))).scalars().all()
    assert len(sent) >= 2
    for event in sent:
        assert traceparent_or_none(event["traceparent"])
        assert (event["traceparent"] == trace) is (trace == GOOD_TRACE)
        assert len(event["ce_correlationid"]) == 36


async def test_long_servicing_codes_are_refused(orders: Orders) -> None:
    order = an_order()
    order["lines"][1]["copies"][0]["servicing"] = ["B" * 21]
    answer = await orders.post(order)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/lines/1/copies/0/servicing/0"]
