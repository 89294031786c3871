"""The parts of a description: names, titles, numbers and subjects of a book. Pure; knows no format."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

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

    kind: Annotated[IdentifierKind, Field(description="What the number is")]
    value: Annotated[str, Field(description="The number, without hyphens where it is an ISBN", examples=["9780141439518"])]
    qualifier: Annotated[
        str, Field(description="What stands in brackets after it; empty where nothing does", examples=["paperback"])
    ] = ""
    source: Annotated[
        str, Field(description="Who gives the number, where `kind` does not say; empty otherwise", examples=[""])
    ] = ""
    invalid: Annotated[bool, Field(description="Whether the record itself calls the number cancelled or wrong")] = False


@dataclass(frozen=True, slots=True)
class TitleStatement:
    """The title as the title page has it. No part of it is ever taken from another record.

    `title` includes a leading article; `nonfiling` is how many of its characters are not filed by (4 for `The `).
    `responsibility` is the statement of who made the book, in words.
    """

    title: Annotated[str, Field(description="The title, with a leading article", examples=["Pride and Prejudice"])]
    nonfiling: Annotated[int, Field(description="How many characters at its beginning are not filed by: 4 for `The `")] = 0
    subtitle: Annotated[
        str, Field(description="The rest of the title; empty where there is none", examples=["a novel in three volumes"])
    ] = ""
    part_number: Annotated[str, Field(description="Number of the part or volume; empty where there is none", examples=[""])] = ""
    part_title: Annotated[str, Field(description="Title of the part or volume; empty where there is none", examples=[""])] = ""
    responsibility: Annotated[
        str,
        Field(
            description="The statement of who made the book, in words; empty where there is none",
            examples=["Jane Austen; edited by Vivien Jones"],
        ),
    ] = ""


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody who contributed to the book: `name` as read aloud, `sort_name` as filed (`Austen, Jane`).

    At least one of the names is given. `dates` are years of life, as stated. `identifier` is an ISNI of 16 digits, or the number
    of an authority record with its source in brackets. `stated_role` are the supplier's words for a role that has no word here.
    """

    name: Annotated[
        str, Field(description="The name as it is read aloud; empty where only `sort_name` is given", examples=["Jane Austen"])
    ]
    sort_name: Annotated[
        str, Field(description="The name as it is filed; empty where only `name` is given", examples=["Austen, Jane"])
    ] = ""
    roles: Annotated[tuple[Role, ...], Field(description="What the contributor did; empty where it is not stated")] = ()
    corporate: Annotated[bool, Field(description="Whether it is a body, not a person")] = False
    dates: Annotated[str, Field(description="Years of life as stated; empty where they are not", examples=["1775-1817"])] = ""
    identifier: Annotated[
        str,
        Field(
            description="ISNI of 16 digits, or the number of an authority record with its source in brackets; empty for none",
            examples=["0000000123456789"],
        ),
    ] = ""
    stated_role: Annotated[
        str,
        Field(
            description="The supplier's words for a role that `roles` has no word for; empty otherwise",
            examples=[""],
        ),
    ] = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """The edition: its number, if any, and the statement in words, such as `2nd revised edition`."""

    number: Annotated[str, Field(description="Number of the edition; empty where none is stated", examples=["2"])] = ""
    statement: Annotated[
        str, Field(description="The edition in words; empty where none is stated", examples=["2nd revised edition"])
    ] = ""


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Size in whole millimetres and weight in whole grams; None where it is not stated."""

    height: Annotated[
        int | None, Field(description="Height in whole millimetres; null where it is not stated", examples=[198])
    ] = None
    width: Annotated[int | None, Field(description="Width in whole millimetres; null where it is not stated", examples=[129])] = (
        None
    )
    thickness: Annotated[
        int | None, Field(description="Thickness in whole millimetres; null where it is not stated", examples=[24])
    ] = None
    weight: Annotated[int | None, Field(description="Weight in whole grams; null where it is not stated", examples=[304])] = None


@dataclass(frozen=True, slots=True)
class Series:
    """A series that the book belongs to, its number in it, and its ISSN."""

    title: Annotated[str, Field(description="Title of the series", examples=["Penguin Classics"])]
    number: Annotated[str, Field(description="Number of the book in it; empty where none is stated", examples=["12"])] = ""
    issn: Annotated[str, Field(description="ISSN of the series; empty where none is stated", examples=["0317-8471"])] = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note."""

    kind: Annotated[NoteKind, Field(description="What the note is about")]
    text: Annotated[str, Field(description="The note", examples=["Includes bibliographical references"])]


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom the book is for; `words` are the supplier's own."""

    kind: Annotated[AudienceKind, Field(description="Whom the book is for")]
    words: Annotated[
        str,
        Field(
            description="The supplier's own words for it; empty where there are none", examples=["For readers of classic fiction"]
        ),
    ] = ""


@dataclass(frozen=True, slots=True)
class AgeRange:
    """The readers' ages in whole years; None at an open end."""

    lowest: Annotated[int | None, Field(description="The lowest age in whole years; null where there is none", examples=[12])] = (
        None
    )
    highest: Annotated[
        int | None, Field(description="The highest age in whole years; null where there is none", examples=[15])
    ] = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject: `code` in schemes that have codes, else `heading`; both where both are stated.

    `edition` is that of the scheme: 23 for Dewey 23, 1.5 for Thema 1.5. `main`: the record calls it the main subject of its
    scheme. Subdivisions of a heading follow it after ` -- `.
    """

    scheme: Annotated[SubjectScheme, Field(description="The scheme that the subject is from")]
    code: Annotated[str, Field(description="Its code, in schemes that have codes; empty otherwise", examples=["FBC"])] = ""
    heading: Annotated[
        str,
        Field(
            description="Its heading, subdivisions after ` -- `; empty where only a code is stated", examples=["Classic fiction"]
        ),
    ] = ""
    edition: Annotated[
        str, Field(description="Edition of the scheme, 23 for Dewey 23; empty where it is not stated", examples=["1.5"])
    ] = ""
    main: Annotated[bool, Field(description="Whether the record calls it the main subject of its scheme")] = False
    scheme_name: Annotated[
        str, Field(description="Name of a scheme that `scheme` has no word for; empty otherwise", examples=[""])
    ] = ""


@dataclass(frozen=True, slots=True)
class Genre:
    """A genre or form heading, such as `Detective fiction`, and the scheme that it is from, as named by the record."""

    heading: Annotated[str, Field(description="The genre or form", examples=["Domestic fiction"])]
    scheme: Annotated[
        str,
        Field(description="The scheme that it is from, as the record names it; empty where it names none", examples=["lcgft"]),
    ] = ""


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the book, by its code of ISO 639-2/B."""

    code: Annotated[str, Field(description="The language, by its code of ISO 639-2/B", examples=["eng"])]
    use: Annotated[LanguageUse, Field(description="What the language is used for in the book")] = LanguageUse.TEXT


@dataclass(frozen=True, slots=True)
class Related:
    """Another book, by its ISBN-13 (else `number`, as stated), and its form in plain words.

    `edition`, of the relation OTHER alone: it is another edition. `language` is then the MARC code of its language, if stated:
    in another language it is a translation, or what both were translated from.
    """

    relation: Annotated[Relation, Field(description="What the other book is to this one")]
    isbn: Annotated[str, Field(description="Its ISBN-13; empty where it has none", examples=["9780141199078"])] = ""
    number: Annotated[str, Field(description="Its number as stated, where it has no ISBN; empty otherwise", examples=[""])] = ""
    title: Annotated[str, Field(description="Its title; empty where it is not stated", examples=["Pride and Prejudice"])] = ""
    form: Annotated[str, Field(description="Its form in plain words; empty where it is not stated", examples=["hardback"])] = ""
    edition: Annotated[bool, Field(description="Whether it is another edition of this book")] = False
    language: Annotated[
        str,
        Field(
            description="Its language by its MARC code, where it is another edition and states one; empty otherwise",
            examples=[""],
        ),
    ] = ""

    @property
    def kind(self) -> str:
        """What the other book is: another edition, else its relation."""
        return "other edition" if self.edition else self.relation


@dataclass(frozen=True, slots=True)
class Link:
    """An address on the web."""

    kind: Annotated[LinkKind, Field(description="What the address leads to")]
    url: Annotated[
        str, Field(description="The address; it is never fetched", examples=["https://books.example/9780141439518/cover.jpg"])
    ]
    text: Annotated[str, Field(description="Words for it; empty where there are none", examples=["Front cover"])] = ""


@dataclass(frozen=True, slots=True)
class Cataloguing:
    """Who catalogued the book, by which rules (`rda`), and how complete the record says that it is."""

    agency: Annotated[str, Field(description="Who catalogued the book; empty where it is not stated", examples=["StDuBDS"])] = ""
    rules: Annotated[
        str, Field(description="The rules that it was catalogued by; empty where they are not stated", examples=["rda"])
    ] = ""
    level: Annotated[FullnessLevel, Field(description="How complete the record says that it is")] = FullnessLevel.UNSTATED
    control_number: Annotated[
        str,
        Field(description="Number of the record in the cataloguer's system; empty where none is stated", examples=["019283746"]),
    ] = ""
    control_agency: Annotated[str, Field(description="Whose number that is; empty where it is not stated", examples=["UK"])] = ""
