"""Arbitrary library messages, made from what their layouts declare."""

from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from shared.formats.editeur.fields import Member, Place
from shared.formats.editeur.layout import Layout, row_places
from shared.formats.editeur.messages import LAYOUTS, LibraryMessage
from shared.formats.editeur.segments import CONTROL
from shared.formats.editeur.wording import DESCRIPTION, Description

_TEXT = st.text(st.sampled_from(" :+?'.*aZ09-") | st.characters(exclude_categories=["Cc", "Cs"]), max_size=40)
_NUMBERS = st.decimals(Decimal("-99999"), Decimal("99999"), places=3) | st.integers(0, 9999).map(Decimal)


def messages(kind: type[LibraryMessage]) -> st.SearchStrategy[LibraryMessage]:
    """Any message of a kind that its own segments tell apart."""
    return values(LAYOUTS[kind], 0)


@cache
def values(layout: Layout[Any], depth: int) -> st.SearchStrategy[Any]:
    """Any value of a layout; groups hold less the deeper they lie."""
    if layout is DESCRIPTION:
        return st.builds(Description.of, st.sampled_from(["010", "050", "270", "XYZ"]), st.text("aZ :?", max_size=160))
    parts: dict[str, st.SearchStrategy[Any]] = {name: _component(place) for name, place in layout.places.items()}
    if layout.rows:
        name, table = layout.rows
        parts[name] = st.lists(_row(table.row), max_size=7).map(tuple)
    for name, member in layout.members.items():
        parts[name] = _member(member, depth + 1)
    return st.builds(layout.make, **parts)


def _component(place: Place) -> st.SearchStrategy[Any]:
    if place.numeric:
        return st.none() | _NUMBERS
    if place.last > place.component:
        held = st.lists(_TEXT, max_size=place.last - place.component + 1).map(tuple)
        return held.filter(lambda texts: not texts or bool(texts[-1]))
    return st.sampled_from(sorted(place.known)) | _TEXT if place.known else _TEXT


def _row(row: type) -> st.SearchStrategy[Any]:
    parts = {name: _component(place) for name, place in row_places(row).items()}
    return st.builds(row, **parts).filter(lambda value: value != row())


def _member(member: Member, depth: int) -> st.SearchStrategy[Any]:
    layout = member.layout
    made = values(layout, depth)
    if member.alone:
        return made
    qualifier = next((name for name, place in layout.places.items() if (place.element, place.component) == (0, 0)), None)
    if qualifier and member.only is not None:
        only = st.sampled_from(sorted(member.only))
        made = st.builds(lambda value, kind: _with(value, qualifier, kind), made, only)
    refused = member.without | ({"2"} if layout is CONTROL else set())
    if qualifier and refused:
        made = made.filter(lambda value: getattr(value, qualifier) not in refused)
    return st.lists(made, max_size=member.most or max(1, 3 - depth), unique_by=_identity(layout)).map(tuple)


def _with(value: Any, field: str, text: str) -> Any:
    own = {name: getattr(value, name) for name in value.__dataclass_fields__}
    return type(value)(**own | {field: text})


def _identity(layout: Layout[Any]) -> Any:
    """What must differ in two neighbours: equal ones would be read as one."""
    if layout is DESCRIPTION:
        return lambda value: value.code
    if layout.rows:
        return lambda value: tuple(getattr(value, name) for name in layout.places)
    return id
