"""Titles in the forms that an LMS loads: JSON, MARCXML and MARC 21 in ISO 2709."""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from services.catalogue.domain.changes import ChangedTitle
from services.catalogue.domain.items import NO_HOLDINGS, Holdings
from services.catalogue.domain.judging import Judgement
from services.catalogue.domain.merging import Title
from services.catalogue.schemas import changed_title_view, title_with_records
from services.catalogue.usecases.finding import TitleInFull
from shared.formats import marc
from shared.records import Change, Note, NoteKind, Record, Remainder

JSON, MARCXML, MARC = "application/json", "application/marcxml+xml", "application/marc"
FORMS = (JSON, MARCXML, MARC)
# What is left out of a record that is too long for ISO 2709, one after the other.
_LONGEST_FIELDS = ("contents", "summary", "notes", "subjects", "contributors", "links", "related", "other_titles")
_COLLECTION = b'<collection xmlns="http://www.loc.gov/MARC21/slim">\n'


def rendered(found: TitleInFull, form: str) -> bytes:
    """Returns a title in one of the forms; only JSON also shows the records that it was merged from."""
    if form == JSON:
        return title_with_records(found.title, found.records, found.holdings).model_dump_json().encode()
    if form == MARCXML:
        return marc.write_xml([record_of(found.title, found.holdings)], found.holdings.written)
    return iso_2709(found.title, found.holdings)


def record_of(title: Title, holdings: Holdings = NO_HOLDINGS) -> Record:
    """Returns a title with its items as a record of ours: its control number is the ISBN, because a title is one per ISBN."""
    change = Change.WITHDRAWN if title.withdrawn else Change.FULL
    copies = tuple(item.data for item in holdings.items)
    flag = _flags(holdings.judgement)
    return Record(
        isbn=title.isbn, change=change, description=title.description, copies=copies, remainder=flag, reference=title.isbn
    )


def _flags(judgement: Judgement | None) -> tuple[Remainder, ...]:
    """Returns the field of a record that is below a council's minimum: a private note of what is to be done (583)."""
    if judgement is None or judgement.passes:
        return ()
    reasons = (f"{each.reason} ({each.place})" if each.place else each.reason for each in judgement.shortfalls)
    points = f"{judgement.points} of 100, below the minimum" if judgement.points < judgement.pass_mark else "below the minimum"
    subfields = [("a", "complete the record"), ("x", f"{points}: {'; '.join(reasons)}"), ("5", judgement.council)]
    return (marc.remainder_of(marc.MadeField("583", "0 "), subfields),)


def marcxml(title: Title, holdings: Holdings = NO_HOLDINGS) -> etree._Element:
    """Returns a title with its items as the element `record` of MARCXML."""
    return marc.element_of(record_of(title, holdings), holdings.written)


def iso_2709(title: Title, holdings: Holdings = NO_HOLDINGS) -> bytes:
    """Returns a title with its items in ISO 2709. One that is too long is without its longest texts, and says so in a note."""
    record = record_of(title, holdings)
    left_out: list[str] = []
    for name in ("", *_LONGEST_FIELDS):
        if name:
            left_out.append(name)
        try:
            return b"".join(marc.write_binary([_without(record, left_out)], holdings.written))
        except marc.TooLong:
            continue
    raise AssertionError(f"{title.isbn} is too long for ISO 2709 without any of its texts")


def _without(record: Record, names: Sequence[str]) -> Record:
    if not names:
        return record
    text = f"Too long for ISO 2709, so without {', '.join(names)}: the whole record is to be had as MARCXML."
    described = replace(record.description, **{name: type(getattr(record.description, name))() for name in names})
    return replace(record, description=replace(described, notes=(*described.notes, Note(NoteKind.GENERAL, text))))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is before, between and after the titles of a list, and how one of them is written."""

    before: bytes
    between: bytes
    after: bytes
    one: Callable[[ChangedTitle], bytes]


async def stream(
    chunks: AsyncIterable[Sequence[ChangedTitle]], form: str, *, next_cursor: str, more: bool
) -> AsyncIterator[bytes]:
    """Yields a list of changed titles in one of the forms, a piece for each chunk. In MARC, it is nothing but the records."""
    frame = _frame(form, json.dumps({"next_cursor": next_cursor, "more": more}))
    yield frame.before
    between = b""
    async for chunk in chunks:
        yield between + frame.between.join(map(frame.one, chunk))
        between = frame.between
    yield frame.after


def _frame(form: str, end: str) -> _Frame:
    if form == JSON:
        return _Frame(b'{"items":[', b",\n", b"]," + end[1:].encode(), _json)
    if form == MARCXML:
        return _Frame(
            _COLLECTION, b"\n", b"\n</collection>\n", lambda changed: etree.tostring(marcxml(changed.title, changed.holdings))
        )
    return _Frame(b"", b"", b"", lambda changed: iso_2709(changed.title, changed.holdings))


def _json(changed: ChangedTitle) -> bytes:
    return changed_title_view(changed).model_dump_json().encode()
