"""Makes invented books by a seed, with the lengths and the skew of a bookseller's catalogue. Pure; keeps no state between books.

A book is everything that a record may state (`book.py`); knows no format.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from local.simulators.feeds.book import (
    IN_STOCK,
    NOT_YET_PUBLISHED,
    OUT_OF_PRINT,
    TEMPORARILY_OUT,
    TO_ORDER,
    Book,
    Contributor,
    Extent,
    Form,
    Offer,
    Title,
)
from local.simulators.feeds.chance import SLOTS, Draw, chance, draws, skewed, weighted
from local.simulators.feeds.names import PEOPLE, PUBLISHERS
from local.simulators.feeds.subjects import ADULTS, AGES, CHILDREN, PLACES, TIMES, Subject
from local.simulators.feeds.words import ACCENTED, CONTENT, LINKS, OTHER_SCRIPTS, TEXT, invented

# Numbers of books are below this; the ISBNs of their other formats have numbers from here on.
LIMIT = 100_000_000
# The day on which the feed is made: what is published later is forthcoming.
TODAY = "20260302"

# The sum of four digits that makes the check digit: each second one counts three times.
_SUMS = tuple(a + 3 * b + c + 3 * d for a in range(10) for b in range(10) for c in range(10) for d in range(10))
_GROUPS = (("9781", _SUMS[9781]), ("9798", _SUMS[9798]))

_HALF, _THIRD, _TENTH = chance(1 / 2), chance(1 / 3), chance(1 / 10)
_CHILDREN_S, _IN_A_SERIES = chance(0.2), chance(0.15)
_WITH_ACCENTS, _IN_ANOTHER_SCRIPT = chance(0.03), chance(0.012)

_FORMS = weighted(
    {
        Form("BC", "B104", "paperback", printed=True): 40,
        Form("BC", "B105", "paperback", printed=True): 15,
        Form("BB", "B401", "hardback", printed=True): 20,
        Form("ED", "E101", "e-book", printed=False): 13,
        Form("AC", "A101", "audio CD", printed=False): 4,
        Form("BH", "B202", "board book", printed=True): 3,
        Form("BE", "", "spiral bound", printed=True): 2,
        Form("AJ", "A103", "downloadable audio", printed=False): 3,
    }
)
_TITLE_WORDS = weighted({1: 9, 2: 20, 3: 22, 4: 18, 5: 11, 6: 7, 7: 5, 8: 3, 9: 2, 10: 1.5, 11: 1, 12: 0.5})
_CONTRIBUTORS = weighted({1: 66, 2: 22, 3: 7, 4: 3, 5: 1.2, 6: 0.8})
_ROLES = weighted({"A01": 45, "A12": 18, "B06": 13, "B01": 12, "A24": 6, "E03": 6})
_FIRST_ROLES = weighted({"A01": 90, "B01": 8, "A09": 2})
_YEARS = weighted({year: 1.085 ** (year - 1950) * (1 if year < 2026 else 0.45) for year in range(1950, 2028)})
_SERIES = skewed(range(4_000), flat=25)
# Spreads the places of series over the slots of other tables.
_SERIES_STEP = 16_381
_SERIES_KINDS = ("Mysteries", "Chronicles", "Readers", "Stories", "Guides", "Classics", "Histories", "Novels")
_PARTS = skewed(range(1, 41), flat=2)
_SUBJECT_COUNTS = weighted({1: 25, 2: 32, 3: 24, 4: 12, 5: 7})
_LANGUAGES = weighted({"eng": 965, "fre": 7, "ger": 6, "spa": 7, "pol": 6, "ita": 4, "wel": 5})
_EDITIONS = weighted({1: 86, 2: 8, 3: 3, 4: 2, 5: 1})
_STOCK = skewed(range(400), flat=3)
_POUNDS = weighted(
    {4: 4, 5: 7, 6: 9, 7: 12, 8: 16, 9: 14, 10: 9, 12: 8, 14: 6, 16: 4, 18: 4, 19: 3, 24: 2, 29: 1, 45: 0.7, 85: 0.3}
)
_AVAILABLE = weighted({IN_STOCK: 62, TO_ORDER: 22, TEMPORARILY_OUT: 5, OUT_OF_PRINT: 11})


def books(seed: int, count: int, start: int = 0) -> Iterator[Book]:
    """Yields the books numbered from `start`. A book depends on seed and number alone; numbers are below `LIMIT`."""
    return (book(seed, number) for number in range(start, start + count))


def isbn(seed: int, number: int) -> str:
    """Returns a valid ISBN-13, in the groups 978-1 and 979-8 in turn; numbers below 2 * `LIMIT` have different ones."""
    # The factor has no factor in common with 10**8, so that each number has digits of its own.
    digits = (number // 2 * 61_803_399 + seed * 2_654_435) % LIMIT
    prefix, total = _GROUPS[number % 2]
    left, right = divmod(digits, 10_000)
    return f"{prefix}{digits:08d}{-(total + _SUMS[left] + _SUMS[right]) % 10}"


def book(seed: int, number: int) -> Book:
    """Returns one book."""
    numbers = draws(seed, number)
    draw = numbers.__next__
    ages = _ages(draw) if draw() < _CHILDREN_S else None
    table = ADULTS if ages is None else CHILDREN
    subjects = tuple(dict.fromkeys([table[draw()] for _ in range(_SUBJECT_COUNTS[draw()])]))
    form = _FORMS[draw()]
    title = _title(numbers)
    published = _day(draw)
    own = isbn(seed, number)
    place = _SERIES[draw()] if draw() < _IN_A_SERIES else None
    return Book(
        number=number,
        isbn=own,
        title=title,
        contributors=_contributors(draw, place),
        series=None if place is None else (_series_name(place), _PARTS[draw()]),
        publisher=PUBLISHERS[draw()],
        published=published,
        edition=_EDITIONS[draw()],
        form=form,
        extent=_extent(draw, form, ages),
        subjects=subjects,
        qualifiers=_qualifiers(draw, subjects, ages),
        shelved=draw() < _HALF,
        headed=draw() < _THIRD,
        keywords=tuple(map(CONTENT.__getitem__, islice(numbers, draw() % 11))),
        ages=ages,
        summary=_text(numbers, 40 + (min(draw(), draw(), draw()) * 211 >> 16)),
        contents=tuple(_phrase(numbers, 2 + draw() % 4) for _ in range(4 + draw() % 9)) if draw() < _TENTH else (),
        related=_related(draw, seed, number),
        cover=f"https://covers.feeds.example/{own[:6]}/{own}.jpg",
        offer=_offer(draw, form, published),
    )


def _title(numbers: Iterator[int]) -> Title:
    """Returns a title; a third have subtitles, a few have accents or another script."""
    draw = numbers.__next__
    kind = draw()
    count = _TITLE_WORDS[draw()]
    if kind < _IN_ANOTHER_SCRIPT:
        language, words = OTHER_SCRIPTS[draw() % len(OTHER_SCRIPTS)]
        return Title("", " ".join([words[draw() % len(words)] for _ in range(count)]), "", language)
    text = _phrase(numbers, count)
    if kind < _IN_ANOTHER_SCRIPT + _WITH_ACCENTS:
        text = f"{ACCENTED[draw()].capitalize()} {text}" if count < 12 else text
    prefix = ("The", "A")[draw() % 4 == 0] if draw() < _THIRD and count < 12 else ""
    subtitle = _phrase(numbers, 3 + draw() % 6) if draw() < _THIRD else ""
    return Title(prefix, text, subtitle, _LANGUAGES[draw()])


def _phrase(numbers: Iterator[int], count: int) -> str:
    """Returns some words as a title has them; the second of three or more is a link such as "of"."""
    words = list(map(str.capitalize, map(CONTENT.__getitem__, islice(numbers, count))))
    if count > 2:
        words[1] = LINKS[next(numbers) % len(LINKS)]
    return " ".join(words)


def _text(numbers: Iterator[int], count: int) -> str:
    """Returns running text in sentences of 7 to 22 words."""
    words = list(map(TEXT.__getitem__, islice(numbers, count)))
    start = 0
    while start < count:
        end = min(start + 7 + (count + start) % 16, count)
        words[start] = words[start].capitalize()
        words[end - 1] += "."
        start = end
    return " ".join(words)


def _contributors(draw: Draw, series: int | None) -> tuple[Contributor, ...]:
    """Returns the main contributor and up to five others; the books of a series have the same main one."""
    main = PEOPLE[draw() if series is None else series * _SERIES_STEP % SLOTS]
    others = [Contributor(_ROLES[draw()], PEOPLE[draw()]) for _ in range(_CONTRIBUTORS[draw()] - 1)]
    return (Contributor(_FIRST_ROLES[draw()], main), *others)


def _series_name(series: int) -> str:
    word = CONTENT[series * _SERIES_STEP % SLOTS]
    return f"{invented(series).capitalize()} {word.capitalize()} {_SERIES_KINDS[series % len(_SERIES_KINDS)]}"


def _day(draw: Draw) -> str:
    year, month = _YEARS[draw()], draw() % 12 + 1
    return f"{year}{month:02d}{draw() % 28 + 1:02d}"


def _ages(draw: Draw) -> tuple[int, int]:
    youngest = 3 + draw() % 10
    return youngest, min(youngest + 1 + draw() % 4, 14)


def _extent(draw: Draw, form: Form, ages: tuple[int, int] | None) -> Extent:
    """Returns a size that suits the form; a board book is small, a children's book thin."""
    if not form.printed:
        return Extent(pages=0, height=0, width=0, thickness=0, grams=0)
    pages = 24 + draw() % 72 if ages else 96 + 16 * min(draw() % 60, draw() % 60)
    height = 178 + draw() % 70
    width, thickness = height * 2 // 3, max(4, pages // 14)
    return Extent(pages, height, width, thickness, grams=height * width * thickness // 1_400)


def _qualifiers(draw: Draw, subjects: tuple[Subject, ...], ages: tuple[int, int] | None) -> tuple[tuple[str, str], ...]:
    """Returns Thema qualifiers of place, time and interest age (ONIX list 27: 94, 96, 98)."""
    found = []
    if draw() < _HALF:
        found.append(("94", PLACES[draw() % len(PLACES)]))
    if draw() < _THIRD or subjects[0].thema.startswith("NH"):
        found.append(("96", TIMES[draw() % len(TIMES)]))
    if ages:
        found.append(("98", AGES[ages[0] - 3]))
    return tuple(found)


def _related(draw: Draw, seed: int, number: int) -> tuple[tuple[str, str], ...]:
    """Returns another format, which is in no feed (ONIX list 51: 06), and a similar book, which may be (23)."""
    found = []
    if draw() < _HALF:
        found.append(("06", isbn(seed, LIMIT + number)))
    if draw() < _THIRD:
        found.append(("23", isbn(seed, (number + 1 + draw()) % LIMIT)))
    return tuple(found)


def _offer(draw: Draw, form: Form, published: str) -> Offer:
    pence = _POUNDS[draw()] * 100 + 99
    tax = 0 if form.printed or form.code == "ED" else 20
    if published > TODAY:
        return Offer(pence, tax, NOT_YET_PUBLISHED, on_hand=0, on_order=_STOCK[draw()])
    availability = _AVAILABLE[draw()]
    return Offer(pence, tax, availability, on_hand=_STOCK[draw()] if availability == IN_STOCK else 0, on_order=_STOCK[draw()])
