"""500 to 586: notes, contents, summary, audience and ages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.formats.marc.codes import AUDIENCE_WORDS, NOTES, inverted
from shared.formats.marc.draft import Draft
from shared.formats.marc.fields import Field, a_field, clean
from shared.records import AgeRange, Audience, AudienceKind, Note, NoteKind, Record

_TAGS = inverted(NOTES)
_REVIEW, _CONTENT_ADVICE = "1", "4"
# 521, first indicator: reading and school grades are no ages.
_GRADES = "02"
# A field of ISO 2709 has 9,999 bytes at most, so longer texts are written in several fields.
_LONGEST = 9_000

_PREFIX = r"(?:(?:for |suitable for )?(?:children |readers )?(?:interest )?(?:aged?|ages)(?: level)?:? ?(?:from |of )?)?"
_SUFFIX = r"(?: ?(?:years?|yrs?)(?: old| of age)?)?\.?"
_RANGE = re.compile(rf"{_PREFIX}(\d{{1,2}}) ?(?:-|\u2013|to) ?(\d{{1,2}}){_SUFFIX}", re.IGNORECASE | re.ASCII)
_FROM = re.compile(rf"{_PREFIX}(\d{{1,2}}) ?(?:\+|(?:years? )?and (?:up|over|above)|up){_SUFFIX}", re.IGNORECASE | re.ASCII)
_UP_TO = re.compile(rf"{_PREFIX}(?:up to|under) (\d{{1,2}}){_SUFFIX}", re.IGNORECASE | re.ASCII)
_ONE = re.compile(rf"(?:{_PREFIX}(?<=[a-z: ]))?(\d{{1,2}}){_SUFFIX}", re.IGNORECASE | re.ASCII)
_WITHIN = re.compile(r"\b(?:aged?|ages) (\d{1,2}) ?(?:-|\u2013|to) ?(\d{1,2})(?!\d)", re.IGNORECASE | re.ASCII)


def read_note(draft: Draft, field: Field) -> None:
    """Reads a note: $a, in the kind that its tag has."""
    for text in draft.parts(field, "a").get("a", ()):
        draft.notes.append(Note(NOTES[field.tag], text))


def write_notes(record: Record) -> Iterator[Field]:
    """Writes the notes; reviews are in 520."""
    for note in record.description.notes:
        if note.kind in _TAGS:
            yield from a_field(_TAGS[note.kind], "  ", ("a", note.text))


def read_505(draft: Draft, field: Field) -> None:
    """Reads the contents: $a, or $g, $t and $r of enhanced notes, in their order."""
    draft.parts(field, "agtr")
    texts = [draft.contents, *(text for code, text in field.subfields if code in "agtr")]
    draft.contents = " ".join(filter(None, texts))


def write_505(record: Record) -> Iterator[Field]:
    """Writes the contents."""
    for text in _in_parts(record.description.contents):
        yield from a_field("505", "0 ", ("a", text))


def read_520(draft: Draft, field: Field) -> None:
    """Reads the summary ($a, $b), or a review (first indicator 1)."""
    if field.indicators[0] == _CONTENT_ADVICE:
        draft.leave(field)
        return
    parts = draft.parts(field, "ab")
    text = " ".join(parts.get("a", []) + parts.get("b", []))
    if field.indicators[0] == _REVIEW:
        draft.notes += [Note(NoteKind.REVIEW, text)] if text else []
    else:
        draft.summary = f"{draft.summary} {text}".strip() if draft.summary else text


def write_520(record: Record) -> Iterator[Field]:
    """Writes the summary and the reviews."""
    for text in _in_parts(record.description.summary):
        yield from a_field("520", "  ", ("a", text))
    for note in record.description.notes:
        if note.kind is NoteKind.REVIEW:
            yield from a_field("520", "1 ", ("a", note.text))


def _in_parts(text: str) -> Iterator[str]:
    """Yields a text in parts that a field can hold, cut at spaces."""
    if len(text.encode("utf-8", "replace")) <= _LONGEST:
        yield text
        return
    part: list[str] = []
    size = 0
    for word in text.split(" "):
        bytes_of_word = len(word.encode("utf-8", "replace")) + 1
        if part and size + bytes_of_word > _LONGEST:
            yield " ".join(part)
            part, size = [], 0
        part.append(word)
        size += bytes_of_word
    yield " ".join(part)


def read_521(draft: Draft, field: Field) -> None:
    """Reads whom a book is for: ages, a word of `AudienceKind`, or the supplier's words. A second $a are words beside a kind."""
    texts = [text for text in draft.parts(field, "a").get("a", []) if text]
    if field.indicators[0] in _GRADES:
        draft.leave_texts(field, "a", texts)
        return
    kind = _kind(texts[0]) if len(texts) > 1 else None
    if kind is not None:
        draft.audiences.append(Audience(kind, " ".join(texts[1:])))
        return
    for text in texts:
        _read_audience(draft, text)


def _kind(text: str) -> AudienceKind | None:
    word = clean(text).lower()
    return _KINDS.get(word)


def _read_audience(draft: Draft, text: str) -> None:
    ages = ages_of(text) if draft.ages is None else None
    if ages is not None:
        draft.ages = ages
        return
    within = _WITHIN.search(text)
    if within is not None and draft.ages is None:
        draft.ages = AgeRange(int(within[1]), int(within[2]))
    kind, word = _kind(text), clean(text).lower()
    if kind is not None:
        draft.audiences.append(Audience(kind))
    elif word in AUDIENCE_WORDS:
        draft.audiences.append(Audience(AUDIENCE_WORDS[word], text))
    else:
        draft.audiences.append(Audience(AudienceKind.STATED, text))


_KINDS = {kind.value: kind for kind in AudienceKind if kind is not AudienceKind.STATED}


def ages_of(text: str) -> AgeRange | None:
    """Returns the ages that a text is: `5-7`, `Ages 8 and up`, `up to 3`, `12`; None where it is anything else."""
    if found := _RANGE.fullmatch(text):
        return AgeRange(int(found[1]), int(found[2]))
    if found := _FROM.fullmatch(text):
        return AgeRange(int(found[1]), None)
    if found := _UP_TO.fullmatch(text):
        return AgeRange(None, int(found[1]))
    if found := _ONE.fullmatch(text):
        return AgeRange(int(found[1]), int(found[1]))
    return None


def write_521(record: Record) -> Iterator[Field]:
    """Writes the ages (first indicator 1), then whom the book is for."""
    yield from a_field("521", "1 ", ("a", _ages(record.description.ages)))
    for one in record.description.audiences:
        kind = "" if one.kind is AudienceKind.STATED else one.kind.value
        yield from a_field("521", "8 ", ("a", kind), ("a", one.words))


def _ages(ages: AgeRange | None) -> str:
    if ages is None or (ages.lowest is None and ages.highest is None):
        return ""
    if ages.highest is None:
        return f"{ages.lowest}+"
    if ages.lowest is None:
        return f"up to {ages.highest}"
    return str(ages.lowest) if ages.lowest == ages.highest else f"{ages.lowest}-{ages.highest}"
