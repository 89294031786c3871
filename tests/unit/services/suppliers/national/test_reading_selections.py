"""QUOTES as booksellers send it: titles selected for a council, copy by copy."""

import pytest

from services.suppliers.contract import Kind, RawMessage, SelectionFact
from services.suppliers.national.read import read
from shared.contracts.base import Money
from shared.contracts.selections import SelectedCopy, SelectedLine
from shared.contracts.stated import ItemData
from shared.findings import Severity
from tests.unit.services.suppliers.national.written import a_message

HEAD = """
DTM+137:20260301:102
CUX+2:GBP:12
NAD+BY+5012345678900::9
NAD+SU+5098765432100::9
"""
LINE = """
LIN+1++9780141439518:EN
IMD+L+010+:::Austen
IMD+L+011+:::Jane
IMD+L+050+:::Pride and prejudice, or a title tha:t is long enough to be cut and cut
IMD+L+050+:::again
IMD+L+060+:::a novel
QTY+1:3
GIR+001+IPSW:LLO+ADULT26:LFN+ANF:LSQ+823.7 AUS:LCL+BB:LVC
GIR+001+BC:LVC
GIR+L01+LOWE:LLO+2:LQT
FTX+LIN+++Signed edition
PRI+AAE:8.99
RFF+QLI:Q1847-1
"""
END = "UNS+S\nCNT+2:1"


def selection_of(raw: RawMessage) -> SelectionFact:
    (fact,) = read(raw).facts
    assert isinstance(fact, SelectionFact)
    return fact


def test_a_selection_is_read_whole_with_what_each_copy_wants() -> None:
    reading = read(a_message("QUOTES", f"BGM+31C::28+Q1847+9\n{HEAD}{LINE}{END}"))

    assert (reading.kind, reading.findings) == (Kind.SELECTION, ())
    ipswich = SelectedCopy(
        branch="IPSW",
        fund="ADULT26",
        sequence="ANF",
        shelfmark="823.7 AUS",
        servicing=("BB", "BC"),
        item=ItemData(classification="823.7 AUS"),
    )
    assert reading.facts == (
        SelectionFact(
            selection_number="Q1847",
            buyer="5012345678900",
            firm=False,
            lines=(
                SelectedLine(
                    reference="Q1847-1",
                    isbn="9780141439518",
                    title="Pride and prejudice, or a title that is long enough to be cut and cut again: a novel",
                    author="Austen, Jane",
                    quantity=3,
                    unit_price=Money(minor=899),
                    copies=(ipswich, SelectedCopy(branch="LOWE"), SelectedCopy(branch="LOWE")),
                    note="Signed edition",
                ),
            ),
        ),
    )


@pytest.mark.parametrize(("code", "firm"), [("310", False), ("31C", False), ("31S", False), ("31T", True), ("31F", True)])
def test_only_what_is_called_firm_is_firm(code: str, firm: bool) -> None:
    assert selection_of(a_message("QUOTES", f"BGM+{code}+Q1847+9\n{HEAD}{LINE}{END}")).firm is firm


def test_a_line_without_reference_is_named_by_quotation_and_line() -> None:
    (line,) = selection_of(a_message("QUOTES", f"BGM+310+Q1847+9\n{HEAD}{LINE.replace('RFF+QLI:Q1847-1', '')}{END}")).lines

    assert line.reference == "Q1847-1"


def test_the_gross_price_serves_where_no_other_is_given_and_in_its_currency() -> None:
    raw = a_message("QUOTES", f"BGM+310+Q1847+9\n{HEAD.replace('GBP', 'EUR')}{LINE.replace('AAE:8.99', 'AAB:12.5')}{END}")

    assert selection_of(raw).lines[0].unit_price == Money(minor=1250, currency="EUR")


@pytest.mark.parametrize("price", ["", "PRI+AAE:0", "PRI+AAE:0.00", "PRI+AAE:0.004", "PRI+AAE:-8.99", "PRI+AAE"])
def test_a_line_without_a_price_has_none_rather_than_zero(price: str) -> None:
    raw = a_message("QUOTES", f"BGM+310+Q1847+9\n{HEAD}{LINE.replace('PRI+AAE:8.99', price)}{END}")

    assert selection_of(raw).lines[0].unit_price is None


def test_a_dvd_is_proposed_by_its_ean_without_a_warning() -> None:
    reading = read(a_message("QUOTES", f"BGM+310+Q1847+9\n{HEAD}{LINE.replace('9780141439518', '5050582000016')}{END}"))

    (fact,) = reading.facts
    assert isinstance(fact, SelectionFact)
    assert (fact.lines[0].isbn, reading.findings) == ("5050582000016", ())


def test_what_is_remarked_in_codes_or_words_becomes_the_note() -> None:
    raw = a_message(
        "QUOTES",
        f"BGM+310+Q1847+9\n{HEAD}{LINE.replace('FTX+LIN+++Signed edition', 'FTX+LIN++BB:10B:28')}GIR+003+Spine label:LVT\n{END}",
    )

    assert selection_of(raw).lines[0].note == "BB (10B); Spine label"


def test_a_line_that_does_not_count_is_as_many_copies_as_it_names() -> None:
    reading = read(a_message("QUOTES", f"BGM+310+Q1847+9\n{HEAD}{LINE.replace('QTY+1:3', '')}{END}"))

    (fact,) = reading.facts
    assert isinstance(fact, SelectionFact)
    assert fact.lines[0].quantity == 3
    assert [finding.code for finding in reading.findings] == ["national-no-quantity"]


def test_a_line_without_any_article_is_left_out_with_an_error() -> None:
    reading = read(a_message("QUOTES", f"BGM+310+Q1847+9\n{HEAD}{LINE.replace('9780141439518:EN', '')}{END}"))

    (fact,) = reading.facts
    assert isinstance(fact, SelectionFact)
    assert fact.lines == ()
    assert ("national-no-isbn", Severity.ERROR) in {(finding.code, finding.severity) for finding in reading.findings}


def test_a_selection_without_a_number_is_an_error_and_no_fact() -> None:
    reading = read(a_message("QUOTES", f"BGM+310\n{HEAD}{LINE}{END}"))

    assert (reading.kind, reading.facts) == (Kind.SELECTION, ())
    assert ("national-no-number", Severity.ERROR) in {(finding.code, finding.severity) for finding in reading.findings}
