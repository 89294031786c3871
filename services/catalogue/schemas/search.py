"""HTTP shapes of a search: its parameters, and the page of what it finds. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from services.catalogue.domain.entry import OLDEST_READER, issued_of
from services.catalogue.domain.finds import MOST_COUNTED, MOST_FACETED, MOST_VALUES, Counted, Facets, Found, Hit, Listed
from services.catalogue.domain.questions import Question, Sort, Wanted
from services.catalogue.domain.search import period_of
from services.catalogue.schemas.titles import LONGEST_ISBN, TitleView, title_view
from shared.formats.publication import plain_date
from shared.http.paging import Page, PageQuery
from shared.records import AudienceKind, Availability, SubjectScheme
from shared.texts import Text

_MOST = 20
_FIRST, _LAST = 1, 99_999_999


def _dated(text: str) -> str:
    if not issued_of(text):
        raise ValueError("give a year, year-month or ISO date, such as 2020 or 2020-09-04")
    return plain_date(text) or text


def _with_scheme(text: str) -> str:
    scheme, _, code = text.partition(":")
    if scheme not in list(SubjectScheme) or not code.strip():
        raise ValueError(f"give scheme:code, such as thema:FF; schemes are {', '.join(SubjectScheme)}")
    return text


Value = Annotated[Text, Field(min_length=1, max_length=100)]
Values = Annotated[list[Value], Field(max_length=_MOST)]
IsbnText = Annotated[str, Field(max_length=LONGEST_ISBN)]
Subject = Annotated[Value, AfterValidator(_with_scheme)]
Day = Annotated[str, Field(max_length=10), AfterValidator(_dated)]


class TitleQuery(PageQuery):
    """Which titles to list. Different parameters limit the list further; of one that is repeated, any value will do."""

    UNBOUND = frozenset({"facets"})

    isbn: list[IsbnText] | None = Field(
        default=None, max_length=100, description="ISBN-10 or ISBN-13; repeat it for several", examples=[["9780141439518"]]
    )
    q: Text | None = Field(
        default=None,
        max_length=200,
        description="Words, all of them, without regard to case, accents and punctuation: in the title, contributors, series,"
        " subjects, publisher, summary or contents. A longer word may follow the last one, unless a space does. Or an ISBN",
        examples=["austen pride"],
    )
    identifier: Values = Field(
        default=[],
        description="ISBN of 10 or 13, EAN, LCCN, BNB or DOI, with or without hyphens",
        examples=[["978-0-14-143951-8"]],
    )
    subject: list[Subject] = Field(
        default=[],
        max_length=_MOST,
        description="scheme:code; the code may be the beginning of one, `thema:FF`, or a heading; of several, all",
        examples=[["thema:FBC"]],
    )
    supplier_id: Values = Field(default=[], description="Suppliers with a record that is in force", examples=[["national"]])
    availability: list[Availability] = Field(default=[], max_length=_MOST, description="As any supplier offers the book")
    language: Values = Field(default=[], description="Code of ISO 639-2/B", examples=[["eng"]])
    form: Values = Field(default=[], description="Binding in plain words, as in the facet", examples=[["paperback"]])
    audience: list[AudienceKind] = Field(default=[], max_length=_MOST, description="Whom the book is for")
    age: int | None = Field(default=None, ge=0, le=OLDEST_READER, description="A year of the readers' age range", examples=[9])
    published_from: Day | None = Field(
        default=None, description="Year, year-month or ISO date; a book of `2020` is before 2020-01", examples=["2020"]
    )
    published_until: Day | None = Field(default=None, description="Year, year-month or ISO date, included", examples=["2026-06"])
    sort: Sort | None = Field(default=None, description="`relevance` where there are words, else `isbn`, unless stated")
    facets: bool = Field(default=False, description="Whether to count facets; on the first page only")

    @property
    def is_search(self) -> bool:
        """Whether anything but a plain list by ISBN is asked for."""
        plain = {"isbn", "limit", "cursor"}
        return any(getattr(self, name) not in (None, [], False) for name in TitleQuery.model_fields if name not in plain)


class SnippetView(BaseModel):
    """A text of the title in which words of the search are."""

    field: str = Field(description="The field of the description that the text is from", examples=["title"])
    text: str = Field(
        description="HTML: the words are in <mark>, all else is escaped; a long text is cut",
        examples=["<mark>Pride</mark> and Prejudice"],
    )


class FoundTitle(TitleView):
    """A title in a list."""

    score: int | None = Field(
        default=None,
        description="Where the words are: 100 they are the whole title, 80 all in the title, 60 with the contributors, 40 with"
        " the series, 20 with the subjects, 10 with summary and the rest. Of equal score, the newest first."
        " Null where no words are searched",
        examples=[80],
    )
    highlight: Sequence[SnippetView] = Field(default=(), description="Texts of the title in which the words are")


class CountView(BaseModel):
    """A number of titles."""

    number: int = Field(description="Titles that were counted", examples=[42])
    exact: bool = Field(description="Whether there are no more; otherwise at least as many")


class FacetsView(BaseModel):
    """Facets: how many of the titles found have each value."""

    counted: CountView = Field(
        description=f"The titles that were counted: of more than {MOST_FACETED:,}, so many, not chosen by anything"
    )
    values: Mapping[str, Mapping[str, int]] = Field(
        description=f"For each facet its most frequent values, at most {MOST_VALUES}. A value can be sent as the"
        " parameter of that name; of `year`, as `published_from` and `published_until`",
        examples=[{"language": {"eng": 40, "fre": 2}, "supplier_id": {"national": 42}}],
    )


class TitlePage(Page[FoundTitle]):
    """A page of titles; what follows `next_cursor` is stated for the first page of a search."""

    total: CountView | None = Field(
        default=None, description=f"Titles found, counted up to {MOST_COUNTED:,}; null after the first page"
    )
    facets: FacetsView | None = Field(default=None, description="Counts of values, where they were asked for; null otherwise")
    read_as: Mapping[str, Sequence[str]] = Field(
        default={},
        description="Misspelt words, and what they were read as, because nothing was found with them",
        examples=[{"prejudise": ["prejudice"]}],
    )


def found_title(title: Listed) -> FoundTitle:
    """Returns a title for a plain list."""
    return FoundTitle(**dict(title_view(title)))


def asked(query: TitleQuery, isbns: Sequence[str]) -> Question:
    """Returns the question of a search; `isbns` are its ISBNs, checked."""
    wanted = Wanted(
        isbns=tuple(isbns),
        identifiers=tuple(query.identifier),
        subjects=tuple(query.subject),
        suppliers=tuple(query.supplier_id),
        availabilities=tuple(query.availability),
        languages=tuple(query.language),
        forms=tuple(query.form),
        audiences=tuple(query.audience),
        age=query.age,
        issued=_issued(query.published_from, query.published_until),
    )
    words = query.q or ""
    return Question(words, wanted, query.sort or (Sort.RELEVANCE if words.strip() else Sort.ISBN))


def searched_page(query: TitleQuery, found: Found, total: Counted | None, facets: Facets | None) -> TitlePage:
    """Returns the page of what a search found, of which one more than the page shows was fetched."""
    return TitlePage(
        items=[_found(hit) for hit in found.hits[: query.limit]],
        next_cursor=query.next_cursor(found.hits, lambda hit: (hit.rank.score, hit.rank.issued, hit.rank.isbn)),
        total=None if total is None else CountView(number=total.number, exact=total.exact),
        facets=None if facets is None else _facets(facets),
        read_as=found.search.read_as,
    )


def _issued(first: str | None, last: str | None) -> tuple[int, int] | None:
    if first is None and last is None:
        return None
    return (period_of(first)[0] if first else _FIRST), (period_of(last)[1] if last else _LAST)


def _found(hit: Hit) -> FoundTitle:
    views = [SnippetView(field=each.field, text=each.text) for each in hit.snippets]
    return FoundTitle(**dict(title_view(hit.title)), score=hit.rank.score or None, highlight=views)


def _facets(facets: Facets) -> FacetsView:
    counted = CountView(number=facets.counted.number, exact=facets.counted.exact)
    return FacetsView(counted=counted, values=facets.values)
