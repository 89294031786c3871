"""What people type to find something, and what orders and titles are found by. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.dashboard.domain.copies import CopyNews
from shared.folding import compact, words_of
from shared.values import isbn13_or_none

# Of a number, so many characters are looked for as the beginning of a longer one.
SHORTEST_BEGINNING = 4
_LONGEST = 200


class TermKind(StrEnum):
    """What a term of an order is."""

    NUMBER = "number"
    LINE_KEY = "line_key"
    ISBN = "isbn"


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """What a council's order is found by."""

    term: str
    council: str
    kind: TermKind
    order_id: UUID


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody typed: as it is, as a number without case, spaces and punctuation, as an ISBN, an id, and words."""

    text: str
    code: str
    isbn: str | None
    given_id: UUID | None
    words: Sequence[str]

    @classmethod
    def of(cls, typed: str) -> Sought:
        """Reads what somebody typed."""
        text = " ".join(typed.split())[:_LONGEST]
        return cls(text, compact(text), isbn13_or_none(text), _id_or_none(text), words_of(text))

    @property
    def written(self) -> Sequence[str]:
        """The ways in which a number may be kept that was typed in small letters."""
        return list(dict.fromkeys((self.text, self.text.upper())))

    @property
    def order_code(self) -> str:
        """What an order is found by: an ISBN in its longer form, else the number."""
        return self.isbn or self.code


def _id_or_none(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def searched_words(text: str) -> str:
    """Returns the words of a title as a text search keeps them: each once."""
    return " ".join(sorted(set(words_of(text))))


def terms_of(copies: Iterable[CopyNews]) -> Sequence[Term]:
    """Returns what the orders of copies are found by, each once."""
    found: set[Term] = set()
    for copy in copies:
        named = {TermKind.NUMBER: copy.order_number, TermKind.LINE_KEY: copy.line_key, TermKind.ISBN: copy.isbn}
        found |= {Term(code, copy.council, kind, copy.order_id) for kind, name in named.items() if (code := compact(name))}
    # In one order, so that two that keep the same terms wait for each other and do not deadlock.
    return sorted(found)


def titles_of(copies: Iterable[CopyNews]) -> Mapping[tuple[str, str], str]:
    """Returns the titles that councils ordered, by ISBN and council; of several names of a book the last in the alphabet."""
    titles: dict[tuple[str, str], str] = {}
    for copy in copies:
        key = copy.isbn, copy.council
        titles[key] = max(titles.get(key, ""), copy.title)
    return dict(sorted(titles.items()))
