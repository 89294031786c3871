"""Converts one segment to a value and back, by the places that the value's fields declare.

Data without a declared place is reported, never dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from shared.findings import Finding, Severity
from shared.formats.edifact import Segment, number, parse_number
from shared.formats.editeur.fields import MEMBER, PLACE, At, Member, Place, Rows
from shared.formats.editeur.odd import Odd, odd

T = TypeVar("T")

Findings = list[Finding]
Check = Callable[[Any, Segment], Iterable[Finding]]
Merge = Callable[[list[Any]], list[Any]]
Cut = Callable[[Any], Iterable[Any]]


_LONGEST_NUMBER = 20
"""Characters; the directory allows 18 digits (n..18)."""


class Layout(Generic[T]):
    """The layout of segment `tag` as a value of class `make`.

    `check` checks a whole value; `merge` joins values that one sender spread over several segments, `cut` does the reverse.
    """

    def __init__(
        self,
        make: Callable[..., T],
        tag: str,
        *,
        check: Check | None = None,
        merge: Merge | None = None,
        cut: Cut | None = None,
        constant: str = "",
    ) -> None:
        self.make = make
        self.tag = tag
        self._check = check
        self._merge = merge
        self._cut = cut
        self._constant = constant

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """The fields that are components of the segment."""
        return {name: place for name, place in _metadata(self.make, PLACE) if isinstance(place, Place)}

    @cached_property
    def rows(self) -> tuple[str, Rows] | None:
        """The field that holds rows, if any."""
        return next(((name, place) for name, place in _metadata(self.make, PLACE) if isinstance(place, Rows)), None)

    @cached_property
    def members(self) -> Mapping[str, Member]:
        """The fields whose values come from segments that follow, in the order in which they are written."""
        return dict(_metadata(self.make, MEMBER))

    @cached_property
    def empty(self) -> T:
        """The value of a segment that is missing."""
        return self.make()

    @cached_property
    def placed(self) -> bool:
        """Whether values keep their place in the message."""
        return any(field.name == "at" for field in fields(self.make))  # type: ignore[arg-type]

    @cached_property
    def _claimed(self) -> frozenset[tuple[int, int]]:
        claimed: set[tuple[int, int]] = set()
        for place in self.places.values():
            claimed.update((place.element, component) for component in range(place.component, place.last + 1))
        if self.rows:
            _, table = self.rows
            inner = [place.component for place in row_places(table.row).values()]
            claimed.update((element, each) for element in range(table.first, table.first + table.most) for each in inner)
        return frozenset(claimed)

    def read(self, segment: Segment, findings: Findings) -> dict[str, Any]:
        """Reads the fields that the segment itself holds."""
        values: dict[str, Any] = {name: _read(place, segment, findings) for name, place in self.places.items()}
        if self.rows:
            name, table = self.rows
            values[name] = tuple(_read_rows(table, segment, findings))
        if self.placed:
            values["at"] = At(segment.position, segment.offset)
        findings += self._extra(segment)
        if self._check:
            findings += self._check(self.make(**values), segment)
        return values

    def _extra(self, segment: Segment) -> Iterator[Finding]:
        """Yields one finding about all components that no field declares."""
        claimed = self._claimed | {(0, 0)} if segment.get(0) == self._constant else self._claimed
        left = [
            text
            for index, element in enumerate(segment.elements)
            for component, text in enumerate(element)
            if text and (index, component) not in claimed
        ]
        left += [text for _, occurrences in segment.repetitions for occurrence in occurrences for text in occurrence if text]
        if left:
            yield odd(Odd.EXTRA_DATA, f"{self.tag} holds data that is not read: {shown(left)}", segment)

    def merged(self, values: list[T]) -> list[T]:
        """Joins the values of neighbouring segments that are parts of one value."""
        if self._merge:
            return list(self._merge(values))
        return _merged_rows(values, self.rows[0]) if self.rows else values

    def write(self, value: T) -> list[Segment]:
        """Writes the value itself: as one segment, or as several where one cannot hold it."""
        parts = self._cut(value) if self._cut else [value]
        return [segment for part in parts for segment in self._write(part)]

    def _write(self, value: T) -> list[Segment]:
        own = [_components(cells, value, self._constant) for cells in self._elements]
        if not self.rows:
            return [Segment.of(self.tag, *own)]
        name, table = self.rows
        held = getattr(value, name)
        chunks = [held[start : start + table.most] for start in range(0, len(held), table.most)] or [()]
        before = [*own, *[[""]] * (table.first - len(own))]
        cells = _row_cells(table.row)
        return [Segment.of(self.tag, *before, *(_components(cells, row, "") for row in chunk)) for chunk in chunks]

    @cached_property
    def _elements(self) -> Sequence[Cells]:
        """What the segment itself holds, by element."""
        cells = {(0, 0): ""} if self._constant else {}
        cells |= {(place.element, place.component): name for name, place in self.places.items()}
        width = max((element for element, _ in cells), default=-1) + 1
        return [_sorted(cells, element) for element in range(width)]


# The components of an element and the fields that they hold, in the order of writing; no field holds a constant.
Cells = Sequence[tuple[int, str]]


def _sorted(cells: Mapping[tuple[int, int], str], element: int) -> Cells:
    return sorted((component, name) for (of, component), name in cells.items() if of == element)


@cache
def _row_cells(row: type) -> Cells:
    """Returns the components of a row, all of one element."""
    return sorted((place.component, name) for name, place in row_places(row).items())


def _components(cells: Cells, value: object, constant: str) -> list[str]:
    """Returns the components of an element; one that no field holds is empty."""
    components: list[str] = []
    for component, name in cells:
        if len(components) < component:
            components += [""] * (component - len(components))
        held = getattr(value, name) if name else constant
        if isinstance(held, str):
            components.append(held)
        elif isinstance(held, tuple):
            components += held
        else:
            components.append("" if held is None else number(held))
    return components


def shown(parts: Iterable[str]) -> str:
    """Returns the parts as text for a finding."""
    return " | ".join(repr(part) for part in parts)


def _metadata(make: Callable[..., Any], key: str) -> Iterator[tuple[str, Any]]:
    return ((field.name, field.metadata[key]) for field in fields(make) if key in field.metadata)  # type: ignore[arg-type]


@cache
def row_places(row: type) -> dict[str, Place]:
    """Returns the fields of a row; their element number is the row's."""
    return dict(_metadata(row, PLACE))


def _read(place: Place, segment: Segment, findings: Findings) -> Any:
    if place.last > place.component:
        held = [segment.get(place.element, component) for component in range(place.component, place.last + 1)]
        while held and not held[-1]:
            held.pop()
        return tuple(held)
    found = segment.get(place.element, place.component)
    if place.numeric:
        return _number(found, segment, findings)
    if found and place.known is not None and found not in place.known:
        findings.append(odd(Odd.UNKNOWN_CODE, f"{segment.tag} {found!r} is not in its list", segment, Severity.INFO))
    return found


def _number(found: str, segment: Segment, findings: Findings) -> Decimal | None:
    value = parse_number(found) if len(found) <= _LONGEST_NUMBER else None
    if value is None and found:
        text = f"{segment.tag}+{segment.get(0)}: {found!r} is not a number"
        findings.append(odd(Odd.INVALID_NUMBER, text, segment))
    return value


def _read_rows(table: Rows, segment: Segment, findings: Findings) -> Iterator[Any]:
    """Yields the rows that are not empty."""
    places, empty = row_places(table.row), table.row()
    for element in segment.elements[table.first : table.first + table.most]:
        inner = Segment(segment.tag, (element,), segment.position, segment.offset)
        row = table.row(**{name: _read(place, inner, findings) for name, place in places.items()})
        if row != empty:
            yield row


def _merged_rows(values: list[T], field: str) -> list[T]:
    """Joins values that differ only in their rows into one value with all their rows."""
    held: dict[T, list[Any]] = {}
    for value in values:
        held.setdefault(_with(value, field, ()), []).extend(getattr(value, field))
    return [_with(value, field, tuple(found)) for value, found in held.items()]


def _with(value: T, field: str, found: tuple[Any, ...]) -> T:
    own = {each.name: getattr(value, each.name) for each in fields(value)}  # type: ignore[arg-type]
    return type(value)(**own | {field: found})
