"""Subjects (list 27) and readers: audience (28) and ages (30, 31)."""

from __future__ import annotations

import re

from shared.formats.onix.codes import words
from shared.formats.onix.composites.people import names_in
from shared.formats.onix.draft import Draft
from shared.formats.onix.elements import NAMES, Element, add, add_all, every, first, parts_of, text_of, whole_number
from shared.records import AgeRange, Audience, AudienceKind, Description, Subject, SubjectScheme
from shared.texts import plain

_DASHES = re.compile(r"\s*--\s*")
_CODE = re.compile(r"[0-9A-Z]\d", re.ASCII)
_NAMES_OF_A_PERSON = ("PersonName", "PersonNameInverted", "KeyNames", "NamesBeforeKey")
_WITHOUT_CODE = (SubjectScheme.PERSON, SubjectScheme.BODY)
_ONIX_AUDIENCE = "01"  # list 29
_EXACTLY, _FROM, _TO = "01", "03", "04"  # list 31
_AGES = {"17": (0, 1), "16": (1, 12), "18": (2, 1)}
"""List 30 -> rank and parts of a year: interest age in years (written), in months, reading age."""


def read_subject(subject: Element, draft: Draft) -> bool:
    """Reads Subject; MainSubject inside it marks the main one."""
    texts = {NAMES[child.tag]: child.text or "" for child in subject}
    return _take(texts, "MainSubject" in texts, draft)


def read_main_subject(subject: Element, draft: Draft) -> bool:
    """Reads MainSubject of 2.1."""
    return _take({NAMES[child.tag]: child.text or "" for child in subject}, True, draft)


def read_main_bisac(code: Element, draft: Draft) -> bool:
    """Reads BASICMainSubject of 2.1."""
    return _take({"SubjectSchemeIdentifier": "10", "SubjectCode": code.text or ""}, True, draft)


def read_main_bic(code: Element, draft: Draft) -> bool:
    """Reads BICMainSubject of 2.1."""
    return _take({"SubjectSchemeIdentifier": "12", "SubjectCode": code.text or ""}, True, draft)


def _take(texts: dict[str, str], main: bool, draft: Draft) -> bool:
    id_, code = texts.get("SubjectSchemeIdentifier", "").strip(), texts.get("SubjectCode", "").strip()
    heading = plain(texts["SubjectHeadingText"]) if "SubjectHeadingText" in texts else ""
    if not id_ or not (code or heading):
        return False
    scheme = words.SCHEMES.get(id_, SubjectScheme.OTHER)
    if scheme is SubjectScheme.KEYWORDS:
        draft.subjects += (Subject(scheme, heading=word) for part in (heading or code).split(";") if (word := part.strip()))
        return True
    name = ""
    if scheme is SubjectScheme.LCSH:
        heading = _DASHES.sub(" -- ", heading)
    elif scheme is SubjectScheme.OTHER:
        name = plain(texts.get("SubjectSchemeName", ""))
        name = name or words.OTHER_SCHEMES.get(id_, "" if id_ == words.PROPRIETARY_SCHEME else id_)
    draft.subjects.append(Subject(scheme, code, heading, texts.get("SubjectSchemeVersion", "").strip(), main, name))
    return True


def read_name_as_subject(name: Element, draft: Draft) -> bool:
    """Reads NameAsSubject, or PersonAsSubject of 2.1: a person as filed, or a body where the name is a corporate one."""
    texts = parts_of(name)
    read_aloud, filed = names_in(texts)
    heading = plain(filed or read_aloud)
    if heading:
        person = any(texts.get(part) for part in _NAMES_OF_A_PERSON)
        draft.subjects.append(Subject(SubjectScheme.PERSON if person else SubjectScheme.BODY, heading=heading))
    return bool(heading)


def read_body_as_subject(name: Element, draft: Draft) -> bool:
    """Reads CorporateBodyAsSubject of 2.1."""
    draft.subjects.append(Subject(SubjectScheme.BODY, heading=text_of(name)))
    return True


def write_subjects(block: Element, book: Description) -> None:
    """Writes the subjects; keywords in one element, where the first of them is."""
    keywords = "; ".join(subject.heading for subject in book.subjects if subject.scheme is SubjectScheme.KEYWORDS)
    for subject in book.subjects:
        if subject.scheme is not SubjectScheme.KEYWORDS and subject.scheme not in _WITHOUT_CODE:
            _write_subject(block, subject)
        elif keywords and subject.scheme is SubjectScheme.KEYWORDS:
            _write_subject(block, Subject(SubjectScheme.KEYWORDS, heading=keywords))
            keywords = ""


def _write_subject(block: Element, subject: Subject) -> None:
    element = add(block, "Subject")
    if subject.main:
        add(element, "MainSubject")
    code, name = words.SCHEME_CODES.get(subject.scheme, ""), ""
    if subject.scheme is SubjectScheme.BIC_QUALIFIER:
        code = words.BIC_QUALIFIERS.get(subject.code[:1], code)
    elif not code:
        name = subject.scheme_name or ("" if subject.scheme is SubjectScheme.OTHER else subject.scheme)
        code = words.OTHER_SCHEME_CODES.get(name) or (name if _CODE.fullmatch(name) else words.PROPRIETARY_SCHEME)
        name = name if code == words.PROPRIETARY_SCHEME else ""
    parts = [("SubjectSchemeIdentifier", code), ("SubjectSchemeName", name), ("SubjectSchemeVersion", subject.edition)]
    add_all(element, [*parts, ("SubjectCode", subject.code), ("SubjectHeadingText", subject.heading)])


def write_names_as_subjects(block: Element, book: Description) -> None:
    """Writes persons and bodies that the book is about."""
    for subject in book.subjects:
        if subject.scheme in _WITHOUT_CODE:
            kind = "PersonNameInverted" if subject.scheme is SubjectScheme.PERSON else "CorporateName"
            add(add(block, "NameAsSubject"), kind, subject.heading)


def read_audience_code(code: Element, draft: Draft) -> bool:
    """Reads AudienceCode."""
    return _take_audience((code.text or "").strip(), draft)


def read_audience(audience: Element, draft: Draft) -> bool:
    """Reads Audience with a code of list 28."""
    texts = parts_of(audience)
    return texts.get("AudienceCodeType") == _ONIX_AUDIENCE and _take_audience(texts.get("AudienceCodeValue", ""), draft)


def _take_audience(code: str, draft: Draft) -> bool:
    kinds = words.AUDIENCES.get(code, ())
    draft.audiences += (audience for kind in kinds if (audience := Audience(kind)) not in draft.audiences)
    return bool(kinds)


def read_audience_words(description: Element, draft: Draft) -> bool:
    """Reads AudienceDescription."""
    draft.audiences.append(Audience(AudienceKind.STATED, text_of(description)))
    return True


def write_audiences(block: Element, book: Description) -> None:
    """Writes the audiences that list 28 has."""
    codes = [words.AUDIENCE_CODES[audience.kind] for audience in book.audiences if audience.kind in words.AUDIENCE_CODES]
    for code in dict.fromkeys(codes):
        add_all(add(block, "Audience"), [("AudienceCodeType", _ONIX_AUDIENCE), ("AudienceCodeValue", code)])


def write_audience_words(block: Element, book: Description) -> None:
    """Writes audiences in the supplier's words."""
    add_all(block, [("AudienceDescription", audience.words) for audience in book.audiences])


def read_ages(ages: Element, draft: Draft) -> bool:
    """Reads AudienceRange of an age; months are rounded down to years."""
    rank, parts = _AGES.get(text_of(first(ages, "AudienceRangeQualifier")), (-1, 1))
    precisions = [text_of(precision) for precision in every(ages, "AudienceRangePrecision")]
    values = [whole_number(text_of(value)) for value in every(ages, "AudienceRangeValue")]
    years = {precision: value // parts for precision, value in zip(precisions, values, strict=False) if value is not None}
    lowest, highest = years.get(_FROM, years.get(_EXACTLY)), years.get(_TO, years.get(_EXACTLY))
    if rank < 0 or (lowest is None and highest is None):
        return False
    draft.ages.append((rank, AgeRange(lowest, highest)))
    return True


def ages_of(draft: Draft) -> AgeRange | None:
    """Returns the ages: each end from the best range that states it."""
    ranges = [ages for _, ages in sorted(draft.ages, key=lambda ranked: ranked[0])]
    if len(ranges) < 2:
        return ranges[0] if ranges else None
    lowest = next((ages.lowest for ages in ranges if ages.lowest is not None), None)
    return AgeRange(lowest, next((ages.highest for ages in ranges if ages.highest is not None), None))


def write_ages(block: Element, book: Description) -> None:
    """Writes the ages as interest age in years."""
    if book.ages is None:
        return
    element = add(block, "AudienceRange")
    add(element, "AudienceRangeQualifier", "17")
    lowest, highest = book.ages.lowest, book.ages.highest
    ends = [(_EXACTLY, lowest)] if lowest == highest else [(_FROM, lowest), (_TO, highest)]
    for precision, value in ends:
        if value is not None:
            add_all(element, [("AudienceRangePrecision", precision), ("AudienceRangeValue", str(value))])
