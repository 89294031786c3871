"""The table of MARC 21: which field says what of a record, both ways. A field that is not in it is kept in the remainder.

Each row names the fields, what their subfields are in the record model (`shared.records`), and who reads and writes them.
Rows without a writer are only read: what they state is written elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from shared.formats.marc import control, copies, names, notes, numbers, physical, publishing, related, subjects, titles
from shared.formats.marc.codes import NOTES, RELATIONS
from shared.formats.marc.draft import Read
from shared.formats.marc.fields import Field
from shared.records import Record

Write = Callable[[Record], Iterator[Field]]


class Row(NamedTuple):
    """One row of the table."""

    tags: str
    meaning: str
    read: Read
    write: Write | None = None


TABLE = (
    Row("001", "cataloguing.control_number, reference", control.read_001, control.write_00x),
    Row("003", "cataloguing.control_agency", control.read_003),
    Row("005 007", "nothing: technical", control.ignore),
    Row("008", "date in full, country, audience, language: read where no better field has them", control.read_008),
    Row("010", "identifiers (LCCN): $a, $z invalid", numbers.read_010, numbers.write_010),
    Row("015", "identifiers (BNB; others by $2): $a, $q qualifier, $z invalid", numbers.read_015, numbers.write_015),
    Row(
        "020", "isbn, identifiers: $a, $z invalid; $q form, qualifier; $c offers: list price", numbers.read_020, numbers.write_020
    ),
    Row("024", "identifiers: ind1 3 EAN, 1 UPC, 7 $2 DOI and others; $q, $z", numbers.read_024, numbers.write_024),
    Row("040", "cataloguing: $a agency, $e rules", control.read_040, control.write_040),
    Row("041", "languages: $a text, $b summary, $d sung or spoken, $h original", control.read_041, control.write_041),
    Row("050", "subjects (LCC): $a $b code", subjects.read_050, subjects.write_codes),
    Row("072", "subjects: $a code, $2 thema, bisacsh, bicssc, others", subjects.read_072),
    Row("082", "subjects (Dewey): $a code, $2 edition", subjects.read_082),
    Row("100 700", "contributors: $a $b $c name, $d dates, $e $4 roles, $0 $1 identifier", names.read_person, names.write_names),
    Row("110 710", "contributors (corporate): $a $b name, $d $e $4 $0 $1", names.read_body),
    Row("111 711", "contributors (corporate): $a $e name, $d, $j $4 roles, $0 $1", names.read_meeting),
    Row("130 240", "original_title: $a", titles.read_uniform, titles.write_uniform),
    Row("245", "title: $a, $b subtitle, $n $p part, $c responsibility, ind2 nonfiling", titles.read_245, titles.write_245),
    Row("246", "other_titles: $a $n $p $b", titles.read_246, titles.write_246),
    Row("250", "edition: $a", titles.read_250, titles.write_250),
    Row(
        "260 264",
        "$a place, $b publisher, $c published; 264 _4 copyright_year",
        publishing.read_publication,
        publishing.write_264,
    ),
    Row(
        "300",
        "$a extent, pages, minutes; $b illustrations, $c dimensions, $e accompanying",
        physical.read_300,
        physical.write_300,
    ),
    Row("306", "minutes: $a", physical.read_306, physical.write_306),
    Row("336", "content: $b, else $a", physical.read_336, physical.write_33x),
    Row("337", "media: $b, else $a", physical.read_337),
    Row("338", "carrier: $b, else $a", physical.read_338),
    Row("440 490", "series: $a title, $v number, $x ISSN", titles.read_490, titles.write_series),
    Row("830", "series, where there is no 490", titles.read_830),
    Row(" ".join(NOTES), "notes: $a, in the kind of the tag", notes.read_note, notes.write_notes),
    Row("505", "contents: $a $g $t $r", notes.read_505, notes.write_505),
    Row("520", "summary: $a $b; ind1 1: notes (review)", notes.read_520, notes.write_520),
    Row("521", "ages, audiences: $a", notes.read_521, notes.write_521),
    Row(
        "600 610 611 651", "subjects (person, body, place): heading, $v $x $y $z", subjects.read_heading, subjects.write_headings
    ),
    Row("650", "subjects: ind2 0 LCSH, 1 children's, 7 $2; heading, $v $x $y $z, $0 code; ind1 1 main", subjects.read_650),
    Row("653", "subjects (keywords): $a", subjects.read_653),
    Row("655", "genres: $a, $2 scheme", subjects.read_655, subjects.write_655),
    Row(" ".join(RELATIONS), "related: $z isbn, $w $o number, $t title, $i form", related.read_related, related.write_related),
    Row(
        "775", "related (another edition; a translation where $i says so): as 776; $e language, else as $i", related.read_edition
    ),
    Row("856", "links: $u, $3 kind, $y $z text", related.read_856, related.write_856),
    Row(
        " ".join(copies.PROFILES),
        "copies: by the profiles of `copies`; written as the reader of the record asks",
        copies.read_copy,
    ),
)

READERS: dict[str, Read] = {tag: row.read for row in TABLE for tag in row.tags.split()}
WRITERS: tuple[Write, ...] = tuple(row.write for row in TABLE if row.write is not None)
