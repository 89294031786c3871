"""Declares where a dataclass's fields are in a message: in components of one segment, or in the segments that follow it.

One declaration serves both reading and writing. Knows no segment and no message.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from shared.formats.editeur.layout import Layout

T = TypeVar("T")

PLACE = "place"
MEMBER = "member"


@dataclass(frozen=True, slots=True)
class At:
    """Where in the message a value was: segment number and byte offset. Both are 0 for a value that was not read."""

    position: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Components of one element, both 0-based: `last` is beyond `component` when the field takes several."""

    element: int
    component: int
    last: int
    numeric: bool = False
    known: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Elements of equal structure, each a value of its own: up to `most` of them, from element `first` on."""

    row: type
    first: int
    most: int


@dataclass(frozen=True, slots=True)
class Member:
    """A field whose values come from segments of their own.

    `only` and `without` select segments by their first component, `most` limits their number. `alone`: the field holds one
    value, not a tuple. `implied` names segments (tag, and first components if only some count) that begin the group even when
    its own first segment is missing.
    """

    layout: Layout[Any]
    only: Set[str] | None = None
    without: Set[str] = frozenset()
    most: int | None = None
    alone: bool = False
    implied: Mapping[str, Set[str] | None] | None = None


def text(element: int, component: int = 0, *, known: Mapping[str, str] | None = None) -> str:
    """Declares a field with one component, as written; a value outside `known` is reported."""
    return field(default="", metadata={PLACE: Place(element, component, component, known=known)})


def texts(element: int, component: int, count: int) -> tuple[str, ...]:
    """Declares a field with up to `count` components; empty ones at the end are dropped."""
    return field(default=(), metadata={PLACE: Place(element, component, component + count - 1)})


def decimal(element: int, component: int = 0) -> Decimal | None:
    """Declares a field with a number; None when it is empty."""
    return field(default=None, metadata={PLACE: Place(element, component, component, numeric=True)})


def rows(row: type[T], first: int, most: int) -> tuple[T, ...]:
    """Declares a field with one `row` per element; more than `most` are written to, and read from, repeated segments."""
    return field(default=(), metadata={PLACE: Rows(row, first, most)})


def many(
    layout: Layout[T], *, only: Set[str] | None = None, without: Set[str] = frozenset(), most: int | None = None
) -> tuple[T, ...]:
    """Declares a field with the values of the segments or groups that follow."""
    return field(default=(), metadata={MEMBER: Member(layout, only, without, most)})


def one(layout: Layout[T], *, implied: Mapping[str, Set[str] | None] | None = None) -> T:
    """Declares a field with the one segment or group that follows; an empty value when it is missing."""
    return field(default_factory=layout.make, metadata={MEMBER: Member(layout, alone=True, implied=implied)})


def whereabouts() -> At:
    """Declares the field with the place of the value's first segment; it is ignored when values are compared."""
    return field(default=At(), compare=False, repr=False)
