"""Writes books as MARC 21 records of acquisition quality: ISO 2709 and MARCXML, by pymarc. One record in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from xml.etree.ElementTree import tostring

from pymarc import Field, Indicators, Record, Subfield, record_to_xml_node

from local.simulators.feeds.book import Book
from local.simulators.feeds.books import TODAY
from local.simulators.feeds.marc8 import marc8

# Branch and barcode of each copy of a book.
Items = Callable[[Book], Iterable[tuple[str, str]]]

_AGENCY = "XxFeeds"
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


def marc_chunks(books: Iterable[Book], *, utf8: bool = True, items: Items | None = None) -> Iterator[bytes]:
    """Yields one record of ISO 2709 per book, in UTF-8 (LDR/09 `a`) or MARC-8 (LDR/09 blank).

    `items` returns branch and barcode of each copy of a book, for the item fields (949); by default there are none.
    """
    text: _Text = str if utf8 else _as_marc8
    for book in books:
        yield _record(book, items, text, utf8=utf8).as_marc()


def marcxml_chunks(books: Iterable[Book], *, items: Items | None = None) -> Iterator[bytes]:
    """Yields a MARCXML collection with the same records: its beginning, one chunk per book, its end."""
    yield _COLLECTION.encode()
    for book in books:
        node = record_to_xml_node(_record(book, items, str, utf8=True))  # type: ignore[no-untyped-call] # pymarc's own omission
        yield f"{tostring(node, encoding='unicode')}\n".encode()
    yield b"</collection>\n"


def _as_marc8(text: str) -> str:
    """Returns MARC-8 as characters of Latin-1: pymarc writes those byte by byte under LDR/09 blank."""
    return marc8(text).decode("latin-1")


def _record(book: Book, items: Items | None, text: _Text, *, utf8: bool) -> Record:
    kind = "i" if book.form.code in ("AC", "AJ") else "a"
    level = "8" if book.forthcoming else " "
    # pymarc sets length and base address when it writes the record.
    leader = f"00000n{kind}m {'a' if utf8 else ' '}2200000{level}i 4500"
    record = Record(leader=leader, to_unicode=utf8, fields=[*_control_fields(book)])
    for tag, indicators, subfields in _data_fields(book):
        content = [Subfield(code, text(value)) for code, value in subfields]
        record.fields.append(Field(tag, Indicators(*indicators), content))
    for branch, barcode in items(book) if items else ():
        copy = [Subfield("l", branch), Subfield("i", barcode), Subfield("p", _price(book))]
        record.fields.append(Field("949", Indicators(" ", " "), copy))
    return record


def _control_fields(book: Book) -> Iterator[Field]:
    audience, online = "j" if book.ages else " ", "o" if book.form.code in ("ED", "AJ") else " "
    fiction = "1" if book.subjects[0].dewey.startswith("82") else "0"
    fixed = f"{TODAY[2:]}s{book.published[:4]}    enk    {audience}{online}     000 {fiction} {book.title.language} d"
    yield Field("001", data=f"feeds{book.number:09d}")
    yield Field("003", data=_AGENCY)
    yield Field("005", data=f"{TODAY}060000.0")
    yield Field("008", data=fixed)


_Fields = Iterator[tuple[str, str, list[tuple[str, str]]]]


def _data_fields(book: Book) -> _Fields:
    """Yields tag, indicators and subfields in the order of the tags."""
    yield "020", "  ", [("a", book.isbn), ("q", f"({book.form.bound})"), ("c", f"£{_price(book)}")]
    yield "040", "  ", [("a", _AGENCY), ("b", "eng"), ("e", "rda"), ("c", _AGENCY)]
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
        yield "700", "1 ", [("a", f"{other.person.inverted},"), ("e", f"{_ROLES[other.role]}.")]
    for relation, isbn in book.related:
        if relation == "06":
            yield "776", "08", [("i", "Other format:"), ("t", book.title.full), ("z", isbn)]
    if book.series:
        name, part = book.series
        yield "830", " 0", [("a", f"{name} ;"), ("v", str(part))]
    yield "856", "42", [("3", "Cover image"), ("u", book.cover)]


def _statement(book: Book) -> _Fields:
    """Yields main entry, title and edition with the punctuation of ISBD."""
    first = book.contributors[0]
    yield "100", "1 ", [("a", f"{first.person.inverted},"), ("e", f"{_ROLES[first.role]}.")]
    skipped = len(book.title.prefix) + 1 if book.title.prefix else 0
    by = "; ".join(contributor.person.name for contributor in book.contributors)
    title = [("a", f"{book.title.full} :"), ("b", f"{book.title.subtitle} /")] if book.title.subtitle else []
    yield "245", f"1{skipped}", [*(title or [("a", f"{book.title.full} /")]), ("c", f"{by}.")]
    if book.edition > 1:
        yield "250", "  ", [("a", f"Edition {book.edition}.")]


def _publication(book: Book) -> _Fields:
    publisher, extent = book.publisher, book.extent
    yield "264", " 1", [("a", f"{publisher.place} :"), ("b", f"{publisher.imprint},"), ("c", f"{book.published[:4]}.")]
    if book.form.printed:
        size = -(-extent.height // 10)
        yield "300", "  ", [("a", f"{extent.pages} pages ;"), ("c", f"{size} cm")]
    else:
        yield "300", "  ", [("a", f"1 {book.form.bound}")]
    for tag, (name, code, source) in zip(("336", "337", "338"), _CARRIERS.get(book.form.code, _PRINTED), strict=True):
        yield tag, "  ", [("a", name), ("b", code), ("2", source)]
    if book.series:
        name, part = book.series
        yield "490", "1 ", [("a", f"{name} ;"), ("v", str(part))]


def _notes(book: Book) -> _Fields:
    if book.contents:
        yield "505", "0 ", [("a", f"{' -- '.join(book.contents)}.")]
    yield "520", "  ", [("a", book.summary)]
    if book.ages:
        yield "521", "1 ", [("a", f"{book.ages[0]}-{book.ages[1]}.")]


def _subjects(book: Book) -> _Fields:
    for subject in book.subjects:
        if book.headed:
            yield "650", " 0", [("a", f"{subject.heading}.")]
        yield "650", " 7", [("a", subject.heading), ("2", "fast")]
    if book.keywords:
        yield "653", "  ", [("a", keyword) for keyword in book.keywords]
    genre = "Fiction" if book.subjects[0].dewey.startswith("82") else "Instructional and educational works"
    yield "655", " 7", [("a", genre), ("2", "lcgft")]


def _price(book: Book) -> str:
    return f"{book.offer.pence // 100}.{book.offer.pence % 100:02d}"
