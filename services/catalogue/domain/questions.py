"""A question as people and systems ask it, and the search that answers it, in levels of relevance. Pure: no table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from services.catalogue.domain.marks import Mark, lexeme_of
from services.catalogue.domain.search import (
    NOTHING,
    AllOf,
    Issued,
    Lexeme,
    Named,
    Sought,
    Without,
    all_of,
    any_of,
    coded,
    identified,
)
from shared.folding import words_of
from shared.values import isbn13_or_none

MOST_WORDS = 20
"""Words of a search that count."""
SHORTEST_PREFIX = 2
"""A last word of one letter is a whole word: too many words begin with it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a search, folded, with what may be read in its place. `prefix`: it may go on."""

    texts: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a ranked search: the condition, without what an earlier level finds, and the score of what it finds."""

    score: int
    sought: Sought


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What titles are limited to, beside words. Of several values of one kind, any; but of subjects, all.

    A subject is `scheme:code`, where the code may be the beginning of one. `issued` are the first and last day as in `Issued`.
    """

    isbns: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    availabilities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    age: int | None = None
    issued: tuple[int, int] | None = None


class Sort(StrEnum):
    """The order of what is found: the best match first, the newest book first, or by ISBN."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    ISBN = "isbn"


@dataclass(frozen=True, slots=True)
class Question:
    """What is searched: words, limits, and the order. `words` may be an ISBN."""

    words: str
    wanted: Wanted
    sort: Sort


@dataclass(frozen=True, slots=True)
class Search:
    """A question as it is carried out: the levels to search in their order, and the condition that they are together.

    Without words there are no levels; without any limit either, `sought` is None. `read_as` are misspelt words, and what each
    was read as.
    """

    words: tuple[Word, ...]
    levels: tuple[Level, ...]
    sought: Sought | None
    read_as: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def search_of(question: Question, words: tuple[Word, ...]) -> Search:
    """Returns the search that answers a question; `words` are those of the question, or others that they are read as."""
    limits = filters(question.wanted)
    if isbn13_or_none(question.words):
        whole = all_of([identified(question.words), *limits])
        return Search((), (Level(_EXACT, whole),), whole)
    if question.words.strip():
        steps = tuple(Level(step.score, all_of([step.sought, *limits])) for step in levels(words))
        return Search(words, steps, all_of([anywhere(words), *limits]))
    return Search((), (), all_of(limits) if limits else None)


def asked_words(text: str) -> tuple[Word, ...]:
    """Returns the words of a search; the last one may go on, unless a space or a sign follows it."""
    words = words_of(text)[:MOST_WORDS]
    goes_on = text[-1:].isalnum()
    return tuple(
        Word((word,), prefix=goes_on and place == len(words) and len(word) >= SHORTEST_PREFIX)
        for place, word in enumerate(words, start=1)
    )


# The score of each level, and the fields of which any may have each of the words.
_LEVELS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (80, (Mark.TITLE,)),
    (60, (Mark.TITLE, Mark.AUTHOR)),
    (40, (Mark.TITLE, Mark.AUTHOR, Mark.SERIES)),
    (20, (Mark.TITLE, Mark.AUTHOR, Mark.SERIES, Mark.SUBJECT)),
    (10, ("",)),
)
_EXACT = 100


def levels(words: Sequence[Word]) -> tuple[Level, ...]:
    """Returns the levels of a search by words, the best first. None finds what one before it finds; together, everything.

    The words are the whole title; are all in the title; in title or contributors; or series; or subjects; in any field. Each
    condition includes the one before it.
    """
    conditions = [(_EXACT, _whole_title(words)), *((score, in_fields(words, marks)) for score, marks in _LEVELS)]
    before: Sought | None = None
    found: list[Level] = []
    for score, condition in conditions:
        found.append(Level(score, condition if before is None else AllOf((condition, Without(before)))))
        before = condition
    return tuple(found)


def anywhere(words: Sequence[Word]) -> Sought:
    """Returns the condition that all levels together are."""
    return in_fields(words, ("",))


def in_fields(words: Sequence[Word], marks: Sequence[str]) -> Sought:
    """Returns the condition that each word is in one of the fields."""
    return all_of(any_of(Lexeme(mark + text, word.prefix) for mark in marks for text in word.texts) for word in words)


def filters(wanted: Wanted) -> list[Sought]:
    """Returns the conditions of what titles are limited to."""
    found: list[Sought] = []
    if wanted.isbns:
        found.append(Named(wanted.isbns))
    if wanted.identifiers:
        found.append(any_of(identified(each) for each in wanted.identifiers))
    found += [coded(*each.partition(":")[::2]) for each in wanted.subjects]
    for mark, values in (
        (Mark.SUPPLIER, wanted.suppliers),
        (Mark.AVAILABILITY, wanted.availabilities),
        (Mark.LANGUAGE, wanted.languages),
        (Mark.FORM, wanted.forms),
        (Mark.AUDIENCE, wanted.audiences),
        (Mark.AGE, () if wanted.age is None else (str(wanted.age),)),
    ):
        if values:
            found.append(any_of(Lexeme(lexeme_of(mark, value)) for value in values))
    if wanted.issued is not None:
        found.append(Issued(*wanted.issued))
    return found


def _whole_title(words: Sequence[Word]) -> Sought:
    return Lexeme(lexeme_of(Mark.WHOLE_TITLE, " ".join(word.texts[0] for word in words))) if words else NOTHING
