"""What Koha understands of answers."""

from __future__ import annotations

import pytest

from local.simulators.library.ledger import CopyState, Ledger
from tests.unit.local.simulators.library.builders import KOHA, interchange, ordered, states

_RESPONSE = ("UNH+1+ORDRSP:D:96A:UN:EAN005", "BGM+231+R1+4", "RFF+ON:00000000042", "LIN+1+{}++9780141439587:EN")
_INVOICE = ("UNH+1+INVOIC:D:96A:UN:EAN008", "BGM+380+I1+9", "NAD+SU+{}::9", "LIN+1++9780141439587:EN")
_CHARGED = ("GIR+001+IPSW:LLO+2900000000017:LAC", "MOA+203:7.99", "RFF+LI:711")


def _response(action: str, *segments: str) -> bytes:
    return interchange(*(segment.format(action) for segment in _RESPONSE), *segments, "UNS+S", "CNT+2:1")


def _invoice(*segments: str, supplier: str = "5098765990013") -> bytes:
    return interchange(*(segment.format(supplier) for segment in _INVOICE), *segments, "UNS+S", "CNT+2:1")


def _read(name: str, raw: bytes) -> Ledger:
    ledger = ordered(KOHA)
    KOHA.read(name, raw, ledger)
    return ledger


def test_a_line_with_action_2_is_cancelled_as_a_whole_with_its_reason() -> None:
    ledger = _read("a.CEA", _response("2", "FTX+LIN++210:12B:28+Out of print", "RFF+LI:711"))
    assert states(ledger) == [CopyState.CANCELLED] * 2
    assert ledger.lines["711"].notes == ["210 Out of print"]


def test_quantities_of_a_response_change_nothing() -> None:
    ledger = _read("a.CEA", _response("4", "QTY+21:2", "QTY+85:2", "DTM+44:20260401:102", "RFF+LI:711"))
    assert states(ledger) == [CopyState.ORDERED] * 2
    assert ledger.lines["711"].expected == "20260401"


@pytest.mark.parametrize("reference", ["RFF+ON:42", "RFF+LI:0711", "RFF+LI:"])
def test_a_line_without_its_own_order_number_is_lost(reference: str) -> None:
    ledger = _read("a.CEA", _response("2", reference))
    assert states(ledger) == [CopyState.ORDERED] * 2
    assert len(ledger.complaints) == 1


@pytest.mark.parametrize("advice", ["", "UNA:+,? '", "UNA^<.? >"])
def test_a_file_with_other_separators_or_without_advice_is_not_read(advice: str) -> None:
    raw = interchange(*_RESPONSE, "RFF+LI:711", advice=advice)
    assert _read("a.CEA", raw).complaints == ["File does not start with the usual service string advice"]


def test_an_invoice_puts_barcodes_on_the_copies_of_its_branches() -> None:
    ledger = _read("i.CEI", _invoice("QTY+47:1", *_CHARGED))
    ipswich, lowestoft = ledger.copies()
    assert (ipswich.barcode, ipswich.pence, lowestoft.pence) == ("2900000000017", 799, None)
    assert ledger.invoices == {"I1": 799}
    assert ledger.complaints == []


def test_an_invoice_with_another_supplier_number_is_skipped() -> None:
    ledger = _read("i.CEI", _invoice("QTY+47:1", *_CHARGED, supplier="5098765990020"))
    assert ledger.invoices == {}
    assert "Cannot find vendor" in ledger.complaints[0]


def test_an_invoice_for_a_branch_that_ordered_none_is_not_matched() -> None:
    ledger = _read("i.CEI", _invoice("QTY+47:1", "GIR+001+BURY:LLO", *_CHARGED[1:]))
    assert ledger.complaints == ["Unmatched item at branch 'BURY' of 711"]


def test_the_same_invoice_twice_is_charged_twice() -> None:
    ledger = _read("i.CEI", _invoice("QTY+47:1", *_CHARGED))
    KOHA.read("j.CEI", _invoice("QTY+47:1", *_CHARGED), ledger)
    assert ledger.invoices == {"I1": 1598}
    assert len(ledger.complaints) == 1


def test_utf8_is_shown_wrongly() -> None:
    raw = interchange(*_RESPONSE, "FTX+LIN++210:12B:28+Brontë", "RFF+LI:711", charset="utf-8")
    assert "is not Latin-1" in _read("a.CEA", raw).complaints[0]


def test_a_doubled_escape_before_a_separator_joins_two_elements() -> None:
    ledger = _read("a.CEA", _response("4", "FTX+LIN++210:12B:28+Why??+ENG", "RFF+LI:711"))
    assert ledger.lines["711"].notes == ["210 Why?+ENG"]


def test_files_are_fetched_and_renamed_by_their_ending() -> None:
    assert [KOHA.wants(name) for name in ("1.CEA", "1.CEI", "1.CEQ", "1.EEA", "1.edi")] == [True, True, True, False, False]
    assert KOHA.taken_name("a.b.CEA") == "a.b.EEA"
