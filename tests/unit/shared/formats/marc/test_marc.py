"""MARC records as libraries' suppliers make them, in both forms."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pymarc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.findings import Finding
from shared.formats import marc
from shared.formats.marc import Code
from shared.money import to_minor
from shared.records import (
    Cataloguing,
    Contributor,
    Description,
    FullnessLevel,
    Identifier,
    IdentifierKind,
    KeptAside,
    Offer,
    Price,
    Record,
    Remainder,
    TitleStatement,
)
from tests.fixtures.chance import Chance
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
    isbn="9780141439518",
    reference="sb0001",
    description=Description(
        identifiers=(Identifier(IdentifierKind.ISBN13, "9780141439518"), Identifier(IdentifierKind.ISBN10, "0141439513", "pbk")),
        title=TitleStatement("Pride and prejudice", subtitle="a novel"),
        contributors=(
            Contributor("Jane Austen", "Austen, Jane", dates="1775-1817"),
            Contributor("V. M. Jones", "Jones, V. M."),
        ),
        publisher="Penguin",
        published="2003",
        copyright_year="1999",
        form="pbk",
        cataloguing=Cataloguing(level=FullnessLevel.FULL, control_number="sb0001"),
    ),
    offers=(Offer(prices=(Price(899, "GBP"),)),),
    remainder=(Remainder("020", "##$a9780141439519"),),
)


def binary(*fields: pymarc.Field, charset: str = "a") -> bytes:
    raw = pymarc.Record(fields=list(fields)).as_marc()
    return raw[:9] + charset.encode() + raw[10:]


def isbn(number: str = "9780141439518") -> pymarc.Field:
    return pymarc.Field("020", pymarc.Indicators(" ", " "), [pymarc.Subfield("a", number)])


def titled(title: str) -> pymarc.Field:
    return pymarc.Field("245", pymarc.Indicators("0", "0"), [pymarc.Subfield("a", title)])


def read(raw: bytes) -> list[Record | KeptAside | Finding]:
    return list(marc.read_records([raw]))


def findings_of(found: Sequence[Record | KeptAside | Finding]) -> list[Finding]:
    findings: list[Finding] = []
    for one in found:
        findings += one.findings if isinstance(one, Record) else [one.finding if isinstance(one, KeptAside) else one]
    return findings


def codes_of(found: list[Record | KeptAside | Finding] | marc.Reading) -> list[str]:
    everything: Sequence[Record | KeptAside | Finding] = found if isinstance(found, list) else (*found.records, *found.findings)
    return [finding.code for finding in findings_of(everything)]


def title_of(found: Record | KeptAside | Finding) -> str:
    assert isinstance(found, Record)
    assert found.description.title is not None
    return found.description.title.title


def without_findings(reading: marc.Reading) -> list[Record]:
    return [replace(record, findings=(), number=1) for record in reading.records]


def test_a_record_is_read_without_the_punctuation_between_areas() -> None:
    reading = marc.read_xml(XML)

    assert without_findings(reading) == [PRIDE]
    assert codes_of(reading) == [Code.INVALID_ISBN, Code.NOT_CARRIED]


def test_a_bare_record_without_namespace_says_the_same() -> None:
    bare = XML[XML.index("<record>") : XML.index("</collection>")]

    assert without_findings(marc.read_xml(bare)) == [PRIDE]


def test_text_is_read_as_it_is_and_bytes_as_they_declare() -> None:
    text = '\n<?xml version="1.0" encoding="ISO-8859-1"?>' + XML.replace("Penguin", "Éditions")

    assert marc.read_xml(text).records[0].description.publisher == "Éditions"
    assert marc.read_xml(text.encode("latin-1")).records[0].description.publisher == "Éditions"


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

    amount = to_minor(Decimal(price[0]), price[1]) if price else 0
    assert reading.records[0].offers == ((Offer(prices=(Price(amount, price[1]),)),) if price else ())
    assert (Code.INVALID_PRICE in codes_of(reading)) == (price is None)


def test_binary_records_are_read_in_utf8_and_the_next_after_a_broken_one() -> None:
    good = binary(isbn(), titled("Šafařík /"))

    first, broken, last = read(good + b"\r\n" + good[:20] + b"\x1d" + good)

    assert [title_of(first), title_of(last)] == ["Šafařík", "Šafařík"]
    assert isinstance(broken, KeptAside)
    assert (broken.finding.code, broken.finding.offset, broken.raw) == (Code.UNREADABLE, len(good) + 2, good[:20] + b"\x1d")
    assert (broken.number, broken.offset) == (2, len(good) + 2)


def test_a_record_without_isbn_is_kept_aside_with_its_bytes_and_its_title() -> None:
    raw = binary(titled("A map /"), isbn("9780141439519"))

    (kept,) = read(raw)

    assert isinstance(kept, KeptAside)
    assert (kept.raw, kept.finding.code) == (raw, Code.NO_ISBN)
    assert "'A map'" in kept.finding.text
    assert "wrong check digit" in kept.finding.text


def test_a_record_without_title_is_a_record_with_a_finding() -> None:
    assert codes_of(read(binary(isbn()))) == [Code.NO_TITLE]


@given(st.integers(1, 400))
def test_records_are_the_same_however_the_file_is_cut(size: int) -> None:
    raw = binary(isbn(), titled("Emma")) + b"\n" + b"rubbish\x1d\x1d" + binary(isbn(), titled("Café"))

    assert list(marc.read_records(raw[at : at + size] for at in range(0, len(raw), size))) == read(raw)


def test_a_run_without_an_end_of_record_is_kept_aside_and_reading_goes_on() -> None:
    run = b"x" * (1 << 20)
    good = binary(isbn(), titled("Emma"))

    *kept, last = marc.read_records(iter([run, b"y" * 10, b"\x1d", good]))

    assert [one.raw for one in kept if isinstance(one, KeptAside)] == [run, b"y" * 10 + b"\x1d"]
    assert (title_of(last), isinstance(last, Record) and last.offset) == ("Emma", len(run) + 11)


def test_a_file_without_records_is_a_finding() -> None:
    assert codes_of(read(b"\r\n")) == [Code.NOT_MARC]


def test_a_record_with_a_wrong_length_is_read_where_its_directory_is_right() -> None:
    raw = binary(isbn(), titled("Emma"))

    found = read(b"00020" + raw[5:])

    assert (title_of(found[0]), codes_of(found)) == ("Emma", [Code.LENGTH])


def test_a_record_whose_directory_points_elsewhere_is_kept_aside() -> None:
    raw = binary(isbn(), titled("Emma"), titled("Persuasion"))
    end = raw.index(b"\x1e")
    wrong = raw[: end - 5] + b"00001" + raw[end:]

    (kept,) = read(wrong.replace(b"Persuasion", b"Persuas\x1eon"))

    assert isinstance(kept, KeptAside)
    assert kept.finding.code == Code.UNREADABLE
    assert kept.finding.text == "it cannot be divided into fields: its directory does not agree with its fields"


@pytest.mark.parametrize(
    ("place", "bytes_there", "said"),
    [
        (slice(12, 17), b"00000", "the address in LDR/12-16 is not inside the record"),
        (slice(12, 17), b"99999", "the address in LDR/12-16 is not inside the record"),
        (slice(12, 17), b"00025", "it has a leader and no field"),
        (slice(27, 31), b"LONG", "a length or an address in its leader or directory is not a number"),
        (slice(6, 7), "é".encode("latin-1"), "its leader, its directory or an indicator has a byte that is not ASCII"),
    ],
    ids=["no address", "address behind the end", "no directory", "no number", "not ASCII"],
)
def test_a_record_that_cannot_be_divided_says_why_without_the_words_of_pymarc(
    place: slice, bytes_there: bytes, said: str
) -> None:
    raw = bytearray(binary(isbn(), titled("Emma")))
    raw[place] = bytes_there

    (kept,) = read(bytes(raw))

    assert isinstance(kept, KeptAside)
    assert kept.finding.text == f"it cannot be divided into fields: {said}"


def test_characters_that_cannot_be_read_are_a_finding_and_no_blank() -> None:
    raw = binary(isbn(), titled("Caféxxx"))

    damaged = read(raw.replace(b"xxx", b"\xe9xx"))
    marc8 = read(binary(isbn(), titled("Café ë"), charset=" ").replace("é".encode(), b"\xff\xff"))

    assert title_of(damaged[0]) == "Café\ufffdxx"
    assert Code.REPLACED in codes_of(damaged)
    assert title_of(marc8[0]).startswith("Caf\ufffd\ufffd ")
    assert Code.REPLACED in codes_of(marc8)


def test_an_accent_of_marc8_without_a_letter_is_a_finding() -> None:
    found = read(binary(isbn(), titled("Café noir"), charset=" ").replace("é".encode(), b"\xe9\xe9"))

    assert (title_of(found[0]), codes_of(found)) == ("Caf\ufffd noir", [Code.REPLACED])


def test_bytes_declared_as_utf8_that_are_windows_1252_are_read_so() -> None:
    raw = binary(isbn(), titled("Caféx \N{RIGHT SINGLE QUOTATION MARK}n"))
    (record,) = found = read(
        raw.replace("é".encode(), b"\xe9\xe9").replace("\N{RIGHT SINGLE QUOTATION MARK}".encode(), b"\x92__")
    )

    assert isinstance(record, Record)
    assert (title_of(record), record.encoding_true) == ("Cafééx \u2019__n", False)
    assert codes_of(found) == [Code.CHARSET]


def test_bytes_declared_as_utf8_with_escapes_that_are_no_utf8_are_read_as_marc8() -> None:
    raw = binary(isbn(), titled("Caféx1234567"))
    (record,) = found = read(raw.replace("éx1234567".encode(), b"\xe2e \x1b(N\xc1\x1b(B"))

    assert isinstance(record, Record)
    assert (title_of(record)[:5], record.encoding_true) == ("Café ", False)
    assert Code.CHARSET in codes_of(found)


def test_joiners_stay_accents_are_composed_and_soft_hyphens_go() -> None:  # case B6
    title = "a\u200cb c\u200dd Garci\u0301a so\u00adft\x85line"
    number = '<datafield tag="020" ind1=" " ind2=" "><subfield code="a">9780141439518</subfield></datafield>'
    field = f'<datafield tag="245" ind1="1" ind2="0"><subfield code="a">{title}</subfield></datafield>'

    [record] = marc.read_xml(f"<record>{number}{field}</record>").records

    assert title_of(record) == "a\u200cb c\u200dd Garc\u00eda soft line"


def test_accents_are_composed_and_blanks_collapsed_in_iso_2709_too() -> None:
    (record,) = read(binary(isbn(), titled(" Garci\u0301a   Ma\u0301rquez  :")))

    assert title_of(record) == "Garc\u00eda M\u00e1rquez"


def test_marc8_is_decoded_and_undeclared_utf8_is_noticed() -> None:
    raw = binary(isbn(), titled("Cafée"), charset=" ")

    (marc8,) = read(raw.replace("ée".encode(), b"\xe2ee"))
    (utf8,) = read(raw)

    assert isinstance(marc8, Record)
    assert isinstance(utf8, Record)
    assert (title_of(marc8), marc8.encoding_true) == ("Cafée", True)
    assert (title_of(utf8), utf8.encoding_true) == ("Cafée", False)
    assert codes_of([utf8]) == [Code.CHARSET]


@given(st.binary(max_size=200))
def test_no_bytes_make_the_readers_raise(raw: bytes) -> None:
    assert read(raw)
    assert marc.read_xml(raw).records or marc.read_xml(raw).findings


def test_no_mutant_makes_the_readers_raise(chance: Chance) -> None:
    records = binary(isbn(), titled("A title"), pymarc.Field("001", data="1")) * 2
    binaries, words = [records, binary(isbn(), titled("Café"), charset=" ")], [b"\x1d", b"\x1e", b"\x1fa", b"\x1b$1"]
    for raw in mutants(binaries, chance.mutants, seed=chance.seed, words=words):
        read(raw)
    words = [b"<record>", b"</record>", b"<!DOCTYPE x>", b"&amp;"]
    for raw in mutants([XML.encode()], chance.mutants, seed=chance.seed, words=words):
        marc.read_xml(raw)
        marc.read_xml(raw.decode("latin-1"))
