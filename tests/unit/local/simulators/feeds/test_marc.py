"""MARC records of invented books, as pymarc reads them."""

from __future__ import annotations

import io
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from pymarc import MARCReader, Record
from pymarc.marc8 import marc8_to_unicode
from pymarc.marcxml import parse_xml_to_array

from local.simulators.feeds.book import Book
from local.simulators.feeds.books import books
from local.simulators.feeds.marc import Item, marc_chunks, marcxml_chunks
from local.simulators.feeds.marc8 import marc8

_BOOKS = list(books(seed=4, count=400))
# Latin letters with accents and without, Cyrillic, Greek, Chinese, Arabic, Hebrew: what MARC-8 has.
_IN_MARC8 = "az AZ 09 .,éèêëñçöøåłžšőß£ЖийпΝίκός明林山ليلىנועה"


def read(chunks: list[bytes]) -> list[Record]:
    """The records, without forgiving anything."""
    records = list(MARCReader(b"".join(chunks), permissive=False))
    return [record for record in records if record is not None]


def test_pymarc_reads_every_record_in_utf8() -> None:
    records = read(list(marc_chunks(_BOOKS)))
    assert [record["020"]["a"] for record in records] == [book.isbn for book in _BOOKS]
    assert all(record.leader[9] == "a" for record in records)
    assert all(len(record["008"].data or "") == 40 for record in records)
    fields = sum(len(record.fields) for record in records) / len(records)
    assert 22 <= fields <= 30


def test_marc8_carries_the_same_as_utf8_but_for_letters_that_it_lacks() -> None:
    old, new = read(list(marc_chunks(_BOOKS, utf8=False))), read(list(marc_chunks(_BOOKS)))
    pairs = [(str(one), str(other)) for a, b in zip(old, new, strict=True) for one, other in zip(a.fields, b.fields, strict=True)]
    assert all(unicodedata.normalize("NFC", one) == other for one, other in pairs if "&#x" not in one)
    assert 0 < sum("&#x" in one for one, _ in pairs) < 40
    assert any(not other.isascii() for one, other in pairs if "&#x" not in one)


def test_marcxml_carries_the_same_as_iso_2709() -> None:
    chunks = list(marcxml_chunks(_BOOKS))
    assert len(chunks) == len(_BOOKS) + 2
    twins = parse_xml_to_array(io.BytesIO(b"".join(chunks)))  # type: ignore[no-untyped-call] # pymarc's own omission
    assert [[str(field) for field in twin.fields] for twin in twins] == [
        [str(field) for field in record.fields] for record in read(list(marc_chunks(_BOOKS)))
    ]


def test_each_copy_has_an_item_field_where_branch_and_barcode_are_given() -> None:
    def items(book: Book) -> list[Item]:
        return [Item("CENT", f"3{book.number:013d}", "823 TOR"), Item("NORTH", f"4{book.number:013d}")]

    [record] = read(list(marc_chunks(_BOOKS[5:6], items=items)))
    copies = [(field["l"], field["a"], field.get("b")) for field in record.get_fields("949")]
    assert copies == [("CENT", "30000000000005", "823 TOR"), ("NORTH", "40000000000005", None)]
    assert not read(list(marc_chunks(_BOOKS[5:6])))[0].get_fields("949")


@given(st.text(_IN_MARC8))
def test_what_is_written_in_marc8_is_read_again(text: str) -> None:
    assert marc8_to_unicode(marc8(text)) == text


def test_marc8_puts_the_accent_before_its_letter() -> None:
    assert marc8("é") == b"\xe2e"


def test_a_letter_that_marc8_lacks_is_a_character_reference() -> None:
    assert marc8("ন") == b"&#x09A8;"
