"""Shows where in a title the words of a search are: a text of each field that has any, with the words marked. Pure."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from itertools import accumulate, chain
from typing import Any, TypeAlias

from services.catalogue.domain.questions import Word
from shared.folding import LONGEST_WORD, folded, folded_lengths
from shared.frozen import dataclass
from shared.records.brief import Brief

BEGIN, END = "<mark>", "</mark>"
_AROUND = 100  # characters before and after the first marked word of a long text
_CUT = "…"

Texts: TypeAlias = Mapping[str, Any]
"""A description in the JSON that it is kept as. To make the values of the record model of it takes as long as to find it."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A field's text, or the part of it around the first word found, as HTML: the words are marked and all else is escaped."""

    field: str
    text: str


def texts_of(brief: Brief) -> Texts:
    """Returns a description of which only six texts are known."""
    title = {"title": brief.title, "subtitle": brief.subtitle}
    return {"title": title, "contributors": [{"name": brief.author}], "publisher": brief.publisher}


def snippets(texts: Texts, words: Sequence[Word]) -> tuple[Snippet, ...]:
    """Returns the marked text of each field that has one of the words."""
    sought = _spaced(tuple(words))
    found: list[Snippet] = []
    for field, text in _fields(texts):
        folds = f" {folded(text)} "
        # Most fields have none of the words.
        if any(map(folds.__contains__, sought)):
            places = _places(folds, sought)
            as_long = text.isascii() and len(folds) == len(text) + len("  ")
            found.append(Snippet(field, _marked(text, places if as_long else _unfolded(text, places))))
    return tuple(found)


@lru_cache(maxsize=100)
def _spaced(words: tuple[Word, ...]) -> tuple[str, ...]:
    """Returns the words with the spaces that are around them in a folded text; one that may go on has none after it."""
    # A longer word of a text was cut before search learnt it.
    ends = [(text, word.prefix or len(text) == LONGEST_WORD) for word in words for text in word.texts]
    return tuple(f" {text}" if goes_on else f" {text} " for text, goes_on in ends)


def _places(folds: str, sought: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yields where the words begin and end in a folded text, of which `folds` has a space before and after it."""
    reached = 0
    while begins := [place for text in sought if (place := folds.find(text, reached)) >= 0]:
        begin = min(begins)
        reached = folds.index(" ", begin + 1)
        yield begin, reached - 1


def _unfolded(text: str, places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yields the places in the text of those in what it is folded to."""
    reached = list(accumulate(folded_lengths(text), initial=0))
    for begin, end in places:
        last = bisect_left(reached, end)
        while last < len(text) and unicodedata.combining(text[last]):
            last += 1
        yield bisect_right(reached, begin) - 1, last


def _fields(texts: Texts) -> Iterator[tuple[str, str]]:
    title = texts.get("title") or {}
    yield "title", " ".join(filter(None, (title.get("title"), title.get("subtitle"))))
    yield "contributors", "; ".join(each["name"] or each.get("sort_name", "") for each in texts.get("contributors", ()))
    yield "series", "; ".join(each["title"] for each in texts.get("series", ()))
    yield "subjects", "; ".join(each["heading"] for each in texts.get("subjects", ()) if "heading" in each)
    yield "publisher", texts.get("publisher", "")
    yield "summary", texts.get("summary", "")


def _marked(text: str, places: Iterator[tuple[int, int]]) -> str:
    """Returns the part of the text around the first place, with the places in it marked."""
    first = next(places)
    reached, last = max(first[0] - _AROUND, 0), first[1] + _AROUND
    parts = [_CUT] if reached else []
    for begin, end in chain([first], places):
        if end > last:
            break
        parts += (escape(text[reached:begin]), BEGIN, escape(text[begin:end]), END)
        reached = end
    parts.append(escape(text[reached:last]) + (_CUT if last < len(text) else ""))
    return "".join(parts)
