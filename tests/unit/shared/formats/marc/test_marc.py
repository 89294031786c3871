"""MARC records as libraries' suppliers make them, in both forms."""

from decimal import Decimal

import pymarc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats import marc
from shared.formats.marc import Code, Price, Record
from tests.fixtures.chance import Chance
from tests.unit.shared.formats.marc.strategies import marc_records
from tests.unit.shared.formats.mutants import mutants

XML = """<collection xmlns="http://www.loc.gov/MARC21/slim"><record>
<leader>00000cam a2200000 i 4500</leader><controlfield tag="001">sb0001</controlfield>
<datafield tag="020" ind1=" " ind2=" "><subfield code="a">0-14-143951-3 (pbk.) :</subfield>
<subfield code="c">£8.99</subfield></datafield>
<datafield tag="020" ind1=" " ind2=" "><subfield code="a">9780141439518</subfield></datafield>
<datafield tag="020" ind1=" " ind2=" "><subfield code="a">9780141439519</subfield></datafield>
<datafield tag="100" ind1="1" ind2=" "><subfield code="a">Austen, Jane,</subfield>
<subfield code="d">1775-1817,</subfield></datafield>
<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Pride and prejudice :</subfield>
<subfield code="b">a novel /</subfield></datafield>
<datafield tag="264" ind1=" " ind2="4"><subfield code="c">©1999</subfield></datafield>
<datafield tag="264" ind1=" " ind2="1"><subfield code="b">Penguin,</subfield><subfield code="c">[2003]</subfield></datafield>
<datafield tag="700" ind1="1" ind2=" "><subfield code="a">Jones, V. M.</subfield></datafield>
</record></collection>"""

PRIDE = Record(
    control_number="sb0001",
    isbns=("9780141439518",),
    title="Pride and prejudice",
    subtitle="a novel",
    authors=("Austen, Jane", "Jones, V. M."),
    publisher="Penguin",
    year="2003",
    form="pbk",
    list_price=Price(Decimal("8.99"), "GBP"),
)


def binary(*fields: pymarc.Field, charset: str = "a") -> bytes:
    raw = pymarc.Record(fields=list(fields)).as_marc()
    return raw[:9] + charset.encode() + raw[10:]


def titled(title: str) -> pymarc.Field:
    return pymarc.Field("245", pymarc.Indicators("0", "0"), [pymarc.Subfield("a", title)])


def codes_of(reading: marc.Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def test_a_record_is_read_without_the_punctuation_between_areas() -> None:
    reading = marc.read_xml(XML)

    assert reading.records == (PRIDE,)
    assert codes_of(reading) == [Code.INVALID_ISBN]


def test_a_bare_record_without_namespace_says_the_same() -> None:
    bare = XML[XML.index("<record>") : XML.index("</collection>")]

    assert marc.read_xml(bare).records == (PRIDE,)


def test_text_is_read_as_it_is_and_bytes_as_they_declare() -> None:
    text = '\n<?xml version="1.0" encoding="ISO-8859-1"?>' + XML.replace("Penguin", "Éditions")

    assert marc.read_xml(text).records[0].publisher == "Éditions"
    assert marc.read_xml(text.encode("latin-1")).records[0].publisher == "Éditions"


def test_a_document_type_is_refused() -> None:
    reading = marc.read_xml('<!DOCTYPE collection [<!ENTITY x "y">]>' + XML)

    assert (reading.records, codes_of(reading)) == ((), [Code.REFUSED])


@pytest.mark.parametrize("text", ["<html/>", "<collection/>"])
def test_xml_without_a_record_is_no_marc(text: str) -> None:
    assert codes_of(marc.read_xml(text)) == [Code.NOT_MARC]


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("EUR 12,50", ("12.50", "EUR")),
        ("$25 (hbk)", ("25", "USD")),
        ("free", None),
        ("9.99", None),
        ("JPY 1200", ("1200", "JPY")),
        ("KWD 5.250", ("5.250", "KWD")),
        ("JPY 1,200", None),
    ],
)
def test_a_list_price_needs_an_amount_and_a_currency(text: str, price: tuple[str, str] | None) -> None:
    reading = marc.read_xml(XML.replace("£8.99", text))

    assert reading.records[0].list_price == (Price(Decimal(price[0]), price[1]) if price else None)
    assert (Code.INVALID_PRICE in codes_of(reading)) == (price is None)


def test_binary_records_are_read_in_utf8_and_the_next_after_a_broken_one() -> None:
    good = binary(titled("Šafařík /"))

    reading = marc.read(good + b"\r\n" + good[:20] + b"\x1d" + good)

    assert [record.title for record in reading.records] == ["Šafařík", "Šafařík"]
    assert codes_of(reading) == [Code.NO_ISBN, Code.UNREADABLE, Code.NO_ISBN]
    assert reading.findings[1].offset == len(good) + 2


def test_characters_that_cannot_be_read_are_a_finding() -> None:
    raw = binary(titled("Caf\N{LATIN SMALL LETTER E WITH ACUTE}xx"))

    damaged = marc.read(raw.replace("é".encode(), b"\xe9\xe9"))
    marc8 = marc.read(binary(titled("Caf\N{LATIN SMALL LETTER E WITH ACUTE}"), charset=" ").replace("é".encode(), b"\xff\xff"))

    assert Code.REPLACED in codes_of(damaged)
    assert Code.REPLACED in codes_of(marc8)


def test_joiners_stay_accents_are_composed_and_soft_hyphens_go() -> None:  # case B6
    title = "a\u200cb c\u200dd Garci\u0301a so\u00adft\x85line"
    field = f'<datafield tag="245" ind1="1" ind2="0"><subfield code="a">{title}</subfield></datafield>'

    [record] = marc.read_xml(f"<record>{field}</record>").records

    assert record.title == "a\u200cb c\u200dd Garc\u00eda soft line"


def test_marc8_is_decoded_and_undeclared_utf8_is_noticed() -> None:
    raw = binary(titled("Cafée"), charset=" ")

    marc8 = marc.read(raw.replace("ée".encode(), b"\xe2ee"))
    utf8 = marc.read(raw)

    assert marc8.records[0].title == "Cafée"
    assert utf8.records[0].title == "Cafée"
    assert Code.CHARSET in codes_of(utf8)


@given(marc_records())
def test_facts_written_as_marcxml_are_read_as_they_were(record: Record) -> None:
    assert marc.read_xml(marc.write_xml(record)).records == (record,)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_readers_raise(raw: bytes) -> None:
    assert marc.read(raw).records or marc.read(raw).findings
    assert marc.read_xml(raw).records or marc.read_xml(raw).findings


def test_no_mutant_makes_the_readers_raise(chance: Chance) -> None:
    records = binary(titled("A title"), pymarc.Field("001", data="1")) * 2
    binaries, words = [records, binary(titled("Café"), charset=" ")], [b"\x1d", b"\x1e", b"\x1fa", b"\x1b$1"]
    for raw in mutants(binaries, chance.mutants, seed=chance.seed, words=words):
        marc.read(raw)
    words = [b"<record>", b"</record>", b"<!DOCTYPE x>", b"&amp;"]
    for raw in mutants([XML.encode()], chance.mutants, seed=chance.seed, words=words):
        marc.read_xml(raw)
        marc.read_xml(raw.decode("latin-1"))
