"""765 to 787 and 856: other books, and addresses on the web."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from shared.formats.marc.codes import LINK_MATERIALS, LINK_WORDS, RELATIONS, inverted
from shared.formats.marc.control import is_language
from shared.formats.marc.draft import Draft
from shared.formats.marc.fields import Field, a_field, clean
from shared.formats.marc.languages import language_named
from shared.formats.marc.numbers import isbn_digits
from shared.records import Link, LinkKind, Record, Related, Relation
from shared.remembering import remembered
from shared.values import isbn13_or_none

_TAGS = inverted(RELATIONS)
_MATERIALS = inverted(LINK_MATERIALS)
_RELATED_RESOURCE = "2"
_OTHER_EDITION = "775"
_CARRIED = "ziotwx"
_OF_AN_ORIGINAL = re.compile(r"\b(of|from)\b")
_SUCCESSIONS = frozenset({"780", "785"})
_SUPERSEDES, _LED_BY_FORM = "2", "8"


def read_related(draft: Draft, field: Field) -> None:
    """Reads another book: $z ISBN, else $w, $o or $x number; $t title, $i its form or relation in words."""
    parts = draft.parts(field, _CARRIED)
    _read_books(draft, field, parts, partial(Related, RELATIONS[field.tag], form=_form(parts)))


def read_edition(draft: Draft, field: Field) -> None:
    """Reads another edition as any other book. Its language is the code in $e, else the one that $i names.

    Where $i says that one was translated from the other, they are original and translation, as 765 and 767 have them.
    """
    parts = draft.parts(field, _CARRIED + "e")
    form, codes = _form(parts), parts.pop("e", [])
    translation = _translation(form)
    stated = clean(codes[0]).lower() if codes else ""
    is_read = translation is None and is_language(stated)
    draft.leave_texts(field, "e", codes[1:] if is_read else codes)
    if translation is None:
        language = stated if is_read else language_named(form)
        book = partial(Related, Relation.OTHER, form=form, edition=True, language=language)
    else:
        book = partial(Related, translation, form=form)
    _read_books(draft, field, parts, book)


def _form(parts: Mapping[str, list[str]]) -> str:
    return clean(parts.get("i", [""])[0])


@remembered
def _translation(form: str) -> Relation | None:
    words = form.lower()
    if "translat" not in words:
        return None
    return Relation.TRANSLATED_FROM if _OF_AN_ORIGINAL.search(words) else Relation.TRANSLATED_AS


def _read_books(draft: Draft, field: Field, parts: Mapping[str, list[str]], book: Callable[..., Related]) -> None:
    """Reads which books: one for each ISBN, else one by its number or title."""
    title = clean(parts.get("t", [""])[0])
    numbers = [*parts.get("w", ()), *parts.get("o", ()), *parts.get("x", ())]
    isbns = []
    for text in parts.get("z", ()):
        # Two ISBNs are two words; one may have spaces for hyphens, or its qualifier next to it.
        isbn = isbn13_or_none(text.partition(" ")[0]) or isbn13_or_none(isbn_digits(text))
        if isbn is None:
            numbers.append(text)
        else:
            isbns.append(isbn)
    if isbns:
        draft.related += [book(isbn=isbn, title=title) for isbn in isbns]
        draft.leave_texts(field, "o", numbers)
    elif numbers or title:
        draft.related.append(book(number=numbers[0] if numbers else "", title=title))
        draft.leave_texts(field, "o", numbers[1:])
    elif "i" in parts:
        draft.leave(field, [pair for pair in field.subfields if pair[0] == "i"])


def write_related(record: Record) -> Iterator[Field]:
    """Writes other books. The second indicator says how systems introduce them: as superseded, by $i, or by words of the tag."""
    for one in record.description.related:
        tag = _OTHER_EDITION if one.edition else _TAGS[one.relation]
        second = _SUPERSEDES if tag in _SUCCESSIONS else _LED_BY_FORM if one.form else " "
        number = "w" if one.number.startswith("(") else "o"
        form = f"{one.form}:" if one.form else ""
        stated = (("t", one.title), ("e", one.language), (number, "" if one.isbn else one.number), ("z", one.isbn))
        yield from a_field(tag, f"0{second}", ("i", form), *stated)


def read_856(draft: Draft, field: Field) -> None:
    """Reads addresses ($u) and their text ($y, $z); $3 says what they lead to."""
    parts = draft.parts(field, "u3yz")
    material = parts.get("3", [""])[0]
    text = " ".join(parts.get("y", []) + parts.get("z", []))
    kind = _kind(material, field.indicators[1])
    if not text and material not in LINK_MATERIALS:
        text = material
    draft.links += [Link(kind, url, text) for url in parts.get("u", ())]
    if "u" not in parts and parts:
        draft.leave(field, [pair for pair in field.subfields if pair[0] in parts])


def _kind(material: str, second: str) -> LinkKind:
    return _stated_kind(material) or (LinkKind.OTHER if second == _RELATED_RESOURCE and not material else LinkKind.ONLINE)


@remembered
def _stated_kind(material: str) -> LinkKind | None:
    words = material.lower()
    return next((kind for word, kind in LINK_WORDS.items() if word in words), None)


def write_856(record: Record) -> Iterator[Field]:
    """Writes addresses."""
    for one in record.description.links:
        second = "0" if one.kind is LinkKind.ONLINE else _RELATED_RESOURCE
        yield from a_field("856", f"4{second}", ("3", _MATERIALS.get(one.kind, "")), ("u", one.url), ("y", one.text))
