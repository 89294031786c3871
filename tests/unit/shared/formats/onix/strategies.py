"""Arbitrary records that ONIX can carry: what the docstring of the writer says that it cannot is left out."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from shared.formats.onix.codes import forms, words
from shared.formats.onix.codes.people import ROLES, roles_of
from shared.records import (
    AgeRange,
    Audience,
    AudienceKind,
    Availability,
    Change,
    Contributor,
    Description,
    Dimensions,
    Edition,
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
    PriceKind,
    Record,
    Related,
    Role,
    Series,
    Subject,
    SubjectScheme,
    TitleStatement,
)
from shared.texts import plain
from tests.unit.shared.formats.strategies import few, some_texts
from tests.unit.shared.formats.strategies import texts as any_texts

ISBNS = ("9780141439518", "9780441172719", "9791032305690")
_DAYS = st.dates(date(1990, 1, 1), date(2070, 1, 1))
_SMALL = st.integers(0, 10**6)


def texts() -> st.SearchStrategy[str]:
    """Text as it is after cleaning; it may look like markup."""
    return any_texts().map(plain) | st.sampled_from(["<b>1 & 2</b>", "a &lt; b", "a\u200cb", "Ünïcödé"])


def named() -> st.SearchStrategy[str]:
    """Such a text that is not empty."""
    return some_texts().map(plain).filter(bool) | st.sampled_from(["<p>x</p>", "Élan"])


def _identifiers(isbn: str) -> st.SearchStrategy[tuple[Identifier, ...]]:
    kinds = st.sampled_from(list(words.IDENTIFIERS.values())).filter(lambda kind: kind is not IdentifierKind.ISBN13)
    value = st.from_regex(r"[1-9]{7}", fullmatch=True)
    known = st.builds(Identifier, kinds, value)
    sources = st.sampled_from(list(words.OTHER_NUMBERS.values())) | texts()
    other = st.builds(Identifier, st.just(IdentifierKind.OTHER), value, source=sources)
    return few(known | other).map(lambda more: (Identifier(IdentifierKind.ISBN13, isbn), *more))


def _titles() -> st.SearchStrategy[TitleStatement]:
    parts = {"subtitle": texts(), "part_number": texts(), "responsibility": texts()}
    filed = st.builds(TitleStatement, named(), **parts)
    article = named().map(lambda text: f"The {text}")
    return filed | st.builds(TitleStatement, article, st.just(4), **parts)


def _contributors() -> st.SearchStrategy[Contributor]:
    roles = st.lists(st.sampled_from(list(ROLES)), min_size=1, max_size=3, unique=True).map(roles_of)
    dates = st.sampled_from(["", "1775-1817", "1960-", "-1616"])
    numbers = st.sampled_from(["", "0000000121479135", "(DLC)n79006936", "(DE-588)118505173"])

    def person(name: str, filed: str, corporate: bool, life: str, number: str, did: tuple[tuple[Role, ...], str]) -> Contributor:
        return Contributor(name, filed, did[0], corporate, life, number, did[1])

    return st.builds(person, named(), texts(), st.booleans(), dates, numbers, roles)


def _notes() -> st.SearchStrategy[tuple[Note, ...]]:
    """Notes in the order of their places in a product."""
    places = {NoteKind.SYSTEM: 0, NoteKind.BIBLIOGRAPHY: 1, NoteKind.REVIEW: 2, NoteKind.BIOGRAPHY: 2, NoteKind.AWARD: 3}
    notes = st.builds(Note, st.sampled_from(list(places)), named()) | st.just(Note(NoteKind.SYSTEM, "EPUB"))

    def place(note: Note) -> tuple[int, bool]:
        return places[note.kind], note.kind is NoteKind.SYSTEM and note.text not in forms.FORM_DETAIL_CODES

    return few(notes, 4).map(lambda found: tuple(sorted(found, key=place)))


def _subjects() -> st.SearchStrategy[tuple[Subject, ...]]:
    """Subjects in the order of their places in a product."""
    coded = [scheme for scheme in words.SCHEMES.values() if scheme not in (SubjectScheme.KEYWORDS, SubjectScheme.LCSH)]
    code = st.from_regex(r"[1-5][A-Z]{1,4}", fullmatch=True)
    editions = st.sampled_from(["", "1.5"])
    found = st.builds(Subject, st.sampled_from(coded), code, texts(), editions, st.booleans())
    headings = st.builds(Subject, st.just(SubjectScheme.LCSH), heading=st.just("Whales -- Fiction"), main=st.booleans())
    names = st.sampled_from(["", *words.OTHER_SCHEMES.values(), "Z9", "House scheme"])
    others = st.builds(Subject, st.just(SubjectScheme.OTHER), code, texts(), scheme_name=names)
    keywords = named().filter(lambda text: ";" not in text).map(lambda text: Subject(SubjectScheme.KEYWORDS, heading=text))
    people = st.sampled_from([SubjectScheme.PERSON, SubjectScheme.BODY]).flatmap(
        lambda scheme: named().map(lambda heading: Subject(scheme, heading=heading))
    )
    return st.tuples(few(found | headings | others, 3), few(keywords), few(people)).map(lambda groups: sum(groups, ()))


def _audiences() -> st.SearchStrategy[tuple[Audience, ...]]:
    """Audiences in the order of list 28, those in words last."""
    kinds = st.lists(st.sampled_from(list(words.AUDIENCES.values())[:7]), max_size=3, unique=True)
    stated = few(named().map(lambda text: Audience(AudienceKind.STATED, text)), 1)
    return st.tuples(kinds, stated).map(lambda both: (*(Audience(kind) for kinds in both[0] for kind in kinds), *both[1]))


def _ages() -> st.SearchStrategy[AgeRange | None]:
    ends = st.none() | st.integers(0, 18)
    return st.builds(AgeRange, ends, ends).filter(lambda ages: ages != AgeRange()) | st.none()


def _dimensions() -> st.SearchStrategy[Dimensions | None]:
    size = st.none() | _SMALL
    return st.builds(Dimensions, size, size, size, size).filter(lambda all_: all_ != Dimensions()) | st.none()


def _editions() -> st.SearchStrategy[Edition | None]:
    statements = texts() | st.sampled_from(list(words.EDITION_TYPES.values()))
    found = st.builds(Edition, st.sampled_from(["", "2", "13"]), statements)
    return found.filter(lambda edition: edition != Edition()) | st.none()


def _related() -> st.SearchStrategy[Related]:
    relations = st.sampled_from(sorted(set(words.RELATIONS.values())))
    form = st.sampled_from(["", *forms.FORM_CODES])
    by_isbn = st.builds(Related, relations, st.sampled_from(ISBNS), form=form)
    return by_isbn | st.builds(Related, relations, number=st.just("A-17"), form=form)


def _prices() -> st.SearchStrategy[Price]:
    days = st.none() | _DAYS
    kinds = st.tuples(st.sampled_from(PriceKind), st.booleans()) | st.just((PriceKind.OTHER, None))

    def price(
        minor: int, currency: str, kind: tuple[PriceKind, bool | None], tax: str, start: date | None, end: date | None
    ) -> Price:
        return Price(minor, currency, kind[0], kind[1], tax, start, end)

    currencies = st.sampled_from(["GBP", "EUR", "JPY", "KWD"])
    return st.builds(price, _SMALL, currencies, kinds, st.sampled_from(["", "0", "20", "5.5"]), days, days)


def _offers() -> st.SearchStrategy[Offer]:
    number = st.none() | _SMALL
    return st.builds(
        Offer,
        st.sampled_from(Availability),
        few(_prices()),
        few(st.sampled_from(["GB", "IE", "US"])),
        texts(),
        number,
        st.none() | _DAYS,
        number,
    )


def _titled(book: Description, original: str, others: tuple[str, ...]) -> Description:
    """The description with more titles, if it has one of its own."""
    return replace(book, original_title=original, other_titles=others) if book.title is not None else book


def _form(book: Description, form: str, stated: tuple[str, ...]) -> Description:
    """The description with a form, and with what RDA calls it unless its content is stated."""
    carried = forms.carried_as(form)
    return replace(book, form=form, content=stated or carried.content, media=carried.media, carrier=carried.carrier)


def _descriptions(isbn: str) -> st.SearchStrategy[Description]:
    published = st.sampled_from(["", "2003", "2003-03", "2003-03-27", "Spring 2027"])
    books = st.builds(
        Description,
        identifiers=_identifiers(isbn),
        title=st.none() | _titles(),
        contributors=few(_contributors()),
        edition=_editions(),
        publisher=texts(),
        imprint=texts(),
        place=texts(),
        country=st.sampled_from(["", "GB"]),
        published=published,
        copyright_year=st.sampled_from(["", "2002"]),
        pages=st.none() | _SMALL,
        minutes=st.none() | _SMALL,
        illustrations=texts(),
        dimensions=_dimensions(),
        series=few(st.builds(Series, named(), texts(), st.sampled_from(["", "0261-3077"]))),
        notes=_notes(),
        summary=texts(),
        contents=texts(),
        audiences=_audiences(),
        ages=_ages(),
        subjects=_subjects(),
        languages=few(st.builds(Language, st.sampled_from(["eng", "fre", "ger"]), st.sampled_from(LanguageUse))),
        related=few(_related()),
        links=few(
            st.builds(Link, st.sampled_from([LinkKind.COVER, LinkKind.EXCERPT]), st.just("https://x.example/?a=1&b"), texts())
        ),
    )
    content = few(st.sampled_from(sorted(forms.CONTENT_CODES)), 2).map(lambda codes: tuple(dict.fromkeys(codes)))
    books = st.builds(_titled, books, texts(), few(named()))
    return st.builds(_form, books, st.sampled_from(["", *forms.FORM_CODES]) | named(), content)


def onix_records() -> st.SearchStrategy[Record]:
    """Any record that ONIX can carry."""
    return st.sampled_from(ISBNS).flatmap(
        lambda isbn: st.builds(
            Record,
            isbn=st.just(isbn),
            change=st.sampled_from(Change),
            description=_descriptions(isbn),
            offers=few(_offers()),
            reference=named(),
        )
    )
