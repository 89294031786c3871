"""Why copies wait, the path of a copy, and the timeline of an order across services."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.dashboard.domain.orders import (
    ConsignmentSeen,
    DecisionSeen,
    EnquirySeen,
    FileSeen,
    LineSeen,
    MessageSeen,
    OrderSeen,
)
from services.dashboard.domain.path import path_of
from services.dashboard.domain.timeline import Sources, narrowed, timeline_of
from services.dashboard.domain.visitors import Role, Visitor
from services.dashboard.domain.waiting import YOU, Known, state_of_order, waiting_of
from services.dashboard.usecases.asking import Services
from services.dashboard.usecases.orders import read_order
from shared.http.calls import Api

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PLACED = NOW - timedelta(days=40)
COPY, OTHER = UUID(int=1), UUID(int=2)
ORDER = UUID(int=9)


def a_copy(state: str, copy_id: UUID = COPY, **other: Any) -> dict[str, Any]:
    known = {"copy_id": copy_id, "copy_number": 1, "isbn": "9780141439518", "branch": "IPSW", "branch_name": "Ipswich"}
    return {**known, "fund": "FIC", "state": state, **other}


def a_line(*copies: dict[str, Any], **other: Any) -> dict[str, Any]:
    known = {"line_number": 1, "line_key": "SB-1", "supplier_id": "harbour", "isbn": "9780141439518", "title": "Emma"}
    return {
        **known,
        "ordered_isbn": "9780141439518",
        "author": "",
        "material": "book",
        "attention": "",
        "copies": copies,
        **other,
    }


def moved(state: str, days_ago: int, copy_id: UUID = COPY, **other: Any) -> dict[str, Any]:
    at = NOW - timedelta(days=days_ago)
    known = {"noted_at": at, "line_key": "SB-1", "copy_id": copy_id, "from_state": "sent", "to_state": state}
    return {**known, "cause": "suppliers.order.responded.v1", "reason": "", "actor": "system", **other}


def an_order(*lines: dict[str, Any], timeline: tuple[dict[str, Any], ...] = ()) -> OrderSeen:
    known = {"order_id": ORDER, "order_number": "PO-1", "council": "GB-SFK", "version": 3, "placed_at": PLACED}
    return OrderSeen.model_validate({**known, "placed_by": "ann", "rush": False, "lines": lines, "timeline": timeline})


def asked(question: str, **other: Any) -> dict[str, Any]:
    known = {"decision_id": UUID(int=5), "line_key": "SB-1", "supplier_id": "harbour", "kind": "other", "state": "open"}
    return {**known, "question": question, **other}


def why(order: OrderSeen, **known: Any) -> list[str]:
    line: LineSeen = order.lines[0]
    return [each.why for each in waiting_of(order, line, Known(NOW, **known))]


def sent(**other: Any) -> MessageSeen:
    known = {"message_id": UUID(int=7), "supplier_id": "harbour", "direction": "out", "kind": "order", "state": "sent"}
    return MessageSeen.model_validate({**known, "reason": "", "name": "0041-orders.edi", "created_at": PLACED, **other})


@pytest.mark.parametrize(
    ("copy", "sentence"),
    [
        (a_copy("ordered"), "It was not sent to harbour yet."),
        (a_copy("sent"), "harbour has not answered for 3 days."),
        (a_copy("accepted"), "harbour has it on order for 3 days. No day was stated."),
        (
            a_copy("accepted", expected_on=date(2026, 11, 20)),
            "harbour has it on order for 3 days. It was expected on 20 November, 10 days ago.",
        ),
        (
            a_copy("back_ordered", expected_on=date(2026, 12, 24)),
            "harbour has had it on back order for 3 days. It is expected on 24 December.",
        ),
        (a_copy("despatched"), "It has been on the way to Ipswich for 3 days, and nobody has scanned it."),
        (a_copy("accepted", cancel_requested=True), "harbour was asked to cancel it and has not answered."),
        (a_copy("received"), "Nothing waits: all copies were received."),
        (a_copy("refused"), "Nothing waits: no copy will come from this supplier."),
    ],
)
def test_a_sentence_says_why_a_copy_waits(copy: dict[str, Any], sentence: str) -> None:
    state = copy["state"]
    timeline = () if state == "ordered" else (moved(state, 3),)
    assert why(an_order(a_line(copy), timeline=timeline)) == [sentence]


def test_copies_that_wait_alike_share_a_sentence_and_decisions_come_first() -> None:
    timeline = (moved("accepted", 3), moved("accepted", 3, OTHER))
    line = a_line(a_copy("accepted"), a_copy("accepted", OTHER), decisions=[asked("Decide on the price of GBP 9.99.")])
    order = an_order(line, timeline=timeline)
    waits = waiting_of(order, order.lines[0], Known(NOW))
    assert [(each.whom, len(each.copy_ids)) for each in waits] == [(YOU, 2), ("harbour", 2)]
    assert state_of_order(order, {"SB-1": waits})[:2] == ("now", "Order PO-1 waits for you: Decide on the price of GBP 9.99.")


def test_an_enquiry_under_way_is_part_of_the_reason() -> None:
    copies = [{"copy_id": COPY, "outcome": "open"}]
    enquiry = EnquirySeen.model_validate(
        {"supplier_id": "harbour", "state": "open", "attempt": 1, "reason": "", "last_asked_at": NOW, "copies": copies}
    )
    (sentence,) = why(an_order(a_line(a_copy("sent")), timeline=(moved("sent", 3),)), enquiries=[enquiry])
    assert sentence == "harbour has not answered for 3 days. It was asked about it on 30 November."


def test_a_message_that_may_not_have_arrived_waits_for_a_person() -> None:
    assert why(an_order(a_line(a_copy("ordered"))), messages=[sent(state="unknown")])[0] == (
        "The message to harbour may not have arrived."
    )


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        (
            "Switch: harbour has not answered whether it cancels copy 1: ask it, then decide with "
            "POST /v1/switches/0b0f6f8e/copies: place_anew or leave.",
            "harbour has not answered whether it cancels copy 1: ask it",
        ),
        ("Ask the supplier what status 'odd' means.", "Ask the supplier what status 'odd' means."),
    ],
)
def test_a_question_is_shown_without_what_is_for_programs(question: str, plain: str) -> None:
    assert DecisionSeen.model_validate(asked(question)).asked == plain


def test_the_path_shows_what_was_reached_and_what_is_late() -> None:
    copy = an_order(a_line(a_copy("accepted", expected_on=date(2026, 11, 20)))).lines[0].copies[0]
    order = an_order(a_line(a_copy("accepted")), timeline=(moved("sent", 30), moved("accepted", 20)))
    path = path_of(copy, order.reached(COPY), NOW.date(), by_hub=False)
    assert [(station.name, station.look) for station in path] == [
        ("Ordered", "reached"),
        ("Sent", "reached"),
        ("Accepted", "here"),
        ("Despatched", "ahead"),
        ("At the branch", "late"),
    ]


def test_the_path_ends_where_a_copy_was_refused_and_goes_on_by_the_hub_where_it_was_lost() -> None:
    order = an_order(a_line(a_copy("refused", deliver_to={"code": "CSU", "kind": "hub"})), timeline=(moved("refused", 2),))
    path = path_of(order.lines[0].copies[0], order.reached(COPY), NOW.date(), by_hub=False)
    assert [(station.name, station.in_words) for station in path] == [
        ("Ordered", "reached"),
        ("Refused by the supplier", "stopped"),
    ]
    lost = an_order(a_line(a_copy("missing", deliver_to={"code": "CSU", "kind": "hub"})), timeline=(moved("despatched", 2),))
    names = [station.name for station in path_of(lost.lines[0].copies[0], lost.reached(COPY), NOW.date(), by_hub=False)]
    assert names == ["Ordered", "Sent", "Accepted", "Despatched", "Advised, and missing", "At the hub", "At the branch"]


def test_one_timeline_has_what_all_services_know_oldest_first() -> None:
    cost = {"invoice_id": UUID(int=6), "invoice_number": "INV-1", "credit": False, "invoiced_on": "2026-11-28"}
    order = an_order(
        a_line(a_copy("received", costs=[{**cost, "currency": "GBP", "total": 899}]), a_copy("accepted", OTHER)),
        timeline=(
            moved("accepted", 20),
            moved("accepted", 20, OTHER),
            moved("received", 1, cause="delivery.copies.received.v1", reason="charged GBP 8.99 on INV-1"),
        ),
    )
    consignment = ConsignmentSeen.model_validate(
        {
            "consignment_id": UUID(int=8), "supplier_id": "harbour", "despatch_number": "DN-1", "leg": "direct",
            "state": "closed", "place": {"code": "IPSW", "name": "Ipswich"}, "created_at": NOW - timedelta(days=3),
            "copies": [{"copy_id": COPY, "order_id": ORDER, "line_key": "SB-1", "state": "received"}],
            "history": [{"noted_at": NOW - timedelta(days=2), "actor": "j.archer", "action": "receipt", "detail": "1 received"}],
        }
    )  # fmt: skip
    file = FileSeen.model_validate(
        {
            "message_id": UUID(int=10), "mailbox_id": "koha", "direction": "in", "kind": "ORDERS", "name": "ordr.CEP",
            "created_at": PLACED - timedelta(minutes=1),
        }
    )  # fmt: skip
    elsewhere = sent(supplier_id="other", created_at=PLACED + timedelta(minutes=2))
    steps = timeline_of(order, Sources([sent(), elsewhere], [consignment], [file]))
    assert [(step.what, step.link_text) for step in steps] == [
        ("File from the library system, ORDERS, mailbox koha", "ordr.CEP"),
        ("Order to harbour", "0041-orders.edi"),
        ("Order to other", "0041-orders.edi"),
        ("2 copies of line 1: on order", ""),
        ("1 copy on the way", "despatch DN-1"),
        ("Receipt at Ipswich", "despatch DN-1"),
        ("1 copy of line 1: received", "invoice INV-1"),
    ]
    assert elsewhere.supplier_id not in {step.supplier_id for step in narrowed(steps, order.lines[0])}
    assert [step.what for step in narrowed(steps, order.lines[0], OTHER)][-1] == "2 copies of line 1: on order"


def test_what_is_looked_up_for_each_copy_is_gathered_once() -> None:
    order = an_order(a_line(a_copy("sent"), a_copy("sent", OTHER)), timeline=(moved("sent", 3), moved("accepted", 2, OTHER)))
    assert order.copies is order.copies
    assert [list(order.reached(copy)) for copy in (COPY, OTHER)] == [["ordered", "sent"], ["ordered", "accepted"]]


def answer_of(body: object) -> httpx.Response:
    return httpx.Response(200, stream=httpx.ByteStream(json.dumps(body).encode()))


class Book(httpx.AsyncBaseTransport):
    """The order book with one order, and the delivery service with its goods."""

    def __init__(self) -> None:
        self.read = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answers as either of them."""
        if request.url.path.startswith("/v1/orders/"):
            return answer_of(an_order(a_line(a_copy("sent"))).model_dump(mode="json"))
        if not request.url.path.startswith("/v1/consignments/"):
            return answer_of({"items": []})
        self.read += 1
        goods = {"consignment_id": str(ORDER), "supplier_id": "harbour", "despatch_number": "D-1", "place": {"code": "IPSW"}}
        return answer_of({**goods, "leg": "direct", "state": "expected", "created_at": str(NOW)})


@pytest.mark.parametrize(("number", "read", "silent"), [(30, 30, []), (101, 100, ["further deliveries"])])
async def test_an_order_shows_its_deliveries_and_says_so_where_they_are_not_all(
    number: int, read: int, silent: list[str]
) -> None:
    book = Book()
    api = Api("http://owner.example", book)
    ids = [UUID(int=each) for each in range(number)]
    visitor = Visitor("ann", "Ann", "GB-SFK", Role.VIEWER, frozenset(), "", "")
    whole = await read_order(Services({"orders": api, "delivery": api, "lms": api}, {"harbour": api}), visitor, ORDER, ids)
    assert (len(whole.consignments), book.read, [name for name, _ in whole.silent]) == (read, read, silent)
