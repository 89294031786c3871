"""What Evergreen and FOLIO understand of answers."""

from __future__ import annotations

import pytest

from local.simulators.library.ledger import CopyState, Ledger
from tests.unit.local.simulators.library.builders import EVERGREEN, FOLIO, interchange, ordered, states

_RESPONSE = ("UNH+1+ORDRSP:D:96A:UN", "BGM+231+R1+4", "RFF+ON:42", "NAD+BY+9870016::31B", "LIN+1+4+9780141439587:EN")
_INVOICE = ("UNH+1+INVOIC:D:96A:UN", "BGM+{}+I1+9", "NAD+BY+{}::31B", "LIN+1++9780141439587:EN")
_CHARGED = ("QTY+47:2", "MOA+203:15.98")


def _evergreen(*segments: str) -> Ledger:
    ledger = ordered(EVERGREEN)
    EVERGREEN.read("x", interchange(*segments, "UNS+S", "CNT+2:1"), ledger)
    return ledger


def _folio(*segments: str, advice: str = "UNA:+.? '") -> Ledger:
    ledger = ordered(FOLIO)
    raw = interchange(*segments, "UNS+S", "CNT+2:1", advice="UNA:+.? '")
    body = raw.removeprefix(b"UNA:+.? '").decode().translate(str.maketrans(":+?'", f"{advice[3:5]}{advice[6]}{advice[8]}"))
    FOLIO.read("x", (advice + body).encode(), ledger)
    return ledger


def test_evergreen_cancels_as_many_as_the_quantity_says_whichever_they_are() -> None:
    ledger = _evergreen(*_RESPONSE, "QTY+21:2", "QTY+85:1", "GIR+002+LOWE:LLO", "RFF+LI:42/711")
    assert states(ledger) == [CopyState.CANCELLED, CopyState.ORDERED]


def test_evergreen_keeps_copies_on_back_order() -> None:
    ledger = _evergreen(*_RESPONSE, "QTY+21:2", "QTY+83:2", "RFF+LI:42/711")
    assert states(ledger) == [CopyState.ORDERED] * 2
    assert ledger.lines["42/711"].notes == ["2 back ordered"]


def test_evergreen_cancels_what_was_not_despatched_if_the_status_is_200() -> None:
    ledger = _evergreen(*_RESPONSE, "QTY+21:2", "QTY+12:1", "FTX+LIN++200:12B:28", "RFF+LI:42/711")
    assert states(ledger) == [CopyState.CANCELLED, CopyState.ORDERED]


def test_evergreen_acts_on_no_other_status() -> None:
    ledger = _evergreen(*_RESPONSE, "QTY+21:2", "QTY+12:0", "FTX+LIN++223:12B:28", "RFF+LI:42/711")
    assert states(ledger) == [CopyState.ORDERED] * 2
    assert len(ledger.complaints) == 1


def test_evergreen_does_not_keep_a_response_for_an_order_it_does_not_know() -> None:
    known_line = tuple(segment.replace("RFF+ON:42", "RFF+ON:43") for segment in _RESPONSE)
    ledger = _evergreen(*known_line, "QTY+85:2", "RFF+LI:42/711")
    assert states(ledger) == [CopyState.ORDERED] * 2
    assert ledger.complaints == ["Received order response for nonexistent PO 43"]


def test_evergreen_takes_an_escaped_apostrophe_for_the_end_of_a_segment() -> None:
    ledger = _evergreen(*_RESPONSE, "FTX+LIN+++what?'QTY+85:2", "RFF+LI:42/711")
    assert states(ledger) == [CopyState.CANCELLED] * 2


def test_evergreen_charges_an_invoice_to_the_line_of_its_number() -> None:
    ledger = _evergreen(
        *(part.format(code) for part, code in zip(_INVOICE, ("", "380", "9870016", ""), strict=True)), *_CHARGED, "RFF+LI:42/711"
    )
    assert [copy.pence for copy in ledger.copies()] == [799, 799]
    assert ledger.invoices == {"I1": 1598}


@pytest.mark.parametrize(
    ("document", "buyer", "complaint"), [("380", "5555555", "Unable"), ("381", "9870016", "No invoice number")]
)
def test_evergreen_gives_up_an_invoice_without_a_known_buyer_or_its_number(document: str, buyer: str, complaint: str) -> None:
    header = (part.format(code) for part, code in zip(_INVOICE, ("", document, buyer, ""), strict=True))
    ledger = _evergreen(*header, *_CHARGED, "RFF+LI:42/711")
    assert ledger.invoices == {}
    assert ledger.complaints[0].startswith(complaint)


@pytest.mark.parametrize("advice", ["UNA:+.? '", "UNA^<.? >"])
def test_folio_charges_an_invoice_to_the_number_of_its_order_line_with_any_separators(advice: str) -> None:
    ledger = _folio("UNH+1+INVOIC:D:96A:UN", "BGM+380+I1+9", "LIN+1++9780141439587:EN", *_CHARGED, "RFF+LI:42-1", advice=advice)
    assert [copy.pence for copy in ledger.copies()] == [799, 799]
    assert ledger.complaints == []


def test_folio_cannot_import_anything_but_invoices() -> None:
    ledger = _folio(*_RESPONSE, "RFF+LI:42-1")
    assert ledger.complaints == ["Cannot import a file of ORDRSP"]


def test_folio_finds_no_line_by_another_reference() -> None:
    ledger = _folio("UNH+1+INVOIC:D:96A:UN", "BGM+380+I1+9", "LIN+1++9780141439587:EN", *_CHARGED, "RFF+LI:42/1")
    assert "No PO line" in ledger.complaints[0]


def test_folio_refuses_a_wrong_number_of_segments() -> None:
    ledger = ordered(FOLIO)
    raw = interchange("UNH+1+INVOIC:D:96A:UN", "BGM+380+I1+9").replace(b"UNT+3", b"UNT+4")
    FOLIO.read("x", raw, ledger)
    assert ledger.complaints == ["Segment count of message 1 is wrong"]
