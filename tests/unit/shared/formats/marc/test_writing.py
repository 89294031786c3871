"""Fields that are written in words or codes of their own: LDR, 008, 250 and 300. Whole records are in the catalogue's tests."""

import pytest

from shared.formats.marc.records import marc_of
from shared.records import Audience, AudienceKind, Description, Edition, Record


def test_a_map_and_a_book_of_pictures_are_coded_as_what_they_are() -> None:
    general, pictures = (Audience(AudienceKind.GENERAL),), ("sti", "txt")
    a_map = Description(content=("cri",), carrier=("nb",), illustrations="colour", audiences=general)
    book = Description(content=pictures, carrier=("nc",), illustrations="colour", audiences=general)
    poster = Description(content=pictures, carrier=("nb",), audiences=general)

    coded = [marc_of(Record(isbn="9780141439518", description=each)) for each in (a_map, book, poster)]

    assert [each.leader[6] for each in coded] == ["e", "a", "k"]
    assert [each.fields[0].data[18:23] for each in coded] == ["|||||", "a   g", "||||g"]


@pytest.mark.parametrize(
    ("edition", "statement"),
    [
        (Edition("2"), "2nd edition."),
        (Edition("13"), "13th edition."),
        (Edition("21", "revised edition"), "21st revised edition."),
        (Edition("3", "Third edition"), "Third edition."),
        (Edition("", "large type edition"), "Large type edition."),
        (Edition("2.1"), "2.1."),
    ],
)
def test_an_edition_is_written_in_words(edition: Edition, statement: str) -> None:
    fields = marc_of(Record(isbn="9780141439518", description=Description(edition=edition))).fields

    assert [field.subfields[0][1] for field in fields if field.tag == "250"] == [statement]


@pytest.mark.parametrize(
    ("book", "extent"),
    [
        (Description(pages=288, carrier=("nc",)), "288 pages"),
        (Description(pages=288, carrier=("cr",)), "1 online resource (288 pages)"),
        (Description(minutes=415, carrier=("sd",)), "audio discs (6 hr., 55 min.)"),
        (Description(minutes=120, carrier=("cr",)), "1 online resource (2 hr.)"),
        (Description(minutes=45), "45 min."),
        (Description(minutes=45, extent="1 audio disc", carrier=("sd",)), "1 audio disc"),
    ],
)
def test_pages_or_playing_time_become_the_extent_where_none_is_stated(book: Description, extent: str) -> None:
    fields = marc_of(Record(isbn="9780141439518", description=book)).fields

    assert [field.subfields[0][1] for field in fields if field.tag == "300"] == [extent]
