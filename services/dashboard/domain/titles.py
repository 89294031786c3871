"""Titles as the catalogue shows them: each field in words, where it is from and why, beside what other records state. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.dashboard.domain.pages import Shape
from services.dashboard.domain.typed import FIXABLE, HINTS, TEXTS, typed
from shared.wording import counted

COUNCIL = "council:"
"""Begins the source of a field that a cataloguer of that council fixed."""

_NAMES: Mapping[str, str] = {
    "published": "Published",
    "form": "Binding",
    "carrier": "Carrier, as a code",
    "content": "Content, as a code",
    "media": "Medium, as a code",
    "related": "Other editions and related books",
}


class Brief(Shape):
    """A title in a list."""

    isbn: str
    title: str
    subtitle: str = ""
    author: str = ""
    publisher: str = ""
    published: str = ""
    form: str = ""
    supplier_id: str = ""


class Count(Shape):
    """A number of titles; there may be more unless it is exact."""

    number: int
    exact: bool

    @property
    def in_words(self) -> str:
        """The number with its noun."""
        return counted(self.number, "title") if self.exact else f"More than {self.number:,} titles"


class Facets(Shape):
    """How many of the titles found have each value."""

    values: Mapping[str, Mapping[str, int]] = {}


class TitlePage(Shape):
    """A page of titles."""

    items: Sequence[Brief] = ()
    next_cursor: str | None = None
    total: Count | None = None
    facets: Facets | None = None
    read_as: Mapping[str, Sequence[str]] = {}


class Shortfall(Shape):
    """What a record lacks."""

    reason: str
    place: str = ""
    lost: int = 0


class Record(Shape):
    """A supplier's record of the book."""

    supplier_id: str
    reference: str = ""
    score: int
    passes: bool
    shortfalls: Sequence[Shortfall] = ()
    supplied_at: datetime
    withdrawn: bool = False
    description: Mapping[str, Any] = {}


class Judgement(Shape):
    """What the council's minimum says of the record that gives most of the title."""

    supplier_id: str
    score: int
    pass_mark: int
    passes: bool
    shortfalls: Sequence[Shortfall] = ()


class Item(Shape):
    """A copy that the council ordered."""

    order_number: str
    copy_number: int
    supplier_id: str
    branch: str
    barcode: str = ""
    fund: str = ""


class Fix(Shape):
    """A value that a cataloguer set for a field. It counts until it is lifted: then `lifted_at` says when."""

    fix_id: UUID
    field: str
    value: Any
    council: str
    actor: str
    reason: str
    made_at: datetime
    lifted_at: datetime | None = None
    lifted_by: str = ""
    lifted_reason: str = ""


class Title(Brief):
    """A title in full, with the records that it was merged from."""

    changed_at: datetime
    description: Mapping[str, Any]
    sources: Mapping[str, str] = {}
    records: Sequence[Record] = ()
    items: Sequence[Item] = ()
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a title: in words, where it is from, why that counts, and what each record states, in the records' order.

    `typed`: as its form shows it.
    """

    name: str
    heading: str
    value: str
    typed: str
    source: str
    why: str
    fix: Fix | None
    stated: Sequence[str]

    @property
    def is_stated(self) -> bool:
        """Whether the title or a record states it."""
        return bool(self.value or any(self.stated))

    @property
    def fixable(self) -> bool:
        """Whether a form can fix it."""
        return self.name in FIXABLE

    @property
    def many_lines(self) -> bool:
        """Whether its form needs several lines."""
        return self.name in TEXTS

    @property
    def hint(self) -> str:
        """How it is typed, where that is not plain."""
        return HINTS.get(self.name, "")


def fields_of(title: Title, fixes: Sequence[Fix]) -> list[Field]:
    """Returns the fields that the title or a record states, and those that a form can fix, in the order of a description."""
    in_force = {fix.field: fix for fix in fixes if fix.lifted_at is None}
    return [_field(title, name, in_force.get(name)) for name in title.description if _is_shown(title, name)]


def _is_shown(title: Title, name: str) -> bool:
    return name in FIXABLE or any(of.get(name) for of in (title.description, *(each.description for each in title.records)))


def _field(title: Title, name: str, fix: Fix | None) -> Field:
    return Field(
        name=name,
        heading=_NAMES.get(name, name.replace("_", " ").capitalize()),
        value=value_in_words(title.description[name]),
        typed=typed(name, title.description[name]) if name in FIXABLE else "",
        source=title.sources.get(name, ""),
        why=_why(title, name, fix),
        fix=fix,
        stated=[value_in_words(record.description.get(name)) for record in title.records],
    )


def _why(title: Title, name: str, fix: Fix | None) -> str:
    """Returns why a field is what it is: a fix, else the better record that states it, else the later one."""
    source = title.sources.get(name, "")
    if fix is not None:
        return f"fixed by {fix.actor}: {fix.reason}"
    if not source:
        return ""
    stating = [each for each in title.records if each.description.get(name) and not each.withdrawn]
    own = next((each for each in stating if each.supplier_id == source), None)
    others = [each for each in stating if each.supplier_id != source]
    if own is None:
        return "kept from a record that states it no longer"
    if not others:
        return "the only record that states it"
    best = max(others, key=lambda each: each.score)
    if own.score < best.score:
        # Of some fields each part is taken from the best record that has it.
        return "the best record that states this part of it"
    return (
        "of equally good records, the later" if own.score == best.score else f"a better record: {own.score} against {best.score}"
    )


def value_in_words(value: Any) -> str:
    """Returns a value of a description in words: its parts joined, those that state nothing left out."""
    return "; ".join(_parts(value)) if isinstance(value, list) else ", ".join(_parts(value))


def _parts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _parts(part)
    elif isinstance(value, list):
        yield from filter(None, map(value_in_words, value))
    elif value not in (None, "", False, True, 0):
        yield str(value)


def verdict_on_title(title: Title) -> tuple[bool, str, str]:
    """Returns whether something should be done about the record, the first line of the page, and what to do."""
    name = title.title or title.isbn
    judged = title.judgement
    if judged is None or judged.passes:
        return False, name, ""
    lacking = "; ".join(each.reason for each in judged.shortfalls)
    line = f"{name}: below the council's minimum"
    points = f"It has {judged.score} points and needs {judged.pass_mark}: {lacking}."
    advice = f"Ask {judged.supplier_id} for a better record, or fix the fields. {points}"
    return True, line, advice
