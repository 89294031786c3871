"""Messages with money, selections, reports and verdicts in them, damaged in every way: read, never raised about."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.suppliers.contract import RawMessage, Reading
from services.suppliers.national.read import read
from services.suppliers.national.read.codes import Odd
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
    ],
)
def test_what_is_sent_instead_of_a_message_is_named(body: bytes, named: str) -> None:
    reading = read(RawMessage("x", body))

    assert [finding.code for finding in reading.findings] == [Odd.UNSUPPORTED]
    assert named in reading.findings[0].text
