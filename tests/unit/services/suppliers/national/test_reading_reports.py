"""OSTRPT, what a bookseller holds as open, and CONTRL, what became of our messages. Made up after the standard."""

from datetime import UTC, datetime

import pytest

from services.suppliers.contract import AcknowledgementFact, Kind, OpenLine, OpenLinesFact, ResponseFact
from services.suppliers.national.read import read
from shared.findings import Severity
from tests.unit.services.suppliers.national.written import a_message

REPORT = """
BGM+347+S-9+9
DTM+137:202603040600:203
NAD+BY+5012345678900::9
NAD+SU+5098765432100::9
LIN+1++9780141439518:EN
QTY+21:3
QTY+12:1
QTY+83:2
DTM+44:20260417:102
FTX+LIN++401:12B:28
RFF+LI:SB-7K2M0000000000AA
RFF+ON:PO-2026-118
LIN+2++9780141439600:EN
QTY+21:4
QTY+12:3
RFF+LI:SB-7K2M0000000000BB
LIN+3++9780140449136:EN
FTX+LIN++900:12B:28
RFF+LI:SB-7K2M0000000000CC
LIN+4+2+9780099590088:EN
QTY+85:1
RFF+LI:SB-7K2M0000000000DD
LIN+5++9780141439686:EN
QTY+21:1
QTY+12:1
RFF+LI:SB-7K2M0000000000EE
LIN+6++9791032305690:EN
RFF+LI:SB-7K2M0000000000FF
UNS+S
CNT+2:6
"""


def test_a_report_says_which_lines_are_open_and_with_how_many_copies() -> None:
    reading = read(a_message("OSTRPT", REPORT))

    opened = reading.facts[0]
    assert reading.kind is Kind.OPEN_LINES
    assert opened == OpenLinesFact(
        buyer="5012345678900",
        reported_at=datetime(2026, 3, 4, 6, 0, tzinfo=UTC),
        lines=(
            OpenLine("SB-7K2M0000000000AA", "PO-2026-118", "9780141439518", 2, "401"),
            OpenLine("SB-7K2M0000000000BB", None, "9780141439600", 1),
            OpenLine("SB-7K2M0000000000FF", None, "9791032305690", None),
        ),
    )


def test_the_codes_of_a_report_are_answers() -> None:
    answers = read(a_message("OSTRPT", REPORT)).facts[1]

    assert isinstance(answers, ResponseFact)
    assert (answers.supplier_reference, answers.order_number) == ("S-9", None)
    assert [(line.line_key, line.status_code) for line in answers.lines] == [
        ("SB-7K2M0000000000AA", "401"),
        ("SB-7K2M0000000000CC", "900"),
        ("SB-7K2M0000000000DD", None),
    ]


def test_a_report_of_nothing_says_that_nothing_is_open() -> None:
    reading = read(a_message("OSTRPT", "BGM+347+S-9+9\nNAD+BY+SFK01::91\nNAD+SU+5098765432100::9\nUNS+S\nCNT+2:0"))

    assert reading.facts == (OpenLinesFact("SFK01", None, ()),)


UCI = "UCI+{reference}+5012345678900:14+5098765432100:14+{rest}"


def acknowledgement(reference: str, rest: str, more: str = "") -> AcknowledgementFact:
    reading = read(a_message("CONTRL", f"{UCI.format(reference=reference, rest=rest)}\n{more}"))
    (fact,) = reading.facts
    assert isinstance(fact, AcknowledgementFact)
    assert reading.kind is Kind.ACKNOWLEDGEMENT
    return fact


@pytest.mark.parametrize("action", ["7", "8"])
def test_what_the_supplier_could_read_is_acknowledged_by_our_reference(action: str) -> None:
    assert acknowledgement("00000042", action) == AcknowledgementFact(42, accepted=True)


def test_a_refused_interchange_is_refused_with_its_reason() -> None:
    assert acknowledgement("42", "4+23") == AcknowledgementFact(42, accepted=False, text="the supplier does not know the sender")


def test_an_interchange_is_refused_when_its_message_is() -> None:
    refused = acknowledgement("42", "7", "UCM+1+ORDERS:D:96A:UN+4\nUCS+9\nUCD+12+2:1\nUCS+11+13")

    assert refused == AcknowledgementFact(
        42, accepted=False, text="invalid value (segment 9); a required part is missing (segment 11)"
    )


def test_a_repeat_that_the_supplier_refuses_was_taken_before() -> None:
    assert acknowledgement("42", "4+26") == AcknowledgementFact(42, accepted=True, text="the supplier already has it")


@pytest.mark.parametrize(
    ("reference", "action", "code"),
    [("A42", "7", "national-not-ours"), ("", "7", "national-not-ours"), ("42", "1", "national-no-verdict")],
)
def test_a_verdict_about_nothing_of_ours_or_none_at_all_is_an_error(reference: str, action: str, code: str) -> None:
    reading = read(a_message("CONTRL", UCI.format(reference=reference, rest=action)))

    assert reading.facts == ()
    assert (code, Severity.ERROR) in {(finding.code, finding.severity) for finding in reading.findings}
