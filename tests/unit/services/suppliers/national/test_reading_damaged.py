"""Messages with money, selections, reports and verdicts in them, damaged in every way: read, never raised about."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.suppliers.contract import RawMessage, Reading
from services.suppliers.national.read import read
from services.suppliers.national.read.codes import Odd
from shared.findings import Severity
from tests.unit.services.suppliers.national import (
    test_reading_invoices,
    test_reading_reports,
    test_reading_selections,
)
from tests.unit.services.suppliers.national.written import a_message

INVOICE = f"BGM+380+I-2001+9\n{test_reading_invoices.HEAD}{test_reading_invoices.TWO_COPIES}{test_reading_invoices.TOTALS}"
SELECTION = f"BGM+31C+Q1847+9\n{test_reading_selections.HEAD}{test_reading_selections.LINE}{test_reading_selections.END}"
VERDICT = "UCI+42+5012345678900:14+5098765432100:14+7\nUCM+1+ORDERS:D:96A:UN+4\nUCS+9\nUCD+12+2:1"
MESSAGES = {"INVOIC": INVOICE, "QUOTES": SELECTION, "OSTRPT": test_reading_reports.REPORT, "CONTRL": VERDICT}


@pytest.mark.parametrize("type_", MESSAGES)
@given(data=st.data())
def test_no_damage_to_a_message_makes_the_reader_raise(type_: str, data: st.DataObject) -> None:
    body = bytearray(a_message(type_, MESSAGES[type_]).body)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 8))] = data.draw(
            st.sampled_from([b"", b"+", b":", b"'", b"?", b"\xff", b"9", b"-", b"\x00", b"9999999999999999"])
        )

    reading = read(RawMessage("x", bytes(body)))

    assert isinstance(reading, Reading)


@pytest.mark.parametrize("type_", ["INVOIC", "QUOTES", "OSTRPT"])
def test_nothing_is_taken_of_a_document_that_was_cut_off(type_: str) -> None:
    whole = a_message(type_, MESSAGES[type_]).body
    assert read(RawMessage("x", whole)).facts

    for end in (whole.index(b"UNT+"), whole.index(b"UNT+") - 9):
        reading = read(RawMessage("x", whole[:end]))
        assert reading.facts == ()
        assert Odd.CUT_OFF in [finding.code for finding in reading.findings]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"STX=ANA:1+5012345678900:ALBION+5098765432100:SFK+260301:101010+1++INVFIL'", "TRADACOMS"),
        (gzip.compress(b"UNB", mtime=0), "gzip"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"%PDF-1.7", "PDF"),
        ("UNB+UNOC:3+A+B'".encode("utf-16"), "UTF-16"),
        (b"isbn;quantity\n9780141439518;2\n", "a table (CSV)"),
        (b'{"despatch_number": "D-1"}', "JSON"),
        (b"[]", "JSON"),
        (b"<!DOCTYPE html><html><body>502 Bad Gateway", "web page"),
        (b"<LibraryOrder/>", "XML with the root 'LibraryOrder'"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"", "empty"),
        (b"\r\n", "empty"),
        (b"Dear colleague, the books are on their way.", "begins with 'Dear colleague"),
        (b"\x00\xff nobody knows", "not of a known form"),
    ],
)
def test_what_is_sent_instead_of_a_message_is_named_and_has_a_way_on(body: bytes, named: str) -> None:  # case B5
    reading = read(RawMessage("x", body))

    (finding,) = reading.findings
    assert (finding.code, finding.severity, reading.facts) == (Odd.UNSUPPORTED, Severity.ERROR, ())
    assert named in finding.text
    assert any(hint in finding.text for hint in ("ask the supplier", "POST /v1/", "takes EDIFACT"))


@pytest.mark.parametrize(
    "body", [b"BGM+231+R-1+9'LIN+1'", b"UNZ+1+1'", b"NB+UNOC:3+A+B'UNH+1+ORDRSP:D:96A:UN'BGM+231+R'UNT+3+1'"]
)
def test_an_interchange_without_its_beginning_is_still_edifact(body: bytes) -> None:
    assert all(
        finding.code.startswith(("edifact-", "library-", "national-no")) for finding in read(RawMessage("x", body)).findings
    )
