"""260 and 264: where, by whom and when a book was published."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.formats.marc.control import detailed_date
from shared.formats.marc.draft import Draft
from shared.formats.marc.fields import Field, a_field, clean, punctuated, stopped
from shared.records import Record
from shared.remembering import remembered

_YEAR = re.compile(r"(?P<copied>[cp©℗]\s*)?(?<!\d)(?P<year>(?:1[4-9]|20)\d\d)(?!\d)", re.ASCII)
# Best first: 264 of publication, 260, any other 264 (production, distribution, manufacture).
_PUBLICATION, _COPYRIGHT = "1", "4"


@dataclass(slots=True)
class Publication:
    """Place, publisher and years of a record."""

    place: str = ""
    publisher: str = ""
    published: str = ""
    copyright_year: str = ""


def read_publication(draft: Draft, field: Field) -> None:
    """Keeps the field until it is known which is the best."""
    draft.publications.append(field)


def publication(draft: Draft) -> Publication:
    """Returns what the best of the fields state: 264 _1, then 260, then another 264; what others say is left over."""
    found = Publication()
    for field in sorted(draft.publications, key=_rank) if len(draft.publications) > 1 else draft.publications:
        parts = draft.parts(field, "abc")
        copied = field.tag == "264" and field.indicators[1] == _COPYRIGHT
        used = _read_years(found, parts.get("c", [""])[0], copied=copied)
        if "c" in parts:
            draft.leave_texts(field, "c", parts["c"][1:] if used else parts["c"])
        found.place, places = _first(found.place, parts.get("a", ()))
        found.publisher, publishers = _first(found.publisher, parts.get("b", ()))
        draft.leave_texts(field, "a", places)
        draft.leave_texts(field, "b", publishers)
    detailed = detailed_date(draft.coded) if draft.coded[6:7] == "e" else ""
    if detailed and detailed[:4] == found.published:
        found.published = detailed
    return found


def _first(known: str, texts: Sequence[str]) -> tuple[str, list[str]]:
    """Returns what is known from a better field, else the first text; and the texts that say something else."""
    over = []
    for text in texts:
        value = clean(text)
        if not known:
            known = value
        elif value and value != known:
            over.append(text)
    return known, over


def _rank(field: Field) -> int:
    second = field.indicators[1]
    return 0 if field.tag == "264" and second == _PUBLICATION else 1 if field.tag == "260" else 2


def _read_years(found: Publication, text: str, *, copied: bool) -> bool:
    """Reads the year of publication and that of copyright. Returns whether the text stated one that was not known."""
    used = False
    for marked, year in _years_in(text):
        if copied or marked:
            found.copyright_year = found.copyright_year or year
            used = used or found.copyright_year == year
        else:
            found.published = found.published or year
            used = used or found.published == year
    return used


@remembered
def _years_in(text: str) -> tuple[tuple[bool, str], ...]:
    """Returns the years in a text, and whether each has the mark of copyright."""
    return tuple((bool(year["copied"]), year["year"]) for year in _YEAR.finditer(text))


def write_264(record: Record) -> Iterator[Field]:
    """Writes place, publisher and year (264 _1), and the year of copyright (264 _4). 008 has the month and day."""
    book = record.description
    year = book.published[:4] if book.published[:4].isdecimal() else book.published
    texts = [("a", book.place, ""), ("b", book.publisher or book.imprint, " :"), ("c", year, ",")]
    yield from a_field("264", " 1", *stopped(punctuated(texts)))
    if book.copyright_year:
        yield from a_field("264", " 4", ("c", f"©{book.copyright_year[:4]}"))
