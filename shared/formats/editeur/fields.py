"""How a dataclass says where its fields stand: in components of one segment, or in segments that follow it.

A declaration is both the reading and the writing of it. Knows no segment and no message.
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
    """Where in the message a value stood; both 0 for what was not read."""

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
    """Elements of one build, each a value of its own: `most` of them from element `first`."""

    row: type
    first: int
    most: int


@dataclass(frozen=True, slots=True)
class Member:
    """A field whose values come from segments of their own.

    `only` and `without` limit by the first component, `most` by number. `alone` holds one value, not a tuple.
    `implied` names segments (tag, and first components if they matter) that begin the group without its own segment.
    """

    layout: Layout[Any]
    only: Set[str] | None = None
    without: Set[str] = frozenset()
    most: int | None = None
    alone: bool = False
    implied: Mapping[str, Set[str] | None] | None = None


def text(element: int, component: int = 0, *, known: Mapping[str, str] | None = None) -> str:
    """A field with one component, as it stands; a value outside `known` is reported."""
    return field(default="", metadata={PLACE: Place(element, component, component, known=known)})


def texts(element: int, component: int, count: int) -> tuple[str, ...]:
    """A field with up to `count` components; empty ones at the end are dropped."""
    return field(default=(), metadata={PLACE: Place(element, component, component + count - 1)})


def decimal(element: int, component: int = 0) -> Decimal | None:
    """A field with a number; None when it is left empty."""
    return field(default=None, metadata={PLACE: Place(element, component, component, numeric=True)})


def rows(row: type[T], first: int, most: int) -> tuple[T, ...]:
    """A field with one `row` per element; more than `most` are written into repeated segments, and read from them."""
    return field(default=(), metadata={PLACE: Rows(row, first, most)})


def many(
    layout: Layout[T], *, only: Set[str] | None = None, without: Set[str] = frozenset(), most: int | None = None
) -> tuple[T, ...]:
    """A field with the values of the segments or groups that follow."""
    return field(default=(), metadata={MEMBER: Member(layout, only, without, most)})


def one(layout: Layout[T], *, implied: Mapping[str, Set[str] | None] | None = None) -> T:
    """A field with the one segment or group that follows; an empty value when it is missing."""
    return field(default_factory=layout.make, metadata={MEMBER: Member(layout, alone=True, implied=implied)})


def whereabouts() -> At:
    """The field that says where the value's first segment stood; it does not count when values are compared."""
    return field(default=At(), compare=False, repr=False)
