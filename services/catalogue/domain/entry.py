"""What search knows of a title: its words by field, the values it is filtered by, its place by date. Pure: no table.

Words and values are lexemes of one PostgreSQL `tsvector`, so that all that is asked for is one condition on one index. The lexeme
of a word is there twice: with the mark of its field, and without for a search in all fields.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from services.catalogue.domain.identifiers import forms_of
from services.catalogue.domain.marks import FACETS, Mark, code_of, lexeme_of
from services.catalogue.domain.merging import Title
from services.catalogue.domain.records import KeptRecord, in_force
from shared.folding import words_of
from shared.formats.publication import plain_date
from shared.records import AgeRange, Contributor, Description, Subject, SubjectScheme

MOST_WORDS = 2_000
"""Words of one field that are searched; a table of contents of a few pages has as many."""
OLDEST_READER = 18
"""An age range without an upper end goes to this year: older readers are adults."""
_MOST_PLACES = 255  # PostgreSQL keeps no more for one word
_GAP = 5  # between two texts of a field, so that no phrase begins in one and ends in the other
_SHORTEST_NAME, _LONGEST_NAME = 4, 30

# Characters of a code that are counted as a facet: Thema `F`, BISAC `FIC`, Dewey `8`.
_TOP = {SubjectScheme.THEMA: 1, SubjectScheme.BIC: 1, SubjectScheme.BISAC: 3, SubjectScheme.DEWEY: 1}


@dataclass(frozen=True, slots=True)
class Entry:
    """A title as search keeps it.

    `words` is a tsvector as PostgreSQL reads it. `issued` is the day of publication as a number such as 20200904, with zeros for
    a month and day that are not stated; 0 where there is no date. `facets` are `kind:value`. `names` are the words of titles and
    contributors: misspelt words are corrected to those.
    """

    isbn: str
    words: str
    issued: int
    facets: tuple[str, ...]
    names: frozenset[str]


def entry_of(title: Title, records: Iterable[KeptRecord]) -> Entry:
    """Returns what search keeps of a title; `records` are all there are of the book."""
    description = title.description
    issued = issued_of(description.published or description.copyright_year)
    values = [*_values(title.isbn, description), *_supply(records)]
    lexemes = _Lexemes()
    titles = lexemes.add_field(Mark.TITLE, _titles(description), whole=Mark.WHOLE_TITLE)
    if description.title is not None:
        # `Emma` and `Emma: a novel` are both the whole title.
        lexemes.add_value(Mark.WHOLE_TITLE, " ".join(words_of(description.title.title)))
    authors = lexemes.add_field(Mark.AUTHOR, _names(description.contributors), whole=Mark.WHOLE_AUTHOR)
    lexemes.add_field(Mark.SERIES, (each.title for each in description.series))
    lexemes.add_field(Mark.SUBJECT, _headings(description), whole=Mark.WHOLE_SUBJECT)
    lexemes.add_field(Mark.PUBLISHER, (description.publisher, description.imprint), whole=Mark.WHOLE_PUBLISHER)
    lexemes.add_loose(description.summary)
    lexemes.add_loose(description.contents)
    for mark, value in values:
        lexemes.add_value(mark, value)
    names = frozenset(word for word in chain(titles, authors) if _SHORTEST_NAME <= len(word) <= _LONGEST_NAME and word.isalpha())
    return Entry(title.isbn, lexemes.as_vector(), issued, tuple(_facets(values, description.subjects, issued)), names)


def issued_of(published: str) -> int:
    """Returns a year, year-month or ISO date as a number of eight digits; 0 where the text is none of these."""
    plain = plain_date(published) or ""
    digits = plain.replace("-", "")
    return int(digits.ljust(8, "0")) if digits.isdecimal() and len(digits) in (4, 6, 8) else 0


class _Lexemes:
    """Gathers lexemes, and the places of those that phrases are made of."""

    def __init__(self) -> None:
        self._places: defaultdict[str, list[str]] = defaultdict(list)
        self._loose: set[str] = set()
        self._values: set[str] = set()
        self._next = 1

    def add_field(self, mark: Mark, texts: Iterable[str], *, whole: Mark | None = None) -> list[str]:
        """Adds the words of a field and, with `whole`, each text as a whole; returns the words."""
        places, prefix = self._places, mark.value
        found: list[str] = []
        for text in dict.fromkeys(texts):
            words = words_of(text)[: MOST_WORDS - len(found)]
            for number, word in enumerate(words, start=self._next):
                place = str(number)
                places[word].append(place)
                places[prefix + word].append(place)
            self._next += len(words) + _GAP
            if whole is not None and words:
                self.add_value(whole, " ".join(words))
            found += words
        return found

    def add_loose(self, text: str) -> None:
        """Adds words that have no mark and belong to no phrase."""
        self._loose.update(words_of(text)[:MOST_WORDS])

    def add_value(self, mark: Mark, value: str) -> None:
        """Adds a value that is compared as a whole, or by how it begins."""
        self._values.add(lexeme_of(mark, value))

    def as_vector(self) -> str:
        """Returns the text of a tsvector. Words and their marks need no quotes."""
        placed = (
            f"{word}:{places[0] if len(places) == 1 else ','.join(places[:_MOST_PLACES])}"
            for word, places in self._places.items()
        )
        return " ".join(chain(placed, self._loose.difference(self._places), map(quoted, self._values)))


def quoted(lexeme: str) -> str:
    """Returns a lexeme as PostgreSQL reads it in the text of a tsvector or tsquery."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def _titles(description: Description) -> Iterator[str]:
    stated = description.title
    if stated is not None:
        yield f"{stated.title} {stated.subtitle} {stated.part_number} {stated.part_title}"
    yield description.original_title
    yield from description.other_titles


def _names(contributors: Iterable[Contributor]) -> Iterator[str]:
    """Yields names as read aloud and as filed, and initials also joined: `J. K. Rowling` is searched as `JK Rowling`, too."""
    for contributor in contributors:
        for name in (contributor.name, contributor.sort_name):
            yield name
            initials = [word for word in words_of(name) if len(word) == 1]
            if len(initials) > 1:
                yield "".join(initials)


def _headings(description: Description) -> Iterator[str]:
    for subject in description.subjects:
        yield subject.heading
    for genre in description.genres:
        yield genre.heading


def _values(isbn: str, description: Description) -> Iterator[tuple[Mark, str]]:
    yield Mark.IDENTIFIER, isbn
    for identifier in description.identifiers:
        for form in forms_of(identifier.value):
            yield Mark.IDENTIFIER, form
    for subject in description.subjects:
        if subject.code:
            yield Mark.CODE, code_of(subject.scheme, subject.code)
        if subject.heading:
            yield Mark.CODE, f"{subject.scheme}/{' '.join(words_of(subject.heading))}"
    for language in description.languages:
        yield Mark.LANGUAGE, language.code
    if description.form:
        yield Mark.FORM, description.form
    for audience in description.audiences:
        yield Mark.AUDIENCE, audience.kind
    for age in _ages(description.ages):
        yield Mark.AGE, str(age)


def _ages(stated: AgeRange | None) -> range:
    if stated is None or (stated.lowest is None and stated.highest is None):
        return range(0)
    highest = OLDEST_READER if stated.highest is None else min(stated.highest, OLDEST_READER)
    return range(max(stated.lowest or 0, 0), highest + 1)


def _supply(records: Iterable[KeptRecord]) -> Iterator[tuple[Mark, str]]:
    for record in in_force(records):
        yield Mark.SUPPLIER, record.supplier_id
        for offer in record.offers:
            yield Mark.AVAILABILITY, offer.availability


def _facets(values: Iterable[tuple[Mark, str]], subjects: Iterable[Subject], issued: int) -> Iterable[str]:
    found = {f"{FACETS[mark]}:{value}": None for mark, value in values if mark in FACETS}
    if issued:
        found[f"year:{issued // 10_000}"] = None
    for subject in subjects:
        if subject.code and subject.scheme in _TOP:
            found[f"subject:{subject.scheme}:{subject.code[: _TOP[subject.scheme]].upper()}"] = None
    return found
