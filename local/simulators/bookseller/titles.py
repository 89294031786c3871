"""Makes the bookseller's book of a row of the catalogue. Pure. Knows no format.

Columns: isbn, title (with the subtitle after a colon), author, publisher (the imprint), year, binding, price in pounds; and, if
the catalogue has them, house and place (of the publisher), language, contributors (`A01 Austen, Jane; B01 Jones, Vivien`),
series (`Harry Potter; 1`), thema (codes and qualifiers, the main one first), dewey, ages (`8-12`), hardback (its ISBN), summary.

What the catalogue states of a real book is true. The rest is completed by a seed: availability and stock; and, where a row has
contributors, pages, measures, and a cover at an address that does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from local.simulators.bookseller.chance import number, pick
from local.simulators.feeds.book import IN_STOCK, TEMPORARILY_OUT, TO_ORDER, Book, Contributor, Extent, Form, Offer, Title
from local.simulators.feeds.names import Person, Publisher
from local.simulators.feeds.subjects import AGES, Subject

_FORMS = {
    "hardback": Form("BB", "", "hardback", printed=True),
    "paperback": Form("BC", "", "paperback", printed=True),
    "board book": Form("BH", "", "board book", printed=True),
    "audio cd": Form("AC", "", "audio CD", printed=False),
}
_ANY_BOOK = Form("BA", "", "book", printed=True)
_ARTICLES = ("The", "A", "An")
# The first digit of a Thema qualifier -> its scheme in ONIX list 27.
_QUALIFIERS = {"1": "94", "2": "95", "3": "96", "4": "97", "5": "98", "6": "99"}
_INTEREST_AGE = "98"
_YOUNGEST = 3
_OTHER_FORMAT = "06"
_LEFT_OUT_OF_BRIEF = frozenset({"series", "thema", "dewey", "ages", "hardback", "summary", "place"})
# Six of eight are in stock.
_AVAILABLE = (IN_STOCK,) * 6 + (TO_ORDER, TEMPORARILY_OUT)
_NO_EXTENT = Extent(0, 0, 0, 0, 0)


def book_of(row: Mapping[str, str], seed: str, *, brief: bool) -> Book:
    """Returns the book of a row. A brief one has title, contributors, publisher, year, form and price alone."""
    stated = {name: text for name, text in row.items() if not (brief and name in _LEFT_OUT_OF_BRIEF)}
    isbn, about = row["isbn"].strip(), (seed, row["isbn"])
    completed = bool(stated.get("contributors")) and not brief
    form = _FORMS.get(row.get("binding", "").lower(), _ANY_BOOK)
    ages, subjects = _ages(stated.get("ages", "")), _subjects(stated)
    return Book(
        number=int(isbn[3:12]),
        isbn=isbn,
        title=_title(row.get("title", ""), stated.get("language", "")),
        contributors=_contributors(stated),
        series=_series(stated.get("series", "")),
        publisher=Publisher(stated.get("house") or row.get("publisher", ""), row.get("publisher", ""), stated.get("place", "")),
        published=row.get("year", ""),
        edition=1,
        form=form,
        extent=_extent(about, ages) if completed and form.printed else _NO_EXTENT,
        subjects=subjects,
        qualifiers=_qualifiers(stated.get("thema", ""), ages),
        shelved=bool(subjects and subjects[0].dewey),
        headed=False,
        keywords=(),
        ages=ages,
        summary=stated.get("summary", ""),
        contents=(),
        related=((_OTHER_FORMAT, stated["hardback"]),) if stated.get("hardback") else (),
        cover=f"https://covers.bookseller.example/{isbn}.jpg" if completed else "",
        offer=_offer(row.get("price", ""), form, about),
    )


def _title(text: str, language: str) -> Title:
    main, _, subtitle = text.partition(": ")
    first, _, rest = main.partition(" ")
    return Title(first, rest, subtitle, language) if first in _ARTICLES and rest else Title("", main, subtitle, language)


def _contributors(row: Mapping[str, str]) -> tuple[Contributor, ...]:
    listed = row.get("contributors") or (f"A01 {row['author']}" if row.get("author") else "")
    parts = (one.strip().partition(" ") for one in listed.split(";") if one.strip())
    return tuple(Contributor(role, _person(name)) for role, _, name in parts)


def _person(name: str) -> Person:
    """Returns a person by a name as filed, `Austen, Jane`, or by one that nothing says how to file."""
    key, _, before = name.partition(", ")
    return Person(before, key)


def _series(text: str) -> tuple[str, int] | None:
    name, _, part = text.partition("; ")
    return (name, int(part or 0)) if name else None


def _subjects(row: Mapping[str, str]) -> tuple[Subject, ...]:
    codes = [code for code in row.get("thema", "").split() if code[0] not in _QUALIFIERS]
    if not codes:
        return (Subject(dewey=row["dewey"]),) if row.get("dewey") else ()
    return Subject(codes[0], dewey=row.get("dewey", "")), *map(Subject, codes[1:])


def _qualifiers(thema: str, ages: tuple[int, int] | None) -> tuple[tuple[str, str], ...]:
    found = [(_QUALIFIERS[code[0]], code) for code in thema.split() if code[0] in _QUALIFIERS]
    if ages:
        found.append((_INTEREST_AGE, AGES[ages[0] - _YOUNGEST]))
    return tuple(found)


def _ages(text: str) -> tuple[int, int] | None:
    lowest, _, highest = text.partition("-")
    return (int(lowest), int(highest)) if lowest else None


def _extent(about: tuple[object, ...], ages: tuple[int, int] | None) -> Extent:
    """Returns a size in the B format of British paperbacks."""
    pages = 32 + 16 * (number(*about, "pages") % 20) if ages else 192 + 16 * (number(*about, "pages") % 30)
    height, width, thickness = 198, 129, max(4, pages // 16)
    return Extent(pages, height, width, thickness, grams=height * width * thickness // 1_400)


def _offer(price: str, form: Form, about: tuple[object, ...]) -> Offer:
    pence = int(Decimal(price) * 100) if price else 0
    tax = 0 if form.printed else 20
    availability = pick(_AVAILABLE, *about, "available")
    on_hand = 1 + number(*about, "stock") % 80 if availability == IN_STOCK else 0
    return Offer(pence, tax, availability, on_hand, on_order=number(*about, "on order") % 40)
