"""765 to 787 and 856: other books, and addresses on the web."""

from __future__ import annotations

from collections.abc import Iterator

from shared.formats.marc.codes import LINK_MATERIALS, LINK_WORDS, RELATIONS, inverted
from shared.formats.marc.draft import Draft
from shared.formats.marc.fields import Field, a_field, clean
from shared.records import Link, LinkKind, Record, Related
from shared.remembering import remembered
from shared.values import isbn13_or_none

_TAGS = inverted(RELATIONS)
_MATERIALS = inverted(LINK_MATERIALS)
_RELATED_RESOURCE = "2"
_SUCCESSIONS = frozenset({"780", "785"})
_SUPERSEDES, _LED_BY_FORM = "2", "8"


def read_related(draft: Draft, field: Field) -> None:
    """Reads another book: $z ISBN, else $w, $o or $x number; $t title, $i its form or relation in words."""
    parts = draft.parts(field, "ziotwx")
    title, form = clean(parts.get("t", [""])[0]), clean(parts.get("i", [""])[0])
    relation = RELATIONS[field.tag]
    numbers = [*parts.get("w", ()), *parts.get("o", ()), *parts.get("x", ())]
    isbns = []
    for text in parts.get("z", ()):
        isbn = isbn13_or_none(text.partition(" ")[0])
        if isbn is None:
            numbers.append(text)
        else:
            isbns.append(isbn)
    if isbns:
        draft.related += [Related(relation, isbn, "", title, form) for isbn in isbns]
        draft.leave_texts(field, "o", numbers)
    elif numbers or title:
        draft.related.append(Related(relation, "", numbers[0] if numbers else "", title, form))
        draft.leave_texts(field, "o", numbers[1:])
    elif form:
        draft.leave(field, [pair for pair in field.subfields if pair[0] == "i"])


def write_related(record: Record) -> Iterator[Field]:
    """Writes other books. The second indicator says how systems introduce them: as superseded, by $i, or by words of the tag."""
    for one in record.description.related:
        tag = _TAGS[one.relation]
        second = _SUPERSEDES if tag in _SUCCESSIONS else _LED_BY_FORM if one.form else " "
        number = "w" if one.number.startswith("(") else "o"
        form = f"{one.form}:" if one.form else ""
        subfields = (("i", form), ("t", one.title), (number, "" if one.isbn else one.number), ("z", one.isbn))
        yield from a_field(tag, f"0{second}", *subfields)


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
