"""What the consortium's messages say, one sample for each situation."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.stack.profiles_consortium import consortium_profile, consortium_secrets
from services.suppliers.consortium import Consortium, adapter
from services.suppliers.consortium.statuses import CLAIMS, STATUSES
from services.suppliers.contract import (
    AdvisedLine,
    AdvisedParcel,
    DespatchFact,
    Kind,
    LineAnswer,
    RawMessage,
    Reading,
    ResponseFact,
)
from services.suppliers.contract.plain import Status
from shared.contracts.base import PlaceKind
from shared.contracts.stated import PriceBasis, StatedItem, StatedPrice, SupplierReferences
from shared.contracts.suppliers import ClaimAnswer, CopyReference, LineAction, Quantities
from shared.findings import Severity
from tests.builders import a_record

ReadSample = Callable[[str], Reading]


def found(reading: Reading) -> list[tuple[str, Severity]]:
    return [(finding.code.removeprefix("consortium-"), finding.severity) for finding in reading.findings]


def test_accepted_lines_are_read_whatever_the_form_of_isbn_and_word(read_sample: ReadSample) -> None:
    reading = read_sample("all_accepted")

    assert reading.facts == (
        ResponseFact(
            order_number="SFK-2026-0417",
            supplier_reference="EC00000017",
            responded_at=datetime(2026, 3, 2, 12, 0, 1, tzinfo=UTC),
            lines=(
                LineAnswer(
                    line_key="SB-0000000000000001",
                    order_number=None,
                    isbn="9780141439518",
                    action=LineAction.ACCEPTED,
                    status_code="100",
                    quantities=Quantities(ordered=3, accepted=3),
                ),
                LineAnswer(
                    line_key="SB-0000000000000002",
                    order_number=None,
                    isbn="9780141439518",
                    action=LineAction.ACCEPTED,
                    status_code="100",
                ),
            ),
        ),
    )
    assert (reading.kind, reading.control_reference, reading.findings) == (Kind.RESPONSE, "", ())


def test_copies_on_back_order_are_separate_from_those_accepted(read_sample: ReadSample) -> None:
    (fact,) = read_sample("part_back_ordered").facts

    assert isinstance(fact, ResponseFact)
    accepted, late = fact.lines
    assert [copy.copy_number for copy in accepted.copies] == [1]
    assert late.copies == (CopyReference(copy_number=2, branch="LOWE"), CopyReference(copy_number=3, branch="BURY"))
    assert (late.status_code, late.availability_code, late.available_on) == ("400", "OB", date(2026, 3, 20))
    assert late.quantities == Quantities(ordered=2, back_ordered=2)


def test_a_substitute_is_named(read_sample: ReadSample) -> None:
    (fact,) = read_sample("substitute_supplied").facts

    assert isinstance(fact, ResponseFact)
    (line,) = fact.lines
    assert (line.action, line.status_code, line.substitute_isbn) == (LineAction.CHANGED, "110", "9780141439563")


def test_a_status_word_nobody_knows_stays_visible(read_sample: ReadSample) -> None:
    reading = read_sample("status_word_nobody_knows")

    (fact,) = reading.facts
    assert isinstance(fact, ResponseFact)
    (line,) = fact.lines
    assert (line.action, line.status_code) == (None, "seeking_approval")
    assert line.note == "Ask Ms Pryor (supplier's status: seeking_approval)"
    assert found(reading) == [("unknown-status", Severity.WARNING)]


def test_price_reference_and_copy_data_of_an_answer_are_kept_or_named(read_sample: ReadSample) -> None:
    reading = read_sample("price_and_copy_data")

    (fact,) = reading.facts
    assert isinstance(fact, ResponseFact)
    first, second, third = fact.lines
    assert first.prices == (StatedPrice(minor=1099, currency="GBP", basis=PriceBasis.NET, code="net"),)
    assert first.supplier_references == SupplierReferences(line="EC17/1")
    assert [copy.item for copy in first.copies] == [
        StatedItem(stock_category="BK", servicing=("BC",)),
        StatedItem(stock_category="BK"),
    ]
    assert second.prices == (StatedPrice(minor=1099),)
    assert (second.copies[0].item, third.prices) == (None, ())
    assert found(reading) == [(code, Severity.WARNING) for code in ("bad-item", "bad-price", "copy-data")]
    assert [finding.text for finding in reading.findings if "colour" in finding.text] == [
        "values about copies under colour are not kept"
    ]


def test_a_stopped_account_needs_no_line(read_sample: ReadSample) -> None:
    reading = read_sample("account_stopped")

    (fact,) = reading.facts
    assert isinstance(fact, ResponseFact)
    assert fact.account_stopped
    assert fact.lines == ()
    assert reading.findings == ()


def test_one_unreadable_line_spoils_no_other(read_sample: ReadSample) -> None:
    reading = read_sample("one_line_unreadable")

    (fact,) = reading.facts
    assert isinstance(fact, ResponseFact)
    assert [line.line_key for line in fact.lines] == ["SB-0000000000000001"]
    assert fact.responded_at is None
    assert fact.lines[0].available_on is None
    assert found(reading) == [
        ("bad-line", Severity.ERROR),
        ("bad-line", Severity.ERROR),
        ("bad-date", Severity.WARNING),
        ("no-time-zone", Severity.WARNING),
    ]
    assert [finding.segment for finding in reading.findings] == [1, 3, 2, None]


def test_a_shipment_to_the_hub_keeps_where_each_copy_is_to_stand(read_sample: ReadSample) -> None:
    reading = read_sample("shipment_to_the_hub")

    assert reading.facts == (
        DespatchFact(
            despatch_number="EC-S000000000042",
            despatched_on=date(2026, 3, 4),
            expected_on=date(2026, 3, 5),
            deliver_to="CSU",
            deliver_to_kind=PlaceKind.HUB,
            parcels=(
                AdvisedParcel(
                    parcel_id="150987650000000429",
                    lines=(
                        AdvisedLine(
                            line_key="SB-0000000000000001",
                            order_number="SFK-2026-0417",
                            isbn="9780141439518",
                            quantity=2,
                            copies=(
                                CopyReference(copy_number=1, branch="IPSW", barcode="30000000000012"),
                                CopyReference(copy_number=2, branch="LOWE"),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )
    assert (reading.kind, reading.control_reference, reading.findings) == (Kind.DESPATCH, "EC-S000000000042", ())


def test_a_shipment_without_a_place_is_taken_to_go_to_the_hub(read_sample: ReadSample) -> None:
    reading = read_sample("shipment_without_a_place")

    (fact,) = reading.facts
    assert isinstance(fact, DespatchFact)
    assert (fact.deliver_to, fact.deliver_to_kind, fact.despatched_on) == ("CSU", PlaceKind.HUB, None)
    assert [parcel.parcel_id for parcel in fact.parcels] == ["150987650000000420"]
    assert len(fact.parcels[0].lines) == 1
    assert sorted(found(reading)) == [
        ("bad-date", Severity.WARNING),
        ("bad-line", Severity.ERROR),
        ("bad-parcel", Severity.ERROR),
        ("bad-sscc", Severity.WARNING),
        ("no-place", Severity.WARNING),
    ]
    assert reading.test


def test_a_place_of_unknown_kind_is_left_to_the_exchange(read_sample: ReadSample) -> None:
    reading = read_sample("shipment_to_a_kiosk")

    (fact,) = reading.facts
    assert isinstance(fact, DespatchFact)
    assert (fact.deliver_to, fact.deliver_to_kind) == ("K7", None)
    assert found(reading) == [("unknown-place-kind", Severity.WARNING)]


def test_several_records_come_in_one_push(read_sample: ReadSample) -> None:
    reading = read_sample("records_supplied")

    assert reading.facts == (
        a_record(
            "9780141439518",
            "Pride and Prejudice",
            author="Austen, Jane",
            publisher="Penguin Classics",
            published="2003",
            form="paperback",
            retail=799,
        ),
        a_record("9780141439563", "Great Expectations", subtitle="with notes", number=2),
    )
    assert sorted(found(reading)) == [
        ("bad-price", Severity.WARNING),
        ("bad-record", Severity.ERROR),
        ("no-record", Severity.INFO),
    ]


@pytest.mark.parametrize(
    ("situation", "kind", "findings"),
    [
        ("receipt", Kind.RESPONSE, []),
        ("record_of_nothing_known", Kind.RECORD, [("no-record", Severity.INFO)]),
        ("no_line_at_all", Kind.RESPONSE, [("no-lines", Severity.ERROR)]),
        ("records_missing", Kind.RECORD, [("no-records", Severity.ERROR)]),
        ("shipment_of_nothing", Kind.DESPATCH, [("empty-shipment", Severity.ERROR)]),
        ("data_of_another_shape", Kind.DESPATCH, [("unreadable-data", Severity.ERROR)]),
        ("type_nobody_knows", Kind.UNKNOWN, [("unknown-type", Severity.ERROR)]),
        ("no_envelope", Kind.UNKNOWN, [("not-an-envelope", Severity.ERROR)]),
        ("cut_short", Kind.UNKNOWN, [("not-json", Severity.ERROR)]),
    ],
)
def test_a_message_without_facts_says_why(
    read_sample: ReadSample, situation: str, kind: Kind, findings: list[tuple[str, Severity]]
) -> None:
    reading = read_sample(situation)

    assert (reading.kind, reading.facts, found(reading)) == (kind, (), findings)


def response_with(status: str) -> RawMessage:
    line = {"line_key": "SB-1", "isbn": "9780141439518", "status": status}
    return RawMessage("push", json.dumps({"type": "order.responded", "data": {"lines": [line]}}).encode())


@pytest.mark.parametrize(("word", "status"), STATUSES.items())
def test_every_status_word_and_its_code_mean_the_same(consortium: Consortium, word: str, status: Status) -> None:
    for written in (word, status.code):
        reading = consortium.read(response_with(written))

        (fact,) = reading.facts
        assert isinstance(fact, ResponseFact)
        assert (fact.lines[0].action, fact.lines[0].status_code) == (status.action, status.code)
        assert reading.findings == ()


@pytest.mark.parametrize(("word", "claim"), [(word, status.claim) for word, status in CLAIMS.items()])
def test_every_word_for_claims_is_an_answer_to_one(consortium: Consortium, word: str, claim: ClaimAnswer) -> None:
    (fact,) = consortium.read(response_with(word)).facts

    assert isinstance(fact, ResponseFact)
    assert [(line.status_code, line.claim) for line in fact.lines] == [(None, claim)]


def test_each_status_code_has_one_word() -> None:
    codes = [status.code for status in STATUSES.values()]

    assert len(codes) == len(set(codes))


_ADAPTER = adapter(consortium_profile("https://consortium.example", Path("ca.pem"), {}), consortium_secrets())
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("9780141439518"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "lines",
                    "parcels",
                    "records",
                    "copies",
                    "isbn",
                    "status",
                    "quantity",
                    "quantities",
                    "sscc",
                    "deliver_to",
                    "title",
                    "shipment_number",
                    "responded_at",
                    "available_on",
                    "list_price",
                    "unknown",
                    "ordered",
                    "copy_number",
                    "code",
                    "item",
                    "unit_price",
                    "minor",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@given(st.sampled_from(["request.received", "order.responded", "shipment.despatched", "record.supplied"]), _VALUES)
def test_no_json_makes_reading_fail(kind: str, data: object) -> None:
    reading = _ADAPTER.read(RawMessage("push", json.dumps({"type": kind, "data": data}).encode()))

    assert reading.facts or reading.findings or kind == "request.received"


@given(st.binary(max_size=200))
def test_no_bytes_make_reading_fail(body: bytes) -> None:
    assert _ADAPTER.read(RawMessage("push", body)).findings


def test_json_nested_a_thousandfold_is_a_finding(consortium: Consortium) -> None:
    assert found(consortium.read(RawMessage("push", b"[" * 100_000))) == [("not-json", Severity.ERROR)]
