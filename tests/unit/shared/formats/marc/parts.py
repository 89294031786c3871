"""Parts of arbitrary records: texts, numbers, titles, names and subjects, as MARC 21 can carry them."""

from typing import TypeVar

from hypothesis import strategies as st

from shared.formats.marc.codes import (
    FORM_SUBDIVISIONS,
    ROLE_CODES,
    ROLE_TERMS,
    THEMA_QUALIFIERS,
)
from shared.formats.marc.fields import clean
from shared.formats.marc.names import read_aloud
from shared.records import (
    Contributor,
    Identifier,
    IdentifierKind,
    Role,
    Subject,
    SubjectScheme,
    TitleStatement,
)
from shared.texts import plain
from tests.unit.shared.formats.strategies import few, texts

_Value = TypeVar("_Value")

# Texts with what the punctuation of ISBD could be confused with. Few of the others are free, which takes much longer.
_CLEAN = (
    "Austen",
    "Pride & prejudice",
    "a : b",
    "V. M",
    "J.",
    "Šafařík",
    "wait...",
    "<b>",
    "$5",
    "12",
    "a / b ; c",
    "1775-",
    "x-y",
    "東京",
)
_PLAIN = (*_CLEAN, "Ends.", "Ends :", ": begins", "(brackets)", "Who?")


def plains() -> st.SearchStrategy[str]:
    """Texts that the format keeps as they are, such as notes."""
    return _mostly(_PLAIN) | texts(6).map(plain).filter(bool)


def cleaned() -> st.SearchStrategy[str]:
    """Texts that neither begin nor end with the punctuation of ISBD."""
    free = texts(6).map(lambda text: clean(plain(text)).strip("() +")).filter(lambda text: bool(text) and clean(text) == text)
    return _mostly(_CLEAN) | free


def _mostly(chosen: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(chosen) | st.sampled_from(chosen) | st.sampled_from(chosen)


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Such a text, or none."""
    return st.just("") | strategy


def codes(alphabet: str = "ABCDEFGHJKLMNPQR0123456789", size: int = 6) -> st.SearchStrategy[str]:
    """Codes of letters and digits."""
    return st.sampled_from([alphabet[start : start + size] for start in range(0, len(alphabet), 2)])


def ordered(*parts: st.SearchStrategy[_Value]) -> st.SearchStrategy[tuple[_Value, ...]]:
    """A few of each kind, in the order of the kinds: the order of the tags that they are in."""
    return st.tuples(*(few(part) for part in parts)).map(
        lambda found: tuple(one for some in found for one in dict.fromkeys(some))
    )


def _numbers(kind: IdentifierKind, **other: st.SearchStrategy[str]) -> st.SearchStrategy[Identifier]:
    return st.builds(Identifier, st.just(kind), codes(), invalid=st.booleans(), **other)


def _isbns() -> st.SearchStrategy[Identifier]:
    isbn13 = st.sampled_from(["9780552159722", "9780099518471"])
    valid = st.builds(Identifier, st.just(IdentifierKind.ISBN13), isbn13, maybe(cleaned()))
    ten = st.builds(Identifier, st.just(IdentifierKind.ISBN10), st.just("0552159727"), maybe(cleaned()))
    wrong = st.builds(
        Identifier, st.just(IdentifierKind.ISBN13), st.just("9780141439519"), maybe(cleaned()), invalid=st.just(True)
    )
    return valid | ten | wrong


def identifiers() -> st.SearchStrategy[tuple[Identifier, ...]]:
    """Numbers of every kind."""
    sources = st.sampled_from(["", "isrc", "ismn", "gtin-14"])
    others = (
        _numbers(IdentifierKind.EAN, qualifier=maybe(cleaned()))
        | _numbers(IdentifierKind.UPC)
        | _numbers(IdentifierKind.DOI)
        | _numbers(IdentifierKind.OTHER, source=sources)
    )
    lccns = few(_numbers(IdentifierKind.LCCN))
    bnb = _numbers(IdentifierKind.BNB, qualifier=maybe(cleaned()))
    return st.tuples(lccns, ordered(bnb, _isbns(), others)).map(lambda found: (*found[0], *found[1]))


def titles() -> st.SearchStrategy[TitleStatement]:
    """Titles with all of their parts."""
    part = maybe(cleaned())
    return st.builds(TitleStatement, cleaned(), st.integers(0, 9), part, part, part, part)


_ROLES = st.lists(st.sampled_from([role for role in Role if role is not Role.CONTRIBUTOR]), max_size=2, unique=True).map(tuple)
_AUTHORITIES = st.sampled_from(["", "0000000121234567", "000000012123456X", "(DE-588)118505173", "https://viaf.org/viaf/1"])


def contributors() -> st.SearchStrategy[Contributor]:
    """People and bodies."""
    names = cleaned().filter(lambda text: "," not in text)
    sort_names = st.tuples(names, names).map(", ".join)
    people = st.builds(Contributor, names, roles=_ROLES, dates=maybe(cleaned()), identifier=_AUTHORITIES)
    inverted = st.builds(
        lambda sort_name, roles, dates: Contributor(read_aloud(sort_name), sort_name, roles, dates=dates),
        sort_names,
        _ROLES,
        maybe(cleaned()),
    )
    known = {*ROLE_TERMS, *ROLE_CODES}
    words = cleaned().filter(lambda text: clean(text).lower() not in known)
    stated = st.builds(Contributor, names, roles=st.just((Role.CONTRIBUTOR,)), stated_role=maybe(words))
    bodies = st.builds(Contributor, cleaned(), roles=_ROLES, corporate=st.just(True), identifier=_AUTHORITIES)
    return people | inverted | stated | bodies


def _subject(scheme: SubjectScheme, code: st.SearchStrategy[str], **other: st.SearchStrategy[str]) -> st.SearchStrategy[Subject]:
    return st.builds(Subject, st.just(scheme), code, **other)


def headings() -> st.SearchStrategy[str]:
    """Headings with subdivisions."""
    part = cleaned().filter(lambda text: "--" not in text and text.strip("-") == text)
    divisions = st.lists(part | st.sampled_from(sorted(FORM_SUBDIVISIONS)), max_size=2)
    return st.tuples(part, divisions).map(lambda found: " -- ".join([found[0], *found[1]]))


def _heading(scheme: SubjectScheme, names: list[str]) -> st.SearchStrategy[Subject]:
    return st.builds(Subject, st.just(scheme), heading=headings(), scheme_name=st.sampled_from(names))


def subjects() -> st.SearchStrategy[tuple[Subject, ...]]:
    """Subjects of every scheme."""
    letters = codes("ABCDEF")
    thema = _subject(SubjectScheme.THEMA, letters)
    qualified = st.sampled_from([Subject(scheme, f"{first}AB") for first, scheme in THEMA_QUALIFIERS.items()])
    coded = thema | qualified | _subject(SubjectScheme.BISAC, letters) | _subject(SubjectScheme.BIC, letters)
    bic = _subject(SubjectScheme.BIC_QUALIFIER, st.just("5AH")) | _subject(
        SubjectScheme.OTHER, letters, scheme_name=st.just("rero")
    )
    dewey = _subject(SubjectScheme.DEWEY, codes("0123456789."), edition=st.sampled_from(["", "23"]))
    schemes = st.sampled_from([SubjectScheme.LCSH, SubjectScheme.LCSH_CHILDREN, SubjectScheme.FAST, SubjectScheme.BISAC])
    topics = st.builds(Subject, schemes, heading=headings(), main=st.booleans())
    fast = st.builds(Subject, st.just(SubjectScheme.FAST), st.just("fst00969028"), headings())
    both = st.builds(Subject, st.just(SubjectScheme.THEMA), st.just("WXYZ"), headings(), main=st.booleans())
    other = _heading(SubjectScheme.OTHER, ["", "mesh", "sears"])
    named = ["lcsh", "", "sears", "lcac"]
    found = ordered(
        _subject(SubjectScheme.LCC, codes()),
        coded | bic,
        dewey,
        _heading(SubjectScheme.PERSON, named),
        _heading(SubjectScheme.BODY, named),
        topics | fast | other,
        _heading(SubjectScheme.PLACE, named),
        _subject(SubjectScheme.KEYWORDS, st.just(""), heading=plains()),
    )
    return st.tuples(found, few(both, 1)).map(_with_thema)


def _with_thema(parts: tuple[tuple[Subject, ...], tuple[Subject, ...]]) -> tuple[Subject, ...]:
    """A subject that has code and heading is where 072 is."""
    found, both = parts
    place = sum(1 for one in found if one.scheme is SubjectScheme.LCC)
    return (*found[:place], *both, *found[place:])
