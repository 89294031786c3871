"""Makes a record of the neutral form, and the neutral form of a record, by the table. Knows neither ISO 2709 nor MARCXML.

What MARC 21 cannot carry of a record, so that it is not there when it is read again:

- an imprint beside its publisher; a month or day of copyright; countries and codes that the dictionaries lack
- of the offers, more than one retail price in a currency that 020 $c can name
- `reference` where it differs from 001; `Change.PART`; the fund of a copy
- both names of a contributor, where one is not the other turned round
- the number of an edition that its statement does not begin with; a small letter that the statement begins with
- of subjects: the edition of Thema, `main` without a heading, headings of classes, codes of people, bodies and places
- weight; width without height; pages that the extent does not state. Where no extent is stated, pages or minutes become it
- the remainder of a record of another format, whose places are no tags
- the source of a number that is in words, not a code: it is read as the qualifier
- a qualifier of the record's own ISBN beside the form; the order among parts that are in fields of different tags
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from shared.findings import Finding, Severity
from shared.formats.marc import control, numbers, physical, publishing, titles
from shared.formats.marc.codes import Code
from shared.formats.marc.copies import KOHA, CopyFields, write_copies
from shared.formats.marc.draft import Draft
from shared.formats.marc.fields import Field, MadeField, MarcRecord, field_of
from shared.formats.marc.table import READERS, WRITERS
from shared.frozen import dataclass
from shared.records import Description, Record, Remainder

_MOST_NAMED = 20
# Fields that a record has once: what was left of them is written into them again.
_ONCE = frozenset({"010", "100", "110", "130", "240", "245"})
_TAG = re.compile("[0-9A-Za-z]{3}")
# 710 is written among 700: the order of the names counts.
_SORTED_AS = {"710": "700"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record is from. `isbn` is that of the book it is about where the record itself has none.

    `segment` is the place that its findings name; `findings` were made before its fields were read.
    """

    number: int = 1
    offset: int = 0
    segment: int | None = None
    isbn: str = ""
    encoding_true: bool = True
    findings: Sequence[Finding] = ()


_NOWHERE = Origin()


class CutRecord(NamedTuple):
    """A record cut into its fields, and where it is from: what `record_of` reads."""

    marc: MarcRecord
    origin: Origin


def record_of(marc: MarcRecord, origin: Origin = _NOWHERE) -> Record | Finding:
    """Returns the record; the finding that it has no valid ISBN where nothing else says which book it is about."""
    draft = Draft(origin.segment, list(origin.findings))
    control.read_leader(draft, marc.leader)
    for field in marc.fields:
        read = READERS.get(field.tag)
        if read is None:
            draft.leave(field)
        else:
            read(draft, field)
    if not draft.isbn and not origin.isbn:
        return _without_isbn(draft)
    description = _description(draft)
    _check(draft)
    return Record(
        isbn=draft.isbn or origin.isbn,
        change=draft.change,
        description=description,
        offers=numbers.offers(draft),
        copies=tuple(draft.copies),
        remainder=tuple(draft.remainder),
        reference=draft.control_number,
        number=origin.number,
        offset=origin.offset,
        encoding_true=origin.encoding_true,
        findings=tuple(draft.findings),
    )


def _without_isbn(draft: Draft) -> Finding:
    title = draft.title.title if draft.title else "without title"
    wrong = next((f"; {one.text}" for one in draft.findings if one.code == Code.INVALID_ISBN), "")
    text = f"the record {title!r} has no valid ISBN in 020 $a{wrong}"
    return Finding(Code.NO_ISBN, text, Severity.WARNING, draft.segment)


def _check(draft: Draft) -> None:
    """Adds the findings about the record as a whole."""
    if draft.title is None:
        draft.odd(Code.NO_TITLE, "the record has no title in 245 $a")
    if draft.remainder:
        places = dict.fromkeys([one.place for one in draft.remainder])
        named = ", ".join(list(places)[:_MOST_NAMED])
        draft.odd(Code.NOT_CARRIED, f"kept as they are, without meaning here: parts of {named}", Severity.INFO)


def _description(draft: Draft) -> Description:
    published = publishing.publication(draft)
    minutes = draft.minutes if draft.minutes is not None else physical.minutes_of(draft.extent)
    return Description(
        identifiers=numbers.identifiers(draft),
        title=draft.title,
        original_title=draft.original_title,
        other_titles=tuple(draft.other_titles),
        contributors=tuple(draft.contributors),
        edition=draft.edition,
        publisher=published.publisher,
        place=published.place,
        country=control.country(draft),
        published=published.published,
        copyright_year=published.copyright_year,
        form=draft.form,
        extent=draft.extent,
        pages=physical.pages_of(draft.extent),
        minutes=minutes,
        illustrations=draft.illustrations,
        dimensions=draft.dimensions,
        accompanying=draft.accompanying,
        content=control.content(draft),
        media=tuple(dict.fromkeys(draft.media)),
        carrier=tuple(dict.fromkeys(draft.carrier)),
        series=titles.series(draft),
        notes=tuple(draft.notes),
        summary=draft.summary,
        contents=draft.contents,
        audiences=control.audiences(draft),
        ages=draft.ages,
        subjects=tuple(draft.subjects),
        genres=tuple(draft.genres),
        languages=control.languages(draft),
        related=tuple(draft.related),
        links=tuple(draft.links),
        cataloguing=control.cataloguing(draft),
    )


def marc_of(record: Record, copies: CopyFields = KOHA) -> MarcRecord:
    """Returns a record as MARC 21, in the order of the tags, each copy in the fields of `copies`."""
    fields = [field for write in WRITERS for field in write(record)]
    fields += write_copies(record.copies, copies)
    fields = _with_remainder(fields, record.remainder)
    fields.sort(key=lambda field: _SORTED_AS.get(field.tag, field.tag))
    return MarcRecord(control.leader_of(record), fields)


def _with_remainder(fields: list[Field], remainder: Sequence[Remainder]) -> list[Field]:
    places = {field.tag: place for place, field in enumerate(fields)}
    for over in (field_of(each) for each in remainder if _TAG.fullmatch(each.place)):
        place = places.get(over.tag) if over.tag in _ONCE else None
        if place is None:
            fields.append(over)
        else:
            first = fields[place]
            fields[place] = MadeField(first.tag, "".join(first.indicators), (*first.subfields, *over.subfields))
    return fields
