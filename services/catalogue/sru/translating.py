"""Translates CQL's tree into what the catalogue searches for. Pure: no request, no table.

Words that have nothing but signs are passed over; a term of such words alone finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.catalogue.domain.marks import Mark, lexeme_of
from services.catalogue.domain.search import (
    AllOf,
    Issued,
    Lexeme,
    Phrase,
    Sought,
    Without,
    all_of,
    any_of,
    identified,
    period_of,
)
from shared.folding import compact, words_of
from shared.formats.cql import Clause, Index, Operator, Query, Relation, Word

# index -> marks of its words and of its whole texts
_FIELDS: dict[Index, tuple[str, str]] = {
    Index.TITLE: (Mark.TITLE, Mark.WHOLE_TITLE),
    Index.AUTHOR: (Mark.AUTHOR, Mark.WHOLE_AUTHOR),
    Index.SUBJECT: (Mark.SUBJECT, Mark.WHOLE_SUBJECT),
    Index.PUBLISHER: (Mark.PUBLISHER, Mark.WHOLE_PUBLISHER),
    Index.ANYWHERE: ("", ""),
}
_FIRST, _LAST = 1, 99_999_999


def sought_of(query: Query) -> Sought:
    """Returns what a query searches for."""
    if isinstance(query, Clause):
        return _clause(query)
    left, right = sought_of(query.left), sought_of(query.right)
    if query.operator is Operator.OR:
        return any_of((left, right))
    # One list of what must be met, however many clauses there are: dates among them then limit what is read.
    return all_of((*_parts(left), *((Without(right),) if query.operator is Operator.NOT else _parts(right))))


def _parts(sought: Sought) -> tuple[Sought, ...]:
    return sought.parts if isinstance(sought, AllOf) else (sought,)


def _clause(clause: Clause) -> Sought:
    if clause.index is Index.DATE:
        return _dates(clause.relation, [period_of(word.text) for word in clause.words])
    if clause.index in (Index.ISBN, Index.LANGUAGE):
        value = _number if clause.index is Index.ISBN else _language
        if clause.relation is Relation.ANY:
            return any_of(map(value, clause.words))
        return value(Word("".join(word.text for word in clause.words), clause.words[-1].masked))
    mark, whole = _FIELDS[clause.index]
    if clause.relation is Relation.EXACT:
        text = " ".join(folded for word in clause.words for folded in words_of(word.text))
        return any_of([Lexeme(lexeme_of(Mark(whole), text), clause.words[-1].masked)] if text else [])
    if clause.relation is Relation.EQUAL:
        return _phrase(mark, clause.words)
    each = [_phrase(mark, [word]) for word in clause.words if words_of(word.text)]
    return all_of(each) if clause.relation is Relation.ALL else any_of(each)


def _phrase(mark: str, words: Sequence[Word]) -> Sought:
    """Returns the condition that words follow each other; one word of a query may be several, as `e-mail` is."""
    lexemes = tuple(_lexemes(mark, words))
    return any_of(lexemes) if len(lexemes) < 2 else Phrase(lexemes)


def _lexemes(mark: str, words: Sequence[Word]) -> Iterator[Lexeme]:
    for word in words:
        folded = words_of(word.text)
        for place, text in enumerate(folded, start=1):
            yield Lexeme(mark + text, word.masked and place == len(folded))


def _number(word: Word) -> Sought:
    plain = compact(word.text)
    if word.masked and plain:
        return Lexeme(lexeme_of(Mark.IDENTIFIER, plain), prefix=True)
    return identified(word.text)


def _language(word: Word) -> Sought:
    return Lexeme(lexeme_of(Mark.LANGUAGE, word.text), word.masked)


def _dates(relation: Relation, periods: Sequence[tuple[int, int]]) -> Sought:
    (first, last), *_, (_, end) = (*periods, periods[-1])
    bounds = {
        Relation.LESS: (_FIRST, first - 1),
        Relation.LESS_OR_EQUAL: (_FIRST, last),
        Relation.GREATER: (last + 1, _LAST),
        Relation.GREATER_OR_EQUAL: (first, _LAST),
        Relation.WITHIN: (first, end),
    }
    return Issued(*bounds.get(relation, (first, last)))
