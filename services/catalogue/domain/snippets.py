"""Shows where in a title the words of a search are: a text of each field that has any, with the words marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from services.catalogue.domain.folding import words_of
from services.catalogue.domain.questions import Word
from shared.records import Description

BEGIN, END = "<mark>", "</mark>"
_AROUND = 100  # characters before and after the first marked word of a long text
_WORD = re.compile(r"[^\W_]+(?:['’ʼ`´][^\W_]+)*")  # noqa: RUF001 # as in `folding`
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A field's text, or the part of it around the first word found, as HTML: the words are marked and all else is escaped."""

    field: str
    text: str


def snippets(description: Description, words: Sequence[Word]) -> tuple[Snippet, ...]:
    """Returns the marked text of each field that has one of the words."""
    whole = frozenset(text for word in words for text in word.texts)
    begun = tuple(text for word in words if word.prefix for text in word.texts)
    found: list[Snippet] = []
    for field, text in _fields(description):
        # Most fields have none of the words: folding a text at once is ten times faster than word by word.
        if _has_one(words_of(text), whole, begun):
            places = [match.span() for match in _WORD.finditer(text) if _has_one(_folded(match[0]), whole, begun)]
            found.append(Snippet(field, _marked(text, places)))
    return tuple(found)


def _has_one(words: Sequence[str], whole: frozenset[str], begun: tuple[str, ...]) -> bool:
    return not whole.isdisjoint(words) or (bool(begun) and any(word.startswith(begun) for word in words))


@lru_cache(maxsize=20_000)
def _folded(word: str) -> tuple[str, ...]:
    return tuple(words_of(word))


def _fields(description: Description) -> Iterator[tuple[str, str]]:
    if description.title is not None:
        yield "title", " ".join(filter(None, (description.title.title, description.title.subtitle)))
    yield "contributors", "; ".join(each.name or each.sort_name for each in description.contributors)
    yield "series", "; ".join(each.title for each in description.series)
    yield "subjects", "; ".join(each.heading for each in description.subjects if each.heading)
    yield "publisher", description.publisher
    yield "summary", description.summary


def _marked(text: str, places: Sequence[tuple[int, int]]) -> str:
    """Returns the part of the text around the first place, with the places in it marked."""
    if not places:  # a letter that is spelt as several words
        return escape(text[: 2 * _AROUND])
    first, last = max(places[0][0] - _AROUND, 0), places[0][1] + _AROUND
    parts = [_CUT] if first else []
    reached = first
    for begin, end in places:
        if end > last:
            break
        parts += (escape(text[reached:begin]), BEGIN, escape(text[begin:end]), END)
        reached = end
    parts.append(escape(text[reached:last]) + (_CUT if last < len(text) else ""))
    return "".join(parts)
