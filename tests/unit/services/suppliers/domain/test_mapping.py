"""Staff's mappings correct the references in facts, and NUL characters are replaced."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.suppliers.contract import (
    Account,
    AdvisedLine,
    AdvisedParcel,
    DespatchFact,
    Fact,
    InvoiceFact,
    Kind,
    LineAnswer,
    OpenLine,
    OpenLinesFact,
    Reading,
    ResponseFact,
    SelectionFact,
)
from services.suppliers.domain.buyers import council_of
from services.suppliers.domain.mapping import Corrections, MappedField, Mapping
from services.suppliers.domain.reading import cleaned
from shared.contracts.base import PlaceKind
from shared.contracts.invoices import InvoicedLine
from shared.contracts.selections import SelectedCopy, SelectedLine
from shared.contracts.suppliers import CopyReference
from shared.findings import Finding, Severity
from tests.builders import ISBN, OTHER_ISBN

COPY = CopyReference(branch="SHOP")
CHOSEN = SelectedLine(reference="1", isbn=ISBN, quantity=1, copies=(SelectedCopy(branch="SHOP"),))
FACTS: tuple[Fact, ...] = (
    ResponseFact("PO", "S", None, (LineAnswer("KEY", "PO", ISBN, status_code="OK", copies=(COPY,)),)),
    DespatchFact("D", None, None, "SHOP", PlaceKind.HUB, (AdvisedParcel("P", (AdvisedLine("KEY", "PO", ISBN, 1, (COPY,)),)),)),
    InvoiceFact(
        "I",
        credit=False,
        credits_invoice=None,
        invoiced_on=None,
        buyer="BUY",
        currency="GBP",
        total=1,
        lines=(InvoicedLine(line_number=1, line_key="KEY", order_number="PO", isbn=ISBN, quantity=1, copies=(COPY,)),),
    ),
    SelectionFact(
        "L", "BUY", False, (SelectedLine(reference="1", isbn=ISBN, quantity=1, copies=(SelectedCopy(branch="SHOP"),)),)
    ),
    OpenLinesFact("BUY", None, (OpenLine("KEY", "PO", ISBN, 1, "OK"),)),
)
MEANT = {
    MappedField.ORDER_NUMBER: ("PO", "PO-1"),
    MappedField.LINE_KEY: ("KEY", "SB-1"),
    MappedField.ISBN: (ISBN, OTHER_ISBN),
    MappedField.PLACE: ("SHOP", "IPSW"),
    MappedField.STATUS_CODE: ("OK", "100"),
    MappedField.BUYER: ("BUY", "GB-SFK"),
}


def a_mapping(field: MappedField, theirs: str, ours: str, *, message_id: UUID | None = None) -> Mapping:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return Mapping(uuid4(), 1, field, theirs, ours, message_id, None, 1, at, "jo", "asked")


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: type(fact).__name__)
def test_every_reference_of_every_fact_can_be_mapped(fact: Fact) -> None:
    corrections = Corrections([a_mapping(field, theirs, ours) for field, (theirs, ours) in MEANT.items()])

    (meant,) = corrections.apply([fact])

    none = Corrections([])
    none.apply([meant])
    theirs = {theirs for theirs, _ in MEANT.values()}
    assert not theirs & {value for field in MappedField for value in none.references(field)}
    assert len(corrections.findings()) >= 3


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: type(fact).__name__)
def test_nothing_changes_without_a_mapping(fact: Fact) -> None:
    corrections = Corrections([])

    assert corrections.apply([fact]) == (fact,)
    assert not corrections.findings()


def test_a_mapping_of_one_message_takes_precedence_over_one_of_all() -> None:
    field = MappedField.ORDER_NUMBER
    both = [a_mapping(field, "PO", "PO-1", message_id=uuid4()), a_mapping(field, "PO", "PO-2")]

    (meant,) = Corrections(both).apply([FACTS[0]])

    assert isinstance(meant, ResponseFact)
    assert meant.order_number == "PO-1"


def test_a_mapped_place_may_be_of_another_kind_than_the_supplier_stated() -> None:
    (meant,) = Corrections([a_mapping(MappedField.PLACE, "SHOP", "IPSW")]).apply([FACTS[1]])

    assert isinstance(meant, DespatchFact)
    assert (meant.deliver_to, meant.deliver_to_kind) == ("IPSW", None)


@pytest.mark.parametrize(
    ("buyer", "council"),
    [
        ("5099990000013", "GB-SFK"),
        (" 77 ", "GB-SFK"),
        ("GB-NFK", "GB-NFK"),
        ("SHARED", None),
        ("", None),
        ("unknown", None),
    ],
)
def test_a_buyer_is_a_council_only_where_it_is_exactly_one(buyer: str, council: str | None) -> None:
    accounts = {
        "GB-SFK": Account(gln="5099990000013", account_number="77"),
        "GB-NFK": Account(gln="5099990000020", account_number="SHARED"),
        "GB-ESX": Account(gln="5099990000037", account_number="SHARED"),
        "GB-CAM": Account(gln="5099990000044"),
    }

    assert council_of(buyer, accounts) == council


def test_nul_characters_are_replaced_everywhere() -> None:
    invoice = replace(FACTS[2], buyer="B\0", lines=(InvoicedLine(line_number=1, isbn="9\0", quantity=1),))  # type: ignore[arg-type]
    reading = Reading(Kind.INVOICE, (invoice,), (Finding("odd\0", "x\0y", Severity.ERROR),), sender="\0")

    clean = cleaned(reading, b"a\0b")

    assert "\0" not in repr(clean)
    assert "\\x00" not in repr(clean)
    assert clean.findings[-1].code == "nul-character"
    assert clean.kind is Kind.INVOICE


@given(text=st.text(alphabet="ab\0"))
def test_a_clean_reading_stays_the_same_object(text: str) -> None:
    reading = Reading(Kind.RESPONSE, (), sender=text)

    clean = cleaned(reading, text.encode())

    assert (clean is reading) == ("\0" not in text)
