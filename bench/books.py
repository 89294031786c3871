"""Invents books for the benchmark of search; the same seed gives the same books. Words follow Zipf's law."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import accumulate

from services.catalogue.domain.merging import Title
from services.catalogue.domain.records import KeptRecord
from shared.records import (
    Audience,
    AudienceKind,
    Availability,
    Contributor,
    Description,
    Identifier,
    IdentifierKind,
    Language,
    Offer,
    Price,
    Role,
    Series,
    Subject,
    SubjectScheme,
    TitleStatement,
)
from shared.values import with_check_digit

COMMON = "house"
"""A word in the titles of three books in ten."""
_CONSONANTS, _VOWELS = ("b", "c", "d", "f", "gr", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "th"), "aeiou"
_SYLLABLES = [consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS]
_SHARE = 0.3
_AT = datetime(2026, 3, 2, tzinfo=UTC)
_THEMA = ("FBA", "FF", "FFC", "FH", "FM", "FYT", "YFB", "YFC", "NHD", "DNB", "WB", "QDX", "JBF", "PDX", "KJ", "VS")
_FORMS = ("paperback", "hardback", "ebook", "audio disc", "board book")


class Books:
    """A seeded source of books."""

    def __init__(self, seed: int = 1, words: int = 60_000, names: int = 80_000) -> None:
        self.random = random.Random(seed)
        self.words = self._invented(words, 2, 4)
        self.names = self._invented(names, 3, 4)
        self._word_weights = list(accumulate(1 / (rank + 20) for rank in range(len(self.words))))
        self._name_weights = list(accumulate(1 / (rank + 200) for rank in range(len(self.names))))

    def made(self, count: int, *, first: int = 0) -> Iterator[tuple[Title, KeptRecord]]:
        """Yields books with their records; `first` is the number of the first one, from which its ISBN is made."""
        for number in range(first, first + count):
            isbn = with_check_digit(f"978{number:09}")
            description = self._description(isbn)
            supplier = self.random.choice(("eastern", "harbour-books", "northern"))
            offer = Offer(self.random.choice(list(Availability)[:6]), (Price(self.random.randrange(499, 4_000), "GBP"),))
            record = KeptRecord(
                isbn=isbn, supplier_id=supplier, supplied_at=_AT, description=description, offers=(offer,), reference=isbn
            )
            yield Title(isbn, description, {"title": supplier}, 1, _AT), record

    def _description(self, isbn: str) -> Description:
        chance = self.random.random
        title = self._text(self.random.randint(2, 5))
        if chance() < _SHARE:
            title = f"{title} {COMMON}"
        given, family = self._name(), self._name()
        return Description(
            identifiers=(Identifier(IdentifierKind.ISBN13, isbn),),
            title=TitleStatement(title, subtitle=self._text(3) if chance() < 0.4 else ""),
            contributors=(Contributor(f"{given} {family}", f"{family}, {given}", (Role.AUTHOR,)),),
            series=(Series(self._text(2)),) if chance() < 0.2 else (),
            publisher=self.names[self.random.randrange(2_000)].capitalize(),
            published=f"{2026 - int(50 * chance() ** 2)}-{self.random.randint(1, 12):02}",
            form=self.random.choice(_FORMS),
            summary=self._text(60),
            subjects=(
                Subject(SubjectScheme.THEMA, self.random.choice(_THEMA)),
                Subject(SubjectScheme.DEWEY, f"{self.random.randrange(1000):03}.{self.random.randrange(100)}"),
                Subject(SubjectScheme.LCSH, heading=self._text(2)),
            ),
            languages=(Language("eng" if chance() < 0.9 else self.random.choice(("fre", "wel", "pol"))),),
            audiences=(Audience(AudienceKind.GENERAL if chance() < 0.7 else AudienceKind.CHILDREN),),
        )

    def _text(self, words: int) -> str:
        return " ".join(self.random.choices(self.words, cum_weights=self._word_weights, k=words))

    def _name(self) -> str:
        return self.random.choices(self.names, cum_weights=self._name_weights)[0].capitalize()

    def _invented(self, count: int, fewest: int, most: int) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < count:
            found["".join(self.random.choices(_SYLLABLES, k=self.random.randint(fewest, most)))] = None
        return list(found)
