"""Arbitrary records as MARC 21 can carry them. What it cannot is listed in `shared.formats.marc.records` and left out here."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from shared.formats.marc.codes import (
    AUDIENCE_WORDS,
    CARRIER,
    CONTENT,
    LINK_WORDS,
    MEDIA,
    NOTES,
)
from shared.formats.marc.fields import clean
from shared.formats.marc.names import main_entry
from shared.formats.marc.notes import ages_of
from shared.formats.marc.physical import dimensions_of, minutes_of, pages_of
from shared.formats.marc.titles import edition_number
from shared.records import (
    AgeRange,
    Audience,
    AudienceKind,
    Cataloguing,
    Change,
    Contributor,
    CopyData,
    Description,
    Dimensions,
    Edition,
    FullnessLevel,
    Genre,
    Identifier,
    IdentifierKind,
    Language,
    LanguageUse,
    Link,
    LinkKind,
    Note,
    NoteKind,
    Offer,
    Price,
    Record,
    Related,
    Relation,
    Remainder,
    Series,
)
from tests.unit.shared.formats.marc.parts import (
    cleaned,
    codes,
    contributors,
    headings,
    identifiers,
    maybe,
    ordered,
    plains,
    subjects,
    titles,
)
from tests.unit.shared.formats.strategies import few

ISBNS = ("9780141439518", "9780441172719", "9791032305690")


def related() -> st.SearchStrategy[tuple[Related, ...]]:
    """Other books, in the order of the tags."""
    before = (Relation.TRANSLATED_FROM, Relation.TRANSLATED_AS, Relation.WHOLE, Relation.PART)
    after = (Relation.OTHER_FORMAT, Relation.REPLACED, Relation.REPLACEMENT, Relation.OTHER)
    return ordered(*map(_related_as, before), _editions_of_the_work(), *map(_related_as, after))


def _related_as(relation: Relation, **further: st.SearchStrategy[Any]) -> st.SearchStrategy[Related]:
    as_stated = {"form": maybe(cleaned()), **further}
    by_isbn = st.builds(Related, st.just(relation), st.sampled_from(ISBNS), title=maybe(cleaned()), **as_stated)
    return by_isbn | st.builds(Related, st.just(relation), number=codes() | st.just("(OCoLC)1"), **as_stated)


def _editions_of_the_work() -> st.SearchStrategy[Related]:
    """Other editions, whose language is stated or not, also by words that name it."""
    marked = {"edition": st.just(True), "language": st.sampled_from(["", "eng", "pol"])}
    named = st.builds(
        Related,
        st.just(Relation.OTHER),
        st.sampled_from(ISBNS),
        form=st.just("Polish edition"),
        edition=st.just(True),
        language=st.just("pol"),
    )
    return _related_as(Relation.OTHER, **marked) | named


def links() -> st.SearchStrategy[Link]:
    """Addresses, with a text that does not itself say what they lead to."""
    words = plains().filter(lambda text: not any(word in text.lower() for word in LINK_WORDS))
    return st.builds(Link, st.sampled_from(LinkKind), st.just("https://example.org/a/"), maybe(words))


def notes() -> st.SearchStrategy[tuple[Note, ...]]:
    """Notes, in the order of the tags."""
    kinds = [kind for tag, kind in NOTES.items() if tag < "520"] + [NoteKind.REVIEW]
    kinds += [kind for tag, kind in NOTES.items() if tag > "520"]
    return ordered(*(st.builds(Note, st.just(kind), plains()) for kind in kinds))


def audiences() -> st.SearchStrategy[Audience]:
    """Audiences, with words that are neither ages nor the word of a kind."""
    kinds = [kind for kind in AudienceKind if kind is not AudienceKind.STATED]
    known = {*AUDIENCE_WORDS, *(kind.value for kind in kinds)}
    words = plains().filter(lambda text: clean(text).lower() not in known and ages_of(text) is None)
    stated = st.builds(Audience, st.just(AudienceKind.STATED), words)
    return stated | st.builds(Audience, st.sampled_from(kinds), maybe(words))


def age_ranges() -> st.SearchStrategy[AgeRange]:
    """Ages with at least one end."""
    age = st.none() | st.integers(0, 18)
    return st.builds(AgeRange, age, age).filter(lambda ages: ages != AgeRange())


def dimensions() -> st.SearchStrategy[Dimensions]:
    """Sizes in millimetres."""
    size = st.integers(1, 999)
    return st.builds(Dimensions, size) | st.builds(Dimensions, size, size) | st.builds(Dimensions, size, size, size)


def _extents() -> st.SearchStrategy[str]:
    stated = st.sampled_from(["xii, 320 pages", "1 audio disc (75 min)", "24 p", "2 audio discs (2 hr., 30 min.)"])
    return maybe(stated | cleaned()).filter(lambda text: dimensions_of(text) is None)


def _dates() -> st.SearchStrategy[str]:
    days = st.dates().filter(lambda day: 1400 <= day.year <= 2099).map(str)
    return st.just("") | days | days.map(lambda day: day[:7]) | days.map(lambda day: day[:4])


def languages() -> st.SearchStrategy[tuple[Language, ...]]:
    """Languages; the text's among them, if any is stated."""
    codes_of = st.sampled_from(["eng", "fre", "wel", "mul"])
    used = st.lists(st.builds(Language, codes_of, st.sampled_from(LanguageUse)), max_size=3, unique=True)
    return used.map(tuple)


_LEVELS = st.sampled_from(FullnessLevel)


def _some_of(terms: dict[str, str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(sorted(terms)), max_size=2, unique=True).map(tuple)


def _editions() -> st.SearchStrategy[Edition]:
    statements = (cleaned() | st.just("2nd revised edition")).map(lambda text: text[0].upper() + text[1:])
    return statements.map(lambda text: Edition(edition_number(text), text))


def _cataloguing() -> st.SearchStrategy[Cataloguing | None]:
    rules = st.sampled_from(["", "rda", "aacr"])
    stated = st.builds(Cataloguing, maybe(plains()), rules, _LEVELS, maybe(codes()), maybe(codes()))
    return stated.map(lambda one: None if one == Cataloguing() else one)


def _described(facts: dict[str, Any]) -> Description:
    """The description as its own statements make it: pages are in the extent, minutes beside one, and the main entry is first."""
    book = Description(**facts)
    return replace(
        book,
        contributors=_main_first(book.contributors),
        pages=pages_of(book.extent),
        minutes=(book.minutes if book.extent else None) or minutes_of(book.extent),
    )


def _main_first(people: Sequence[Contributor]) -> tuple[Contributor, ...]:
    main = main_entry(people)
    return tuple(people) if main is None else (people[main], *people[:main], *people[main + 1 :])


def descriptions() -> st.SearchStrategy[Description]:
    """Any description."""
    optional: dict[str, st.SearchStrategy[object]] = {
        "identifiers": identifiers(),
        "title": st.none() | titles(),
        "original_title": maybe(cleaned()),
        "other_titles": few(cleaned()),
        "contributors": few(contributors(), 3),
        "edition": st.none() | _editions(),
        "publisher": maybe(cleaned()),
        "place": maybe(cleaned()),
        "country": st.sampled_from(["", "GB", "FR", "US", "IE", "AU"]),
        "published": _dates(),
        "copyright_year": st.just("") | st.integers(1400, 2099).map(str),
        "form": maybe(cleaned()),
        "extent": _extents(),
        "minutes": st.none() | st.integers(1, 5999),
        "illustrations": maybe(cleaned()),
        "dimensions": st.none() | dimensions(),
        "accompanying": maybe(cleaned()),
        "content": _some_of(CONTENT),
        "media": _some_of(MEDIA),
        "carrier": _some_of(CARRIER),
        "series": few(st.builds(Series, cleaned(), maybe(cleaned()), st.sampled_from(["", "0141-4399"]))),
        "notes": notes(),
        "summary": maybe(plains()),
        "contents": maybe(plains()),
        "audiences": few(audiences()),
        "ages": st.none() | age_ranges(),
        "subjects": subjects(),
        "genres": few(st.builds(Genre, headings(), st.sampled_from(["", "lcsh", "lcgft"]))),
        "languages": languages(),
        "related": related(),
        "links": few(links()),
    }
    return st.fixed_dictionaries({"cataloguing": _cataloguing()}, optional=optional).map(_described)


def copies() -> st.SearchStrategy[CopyData]:
    """Copies, without a fund."""
    text = maybe(plains())
    copy = st.builds(CopyData, branch=text, shelfmark=text, barcode=text, price=text, item_type=text, collection=text)
    return copy.filter(lambda one: one != CopyData())


def _offers() -> st.SearchStrategy[Offer]:
    prices = st.builds(Price, st.integers(0, 10**7), st.sampled_from(["GBP", "EUR", "USD", "JPY", "KWD"]))
    return prices.map(lambda price: Offer(prices=(price,)))


def remainders() -> st.SearchStrategy[tuple[Remainder, ...]]:
    """Fields that the table does not have, in the order of their tags."""
    raws = st.tuples(plains(), plains()).map(lambda two: f"#1$a{two[0].replace('$', '{dollar}')}$x{two[1].replace('$', '')}x")
    return ordered(*(st.builds(Remainder, st.just(tag), raws) for tag in ("028", "526", "880", "901")))


def marc_records() -> st.SearchStrategy[Record]:
    """Any record that MARC 21 can carry."""
    return st.builds(
        Record,
        isbn=st.sampled_from(ISBNS),
        change=st.sampled_from([Change.FULL, Change.WITHDRAWN]),
        description=descriptions(),
        offers=few(_offers(), 1),
        copies=few(copies()),
        remainder=remainders(),
    ).map(_numbered)


def _numbered(record: Record) -> Record:
    """The record with its number (001) and its ISBN, which its description states, too."""
    cataloguing = record.description.cataloguing
    return replace(with_own_isbn(record), reference=cataloguing.control_number if cataloguing else "")


def with_own_isbn(record: Record) -> Record:
    """The record with its ISBN as the first of its identifiers."""
    numbers = (Identifier(IdentifierKind.ISBN13, record.isbn), *record.description.identifiers)
    return replace(record, description=replace(record.description, identifiers=numbers))


def short_records() -> st.SearchStrategy[Record]:
    """Records about which there is nothing to find."""
    people = few(contributors()).map(_main_first)
    books = st.builds(Description, title=titles(), contributors=people, publisher=maybe(cleaned()))
    return st.builds(Record, isbn=st.sampled_from(ISBNS), description=books).map(with_own_isbn)
