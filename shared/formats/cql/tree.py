"""A query as a tree: what to search in which index, joined by booleans. Knows no syntax and no table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Index(StrEnum):
    """What is searched; the value is the index's name when a query is written.

    ANYWHERE is every index with words. The words of an ISBN are as the query has them, with or without hyphens, and unchecked.
    """

    ANYWHERE = "cql.serverChoice"
    TITLE = "dc.title"
    AUTHOR = "dc.creator"
    ISBN = "bath.isbn"
    SUBJECT = "dc.subject"
    PUBLISHER = "dc.publisher"
    DATE = "dc.date"
    LANGUAGE = "dc.language"


class Relation(StrEnum):
    """How a term is compared.

    EQUAL is the words as a phrase, or a value as a whole where the index holds codes and numbers. EXACT is the whole content of
    the field. ALL and ANY are words in any order. WITHIN has two words, the first and last value, both inclusive.
    """

    EQUAL = "="
    EXACT = "=="
    ALL = "all"
    ANY = "any"
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    WITHIN = "within"


class Operator(StrEnum):
    """How two queries are joined; `not` is what the left one finds, but the right one does not."""

    AND = "and"
    OR = "or"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a term, without white space. `masked`: any ending may follow it. Marks such as `*` in `text` are plain text."""

    text: str
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison; a term has at least one word."""

    index: Index
    relation: Relation
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Two queries joined by an operator."""

    operator: Operator
    left: Query
    right: Query


Query: TypeAlias = Clause | Joined
