"""What is said about a record that is no well-formed XML: plain words, and the place in the record."""

import pytest

from shared.formats.xml_records import Broken, read_elements


def said_of(record: bytes, before: bytes = b'<list release="3.0">') -> list[str]:
    """What is said about the records of a file with this one in the middle."""
    chunks = [before, b"<book>1</book>", record, b"<book>3</book></list>"]
    return [each.finding.text for each in read_elements(chunks, {"list": "book"}) if isinstance(each, Broken)]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (b"<book><t>x</book>", "<t> is not closed before </book>, near line 1, column 18"),
        (b"<book>x</t></book>", "<book> is not closed before </t>, near line 1, column 12"),
        (b"<book>1 < 2</book>", "a tag is cut off, or a < in a text is not written as &lt;, near line 1, column 10"),
        (b"<book>\n<t\n<book>", "a tag is cut off, or a < in a text is not written as &lt;, near line 3, column 1"),
        (b"<book><t a=1/></book>", "an attribute has no value in quotation marks, near line 1, column 12"),
        (b"<book><t a/></book>", "an attribute has no value in quotation marks, near line 1, column 11"),
        (b"<book><t a='1' a='1'/></book>", "a tag has the same attribute twice, near line 1, column 21"),
        (b"<book>&#xFFFF;</book>", "it has a character that XML forbids, near line 1, column 15"),
        (b"<book><x:t/></book>", "a tag has a prefix that nothing declares, near line 1, column 11"),
        (
            b"<book>" + b"<p>" * 300 + b"</p>" * 300 + b"</book>",
            "its elements are nested more than 256 deep, or a text in it is too long, near line 1, column 771",
        ),
    ],
    ids=["unclosed", "wrong end", "bare <", "cut off", "no quotes", "no value", "twice", "character", "prefix", "deep"],
)
def test_a_broken_record_is_described_without_the_words_of_the_parser(record: bytes, said: str) -> None:
    assert said_of(record)[0] == f"{said} of the record"


def test_the_place_does_not_count_what_is_before_the_record() -> None:
    before = b'<list\n   release="3.0"\n>\n\n'
    assert said_of(b"<book>\n<t>x</book>", before) == ["<t> is not closed before </book>, near line 2, column 12 of the record"]


def test_what_is_between_two_records_is_shown() -> None:
    assert said_of(b"\n <x:book>2</x:book> ") == [
        "it is between the records and is not one; it begins with '<x:book>2</x:book> '"
    ]
