"""Orders that mailboxes ask for by event: placed and refused as by the API, and answered once each."""

import asyncio
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.orders.incoming import CONSUMER, subscription
from shared.bus import to_envelope
from shared.contracts.asked import OrderAsked, PlacingAnswered, PlacingOutcome
from shared.contracts.base import Event
from shared.contracts.orders import OrderPlaced
from shared.contracts.stated import ItemData
from shared.messaging.inbox import claim_new
from shared.messaging.outbox import MAX_RECORD_BYTES
from tests.services.orders.conftest import BRANCHES, Orders, a_large_order, an_order
from tests.waiting import until

Change = Callable[[dict[str, Any]], object]
MAILBOX = "suffolk-koha"
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


def asked(orders: Orders, document: dict[str, Any], asked_id: UUID | None = None, *, mailbox: str = MAILBOX) -> OrderAsked:
    return OrderAsked(
        council=orders.council,
        asked_id=asked_id or uuid4(),
        message_id=uuid4(),
        mailbox_id=mailbox,
        order_number=str(document.get("order_number", ""))[:35],
        asked_at=orders.clock.now(),
        document=document,
    )


async def answers(orders: Orders) -> list[PlacingAnswered]:
    data = await orders.data_of(PlacingAnswered.event_type)
    return [PlacingAnswered.model_validate_json(each) for each in data]


async def answer_to(orders: Orders, *events: Event) -> PlacingAnswered:
    """The last answer, once these events were heard."""
    await orders.hear(*events)
    return (await answers(orders))[-1]


def line(number: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def found(document: dict[str, Any]) -> dict[str, Any]:
        of_order: dict[str, Any] = document["lines"][number]
        return of_order

    return found


def copy_of(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["lines"][0]["copies"][0]
    return found


first, second = line(0), line(1)
BAD: dict[str, Change] = {
    "another form": lambda d: d.update(lines="many"),
    "no lines": lambda d: d.pop("lines"),
    "empty": lambda d: d.update(lines=[]),
    "too many lines": lambda d: d.update(lines=[first(d)] * 501),
    "unknown member": lambda d: d.update(colour="red"),
    "a member with a slash": lambda d: d.update({"colour/~shade": "red"}),
    "bad number": lambda d: d.update(order_number="?"),
    "long number": lambda d: d.update(order_number="9" * 36),
    "hidden character": lambda d: d.update(order_number="SFK\u200b1"),
    "a NUL": lambda d: first(d).update(title="Pride\x00Prejudice"),
    "bad ISBN": lambda d: first(d).update(isbn="9780141439517"),
    "an EAN for a book": lambda d: first(d).update(isbn="5050582000016"),
    "line number twice": lambda d: second(d).update(line_number=1),
    "line number as text": lambda d: second(d).update(line_number="two"),
    "line number too high": lambda d: second(d).update(line_number=10**30),
    "no copies": lambda d: first(d).update(copies=[]),
    "too many copies": lambda d: first(d).update(copies=[{"branch": "IPSW", "fund": "FIC", "quantity": 150}] * 2),
    "absurd quantity": lambda d: copy_of(d).update(quantity=201),
    "half a copy": lambda d: copy_of(d).update(quantity=1.5),
    "unknown branch": lambda d: copy_of(d).update(branch="NOWHERE"),
    "unknown fund": lambda d: copy_of(d).update(fund="FICT"),
    "closed fund": lambda d: copy_of(d).update(fund="OLD"),
    "closed branch": lambda d: copy_of(d).update(branch="SHUT"),
    "no fund": lambda d: copy_of(d).pop("fund"),
    "price of nothing": lambda d: first(d).update(unit_price={"minor": 0}),
    "no sourcing rule": lambda d: first(d).update(material="map", isbn="5050582000016"),
    "long servicing code": lambda d: copy_of(d).update(servicing=["B" * 21]),
    "long data": lambda d: copy_of(d).update(item=dict.fromkeys(ItemData.model_fields, "x" * 351)),
    "faults of form and of content": lambda d: (d.update(colour="red"), first(d).update(isbn="1"), copy_of(d).pop("fund")),
}


@pytest.fixture
async def strict(orders: Orders) -> Orders:
    """A council with registers, and rules for books only."""
    council = orders.of_council("GB-ESS")
    shut = {"code": "SHUT", "name": "Shut", "closed_from": "2026-01-02"}
    put = await orders.client.put("/v1/branches", json=[*BRANCHES, shut], headers=council.headers)
    assert put.status_code == 200, put.text
    funds = [{"code": "FIC"}, {"code": "OLD", "closed_from": "2026-01-02"}]
    put = await orders.client.put("/v1/funds", json=funds, headers=council.headers)
    assert put.status_code == 200, put.text
    rule = {"supplier_id": "national", "material": "book", "valid_from": "2026-01-01"}
    made = await orders.client.post("/v1/sourcing-rules", json=rule, headers={**council.headers, "Idempotency-Key": "rule"})
    assert made.status_code == 201, made.text
    return council


@pytest.mark.parametrize("change", BAD.values(), ids=BAD)
async def test_a_bad_order_has_the_faults_that_it_has_as_a_request(strict: Orders, change: Change) -> None:
    document = deepcopy(an_order())
    change(document)
    answer = await answer_to(strict, asked(strict, document))
    problem = (await strict.post(document)).json()
    assert (answer.outcome, answer.order_id) == (PlacingOutcome.REFUSED, None)
    assert (answer.code, answer.detail) == (problem["code"], problem["detail"])
    assert [fault.model_dump() for fault in answer.faults] == problem["errors"]


async def test_a_good_order_is_placed_as_a_request_places_it(orders: Orders) -> None:
    by_request = await orders.placed(an_order("SFK-1"))
    answer = await answer_to(orders, asked(orders, an_order("SFK-2")))
    assert answer.outcome is PlacingOutcome.PLACED
    by_event = await orders.read(str(answer.order_id))

    def without_names(order: dict[str, Any]) -> list[tuple[int, str, str, int]]:
        lines = order["lines"]
        return sorted((one["line_number"], one["supplier_id"], one["isbn"], len(one["copies"])) for one in lines)

    assert without_names(by_event) == without_names(by_request)
    assert await orders.published() == ["orders.order.placed.v1", "orders.order.placed.v1", "orders.placing.answered.v1"]
    async with orders.engine.connect() as connection:
        query = text("SELECT placed_by, idempotency_key, warnings FROM purchase_order WHERE order_id = :order_id")
        row = (await connection.execute(query, {"order_id": answer.order_id})).one()
        keys = (await connection.execute(text("SELECT key FROM outbox WHERE topic = 'orders' ORDER BY seq DESC"))).scalars().all()
    assert (row.placed_by, row.idempotency_key) == (f"mailbox:{MAILBOX}", f"mailbox:{answer.asked_id}")
    assert {warning["code"] for warning in row.warnings} == {"open-for-the-branch"}
    assert set(keys[:2]) == {str(answer.order_id)}, "the answer is read after the order"


async def test_an_order_that_is_asked_for_again_is_placed_once_and_answered_again(orders: Orders) -> None:
    one = uuid4()
    await orders.hear(asked(orders, an_order(), one), asked(orders, an_order(), one))
    await orders.hear(asked(orders, an_order(), one))
    placed, *repeated = await answers(orders)
    assert placed.outcome is PlacingOutcome.PLACED
    assert [(each.outcome, each.order_id) for each in repeated] == [(PlacingOutcome.REPEATED, placed.order_id)] * 2
    assert len(await orders.data_of(OrderPlaced.event_type)) == 1


async def test_an_order_that_two_mailboxes_ask_for_and_the_api_is_one_order(orders: Orders) -> None:
    await orders.hear(asked(orders, an_order()), asked(orders, an_order(), mailbox="suffolk-folio"))
    placed = await orders.post(an_order())
    first_answer, second_answer = await answers(orders)
    assert [first_answer.outcome, second_answer.outcome] == [PlacingOutcome.PLACED, PlacingOutcome.REPEATED]
    assert {str(first_answer.order_id), str(second_answer.order_id)} == {placed.json()["order_id"]}


async def test_a_number_that_has_other_content_is_refused_with_the_problem_of_a_request(orders: Orders) -> None:
    await orders.placed(an_order())
    other = an_order()
    other["lines"].pop()
    answer = await answer_to(orders, asked(orders, other))
    problem = (await orders.post(other)).json()
    assert (answer.code, answer.detail) == (problem["code"], problem["detail"])
    assert answer.code == "duplicate-order-number"
    assert [fault.pointer for fault in answer.faults] == ["/order_number"]


async def test_an_order_that_is_read_another_way_after_it_was_placed_is_refused_in_words_for_a_file(orders: Orders) -> None:
    one = uuid4()
    await orders.hear(asked(orders, an_order(), one))
    other = an_order()
    other["lines"].pop()
    answer = await answer_to(orders, asked(orders, other, one))
    assert answer.code == "idempotency-key-reused"
    assert "placed before, with other content" in answer.detail
    assert "Key" not in answer.detail


async def test_an_order_that_was_refused_can_be_asked_for_again_once_its_cause_is_gone(orders: Orders) -> None:
    one, document = uuid4(), an_order()
    document["lines"][0]["copies"][0]["branch"] = "NEWB"
    assert (await answer_to(orders, asked(orders, document, one))).outcome is PlacingOutcome.REFUSED
    await orders.change_branches({"code": "NEWB", "name": "New"})
    assert (await answer_to(orders, asked(orders, document, one))).outcome is PlacingOutcome.PLACED


async def test_two_hundred_orders_at_once_are_each_answered_and_a_bad_one_holds_up_none(orders: Orders) -> None:
    documents = [an_order(f"SFK-{number}") for number in range(200)]
    documents[17]["lines"][0]["isbn"] = "9780141439517"
    documents[18]["order_number"] = 7
    documents[19] = {"lines": {"a": {"b": [None]}}}
    await orders.hear(*(asked(orders, document) for document in documents))
    found = await answers(orders)
    assert [number for number, each in enumerate(found) if each.outcome is PlacingOutcome.REFUSED] == [17, 18, 19]
    assert len(found) == 200
    assert len({each.order_id for each in found}) == 198, "197 orders, and none"


async def test_batches_with_the_same_orders_in_another_order_wait_for_each_other_and_never_deadlock(orders: Orders) -> None:
    events = [asked(orders, an_order(f"SFK-{number}")) for number in range(9)]
    others = [event.model_copy(update={"asked_id": uuid4()}) for event in reversed(events)]
    in_the_middle = to_envelope(asked(orders, an_order("SFK-4")), clock=orders.clock)

    async def both_wait() -> bool:
        async with orders.engine.connect() as connection:
            return int((await connection.execute(_WAITING)).scalar_one()) == 2

    async with orders.engine.connect() as holder:
        await subscription(orders.clock).handle(holder, [in_the_middle])
        batches = [asyncio.create_task(orders.hear(*batch)) for batch in (events, others)]
        await until(both_wait)
        await holder.rollback()
    await asyncio.gather(*batches)
    found = await answers(orders)
    assert Counter(each.outcome for each in found) == {PlacingOutcome.PLACED: 9, PlacingOutcome.REPEATED: 9}
    assert len({each.order_id for each in found}) == 9


async def test_an_event_that_arrives_again_or_is_published_again_is_not_acted_upon(orders: Orders) -> None:
    envelope = to_envelope(asked(orders, an_order()), clock=orders.clock)
    published_again = replace(to_envelope(asked(orders, an_order("SFK-2")), clock=orders.clock), republished=True)
    for batch in ([envelope, published_again], [envelope]):
        async with orders.engine.begin() as connection:
            await subscription(orders.clock).handle(connection, await claim_new(connection, CONSUMER, batch))
    assert [each.order_number for each in await answers(orders)] == ["SFK-1"]


async def test_an_order_too_large_to_be_passed_on_is_refused(orders: Orders) -> None:
    answer = await answer_to(orders, asked(orders, a_large_order("SFK-1", 60)))
    assert [(fault.pointer, fault.code) for fault in answer.faults] == [("/lines", "too-large")]


async def test_an_order_with_more_faults_than_an_event_holds_is_refused_with_the_first_of_them(orders: Orders) -> None:
    copies = [{"branch": "NOWHERE-AT-ALL", "fund": "FIC"}] * 200
    document = {
        "order_number": "SFK-1",
        "lines": [{"line_number": n, "isbn": "9780141439518", "copies": copies} for n in range(1, 51)],
    }
    answer = await answer_to(orders, asked(orders, document))
    assert answer.detail == "The order has 10000 faults; nothing was ordered."
    assert (answer.faults[-1].code, answer.faults[-1].pointer) == ("more-faults", "")
    assert f"{10_000 - len(answer.faults) + 1} faults more" in answer.faults[-1].detail
    assert len(answer.model_dump_json()) < MAX_RECORD_BYTES / 2


async def test_what_an_order_of_a_mailbox_is_warned_of_is_shown_with_it(orders: Orders) -> None:
    before = await orders.placed(an_order("SFK-1"))
    answer = await answer_to(orders, asked(orders, an_order("SFK-2")))
    warnings = (await orders.read(str(answer.order_id)))["warnings"]
    assert {(each["pointer"], each["code"]) for each in warnings} == {
        ("/lines/0", "open-for-the-branch"), ("/lines/1", "open-for-the-branch"),
    }  # fmt: skip
    assert "SFK-1" in warnings[0]["detail"]
    assert before["warnings"] == []
