"""Writes books as MARC 21 records of acquisition quality: ISO 2709 and MARCXML, by pymarc. One record in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple
from xml.etree.ElementTree import tostring

from pymarc import Field, Indicators, Record, Subfield, record_to_xml_node

from local.simulators.feeds.book import FEEDS, Book, Bookseller, Contributor
from local.simulators.feeds.books import TODAY
from local.simulators.feeds.marc8 import marc8


class Item(NamedTuple):
    """One copy of a book: its branch, its barcode, and its shelf mark if any."""

    branch: str
    barcode: str
    shelfmark: str = ""


Items = Callable[[Book], Iterable[Item]]

_ROLES = {"A01": "author", "A09": "creator", "A12": "illustrator", "A24": "writer of introduction", "B01": "editor"} | {
    "B06": "translator",
    "E03": "narrator",
}
_PRINTED = (("text", "txt", "rdacontent"), ("unmediated", "n", "rdamedia"), ("volume", "nc", "rdacarrier"))
_CARRIERS = {
    "ED": (("text", "txt", "rdacontent"), ("computer", "c", "rdamedia"), ("online resource", "cr", "rdacarrier")),
    "AC": (("spoken word", "spw", "rdacontent"), ("audio", "s", "rdamedia"), ("audio disc", "sd", "rdacarrier")),
    "AJ": (("spoken word", "spw", "rdacontent"), ("computer", "c", "rdamedia"), ("online resource", "cr", "rdacarrier")),
}
_COLLECTION = '<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n'

_Text = Callable[[str], str]


def marc_chunks(
    books: Iterable[Book], *, utf8: bool = True, items: Items | None = None, by: Bookseller = FEEDS
) -> Iterator[bytes]:
    """Yields one record of ISO 2709 per book, in UTF-8 (LDR/09 `a`) or MARC-8 (LDR/09 blank).

    `items` returns the copies of a book, for the item fields (949, as British systems load them: $l branch, $a barcode,
    $b shelf mark, $p price); by default there are none.
    """
    text: _Text = str if utf8 else _as_marc8
    for book in books:
        yield _record(book, items, text, by, utf8=utf8).as_marc()


def marcxml_chunks(books: Iterable[Book], *, items: Items | None = None) -> Iterator[bytes]:
    """Yields a MARCXML collection with the same records: its beginning, one chunk per book, its end."""
    yield _COLLECTION.encode()
    for book in books:
        node = record_to_xml_node(_record(book, items, str, FEEDS, utf8=True))  # type: ignore[no-untyped-call] # pymarc's own omission
        yield f"{tostring(node, encoding='unicode')}\n".encode()
    yield b"</collection>\n"


def _as_marc8(text: str) -> str:
    """Returns MARC-8 as characters of Latin-1: pymarc writes those byte by byte under LDR/09 blank."""
    return marc8(text).decode("latin-1")


def _record(book: Book, items: Items | None, text: _Text, by: Bookseller, *, utf8: bool) -> Record:
    kind = "i" if book.form.code in ("AC", "AJ") else "a"
    level = "8" if book.forthcoming else " "
    # pymarc sets length and base address when it writes the record.
    leader = f"00000n{kind}m {'a' if utf8 else ' '}2200000{level}i 4500"
    record = Record(leader=leader, to_unicode=utf8, fields=[*_control_fields(book, by)])
    copies = (("949", "  ", _item(book, item)) for item in (items(book) if items else ()))
    for tag, indicators, subfields in chain(_data_fields(book, by), copies):
        content = [Subfield(code, text(value)) for code, value in subfields if value]
        record.fields.append(Field(tag, Indicators(*indicators), content))
    return record


def _control_fields(book: Book, by: Bookseller) -> Iterator[Field]:
    audience, online = "j" if book.ages else " ", "o" if book.form.code in ("ED", "AJ") else " "
    date, language = book.published[:4] or "uuuu", book.title.language or "und"
    fixed = f"{TODAY[2:]}s{date}    enk    {audience}{online}     000 {int(book.fiction)} {language} d"
    yield Field("001", data=f"{by.code}{book.number:09d}")
    yield Field("003", data=by.agency)
    yield Field("005", data=f"{TODAY}060000.0")
    yield Field("008", data=fixed)


_Fields = Iterator[tuple[str, str, list[tuple[str, str]]]]


def _item(book: Book, item: Item) -> list[tuple[str, str]]:
    return [("l", item.branch), ("a", item.barcode), ("b", item.shelfmark), ("p", _price(book))]


def _data_fields(book: Book, by: Bookseller) -> _Fields:
    """Yields tag, indicators and subfields in the order of the tags; a subfield may be empty."""
    price = _price(book)
    yield "020", "  ", [("a", book.isbn), ("q", f"({book.form.bound})"), ("c", f"£{price}" if price else "")]
    yield "040", "  ", [("a", by.agency), ("b", "eng"), ("e", "rda"), ("c", by.agency)]
    for subject in book.subjects:
        yield "072", " 7", [("a", subject.thema), ("2", "thema")]
    for _, code in book.qualifiers:
        yield "072", " 7", [("a", code), ("2", "thema")]
    if book.shelved:
        yield "082", "04", [("a", book.subjects[0].dewey), ("2", "23")]
    yield from _statement(book)
    yield from _publication(book)
    yield from _notes(book)
    yield from _subjects(book)
    for other in book.contributors[1:]:
        yield "700", _entry(other), [("a", f"{other.person.inverted},"), ("e", f"{_ROLES[other.role]}.")]
    for relation, isbn in book.related:
        if relation == "06":
            yield "776", "08", [("i", "Other format:"), ("t", book.title.full), ("z", isbn)]
    if book.series:
        yield "830", " 0", _series(*book.series)
    if book.cover:
        yield "856", "42", [("3", "Cover image"), ("u", book.cover)]


def _entry(contributor: Contributor) -> str:
    """Returns the indicators of a personal name: with a surname, or a forename alone."""
    return "1 " if contributor.person.before else "0 "


def _series(name: str, part: int) -> list[tuple[str, str]]:
    return [("a", f"{name} ;"), ("v", str(part))] if part else [("a", name)]


def _statement(book: Book) -> _Fields:
    """Yields main entry, title and edition with the punctuation of ISBD."""
    for first in book.contributors[:1]:
        yield "100", _entry(first), [("a", f"{first.person.inverted},"), ("e", f"{_ROLES[first.role]}.")]
    skipped = len(book.title.prefix) + 1 if book.title.prefix else 0
    by = "; ".join(contributor.person.name for contributor in book.contributors)
    title = [("a", f"{book.title.full} :"), ("b", f"{book.title.subtitle} /")] if book.title.subtitle else []
    added = "1" if book.contributors else "0"
    yield "245", f"{added}{skipped}", [*(title or [("a", f"{book.title.full} /")]), ("c", by and f"{by}.")]
    if book.edition > 1:
        yield "250", "  ", [("a", f"Edition {book.edition}.")]


def _publication(book: Book) -> _Fields:
    publisher, extent = book.publisher, book.extent
    place, year = publisher.place and f"{publisher.place} :", book.published and f"{book.published[:4]}."
    yield "264", " 1", [("a", place), ("b", publisher.imprint and f"{publisher.imprint},"), ("c", year)]
    if extent.pages:
        size = -(-extent.height // 10)
        yield "300", "  ", [("a", f"{extent.pages} pages ;"), ("c", f"{size} cm")]
    elif not book.form.printed:
        yield "300", "  ", [("a", f"1 {book.form.bound}")]
    for tag, (name, code, source) in zip(("336", "337", "338"), _CARRIERS.get(book.form.code, _PRINTED), strict=True):
        yield tag, "  ", [("a", name), ("b", code), ("2", source)]
    if book.series:
        yield "490", "1 ", _series(*book.series)


def _notes(book: Book) -> _Fields:
    if book.contents:
        yield "505", "0 ", [("a", f"{' -- '.join(book.contents)}.")]
    if book.summary:
        yield "520", "  ", [("a", book.summary)]
    if book.ages:
        yield "521", "1 ", [("a", f"{book.ages[0]}-{book.ages[1]}.")]


def _subjects(book: Book) -> _Fields:
    for subject in book.subjects:
        if not subject.heading:
            continue
        if book.headed:
            yield "650", " 0", [("a", f"{subject.heading}.")]
        yield "650", " 7", [("a", subject.heading), ("2", "fast")]
    if book.keywords:
        yield "653", "  ", [("a", keyword) for keyword in book.keywords]
    if book.fiction:
        yield "655", " 7", [("a", "Fiction"), ("2", "lcgft")]


def _price(book: Book) -> str:
    """Returns the retail price in pounds; "" where there is none."""
    return f"{book.offer.pence // 100}.{book.offer.pence % 100:02d}" if book.offer.pence else ""
