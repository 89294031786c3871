"""A simulated book: everything that a bookseller's record may state. Knows neither ONIX nor MARC fields, only their common codes.

Named tuples, for a feed has hundreds of thousands: they are made in half the time of frozen dataclasses.
"""

from __future__ import annotations

from typing import NamedTuple

from local.simulators.feeds.names import Person, Publisher
from local.simulators.feeds.subjects import Subject


class Bookseller(NamedTuple):
    """Who sends the records: its name, and the code in its domain, its record numbers and its name as a cataloguing agency."""

    name: str
    code: str

    @property
    def agency(self) -> str:
        """Its code in MARC 003 and 040; `Xx` is no country."""
        return f"Xx{self.code.capitalize()}"


FEEDS = Bookseller("Feeds and Daughters", "feeds")


class Title(NamedTuple):
    """A title; `prefix` is the article before it ("The"), `subtitle` may be empty, `language` is ISO 639-2/B."""

    prefix: str
    text: str
    subtitle: str
    language: str

    @property
    def full(self) -> str:
        """The title with its prefix."""
        return f"{self.prefix} {self.text}" if self.prefix else self.text


class Contributor(NamedTuple):
    """A person with a role of ONIX list 17 (A01 author, B01 editor, A12 illustrator, B06 translator, E03 narrator)."""

    role: str
    person: Person


class Form(NamedTuple):
    """A product form of ONIX list 150, and its detail of list 175 or "".

    `bound` is its name in words; `printed` is whether it has pages and a weight.
    """

    code: str
    detail: str
    bound: str
    printed: bool


class Extent(NamedTuple):
    """Pages; height, width and thickness in millimetres; weight in grams."""

    pages: int
    height: int
    width: int
    thickness: int
    grams: int


class Offer(NamedTuple):
    """Retail price in pence with tax, tax in per cent, availability of ONIX list 65, and stock."""

    pence: int
    tax_percent: int
    availability: str
    on_hand: int
    on_order: int


class Book(NamedTuple):
    """One book. `published` is YYYYMMDD or YYYY; `series` is a title and a part number; `ages`, in years, are for children only.

    A text that is empty, a number that is 0 and a sequence without members are not stated. `qualifiers` are pairs of ONIX list
    27 scheme and Thema code; `related` are pairs of ONIX list 51 relation and ISBN. `shelved` is whether the record has Dewey,
    `headed` whether it has a heading of the Library of Congress.
    """

    number: int
    isbn: str
    title: Title
    contributors: tuple[Contributor, ...]
    series: tuple[str, int] | None
    publisher: Publisher
    published: str
    edition: int
    form: Form
    extent: Extent
    subjects: tuple[Subject, ...]
    qualifiers: tuple[tuple[str, str], ...]
    shelved: bool
    headed: bool
    keywords: tuple[str, ...]
    ages: tuple[int, int] | None
    summary: str
    contents: tuple[str, ...]
    related: tuple[tuple[str, str], ...]
    cover: str
    offer: Offer

    @property
    def fiction(self) -> bool:
        """Whether its main subject in Thema is fiction, of adults or of children."""
        return bool(self.subjects) and self.subjects[0].thema.startswith(("F", "YBC", "YF"))

    @property
    def forthcoming(self) -> bool:
        """Whether the book is not published yet."""
        return self.offer.availability == NOT_YET_PUBLISHED

    @property
    def out_of_print(self) -> bool:
        """Whether the publisher sells it no longer."""
        return self.offer.availability == OUT_OF_PRINT


# ONIX list 65.
NOT_YET_PUBLISHED, IN_STOCK, TO_ORDER, OUT_OF_PRINT, TEMPORARILY_OUT = "10", "21", "22", "51", "31"
