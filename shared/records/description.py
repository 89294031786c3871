"""The description of a book: everything that records and titles state about it, but prices, availability and copies."""

from __future__ import annotations

from dataclasses import fields, replace

from shared.frozen import dataclass
from shared.records.words import (
    AudienceKind,
    FullnessLevel,
    IdentifierKind,
    LanguageUse,
    LinkKind,
    NoteKind,
    Relation,
    Role,
    SubjectScheme,
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number of the book, without hyphens where it is an ISBN.

    `qualifier` is what stands in brackets after it, such as `hardback`. `invalid`: the record itself calls it cancelled or wrong
    (MARC 21 subfield z).
    """

    kind: IdentifierKind
    value: str
    qualifier: str = ""
    source: str = ""
    invalid: bool = False


@dataclass(frozen=True, slots=True)
class TitleStatement:
    """The title as the title page has it. No part of it is ever taken from another record.

    `title` includes a leading article; `nonfiling` is how many of its characters are not filed by (4 for `The `).
    `responsibility` is the statement of who made the book, in words.
    """

    title: str
    nonfiling: int = 0
    subtitle: str = ""
    part_number: str = ""
    part_title: str = ""
    responsibility: str = ""


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody who contributed to the book: `name` as read aloud, `sort_name` as filed (`Austen, Jane`).

    At least one of the names is given. `dates` are years of life, as stated. `identifier` is an ISNI of 16 digits, or the number
    of an authority record with its source in brackets. `stated_role` are the supplier's words for a role that has no word here.
    """

    name: str
    sort_name: str = ""
    roles: tuple[Role, ...] = ()
    corporate: bool = False
    dates: str = ""
    identifier: str = ""
    stated_role: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """The edition: its number, if any, and the statement in words, such as `2nd revised edition`."""

    number: str = ""
    statement: str = ""


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Size in whole millimetres and weight in whole grams; None where it is not stated."""

    height: int | None = None
    width: int | None = None
    thickness: int | None = None
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """A series that the book belongs to, its number in it, and its ISSN."""

    title: str
    number: str = ""
    issn: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note."""

    kind: NoteKind
    text: str


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom the book is for; `words` are the supplier's own."""

    kind: AudienceKind
    words: str = ""


@dataclass(frozen=True, slots=True)
class AgeRange:
    """The readers' ages in whole years; None at an open end."""

    lowest: int | None = None
    highest: int | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject: `code` in schemes that have codes, else `heading`; both where both are stated.

    `edition` is that of the scheme: 23 for Dewey 23, 1.5 for Thema 1.5. `main`: the record calls it the main subject of its
    scheme. Subdivisions of a heading follow it after ` -- `.
    """

    scheme: SubjectScheme
    code: str = ""
    heading: str = ""
    edition: str = ""
    main: bool = False
    scheme_name: str = ""


@dataclass(frozen=True, slots=True)
class Genre:
    """A genre or form heading, such as `Detective fiction`, and the scheme that it is from, as named by the record."""

    heading: str
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the book, by its code of ISO 639-2/B."""

    code: str
    use: LanguageUse = LanguageUse.TEXT


@dataclass(frozen=True, slots=True)
class Related:
    """Another book, by its ISBN-13 (else `number`, as stated), and its form in plain words.

    `edition`, of the relation OTHER alone: it is another edition. `language` is then the MARC code of its language, if stated:
    in another language it is a translation, or what both were translated from.
    """

    relation: Relation
    isbn: str = ""
    number: str = ""
    title: str = ""
    form: str = ""
    edition: bool = False
    language: str = ""

    @property
    def kind(self) -> str:
        """What the other book is: another edition, else its relation."""
        return "other edition" if self.edition else self.relation


@dataclass(frozen=True, slots=True)
class Link:
    """An address on the web."""

    kind: LinkKind
    url: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cataloguing:
    """Who catalogued the book, by which rules (`rda`), and how complete the record says that it is."""

    agency: str = ""
    rules: str = ""
    level: FullnessLevel = FullnessLevel.UNSTATED
    control_number: str = ""
    control_agency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The description of a book. A field that is empty, or None, states nothing.

    `published` and `copyright_year` are a year, year-month or ISO date. `form` is the binding or format in plain words. `extent`
    is the statement of pages or playing time in words; `pages` and `minutes` are numbers. `content`, `media` and `carrier` are
    the codes of RDA's terms (`txt`, `n`, `nc`). `country` is the country of publication (ISO 3166-1 alpha-2).
    """

    identifiers: tuple[Identifier, ...] = ()
    title: TitleStatement | None = None
    original_title: str = ""
    other_titles: tuple[str, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    edition: Edition | None = None
    publisher: str = ""
    imprint: str = ""
    place: str = ""
    country: str = ""
    published: str = ""
    copyright_year: str = ""
    form: str = ""
    extent: str = ""
    pages: int | None = None
    minutes: int | None = None
    illustrations: str = ""
    dimensions: Dimensions | None = None
    accompanying: str = ""
    content: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    carrier: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()
    notes: tuple[Note, ...] = ()
    summary: str = ""
    contents: str = ""
    audiences: tuple[Audience, ...] = ()
    ages: AgeRange | None = None
    subjects: tuple[Subject, ...] = ()
    genres: tuple[Genre, ...] = ()
    languages: tuple[Language, ...] = ()
    related: tuple[Related, ...] = ()
    links: tuple[Link, ...] = ()
    cataloguing: Cataloguing | None = None

    def completed_by(self, other: Description) -> Description:
        """Returns this description, with the fields that it does not state taken from the other."""
        missing = {name: getattr(other, name) for name in _NAMES if not getattr(self, name) and getattr(other, name)}
        return replace(self, **missing) if missing else self


_NAMES = tuple(field.name for field in fields(Description))
