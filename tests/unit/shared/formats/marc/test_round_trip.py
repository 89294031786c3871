"""What is written as MARC 21 is read as it was, in both forms."""

import io
from dataclasses import replace

import pymarc
import pytest
from hypothesis import given
from lxml import etree

from shared.formats import marc
from shared.formats.marc.records import marc_of
from shared.records import Description, Note, NoteKind, Record, Remainder
from tests.unit.shared.formats.marc.strategies import marc_records, with_own_isbn

ISBN = "9780141439518"


def bare(record: object) -> Record:
    """The record without what its place in a file says of it."""
    assert isinstance(record, Record)
    return replace(record, number=1, offset=0, findings=())


@given(marc_records())
def test_a_record_written_in_iso_2709_is_read_as_it_was(record: Record) -> None:
    [read] = marc.read_records(marc.write_binary([record]))

    assert bare(read) == record


@given(marc_records())
def test_a_record_written_as_marcxml_is_read_as_it_was(record: Record) -> None:
    raw = marc.write_xml([record])
    [element] = etree.fromstring(raw)

    assert [bare(one) for one in marc.read_xml(raw).records] == [record]
    assert bare(marc.record_of_element(element)) == record


@given(marc_records())
def test_pymarc_reads_the_same_fields(record: Record) -> None:
    wanted = marc_of(record)
    [binary] = pymarc.MARCReader(b"".join(marc.write_binary([record])))
    [xml] = pymarc.parse_xml_to_array(io.BytesIO(marc.write_xml([record])))  # type: ignore[no-untyped-call]  # pymarc has no types here

    for found in (binary, xml):
        assert found is not None
        assert [(field.tag, field.data or "") for field in found.fields] == [(field.tag, field.data) for field in wanted.fields]
        subfields = [[tuple(pair) for pair in field.subfields] for field in found.fields]
        assert subfields == [list(field.subfields) for field in wanted.fields]
        indicators = ["".join(field.indicators or "  ") for field in found.fields]
        assert indicators == [field.indicators for field in wanted.fields]
        assert found.leader[5:9] + found.leader[17:19] == wanted.leader[5:9] + wanted.leader[17:19]


def test_a_long_summary_is_written_in_several_fields_and_read_as_one() -> None:
    long = " ".join(["Zwölf"] * 3_000)
    record = with_own_isbn(Record(isbn=ISBN, description=Description(summary=long, contents=long)))

    [read] = marc.read_records(marc.write_binary([record]))

    assert bare(read) == record


def test_what_is_left_over_of_another_format_is_not_written() -> None:
    record = with_own_isbn(Record(isbn=ISBN, remainder=(Remainder("PublishingDetail/ROWSalesRightsType", "<x/>"),)))

    [read] = pymarc.MARCReader(b"".join(marc.write_binary([record])))
    assert read is not None
    assert {field.tag for field in read.fields} <= {"008", "020", "336", "337", "338"}


@pytest.mark.parametrize(
    "description",
    [
        Description(notes=(Note(NoteKind.GENERAL, "x" * 10_000),)),
        Description(notes=tuple(Note(NoteKind.GENERAL, "x" * 9_000) for _ in range(12))),
    ],
)
def test_what_iso_2709_cannot_hold_is_refused_and_fits_into_marcxml(description: Description) -> None:
    record = with_own_isbn(Record(isbn=ISBN, description=description))

    with pytest.raises(marc.TooLong, match="ISO 2709 holds"):
        next(marc.write_binary([record]))

    assert [bare(one) for one in marc.read_xml(marc.write_xml([record])).records] == [record]
