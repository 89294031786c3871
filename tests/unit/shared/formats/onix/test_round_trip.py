"""Reading what was written returns the records."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings

from shared.formats import onix
from shared.records import Change, Description, Identifier, IdentifierKind, Note, NoteKind, Record, TitleStatement
from tests.unit.shared.formats.onix.strategies import onix_records

SENT_AT = datetime(2026, 7, 1, 12, tzinfo=UTC)


def written(*records: Record) -> bytes:
    return onix.write_message(records, sender="Example Library Services", sent_at=SENT_AT)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(onix_records())
def test_a_record_that_onix_can_carry_is_read_as_it_was_written(record: Record) -> None:
    reading = onix.read(written(record))

    [found] = reading.records
    assert replace(found, findings=(), offset=0) == record
    assert reading.findings == ()


def test_other_titles_and_the_original_title_are_read_as_written() -> None:
    book = Description(
        identifiers=(Identifier(IdentifierKind.ISBN13, "9780141439518"),),
        title=TitleStatement("L'Étranger", nonfiling=2),
        original_title="L'étranger",
        other_titles=("The stranger", "The outsider"),
    )
    record = Record(isbn="9780141439518", description=book, reference="r1")

    [found] = onix.read(written(record)).records

    assert found.description == book


def test_records_follow_each_other_with_their_numbers() -> None:
    book = Description(identifiers=(Identifier(IdentifierKind.ISBN13, "9780141439518"),), title=TitleStatement("Emma"))
    first = Record(isbn="9780141439518", description=book, reference="r1")

    found = onix.read(written(first, replace(first, reference="r2"))).records

    assert [(record.number, record.reference) for record in found] == [(1, "r1"), (2, "r2")]


def test_a_block_update_without_a_description_states_no_form() -> None:
    numbers = (Identifier(IdentifierKind.ISBN13, "9780141439518"),)
    update = Record(isbn="9780141439518", change=Change.PART, description=Description(identifiers=numbers), reference="r1")
    of_form = replace(update, description=Description(identifiers=numbers, form="game"))

    assert b"ProductForm" not in written(update)
    found = tuple(replace(record, offset=0) for record in onix.read(written(update, of_form)).records)
    assert found == (update, replace(of_form, number=2))


def test_what_onix_cannot_carry_is_left_out() -> None:
    book = Description(
        identifiers=(Identifier(IdentifierKind.ISBN13, "9780141439518"),),
        title=TitleStatement("Emma"),
        notes=(Note(NoteKind.GENERAL, "A note"),),
        accompanying="1 map",
    )

    [found] = onix.read(written(Record(isbn="9780141439518", description=book, reference="r1"))).records

    assert found.description == replace(book, notes=(), accompanying="")


def test_a_text_that_xml_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="XML compatible"):
        written(Record(isbn="9780141439518", reference="a\x00b"))
