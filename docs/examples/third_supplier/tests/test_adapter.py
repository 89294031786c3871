"""Tests that the adapter writes and reads Quillfeather's documents, without network or secret."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from services.suppliers.contract import (
    Adapter,
    DespatchFact,
    InvoiceFact,
    Kind,
    OrderToSend,
    RawMessage,
    ResponseFact,
)
from shared.contracts.base import Place, PlaceKind
from shared.contracts.orders import OrderPlaced
from shared.contracts.stated import PriceBasis, StatedPrice, SupplierReferences
from shared.records import Record
from shared.records.brief import Brief, description_of

from quillfeather import Quillfeather, adapter

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

    document = json.loads(message.body)
    assert (message.kind, message.reference, message.name) == (Kind.ORDER, 611, "order-611.json")
    assert (document["type"], document["number"], document["account"]) == ("order", "PO-2026-0611", "QF-1001")
    assert [line["your_line"] for line in document["lines"]] == [line.line_key for line in placed.lines]
    assert [copy["branch"] for copy in document["lines"][0]["copies"]] == ["IPSW", "IPSW", "LOWE"]
    assert document["lines"][0]["price"] == {"minor": 799, "currency": "GBP"}
    assert message == quillfeather.write_order(order, 611)


def test_an_order_for_another_place_than_its_branches_is_refused(quillfeather: Quillfeather) -> None:
    hub = Place(code="CSU", kind=PlaceKind.HUB)
    with pytest.raises(ValueError, match="cannot be asked to deliver at CSU"):
        quillfeather.write_order(OrderToSend("GB-SFK", "o", "PO-1", datetime(2026, 3, 2, tzinfo=UTC), (), hub), 1)


def test_a_council_without_an_account_is_refused(quillfeather: Quillfeather) -> None:
    with pytest.raises(ValueError, match="no account for GB-XXX"):
        quillfeather.write_order(OrderToSend("GB-XXX", "o", "PO-1", datetime(2026, 3, 2, tzinfo=UTC), ()), 1)


def test_an_answer_is_read_with_its_quantities_prices_and_references(quillfeather: Quillfeather) -> None:
    fact = _read(quillfeather, "answer.json")

    assert isinstance(fact, ResponseFact)
    first, second = fact.lines
    assert (fact.order_number, first.status_code) == ("PO-2026-0611", "100")
    assert (first.quantities.accepted, first.quantities.back_ordered, first.available_on) == (2, 1, date(2026, 4, 20))
    assert first.supplier_references == SupplierReferences(line="611/1")
    assert (first.prices, second.prices) == (
        (),
        (StatedPrice(minor=799, currency="GBP", basis=PriceBasis.RETAIL, code="retail"),),
    )


def test_a_notice_for_several_branches_names_the_branch_of_each_carton(quillfeather: Quillfeather) -> None:
    fact = _read(quillfeather, "despatch-for-two-branches.json")

    assert isinstance(fact, DespatchFact)
    assert [parcel.deliver_to for parcel in fact.parcels] == ["IPSW", "LOWE"]
    assert [copy.barcode for copy in fact.parcels[0].lines[0].copies] == ["30114000612345", "30114000612346"]


def test_records_that_nobody_asked_for_are_read(quillfeather: Quillfeather) -> None:
    body = b'{"type": "records", "records": [{"isbn": "9780141439518", "title": "Pride and Prejudice"}, {"title": "no ISBN"}]}'

    reading = quillfeather.read(RawMessage("document 7", body))

    assert reading.facts == (Record(isbn="9780141439518", description=description_of(Brief("Pride and Prejudice"))),)
    assert [finding.code for finding in reading.findings] == ["quillfeather-bad-record"]


def test_an_invoice_is_read_with_its_tax_at_each_rate(quillfeather: Quillfeather) -> None:
    fact = _read(quillfeather, "invoice.json")

    assert isinstance(fact, InvoiceFact)
    assert (fact.invoice_number, fact.buyer, fact.total) == ("QI-611", "QF-1001", 1838)
    assert sum(cost.total for line in fact.lines for cost in line.costs) == fact.total
    assert [(tax.rate, tax.taxable, tax.tax) for tax in fact.taxes] == [(0, 1598, 0), (2000, 200, 40)]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"type": "despatch", "cartons": 3}'])
def test_no_content_makes_it_raise(quillfeather: Quillfeather, body: bytes) -> None:
    reading = quillfeather.read(RawMessage("any", body))

    assert not reading.facts
    assert reading.findings


def test_an_order_is_not_theirs_to_send(quillfeather: Quillfeather) -> None:
    reading = quillfeather.read(RawMessage("any", b'{"type": "order", "number": "PO-1"}'))

    assert [finding.code for finding in reading.findings] == ["quillfeather-not-theirs"]


def test_without_secrets_it_opens_no_connection(quillfeather: Quillfeather) -> None:
    with pytest.raises(ValueError, match="reads and writes only"):
        quillfeather.transport().__aenter__().send(None)


def test_a_secret_that_is_missing_is_named() -> None:
    with pytest.raises(ValueError, match="api_key"):
        adapter((HERE / "profile.json").read_text(), {})
