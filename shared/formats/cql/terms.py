"""Resolves a term's escapes and masks, and checks it against its index. Knows no grammar."""

from __future__ import annotations

import re

from shared.formats.cql.diagnostics import Code
from shared.formats.cql.lexer import Refused
from shared.formats.cql.tree import Index, Relation, Word

SHORTEST_MASKED = 2
"""Characters before a mask: the words that begin with one letter are too many to be searched."""

_SPECIAL = '*?^"\\'
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_WORDS = frozenset({Relation.EQUAL, Relation.ALL, Relation.ANY})
_CODES = frozenset({Relation.EQUAL, Relation.EXACT, Relation.ANY})
_ORDER = frozenset({Relation.LESS, Relation.LESS_OR_EQUAL, Relation.GREATER, Relation.GREATER_OR_EQUAL, Relation.WITHIN})

RELATIONS = {
    Index.ANYWHERE: _WORDS,
    Index.TITLE: _WORDS | {Relation.EXACT},
    Index.AUTHOR: _WORDS | {Relation.EXACT},
    Index.ISBN: _CODES,
    Index.SUBJECT: _WORDS | {Relation.EXACT},
    Index.PUBLISHER: _WORDS | {Relation.EXACT},
    Index.DATE: _ORDER | {Relation.EQUAL, Relation.EXACT},
    Index.LANGUAGE: _CODES,
}
"""The relations of each index."""


def words_of(raw: str, index: Index, relation: Relation) -> tuple[Word, ...]:
    """Returns the words of a term whose escapes are unresolved. Raises Refused."""
    if relation not in RELATIONS[index]:
        raise Refused(Code.RELATION_OF_INDEX, f"{index} {relation}")
    words = tuple(_word(part) for part in raw.split())
    if not words:
        raise Refused(Code.EMPTY_TERM, index.value)
    # In a phrase only what follows its last word may be left open.
    if relation not in (Relation.ALL, Relation.ANY) and any(word.masked for word in words[:-1]):
        raise Refused(Code.MASKING_POSITION, raw)
    if index is Index.DATE:
        _check_dates(words, relation)
    return words


def raw_of(words: tuple[Word, ...]) -> str:
    """Returns the term with its escapes, as it is written between quotes."""
    return " ".join(re.sub(r'([*?^"\\])', r"\\\1", word.text) + "*" * word.masked for word in words)


def _word(raw: str) -> Word:
    text: list[str] = []
    masked = escaped = False
    for character in raw:
        if masked:
            raise Refused(Code.MASKING_POSITION, raw)
        if escaped and character not in _SPECIAL:
            raise Refused(Code.NEEDLESS_ESCAPE, raw)
        if not escaped and character in "?^":
            raise Refused(Code.MASKING if character == "?" else Code.ANCHORING, raw)
        if escaped or character not in "*\\":
            text.append(character)
        masked = character == "*" and not escaped
        escaped = character == "\\" and not escaped
    if escaped:
        raise Refused(Code.NEEDLESS_ESCAPE, raw)
    if masked and len(text) < SHORTEST_MASKED:
        raise Refused(Code.MASKED_TOO_SHORT, raw)
    return Word("".join(text), masked)


def _check_dates(words: tuple[Word, ...], relation: Relation) -> None:
    expected = 2 if relation is Relation.WITHIN else 1
    if len(words) != expected or not all(_DATE.fullmatch(word.text) and not word.masked for word in words):
        raise Refused(Code.TERM_FORMAT, f"{Index.DATE} {relation}: give {expected} of year, year-month or ISO date")
