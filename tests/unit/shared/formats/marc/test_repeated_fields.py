"""Fields of the same words are read once, and mean the same in each record."""

from shared.formats.marc.fields import MadeField, MarcRecord
from shared.formats.marc.records import record_of
from shared.records import Genre, Record, Remainder, Subject, SubjectScheme

_ISBN = MadeField("020", subfields=[("a", "9780141439587")])
_TOPIC = MadeField("650", " 0", [("a", "Courtship"), ("v", "Fiction."), ("8", "1\\p")])
_GENRE = MadeField("655", " 7", [("a", "Love stories"), ("2", "lcgft")])


def _read(*fields: MadeField) -> Record:
    found = record_of(MarcRecord(" " * 24, [_ISBN, *fields]))
    assert isinstance(found, Record)
    return found


def test_equal_fields_mean_the_same_in_each_record() -> None:
    first, second = _read(_TOPIC, _GENRE), _read(_TOPIC, _GENRE)

    assert first == second
    assert second.description.subjects == (Subject(SubjectScheme.LCSH, heading="Courtship -- Fiction"),)
    assert second.description.genres == (Genre("Love stories", "lcgft"),)
    assert second.remainder == (Remainder("650", "#0$81\\p"),)


def test_fields_of_the_same_texts_under_other_codes_or_indicators_differ() -> None:
    children = MadeField("650", " 1", _TOPIC.subfields)
    other_code = MadeField("655", " 7", [("a", "Love stories"), ("5", "lcgft")])

    assert _read(_TOPIC, children).description.subjects == (
        Subject(SubjectScheme.LCSH, heading="Courtship -- Fiction"),
        Subject(SubjectScheme.LCSH_CHILDREN, heading="Courtship -- Fiction"),
    )
    assert _read(_GENRE).description.genres != _read(other_code).description.genres


def test_a_long_field_is_read_in_each_record() -> None:
    long = MadeField("650", " 0", [("a", "Courtship " * 60 + "in fiction")])

    assert _read(long).description.subjects == _read(long).description.subjects != ()
