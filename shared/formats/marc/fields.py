"""The neutral form of a MARC 21 record, which ISO 2709 and MARCXML share, and the punctuation of ISBD. Knows neither of the two.

Texts in it are plain: accents composed, white space collapsed, no control characters. Data of control fields keep their blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from shared.records import Remainder
from shared.texts import plain

Subfields = Sequence[tuple[str, str]]

BLANK_LEADER = " " * 24

_BEFORE_AN_INITIAL = ("", " ", ".")
_BETWEEN_AREAS = " /:;,="
_ENDS = _BETWEEN_AREAS + "."
FINAL = "?!"
"""Marks that end a title or edition: no full stop follows them (MARC 21, 245)."""
CLOSING = FINAL + ")]-"
"""Marks that end a name, a heading or a statement of publication: no full stop follows them (MARC 21, 264, X00)."""
_RAW_SUBFIELD = re.compile(r"\$(.)([^$]*)", re.DOTALL)
# MARCMaker writes a dollar within a text so.
_DOLLAR = "{dollar}"


class Field(Protocol):
    """One field. A control field (00X) has `data`; any other has two indicators, and subfields as pairs of code and text.

    `binary` reads those of pymarc as they are, since making others of them costs as much as reading them.
    """

    @property
    def tag(self) -> str:
        """The tag of three characters."""

    @property
    def indicators(self) -> Sequence[str]:
        """The two indicators; of no use in a control field."""

    @property
    def subfields(self) -> Subfields:
        """The subfields in their order."""

    @property
    def data(self) -> str:
        """The data of a control field."""


class MadeField(NamedTuple):
    """A field that is not pymarc's."""

    tag: str
    indicators: Sequence[str] = "  "
    subfields: Subfields = ()
    data: str = ""


def is_control(tag: str) -> bool:
    """Returns whether the tag is that of a control field."""
    return tag < "010" and tag.isdigit()


class MarcRecord(NamedTuple):
    """A record: its leader of 24 characters, and its fields in their order."""

    leader: str
    fields: Sequence[Field]


def a_field(tag: str, indicators: str, *subfields: tuple[str, str]) -> Iterator[Field]:
    """Yields a field with the subfields that have a text, made plain; nothing where none has."""
    filled = tuple((code, plain(text)) for code, text in subfields if text)
    if filled:
        yield MadeField(tag, indicators, filled)


def clean(text: str) -> str:
    """Removes the punctuation that ISBD puts between areas (` /`, ` :`, `,`), else a final full stop unless it ends an initial.

    A full stop before such punctuation is part of the text: `Cambridge, Mass. :`.
    """
    if text[-1:] not in _ENDS:
        return text
    if text[-1:] != ".":
        return text.rstrip(_BETWEEN_AREAS)
    of_initial = text[-2:-1].isalpha() and text[-3:-2] in _BEFORE_AN_INITIAL
    if text[-2:-1] == "." or of_initial:
        return text
    return text[:-1].rstrip(_BETWEEN_AREAS)


def marked(text: str, mark: str) -> str:
    """Returns the text with punctuation after it, such as ` :`, unless `clean` could not remove it again."""
    return text + mark if text and clean(text + mark) == text else text


def ended(text: str, unless: str = CLOSING) -> str:
    """Returns the text with a full stop, unless it ends with one of these marks, or `clean` could not remove it again."""
    return text if text[-1:] in unless else marked(text, ".")


def punctuated(parts: Iterable[tuple[str, str, str]]) -> Subfields:
    """Returns subfields of (code, text, the mark that ISBD puts before it), without empty ones."""
    filled = [part for part in parts if part[1]]
    marks = [mark for _, _, mark in filled[1:]] + [""]
    return [(code, marked(text, mark)) for (code, text, _), mark in zip(filled, marks, strict=False)]


def stopped(subfields: Subfields, unless: str = CLOSING) -> Subfields:
    """Returns the subfields with a full stop after the last, as `ended` puts it."""
    return [*subfields[:-1], *((code, ended(text, unless)) for code, text in subfields[-1:])]


def remainder_of(field: Field, subfields: Subfields) -> Remainder:
    """Returns subfields of a field (or the data of a control field) as a remainder: `1#$aText$bText`, a dollar as `{dollar}`."""
    if is_control(field.tag):
        return Remainder(field.tag, field.data)
    texts = "".join(f"${code}{text.replace('$', _DOLLAR)}" for code, text in subfields)
    return Remainder(field.tag, "".join(field.indicators).replace(" ", "#") + texts)


def field_of(remainder: Remainder) -> Field:
    """Returns the field that a remainder came from."""
    if is_control(remainder.place):
        return MadeField(remainder.place, data=remainder.raw)
    pairs = ((code, plain(text.replace(_DOLLAR, "$"))) for code, text in _RAW_SUBFIELD.findall(remainder.raw[2:]))
    return MadeField(remainder.place, remainder.raw[:2].replace("#", " "), tuple(pairs))
