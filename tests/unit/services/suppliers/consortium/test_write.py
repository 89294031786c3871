"""What the consortium is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import ValidationError

from local.stack.profiles_consortium import consortium_profile, consortium_secrets
from services.suppliers.consortium import Consortium, adapter
from services.suppliers.contract import (
    Adapter,
    CancellationToSend,
    CancelsOrders,
    EnquiryToSend,
    Kind,
    OfferAnswerToSend,
    OrderToSend,
    RouteChangeToSend,
    SuppliesRecords,
    TakesEnquiries,
    TakesOfferAnswers,
    TakesRouteChanges,
)
from shared.contracts.base import Money, Place, PlaceKind
from shared.contracts.decisions import AfterDecline, Answer
from shared.contracts.enquiries import EnquiredLine, EnquiryKind

Golden = Callable[[str, bytes], tuple[str, str]]


def test_an_order_is_written_exactly(consortium: Consortium, order: OrderToSend, golden: Golden) -> None:
    message = consortium.write_order(order, 42)

    written, expected = golden("written_order", message.body)
    assert written == expected
    assert (message.kind, message.reference, message.name) == (Kind.ORDER, 42, "/v1/orders")
    assert message.content_type == "application/json"


@pytest.mark.parametrize("kind", list(PlaceKind))
def test_an_order_goes_to_the_place_that_was_said_also_where_the_consortium_has_no_hub(
    consortium: Consortium, order: OrderToSend, kind: PlaceKind
) -> None:
    place = Place(code="LOWE", kind=kind, gln="5012345670102")

    body = json.loads(consortium.write_order(replace(order, place=place), 42).body)

    assert body["deliver_to"] == {"kind": kind.value, "code": "LOWE", "gln": "5012345670102"}


def test_only_a_rush_order_says_whether_it_is_one(consortium: Consortium, order: OrderToSend) -> None:
    usual, rush = (json.loads(consortium.write_order(replace(order, rush=rush), 42).body) for rush in (False, True))

    assert rush == {**usual, "rush": True}
    assert "rush" not in usual


def test_decomposed_accents_are_composed_before_they_are_written(consortium: Consortium, order: OrderToSend) -> None:
    line = order.lines[0].model_copy(update={"title": "Garci\u0301a", "author": "Bronte\u0308"})

    written = json.loads(consortium.write_order(replace(order, lines=(line,)), 42).body)["lines"][0]

    assert (written["title"], written["author"]) == ("Garc\u00eda", "Bront\u00eb")


def test_a_cancellation_is_written_exactly(consortium: Consortium, order: OrderToSend, golden: Golden) -> None:
    wanted = CancellationToSend("GB-SFK", order.order_id, order.order_number, "Ordered twice", ((order.lines[0], (2,)),))

    message = consortium.write_cancellation(wanted, 43)

    written, expected = golden("written_cancellation", message.body)
    assert written == expected
    assert (message.kind, message.reference) == (Kind.CANCELLATION, 43)
    assert message.name == f"/v1/orders/{order.order_id}/cancellations"


def test_another_place_of_delivery_is_written_exactly(consortium: Consortium, order: OrderToSend) -> None:
    line = order.lines[0]
    change = RouteChangeToSend("GB-SFK", order.order_id, order.order_number, Place(code="LOWE"), ((line, (2,)),))
    message = consortium.write_route_change(change, 43)
    assert (message.kind, message.name) == (Kind.ROUTE_CHANGE, f"/v1/orders/{order.order_id}/route-changes")
    assert json.loads(message.body) == {
        "order_number": order.order_number,
        "deliver_to": {"kind": "branch", "code": "LOWE", "gln": None},
        "lines": [{"line_key": line.line_key, "isbn": line.isbn, "copy_numbers": [2]}],
    }


def test_a_request_for_records_names_the_isbns(consortium: Consortium) -> None:
    message = consortium.write_record_request(["9780141439518", "9780141439563"], 44)

    assert message.body == b'{"isbns":["9780141439518","9780141439563"]}'
    assert (message.kind, message.name) == (Kind.RECORD_REQUEST, "/v1/record-requests")


def test_the_same_order_always_gives_the_same_bytes(consortium: Consortium, order: OrderToSend) -> None:
    assert consortium.write_order(order, 42) == consortium.write_order(order, 42)


def test_a_council_without_an_account_is_refused_by_name(consortium: Consortium, order: OrderToSend) -> None:
    with pytest.raises(ValueError, match="no account for GB-NFK"):
        consortium.write_order(replace(order, council="GB-NFK"), 1)


def test_the_adapter_does_what_its_capabilities_promise(consortium: Consortium) -> None:
    assert isinstance(consortium, Adapter)
    assert isinstance(consortium, CancelsOrders)
    assert isinstance(consortium, SuppliesRecords)
    assert isinstance(consortium, TakesRouteChanges)
    assert isinstance(consortium, TakesOfferAnswers)
    assert isinstance(consortium, TakesEnquiries)


def test_a_missing_secret_is_named() -> None:
    profile = consortium_profile("https://consortium.example", Path("ca.pem"), {})

    with pytest.raises(ValueError, match="lack client_secret, webhook_secret_current"):
        adapter(profile, {"client_id": "stockbridge"})


def test_one_webhook_secret_is_live_until_another_is_announced() -> None:
    profile = consortium_profile("https://consortium.example", Path("ca.pem"), {})
    secrets = consortium_secrets()
    current, previous = secrets["webhook_secret_current"], secrets["webhook_secret_previous"]

    assert adapter(profile, secrets).push_secrets == (current, previous)
    assert adapter(profile, {**secrets, "webhook_secret_previous": ""}).push_secrets == (current,)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [({"base_url": "http://consortium.example"}, "https://"), ({"hub_code": None}, "needs hub_code"), ({"tpyo": 1}, "tpyo")],
)
def test_a_wrong_profile_is_refused(change: dict[str, object], complaint: str) -> None:
    profile = json.loads(consortium_profile("https://consortium.example", Path("ca.pem"), {}))

    with pytest.raises(ValidationError, match=complaint):
        adapter(json.dumps({**profile, **change}), consortium_secrets())


def test_an_answer_to_an_offer_is_written_exactly(consortium: Consortium, order: OrderToSend) -> None:
    line = order.lines[0]
    told = OfferAnswerToSend(
        "GB-SFK", order.order_id, order.order_number, Answer.DECLINED, AfterDecline.KEEP, "the hardback, please",
        "9780141036144", Money(minor=999, currency="GBP"), ((line, (2,)),),
    )  # fmt: skip
    message = consortium.write_offer_answer(told, 45)
    assert (message.kind, message.name) == (Kind.OFFER_ANSWER, f"/v1/orders/{order.order_id}/offer-answers")
    assert json.loads(message.body) == {
        "order_number": order.order_number,
        "answer": "declined",
        "then": "keep",
        "reason": "the hardback, please",
        "substitute_isbn": "9780141036144",
        "unit_price": {"minor": 999, "currency": "GBP"},
        "lines": [{"line_key": line.line_key, "isbn": line.isbn, "copy_numbers": [2]}],
    }


def test_an_enquiry_is_written_exactly(consortium: Consortium, order: OrderToSend) -> None:
    line, enquiry_id = order.lines[0], UUID(int=7)
    about = EnquiredLine(
        line_key=line.line_key, copy_ids=(line.copies[1].copy_id,), wrong="copy 2 came damaged", despatch_number="EC-S1"
    )
    asked = EnquiryToSend(
        "GB-SFK", order.order_id, order.order_number, enquiry_id, EnquiryKind.DAMAGED, 2, "Please see to it", (about,),
        ((line, (2,)),),
    )  # fmt: skip
    message = consortium.write_enquiry(asked, 46)
    assert (message.kind, message.name) == (Kind.ENQUIRY, f"/v1/orders/{order.order_id}/enquiries")
    assert json.loads(message.body) == {
        "order_number": order.order_number,
        "enquiry": str(enquiry_id),
        "kind": "damaged",
        "attempt": 2,
        "reason": "Please see to it",
        "lines": [
            {
                "line_key": line.line_key,
                "isbn": line.isbn,
                "copy_numbers": [2],
                "wrong": "copy 2 came damaged",
                "shipment_number": "EC-S1",
            }
        ],
    }
