"""What a bookseller states beside its answers is kept: prices, data about copies, and what it calls a line."""

import pytest

from services.suppliers.contract import AdvisedLine, DespatchFact, InvoiceFact, LineAnswer, Reading, ResponseFact, SelectionFact
from services.suppliers.national.dialect import CopyCodes, Dialect
from services.suppliers.national.read import read
from services.suppliers.national.read.translation import Conventions
from shared.contracts.invoices import InvoicedLine
from shared.contracts.selections import SelectedLine
from shared.contracts.stated import ItemData, PriceBasis, StatedItem, StatedPrice, SupplierReferences
from tests.unit.services.suppliers.national.written import a_message

PARTIES = "NAD+BY+5012345678900::9\nNAD+SU+5098765432100::9\n"
ITEM_LOAD = """
GIR+001+IPSW:LLO+ANF:LSQ+BK:LST+823.912:LCL+CLA:LFS
GIR+001+823.912 CLA:LSM+3W:LLN+7.19:LCV+R2:LRP+BB:LVC
GIR+001+Laminate first:LVT+then label:LVT+HC1:LHC+X9:LZZ
"""


def an_answer(segments: str, currency: str = "CUX+2:GBP:9\n", code: str = "231") -> Reading:
    line = f"LIN+1+5+9780141439518:EN\nQTY+21:1\n{segments}\nRFF+LI:SB-1"
    return read(a_message("ORDRSP", f"BGM+{code}+R-1+4\n{PARTIES}{currency}{line}"))


def answered(reading: Reading) -> LineAnswer:
    (fact,) = reading.facts
    assert isinstance(fact, ResponseFact)
    (answer,) = fact.lines
    return answer


def selected(segments: str) -> SelectedLine:
    line = f"LIN+1++9780141439518:EN\nQTY+1:1\n{segments}"
    (fact,) = read(a_message("QUOTES", f"BGM+31C+Q1+9\n{PARTIES}{line}")).facts
    assert isinstance(fact, SelectionFact)
    return fact.lines[0]


def invoiced(segments: str) -> InvoicedLine:
    line = f"LIN+1++9780141439518:EN\n{segments}\nQTY+47:1\nMOA+203:7.19"
    (fact,) = read(a_message("INVOIC", f"BGM+380+I-1+9\n{PARTIES}{line}\nUNS+S\nMOA+9:7.19")).facts
    assert isinstance(fact, InvoiceFact)
    return fact.lines[0]


def advised(segments: str) -> AdvisedLine:
    line = f"LIN+1++9780141439518:EN\nQTY+12:1\nRFF+LI:SB-1\n{segments}"
    (fact,) = read(a_message("DESADV", f"BGM+351+D-1+9\nNAD+DP+IPSW::92\n{line}")).facts
    assert isinstance(fact, DespatchFact)
    return fact.parcels[0].lines[0]


@pytest.mark.parametrize(
    ("price", "minor", "basis"),
    [
        ("PRI+AAA:7.19", 719, PriceBasis.NET),
        ("PRI+AAB:8.99", 899, PriceBasis.GROSS),
        ("PRI+AAB:8.99:CA:SRP", 899, PriceBasis.RETAIL),
        ("PRI+AAE:8.99", 899, PriceBasis.RETAIL),
        ("PRI+AAF:8.99", 899, PriceBasis.UNSTATED),
        ("PRI+AAF:8.99::NTP", 899, PriceBasis.NET),
        ("PRI+CAL:8.99", 899, PriceBasis.NET),
        ("PRI+AAB:89.90:::10", 899, PriceBasis.GROSS),
    ],
)
def test_an_answer_carries_its_price_with_currency_and_basis(price: str, minor: int, basis: PriceBasis) -> None:  # case A10
    (stated,) = answered(an_answer(price)).prices

    assert (stated.minor, stated.currency, stated.basis) == (minor, "GBP", basis)


def test_all_prices_of_a_line_are_kept_each_once_under_the_supplier_s_code() -> None:
    assert answered(an_answer("PRI+AAA:7.19\nPRI+AAB:8.99:CA:SRP\nPRI+AAA:7.19")).prices == (
        StatedPrice(minor=719, currency="GBP", basis=PriceBasis.NET, code="AAA"),
        StatedPrice(minor=899, currency="GBP", basis=PriceBasis.RETAIL, code="AAB CA SRP"),
    )


@pytest.mark.parametrize(("currency", "own"), [("", None), ("CUX+2:EUR:9\n", "EUR"), ("CUX+2:euros:9\n", None)])
def test_no_currency_is_invented_for_a_price(currency: str, own: str | None) -> None:
    (stated,) = answered(an_answer("PRI+AAB:8.99", currency)).prices

    assert stated.currency == own


def test_a_price_below_zero_is_left_out_with_a_finding() -> None:
    reading = an_answer("PRI+AAB:-8.99")

    assert answered(reading).prices == ()
    assert "national-invalid-price" in {finding.code for finding in reading.findings}


def test_an_item_load_keeps_everything_that_is_stated_about_a_copy() -> None:  # case A13
    (copy,) = answered(an_answer(ITEM_LOAD, code="23C")).copies

    assert (copy.branch, copy.sequence) == ("IPSW", "ANF")
    assert copy.item == StatedItem(
        stock_category="BK",
        classification="823.912",
        filing_suffix="CLA",
        shelfmark="823.912 CLA",
        loan_category="3W",
        value="7.19",
        rotation_plan="R2",
        servicing=("BB",),
        servicing_note="Laminate first then label",
        holding_code="HC1",
    )


def test_codes_that_are_kept_nowhere_are_named_once_for_the_whole_message() -> None:
    found = an_answer(f"{ITEM_LOAD}GIR+002+LOWE:LLO+X8:LZZ+1:LYY").findings

    (finding,) = [each for each in found if each.code == "national-copy-data"]
    assert "LYY, LZZ" in finding.text


def test_every_barcode_of_a_set_has_the_data_of_the_set() -> None:
    copies = answered(an_answer("GIR+L01+IPSW:LLO+BK:LST+30114000012346:LAC+30114000012347:LAC", code="23C")).copies

    assert [copy.item for copy in copies] == [StatedItem(stock_category="BK")] * 2


def test_a_selection_keeps_the_data_of_its_copies() -> None:
    (copy,) = selected("GIR+001+IPSW:LLO+BK:LST+ANF:LSQ+823.912 CLA:LSM+823.912:LCL\nGIR+001+16.99:LCV").copies

    assert (copy.sequence, copy.shelfmark) == ("ANF", "823.912 CLA")
    assert copy.item == ItemData(stock_category="BK", classification="823.912", value="16.99")


def test_a_dialect_s_code_for_the_sequence_is_no_stock_category() -> None:
    line = "LIN+1++9780141439518:EN\nQTY+1:1\nGIR+001+IPSW:LLO+ANF:LST"
    dialect = Dialect(copies=CopyCodes(sequence="LST"))
    (fact,) = read(a_message("QUOTES", f"BGM+31C+Q1+9\n{PARTIES}{line}"), Conventions(dialect)).facts

    assert isinstance(fact, SelectionFact)
    (copy,) = fact.lines[0].copies
    assert (copy.sequence, copy.item) == ("ANF", None)


THEIRS = "PIA+1+BK-20417:SA\nRFF+SLI:har2003/91067\nRFF+SNA:0084390261"
CALLED = SupplierReferences(line="har2003/91067", order="0084390261", article="BK-20417")


def test_every_message_keeps_what_the_supplier_calls_a_line() -> None:  # case A14
    lines = (answered(an_answer(THEIRS)), invoiced(THEIRS), advised(THEIRS), selected(THEIRS))

    assert [line.supplier_references for line in lines] == [CALLED] * 4


def test_the_number_of_a_substitute_is_not_the_line_s() -> None:
    assert answered(an_answer("PIA+3+BK-1:SA")).supplier_references is None


@pytest.mark.parametrize(
    ("references", "reference"),
    [("RFF+SLI:SO77/1", "SO77/1"), ("RFF+QLI:Q-9\nRFF+SLI:SO77/1", "Q-9"), ("RFF+SLI: ", "Q1-1")],
    ids=["its own reference", "the quotation's before it", "none, so one is made"],
)
def test_a_selected_line_is_named_by_the_supplier_s_own_reference(references: str, reference: str) -> None:
    assert selected(references).reference == reference


@pytest.mark.parametrize(
    ("described", "title"),
    [
        ("IMD+L+009+:::Clarke, Susanna\nIMD+L+050+:::Piranesi\nIMD+L+060+:::a novel", "Piranesi: a novel"),
        ("IMD+F+JTI+:::Acta botanica", "Acta botanica"),
        ("IMD+F++:::Postage", "Postage"),
        ("IMD+L+050+:::", ""),
    ],
)
def test_an_invoiced_line_keeps_its_title_or_whatever_describes_it(described: str, title: str) -> None:
    assert invoiced(described).title == title
