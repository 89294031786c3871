"""050, 072, 082, 600 to 655: what a book is about, and its genre."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from shared.formats.marc.codes import FORM_SUBDIVISIONS, SCHEMES, THEMA_QUALIFIERS, VOCABULARIES, inverted
from shared.formats.marc.draft import Draft, reads_once
from shared.formats.marc.fields import Field, a_field, clean, ended
from shared.records import Genre, Record, Subject, SubjectScheme

_NAMES = inverted(SCHEMES)
_INDICATORS = inverted(VOCABULARIES)
_THEMA = {**inverted(THEMA_QUALIFIERS), SubjectScheme.THEMA: ""}
_BETWEEN = " -- "
_MAIN, _FROM_SOURCE = "1", "7"
_BIC_CODE, _THEMA_CODE = "bicssc", "thema"
# $0 of 650: the name before the code that a scheme has in brackets.
_AUTHORITY = re.compile(r"\((thema|bisacsh|bicssc|OCoLC)\)(\S+)")
_FAST_AUTHORITY = "OCoLC"
_HEADINGS = {"600": SubjectScheme.PERSON, "610": SubjectScheme.BODY, "611": SubjectScheme.BODY, "651": SubjectScheme.PLACE}
_TAGS = {SubjectScheme.PERSON: ("600", "1"), SubjectScheme.BODY: ("610", "2"), SubjectScheme.PLACE: ("651", " ")}


@reads_once("subjects")
def read_050(draft: Draft, field: Field) -> None:
    """Reads the classification of the Library of Congress: class $a and item $b."""
    parts = draft.parts(field, "ab")
    classes = parts.get("a", [])
    for place, text in enumerate(classes):
        item = parts.get("b", []) if place == len(classes) - 1 else []
        draft.subjects.append(Subject(SubjectScheme.LCC, code=" ".join([text, *item])))


@reads_once("subjects")
def read_082(draft: Draft, field: Field) -> None:
    """Reads Dewey numbers ($a, without the marks where they may be cut) and the edition ($2)."""
    parts = draft.parts(field, "a2")
    edition = parts.get("2", [""])[0]
    for text in parts.get("a", ()):
        code = text.replace("/", "").strip()
        if code:
            draft.subjects.append(Subject(SubjectScheme.DEWEY, code=code, edition=edition))


@reads_once("subjects")
def read_072(draft: Draft, field: Field) -> None:
    """Reads codes of Thema, BISAC, BIC and others ($2)."""
    parts = draft.parts(field, "a2")
    name = parts.get("2", [""])[0]
    for text in parts.get("a", ()):
        scheme = _scheme_of(name, text)
        draft.subjects.append(Subject(scheme, text, scheme_name=name if scheme is SubjectScheme.OTHER else ""))


def _scheme_of(name: str, code: str) -> SubjectScheme:
    if name == _THEMA_CODE:
        return THEMA_QUALIFIERS.get(code[:1], SubjectScheme.THEMA)
    if name == _BIC_CODE and code[:1].isdecimal():
        return SubjectScheme.BIC_QUALIFIER
    return SCHEMES.get(name, SubjectScheme.OTHER)


def _name_of(subject: Subject) -> str:
    """Returns $2 of a subject's scheme."""
    if subject.scheme in _THEMA:
        return _THEMA_CODE
    if subject.scheme is SubjectScheme.BIC_QUALIFIER:
        return _BIC_CODE
    return _NAMES.get(subject.scheme, subject.scheme_name)


def write_codes(record: Record) -> Iterator[Field]:
    """Writes the subjects that have codes: 050, 072 and 082."""
    for one in record.description.subjects:
        if one.scheme is SubjectScheme.LCC:
            yield from a_field("050", " 4", ("a", one.code))
        elif one.scheme is SubjectScheme.DEWEY:
            yield from a_field("082", "04", ("a", one.code), ("2", one.edition))
        elif one.code and one.scheme not in (SubjectScheme.FAST, *_TAGS):
            yield from a_field("072", " 7", ("a", one.code), ("2", _name_of(one)))


def read_heading(draft: Draft, field: Field) -> None:
    """Reads a person (600), a body (610, 611) or a place (651) that the book is about."""
    parts = draft.parts(field, "abcdqtvxyz2")
    heading = _heading(field, "abcdqt")
    if heading:
        name = _vocabulary(field, parts)
        draft.subjects.append(Subject(_HEADINGS[field.tag], heading=heading, scheme_name=name))


def _vocabulary(field: Field, parts: dict[str, list[str]]) -> str:
    return VOCABULARIES.get(field.indicators[1]) or parts.get("2", [""])[0]


def _heading(field: Field, main: str) -> str:
    """Returns the heading with its subdivisions ($v $x $y $z) after ` -- `."""
    name = ""
    divisions = ""
    for code, text in field.subfields:
        if code in main:
            name = f"{name} {text}" if name else text
        elif code in "vxyz":
            divisions += _BETWEEN + clean(text)
    return (clean(name) + divisions).removeprefix(_BETWEEN)


def read_650(draft: Draft, field: Field) -> None:
    """Reads a topic: LCSH (_0), children's (_1), FAST and others ($2). $0 with a scheme in brackets is its code there."""
    before = len(draft.subjects)
    _read_topic(draft, field)
    for subject in draft.subjects[before:]:
        coded = replace(subject, heading="", main=False) if subject.code else None
        if coded is not None and coded in draft.subjects:
            draft.subjects[draft.subjects.index(coded)] = draft.subjects.pop()


@reads_once("subjects")
def _read_topic(draft: Draft, field: Field) -> None:
    heading = _heading(field, "abcd")
    authority = next((found for code, text in field.subfields if code == "0" and (found := _AUTHORITY.fullmatch(text))), None)
    parts = draft.parts(field, "abcdvxyz2" if authority is None else "abcdvxyz20")
    if not heading:
        return
    name = _vocabulary(field, parts)
    code = authority[2] if authority else ""
    scheme = _scheme_of(name, code)
    other = name if scheme is SubjectScheme.OTHER else ""
    draft.subjects.append(Subject(scheme, code, heading, main=field.indicators[0] == _MAIN, scheme_name=other))


def read_653(draft: Draft, field: Field) -> None:
    """Reads keywords."""
    draft.subjects += [Subject(SubjectScheme.KEYWORDS, "", text) for text in draft.parts(field, "a").get("a", ())]


def write_headings(record: Record) -> Iterator[Field]:
    """Writes the subjects that have headings: 600, 610, 650, 651 and 653."""
    for one in record.description.subjects:
        if one.scheme is SubjectScheme.KEYWORDS:
            yield from a_field("653", "  ", ("a", one.heading))
        elif one.heading and one.scheme not in (SubjectScheme.LCC, SubjectScheme.DEWEY):
            yield from _write_heading(one)


def _write_heading(one: Subject) -> Iterator[Field]:
    tag, first = _TAGS.get(one.scheme, ("650", _MAIN if one.main else " "))
    name = one.scheme_name if one.scheme in _TAGS else _name_of(one)
    second = _INDICATORS.get(name, _FROM_SOURCE)
    texts = one.heading.split(_BETWEEN)
    codes = ["a", *("v" if text in FORM_SUBDIVISIONS else "x" for text in texts[1:])]
    texts[-1] = ended(texts[-1])
    authority = _FAST_AUTHORITY if one.scheme is SubjectScheme.FAST else name
    number = f"({authority}){one.code}" if one.code else ""
    source = name if second == _FROM_SOURCE else ""
    yield from a_field(tag, f"{first}{second}", *zip(codes, texts, strict=True), ("2", source), ("0", number))


@reads_once("genres")
def read_655(draft: Draft, field: Field) -> None:
    """Reads a genre: the heading with its subdivisions, and the vocabulary that it is from."""
    parts = draft.parts(field, "avxyz2")
    heading = _heading(field, "a")
    if heading:
        draft.genres.append(Genre(heading, _vocabulary(field, parts)))


def write_655(record: Record) -> Iterator[Field]:
    """Writes the genres."""
    for one in record.description.genres:
        second = _INDICATORS.get(one.scheme, _FROM_SOURCE)
        texts = one.heading.split(_BETWEEN)
        source = one.scheme if second == _FROM_SOURCE else ""
        yield from a_field("655", f" {second}", *zip("a" + "x" * len(texts), texts, strict=False), ("2", source))
