"""Tests of reading and writing JSON orders, responses and despatches, both correct and wrong."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quillfeather import bic
from quillfeather.bic import (
    BUYER_LINE,
    Code,
    Despatch,
    DespatchedCopy,
    DespatchedItem,
    Fund,
    Order,
    OrderCopy,
    OrderItem,
    OrderResponse,
    Parcel,
    Party,
    PartyId,
    Price,
    Reference,
    ResponseItem,
)

from .bic_documents import documents

LINE = {
    "line_number": "1",
    "ean13": "9780141439518",
    "reference_coded": (Reference(reference_type_code=BUYER_LINE, reference_number="SFK-7-1"),),
}
ORDER = Order(
    order_number="PO-7",
    issue_date_time=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    buyer_party=Party(ids=(PartyId(type="06", identifier="5099999000014"),), name_line="Suffolk"),
    item_detail=(
        OrderItem.model_validate(
            {
                **LINE,
                "order_quantity": 1,
                "price": Price(monetary_amount=Decimal("8.99"), currency_code="GBP"),
                "copy_detail": (
                    OrderCopy(
                        copy_number="1",
                        deliver_to_location="HUB",
                        destination_location="EAST",
                        fund_detail=(Fund(fund_number="FIC"),),
                        processing_instruction_code=("BB", "BJ"),
                    ),
                ),
            }
        ),
    ),
)
RESPONSE = OrderResponse(
    order_number="PO-7",
    order_status="03",
    item_detail=(
        ResponseItem.model_validate(
            {**LINE, "order_line_status_coded": "400", "backordered_quantity": 1, "expected_ship_date": date(2026, 12, 24)}
        ),
    ),
)
DESPATCH = Despatch(
    ship_notice_number="SN-1",
    shipped_date=date(2026, 11, 24),
    package_detail=(
        Parcel(
            package_reference="00350999990000000017",
            item_detail=(
                DespatchedItem.model_validate(
                    {**LINE, "quantity_shipping": 1, "copy_detail": (DespatchedCopy(copy_number="1", applied_copy_number="B1"),)}
                ),
            ),
        ),
    ),
)
DOCUMENTS = (ORDER, RESPONSE, DESPATCH)


def changed(old: str, new: str) -> bic.Reading:
    """Reads the order with some of its text changed."""
    raw = bic.write(ORDER).decode()
    assert old in raw
    return bic.read(raw.replace(old, new).encode())


def pointers_of(reading: bic.Reading) -> list[str]:
    return [finding.text.partition(":")[0] for finding in reading.findings]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_document_is_recognised_by_its_root_name(document: bic.Document) -> None:
    assert bic.read(bic.write(document)) == bic.Reading(document, ())


def test_names_are_those_of_the_web_services() -> None:
    order = json.loads(bic.write(ORDER))["Order"]
    copy = order["ItemDetail"][0]["CopyDetail"][0]

    assert order["BuyerParty"]["PartyID"] == [{"PartyIDType": "06", "Identifier": "5099999000014"}]
    assert order["ItemDetail"][0]["EAN13"] == "9780141439518"
    assert copy == {
        "CopyNumber": "1",
        "DeliverToLocation": "HUB",
        "DestinationLocation": "EAST",
        "FundDetail": [{"FundNumber": "FIC"}],
        "ProcessingInstructionCode": ["BB", "BJ"],
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"9780141439518"', "9780141439518"),
        ('"OrderQuantity": 1', '"OrderQuantity": "1"'),
        ('"8.99"', "8.99"),
        ('"2026-11-24T09:30:00Z"', '"20261124T0930"'),
        ('[{"FundNumber": "FIC"}]', '{"FundNumber": "FIC"}'),
        ('"OrderNumber"', '"OrderNotes": "hello", "SellerParty": null, "OrderNumber"'),
        ('"PO-7"', '"PO\\u0000-7"'),
    ],
)
def test_what_can_be_understood_is_read_without_a_finding(old: str, new: str) -> None:
    assert changed(old, new) == bic.Reading(ORDER, ())


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        ('"OrderQuantity": 1', '"OrderQuantity": "many"', "/Order/ItemDetail/0/OrderQuantity"),
        ('"OrderQuantity": 1', '"OrderQuantity": -1', "/Order/ItemDetail/0/OrderQuantity"),
        ('"8.99"', "true", "/Order/ItemDetail/0/Price/MonetaryAmount"),
        ('"8.99"', "1e999", "/Order/ItemDetail/0/Price/MonetaryAmount"),
        ('"8.99"', "1e-999999999", "/Order/ItemDetail/0/Price/MonetaryAmount"),
        ('"2026-11-24T09:30:00Z"', "[1]", "/Order/IssueDateTime"),
        ('"Suffolk"', "{}", "/Order/BuyerParty/NameLine"),
        ('["BB", "BJ"]', '["BB", [], "BJ", {}]', "/Order/ItemDetail/0/CopyDetail/0/ProcessingInstructionCode/1"),
        ('[{"FundNumber": "FIC"}]', '"FIC"', "/Order/ItemDetail/0/CopyDetail/0/FundDetail/0"),
        ('"9780141439518"', '"9780141439519"', "/Order/ItemDetail/0/EAN13"),
        ('"PO-7"', '""', "/Order/OrderNumber"),
    ],
)
def test_what_is_wrong_is_left_out_and_its_place_named(old: str, new: str, pointer: str) -> None:
    reading = changed(old, new)

    assert pointer in pointers_of(reading)
    assert isinstance(reading.document, Order)
    assert reading.document.item_detail[0].reference(BUYER_LINE) == "SFK-7-1"


def test_of_a_list_only_what_is_wrong_is_left_out() -> None:
    reading = changed('["BB", "BJ"]', '["BB", [], "BJ", {}]')

    assert reading.document == ORDER
    assert len(reading.findings) == 2


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", Code.NOT_JSON),
        (b"\xff", Code.NOT_JSON),
        (b"[" * 100_000, Code.NOT_JSON),
        (b"[]", Code.NOT_DOCUMENT),
        (b'{"Invoice": {}}', Code.NOT_DOCUMENT),
        (b'{"Order": []}', Code.NOT_DOCUMENT),
        (b'{"Order": {}}', Code.MISSING),
    ],
)
def test_content_that_is_not_a_document_is_reported(raw: bytes, code: Code) -> None:
    assert code in [finding.code for finding in bic.read(raw).findings]


@settings(max_examples=200, deadline=None)
@given(documents())
def test_what_is_written_is_read_as_it_was(document: bic.Document) -> None:
    assert bic.read(bic.write(document)).document == document


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(["ItemDetail", "EAN13", "PartyID"]), below),
    max_leaves=10,
)
_FIELDS = ["OrderNumber", "IssueDateTime", "ItemDetail", "PackageDetail", "BuyerParty", "ReferenceCoded", "ShippedDate"]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["Order", "OrderResponse", "ShipNotice"]), st.dictionaries(st.sampled_from(_FIELDS), _JSON))
def test_no_json_makes_the_reader_raise_and_what_it_reads_can_be_written(root: str, content: dict[str, object]) -> None:
    reading = bic.read(json.dumps({root: content}).encode())

    assert reading.document is not None
    assert bic.read(bic.write(reading.document)).document == reading.document


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_raise(raw: bytes) -> None:
    assert bic.read(raw).findings


_WORDS = st.sampled_from([b"null", b"[", b"{}", b"1e999", b'"\\ud800"', b"NaN", b"-1", b'"ItemDetail":', b"true"])
_CUTS = st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 40), _WORDS | st.binary(max_size=3)), min_size=1, max_size=6)


@settings(max_examples=1_000, deadline=None)
@given(st.sampled_from([bic.write(document) for document in DOCUMENTS]), _CUTS)
def test_no_damaged_document_makes_the_reader_raise(raw: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    for start, length, put_in in cuts:
        raw = raw[:start] + put_in + raw[start + length :]

    reading = bic.read(raw)

    assert reading.document is not None or reading.findings
