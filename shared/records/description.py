"""The description of a book: everything that records and titles state about it, but prices, availability and copies."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Annotated

from pydantic import Field

from shared.frozen import dataclass
from shared.records.parts import (
    AgeRange,
    Audience,
    Cataloguing,
    Contributor,
    Dimensions,
    Edition,
    Genre,
    Identifier,
    Language,
    Link,
    Note,
    Related,
    Series,
    Subject,
    TitleStatement,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The description of a book. A field that is empty, or None, states nothing.

    `published` and `copyright_year` are a year, year-month or ISO date. `form` is the binding or format in plain words. `extent`
    is the statement of pages or playing time in words; `pages` and `minutes` are numbers. `content`, `media` and `carrier` are
    the codes of RDA's terms (`txt`, `n`, `nc`). `country` is the country of publication (ISO 3166-1 alpha-2).
    """

    identifiers: Annotated[tuple[Identifier, ...], Field(description="Numbers of the book")] = ()
    title: Annotated[
        TitleStatement | None, Field(description="The title as the title page has it; null where none is stated")
    ] = None
    original_title: Annotated[
        str, Field(description="Title of the work that it was translated from; empty for none", examples=[""])
    ] = ""
    other_titles: Annotated[
        tuple[str, ...], Field(description="Other titles, such as that on the cover", examples=[["Pride & prejudice"]])
    ] = ()
    contributors: Annotated[tuple[Contributor, ...], Field(description="Who made the book, in the order of the record")] = ()
    edition: Annotated[Edition | None, Field(description="Which edition it is; null where it is not stated")] = None
    publisher: Annotated[str, Field(description="The publisher; empty where it is not stated", examples=["Penguin Books"])] = ""
    imprint: Annotated[str, Field(description="The imprint; empty where it is not stated", examples=["Penguin Classics"])] = ""
    place: Annotated[str, Field(description="Place of publication; empty where it is not stated", examples=["London"])] = ""
    country: Annotated[
        str, Field(description="Country of publication, ISO 3166-1 alpha-2; empty where it is not stated", examples=["GB"])
    ] = ""
    published: Annotated[
        str,
        Field(description="Year, year-month or ISO date of publication; empty where it is not stated", examples=["2003-01-30"]),
    ] = ""
    copyright_year: Annotated[str, Field(description="Year of copyright; empty where it is not stated", examples=["1996"])] = ""
    form: Annotated[
        str, Field(description="The binding or format in plain words; empty where it is not stated", examples=["paperback"])
    ] = ""
    extent: Annotated[
        str,
        Field(
            description="The statement of pages or playing time in words; empty where there is none",
            examples=["xxxviii, 435 pages"],
        ),
    ] = ""
    pages: Annotated[int | None, Field(description="Number of pages; null where it is not stated", examples=[480])] = None
    minutes: Annotated[int | None, Field(description="Playing time in minutes; null where it is not stated", examples=[None])] = (
        None
    )
    illustrations: Annotated[
        str, Field(description="The statement of illustrations; empty where there is none", examples=["maps"])
    ] = ""
    dimensions: Annotated[Dimensions | None, Field(description="Size and weight; null where neither is stated")] = None
    accompanying: Annotated[str, Field(description="What comes with the book; empty for nothing", examples=[""])] = ""
    content: Annotated[tuple[str, ...], Field(description="RDA's codes of the kind of content", examples=[["txt"]])] = ()
    media: Annotated[tuple[str, ...], Field(description="RDA's codes of the device that it needs", examples=[["n"]])] = ()
    carrier: Annotated[tuple[str, ...], Field(description="RDA's codes of the carrier", examples=[["nc"]])] = ()
    series: Annotated[tuple[Series, ...], Field(description="Series that the book belongs to")] = ()
    notes: Annotated[tuple[Note, ...], Field(description="Notes on the book, such as of awards and reviews")] = ()
    summary: Annotated[
        str,
        Field(
            description="What the book is about; empty where there is no summary",
            examples=["Elizabeth Bennet meets Mr Darcy, and dislikes him at once."],
        ),
    ] = ""
    contents: Annotated[
        str,
        Field(description="The table of contents; empty where there is none", examples=["Volume I -- Volume II -- Volume III"]),
    ] = ""
    audiences: Annotated[tuple[Audience, ...], Field(description="Whom the book is for")] = ()
    ages: Annotated[AgeRange | None, Field(description="The readers' ages; null where they are not stated")] = None
    subjects: Annotated[tuple[Subject, ...], Field(description="What the book is about, in the schemes of its records")] = ()
    genres: Annotated[tuple[Genre, ...], Field(description="Genres and forms")] = ()
    languages: Annotated[tuple[Language, ...], Field(description="Languages of the book")] = ()
    related: Annotated[tuple[Related, ...], Field(description="Other books and how they are related to it")] = ()
    links: Annotated[tuple[Link, ...], Field(description="Addresses on the web")] = ()
    cataloguing: Annotated[
        Cataloguing | None, Field(description="Who catalogued the book and how; null where it is not stated")
    ] = None

    def completed_by(self, other: Description) -> Description:
        """Returns this description, with the fields that it does not state taken from the other."""
        missing = {name: getattr(other, name) for name in _NAMES if not getattr(self, name) and getattr(other, name)}
        return replace(self, **missing) if missing else self


_NAMES = tuple(field.name for field in fields(Description))
