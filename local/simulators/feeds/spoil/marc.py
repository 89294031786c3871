"""Ways to spoil a MARC 21 record in ISO 2709. Works on the bytes of one record; its neighbours stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from pymarc import Indicators, RawField, Record, Subfield

from local.simulators.feeds.book import Book
from local.simulators.feeds.marc import marc_chunks
from local.simulators.feeds.spoil.feed import SpoiledFeed, Way

_END_OF_FIELD, _END_OF_RECORD = b"\x1e", b"\x1d"
_LEADER, _ENTRY = 24, 12
# Places in the leader: length of the record, character set, base address of the data.
_CHARSET, _BASE = 9, slice(12, 17)
# Notes that make a record longer than five digits can state, each within a field's limit of 9,999 bytes.
_LONG_NOTES, _LONG_NOTE = 11, 9_300

_Edit = Callable[[bytes], bytes]
_Change = Callable[[Record], None]


class MarcWay(Way):
    """What is wrong with the record; whether a careful reader can still take it."""

    DIRECTORY_NOT_DIGITS = "A length in the directory is a word.", False
    NO_FIELD_TERMINATOR = "A field has no terminator, so that every later field is one byte off.", False
    TRUNCATED = "The record stops in the middle; the next one follows.", False
    NO_ISBN = "There is no 020.", False
    WRONG_CHECK_DIGIT = "The ISBN in 020 $a has a wrong check digit.", False
    ISBN_CANCELLED = "The ISBN is in 020 $z only.", False
    NO_TITLE = "There is no 245.", False
    EMPTY = "There is a leader and no field.", False
    LENGTH_TOO_LARGE = "The leader states more bytes than there are.", True
    LENGTH_TOO_SMALL = "The leader states fewer bytes than there are.", True
    WRONG_BASE_ADDRESS = "The leader states a base address inside the first field.", True
    NO_RECORD_TERMINATOR = "The record has no terminator; the next one follows.", True
    INVALID_UTF8 = "The title has a letter in Latin-1, LDR/09 declares UTF-8.", True
    UTF8_UNDECLARED = "The title has a letter in UTF-8, LDR/09 declares MARC-8.", True
    SUBFIELD_WITHOUT_CODE = "A subfield of 300 has no code.", True
    CONTROL_CHARACTER = "The title has a vertical tab.", True
    LINE_BREAK = "A line break follows the record.", True
    DUPLICATE = "The record follows a second time.", True
    TOO_LONG = "The record is longer than 99,999 bytes, which the leader cannot state.", True, True


def spoiled_marc(books: Iterable[Book], every: int = 10, ways: Sequence[MarcWay] = tuple(MarcWay)) -> SpoiledFeed[MarcWay]:
    """Returns a file of ISO 2709 in UTF-8 in which every nth record is spoiled, in each of the ways in turn."""
    records = ((book.number, chunk) for book in books for chunk in marc_chunks([book]))
    return SpoiledFeed(records, _spoil, ways, every)


def _spoil(record: bytes, way: MarcWay) -> bytes:
    return _EDITS[way](record)


def _length_stated(difference: int) -> _Edit:
    return lambda record: b"%05d" % (len(record) + difference) + record[5:]


def _wrong_base_address(record: bytes) -> bytes:
    return record[: _BASE.start] + b"%05d" % (int(record[_BASE]) + 7) + record[_BASE.stop :]


def _directory_not_digits(record: bytes) -> bytes:
    length = _LEADER + 2 * _ENTRY + len("TAG")
    return record[:length] + b"LONG" + record[length + 4 :]


def _without_field_terminator(record: bytes) -> bytes:
    """Removes the terminator of the second field, 003."""
    *fields, rest = record.split(_END_OF_FIELD, 3)
    return _END_OF_FIELD.join(fields) + rest


def _without_record_terminator(record: bytes) -> bytes:
    return record.removesuffix(_END_OF_RECORD)


def _empty(record: bytes) -> bytes:
    return b"%05d" % (_LEADER + 2) + record[5 : _BASE.start] + b"%05d" % (_LEADER + 1) + record[17:_LEADER] + b"\x1e\x1d"


def _changed(change: _Change) -> _Edit:
    """Returns an edit that writes the record again after a change to its fields, with lengths that are right."""

    def edit(record: bytes) -> bytes:
        parsed = Record(record, to_unicode=False)
        change(parsed)
        return parsed.as_marc()

    return edit


def _without(tag: str) -> _Edit:
    return _changed(lambda record: record.remove_fields(tag))


def _first_subfield(tag: str, change: Callable[[str, bytes], tuple[str, bytes]]) -> _Change:
    """Returns a change of the code and the content of a field's first subfield."""

    def apply(record: Record) -> None:
        field = record[tag]
        (code, content), *others = field.subfields
        field.subfields = [_subfield(*change(code, _bytes(content))), *others]

    return apply


def _subfield(code: str, content: bytes) -> Subfield:
    # pymarc types subfields as text, and keeps bytes in them where it does not decode.
    return Subfield(code, content)  # type: ignore[arg-type]


def _bytes(content: object) -> bytes:
    assert isinstance(content, bytes)
    return content


def _after_title(addition: bytes) -> _Edit:
    return _changed(_first_subfield("245", lambda code, content: (code, content.rstrip(b" /:") + addition)))


def _wrong_digit(code: str, isbn: bytes) -> tuple[str, bytes]:
    return code, isbn[:-1] + b"%d" % ((int(isbn[-1:]) + 1) % 10)


def _add_subfield_without_code(record: Record) -> None:
    field = record["300"]
    field.subfields = [*field.subfields, _subfield("", b"")]


def _utf8_undeclared(record: bytes) -> bytes:
    edited = _after_title(" Café".encode())(record)
    return edited[:_CHARSET] + b" " + edited[_CHARSET + 1 :]


def _too_long(record: bytes) -> bytes:
    def lengthen(parsed: Record) -> None:
        for _ in range(_LONG_NOTES):
            note = _subfield("a", b"x" * _LONG_NOTE)
            parsed.fields.append(RawField("500", Indicators(" ", " "), [note]))

    edited = _changed(lengthen)(record)
    # pymarc wrote six digits; systems that export such records write the largest number.
    return b"99999" + edited[6:]


_EDITS: Mapping[MarcWay, _Edit] = {
    MarcWay.DIRECTORY_NOT_DIGITS: _directory_not_digits,
    MarcWay.NO_FIELD_TERMINATOR: _without_field_terminator,
    MarcWay.TRUNCATED: lambda record: record[: len(record) // 2],
    MarcWay.NO_ISBN: _without("020"),
    MarcWay.WRONG_CHECK_DIGIT: _changed(_first_subfield("020", _wrong_digit)),
    MarcWay.ISBN_CANCELLED: _changed(_first_subfield("020", lambda _, isbn: ("z", isbn))),
    MarcWay.NO_TITLE: _without("245"),
    MarcWay.EMPTY: _empty,
    MarcWay.LENGTH_TOO_LARGE: _length_stated(+100),
    MarcWay.LENGTH_TOO_SMALL: _length_stated(-100),
    MarcWay.WRONG_BASE_ADDRESS: _wrong_base_address,
    MarcWay.NO_RECORD_TERMINATOR: _without_record_terminator,
    MarcWay.INVALID_UTF8: _after_title(b" Caf\xe9"),
    MarcWay.UTF8_UNDECLARED: _utf8_undeclared,
    MarcWay.SUBFIELD_WITHOUT_CODE: _changed(_add_subfield_without_code),
    MarcWay.CONTROL_CHARACTER: _after_title(b"\x0b Again"),
    MarcWay.LINE_BREAK: lambda record: record + b"\r\n",
    MarcWay.DUPLICATE: lambda record: record + record,
    MarcWay.TOO_LONG: _too_long,
}
