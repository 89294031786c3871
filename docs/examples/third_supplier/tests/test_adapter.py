"""Tests that the adapter writes and reads Quillfeather's documents, without network or secret."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from services.suppliers.contract import Adapter, DespatchFact, Kind, OrderToSend, RawMessage, ResponseFact
from shared.contracts.orders import OrderPlaced
from shared.contracts.stated import ItemData, PriceBasis, StatedItem, StatedPrice

from quillfeather import Quillfeather, adapter, bic
from quillfeather.copy_data import data_of, item_of

HERE = Path(__file__).resolve().parents[1]


@pytest.fixture
def quillfeather() -> Quillfeather:
    return adapter((HERE / "profile.json").read_text(), None)


def _read(quillfeather: Quillfeather, name: str) -> object:
    (fact,) = quillfeather.read(RawMessage(name, (HERE / "samples/good" / name).read_bytes())).facts
    return fact


def test_it_is_an_adapter(quillfeather: Quillfeather) -> None:
    assert isinstance(quillfeather, Adapter)


def test_an_order_is_written_as_their_document(quillfeather: Quillfeather) -> None:
    placed = OrderPlaced.model_validate_json((HERE / "orders.json").read_text())
    order = OrderToSend("GB-SFK", str(placed.order_id), placed.order_number, placed.placed_at, placed.lines)

    message = quillfeather.write_order(order, 611)

    document = bic.read(message.body).document
    assert isinstance(document, bic.Order)
    assert document.buyer_party is not None
    assert (message.kind, message.reference, message.name) == (Kind.ORDER, 611, "order-611.json")
    assert (document.buyer_party.id_of("06"), document.buyer_party.id_of("01")) == ("5098765000019", "QF-1001")
    assert [item.reference(bic.BUYER_LINE) for item in document.item_detail] == [line.line_key for line in placed.lines]
    assert [copy.destination_location for copy in document.item_detail[0].copy_detail] == ["IPSW", "IPSW", "LOWE"]
    assert str(document.item_detail[0].price and document.item_detail[0].price.monetary_amount) == "7.99"
    assert message == quillfeather.write_order(order, 611)


def test_a_council_without_an_account_is_refused(quillfeather: Quillfeather) -> None:
    with pytest.raises(ValueError, match="no account for GB-XXX"):
        quillfeather.write_order(OrderToSend("GB-XXX", "o", "PO-1", datetime(2026, 3, 2, tzinfo=UTC), ()), 1)


def test_an_answer_is_read_with_its_quantities(quillfeather: Quillfeather) -> None:
    fact = _read(quillfeather, "response-accepted.json")

    assert isinstance(fact, ResponseFact)
    first = fact.lines[0]
    assert (first.quantities.accepted, first.quantities.back_ordered, first.available_on) == (2, 1, date(2026, 4, 20))


def test_the_price_of_an_answer_is_kept(quillfeather: Quillfeather) -> None:
    fact = _read(quillfeather, "response-accepted.json")

    assert isinstance(fact, ResponseFact)
    assert fact.lines[0].prices == ()
    assert fact.lines[1].prices == (StatedPrice(minor=799, currency="GBP", basis=PriceBasis.RETAIL, code="SRPIncludingTax"),)


def test_data_about_a_copy_is_written_and_read_under_their_names() -> None:
    data = data_of(ItemData(stock_category="BK", classification="823.9"))

    assert bic.OrderCopy(**data).stock_category_code == "BK"
    assert item_of(bic.DespatchedCopy(**data)) == StatedItem(stock_category="BK", classification="823.9")


def test_a_despatch_is_read_with_its_copies(quillfeather: Quillfeather) -> None:
    fact = _read(quillfeather, "despatch-ipswich.json")

    assert isinstance(fact, DespatchFact)
    ((line,),) = (parcel.lines for parcel in fact.parcels)
    assert [copy.barcode for copy in line.copies] == ["30114000612345", "30114000612346"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"ShipNotice": {"PackageDetail": 3}}'])
def test_no_content_makes_it_raise(quillfeather: Quillfeather, body: bytes) -> None:
    reading = quillfeather.read(RawMessage("any", body))

    assert not reading.facts
    assert reading.findings


def test_an_order_is_not_theirs_to_send(quillfeather: Quillfeather) -> None:
    reading = quillfeather.read(
        RawMessage("any", b'{"Order": {"OrderNumber": "PO-1", "ItemDetail": [{"EAN13": "9780141439518"}]}}')
    )

    assert [finding.code for finding in reading.findings] == ["quillfeather-not-theirs"]


def test_without_secrets_it_opens_no_connection(quillfeather: Quillfeather) -> None:
    with pytest.raises(ValueError, match="reads and writes only"):
        quillfeather.transport().__aenter__().send(None)


def test_a_secret_that_is_missing_is_named() -> None:
    with pytest.raises(ValueError, match="api_key"):
        adapter((HERE / "profile.json").read_text(), {})
