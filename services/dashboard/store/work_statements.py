"""Statements about things that wait, each built once for every shape of what is wanted. `work_reading` runs them.

Whoever runs one gives it the values of `Wanted.values`, and what the function's docstring names besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    DateTime,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from services.dashboard.domain.handling import Whose
from services.dashboard.domain.work import WITHHELD, WorkKind
from services.dashboard.store.given import COUNCIL, given_council, given_rows
from services.dashboard.store.own_tables import handling
from services.dashboard.store.scope import may_concern, of_council
from services.dashboard.store.tables import copy_count, title
from services.dashboard.store.work_tables import work, work_count


@dataclass(frozen=True, slots=True)
class Shape:
    """What a statement depends on, but for its values. `of_one`: of one council; `equal`: the columns that filters narrow."""

    of_one: bool
    equal: tuple[str, ...] = ()
    withheld: bool = False
    whose: Whose = Whose.ANYBODY


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which things are wanted: those that a council may see (None: all), narrowed by filters that are not empty.

    `subject`: who asks, for what is theirs. `today` is the council's, by which a thing is put off.
    """

    council: str | None
    now: datetime
    today: date
    subject: str = ""
    kind: WorkKind | None = None
    cause: str | None = None
    supplier_id: str = ""
    of_council: str = ""
    whose: Whose = Whose.ANYBODY

    @property
    def shape(self) -> Shape:
        """Returns what the statements depend on."""
        given = {"kind": self.kind, "supplier_id": self.supplier_id, "council": self.of_council}
        equal = [name for name, value in given.items() if value]
        withheld = self.cause == WITHHELD
        equal += ["cause"] if self.cause is not None and not withheld else []
        return Shape(self.council is not None, tuple(equal), withheld, self.whose)

    @property
    def values(self) -> Mapping[str, object]:
        """Returns the values that the statements are given."""
        return {
            "council": self.council,
            "now": self.now,
            "today": self.today,
            "subject": self.subject,
            "wanted_kind": self.kind.value if self.kind else None,
            "wanted_cause": self.cause,
            "wanted_supplier_id": self.supplier_id,
            "wanted_council": self.of_council,
        }


@dataclass(frozen=True, slots=True)
class Arm:
    """Groups whose oldest things one index finds: `unnamed`, those of no council that may concern this one; `of_any` cause."""

    unnamed: bool
    of_any: bool


@cache
def counted(shape: Shape) -> Select[Any]:
    """Adds up the counts of whole days, by kind, cause, council and supplier. `day`: the day that is not whole yet, of UTC."""
    c, day = work_count.c, bindparam("day", type_=Date)
    keys = (c.kind, c.cause, c.council, c.supplier_id)
    narrowed = (c.shows_on < day, c.hides_on > day, *_narrowed(work_count, shape))
    return select(*keys, func.sum(c.things)).where(*narrowed).group_by(*keys)


@cache
def shown_on_the_day(shape: Shape) -> Select[Any]:
    """Selects the keys of things that begin or end to be shown on a day, and are shown now. `day`: as of `counted`."""
    day = bindparam("day", type_=Date)
    ends = (and_(column == day, func.isfinite(column)) for column in (work.c.shows_on, work.c.hides_on))
    return select(*_keys()).where(*_shown(shape), or_(*ends))


@cache
def handled(shape: Shape, *, listed: bool) -> Select[Any]:
    """Selects the keys of things that somebody handles, which are few, and that are `listed`, or are not."""
    only = _of_whose(shape)
    return select(*_keys()).join(handling, _same()).where(*_shown(shape), only if listed else ~only)


@cache
def oldest(shape: Shape, arms: tuple[Arm, ...]) -> CompoundSelect[Any]:
    """Selects since when the first thing of each group waits: one look into an index for each.

    The groups of each arm: `given_rows` named `arm0`, `arm1` and so on, of `kind` and `cause`.
    """
    return union_all(*(_first(shape, f"arm{number}", arm) for number, arm in enumerate(arms)))


def _first(shape: Shape, name: str, arm: Arm) -> Select[Any]:
    group = given_rows(name, kind=Text, cause=Text)
    council = given_council(shape.of_one)
    unnamed = and_(work.c.council.is_(None), may_concern(work, council))
    of_any = Shape(False, tuple(each for each in shape.equal if each not in ("kind", "cause")), whose=shape.whose)
    cause = true() if arm.of_any else work.c.cause == group.c.cause
    same = unnamed if arm.unnamed else of_council(work, council), work.c.kind == group.c.kind, cause
    first = _list(of_any, select(work.c.waits_since)).where(*same).limit(1).lateral("first")
    return select(group.c.kind, group.c.cause, first.c.waits_since).select_from(group.join(first, true()))


@cache
def listed(shape: Shape, *, after: bool) -> Select[Any]:
    """Selects things, longest waiting first, `most` of them. `after`: those behind the thing `item`, waiting `since`."""
    query = _list(shape, _whole()).limit(bindparam("most", type_=Integer))
    if not after:
        return query
    before = tuple_(bindparam("since", type_=DateTime(True)), bindparam("item", type_=Text))
    return query.where(tuple_(work.c.waits_since, work.c.item) > before)


@cache
def one(of_one: bool) -> Select[Any]:
    """Selects the thing `item` of the kind `wanted_kind`, which need not wait any more."""
    named = work.c.kind == bindparam("wanted_kind"), work.c.item == bindparam("item")
    return _joined(_whole()).where(*named, may_concern(work, given_council(of_one)))


@cache
def waiting(shape: Shape) -> Select[Any]:
    """Selects things that wait, `most` of them, whatever people do about them."""
    query = _joined(_whole()).where(*_shown(shape)).order_by(work.c.waits_since, work.c.item)
    return query.limit(bindparam("most", type_=Integer))


def _keys() -> Sequence[ColumnElement[Any]]:
    return (work.c.kind, work.c.cause, func.coalesce(work.c.council, ""), work.c.supplier_id)


def _same() -> ColumnElement[bool]:
    return and_(handling.c.kind == work.c.kind, handling.c.item == work.c.item)


def _joined(query: Select[Any]) -> Select[Any]:
    return query.join_from(work, handling, _same(), isouter=True)


def _of_whose(shape: Shape) -> ColumnElement[bool]:
    """Selects, of things joined with what people do about them, those that are in the list."""
    c = handling.c
    put_off = func.coalesce(c.snoozed_until > bindparam("today"), false())
    done = func.coalesce(c.done_at >= work.c.waits_since, false())
    if shape.whose is Whose.SNOOZED:
        return and_(put_off, ~done)
    mine = c.taken_by == bindparam("subject") if shape.whose is Whose.MINE else true()
    nobody = c.taken_by.is_(None) if shape.whose is Whose.NOBODY else true()
    return and_(~put_off, ~done, mine, nobody)


def _narrowed(table: Table, shape: Shape) -> Sequence[ColumnElement[bool]]:
    """Narrows rows of `work` or of `work_count` to a council, and by the filters."""
    scope = may_concern(table, given_council(shape.of_one)) if table is work else _counts_of(shape.of_one)
    narrowed = [table.c[name] == bindparam(f"wanted_{name}") for name in shape.equal]
    if shape.withheld:
        narrowed.append(table.c.council.is_(None) if table is work else table.c.cause == bindparam("wanted_cause"))
    return (scope, *narrowed)


def _counts_of(of_one: bool) -> ColumnElement[bool]:
    if not of_one:
        return true()
    suppliers = select(copy_count.c.supplier_id).where(copy_count.c.council == COUNCIL)
    c = work_count.c
    return or_(c.council == COUNCIL, and_(c.council == "", c.supplier_id.in_(suppliers)))


def _shown(shape: Shape) -> Sequence[ColumnElement[bool]]:
    c, now = work.c, bindparam("now", type_=DateTime(True))
    return (c.waits_since.is_not(None), c.shows_at <= now, c.hides_at > now, *_narrowed(work, shape))


def _list(shape: Shape, query: Select[Any]) -> Select[Any]:
    return _joined(query).where(*_shown(shape), _of_whose(shape)).order_by(work.c.waits_since, work.c.item)


def _whole() -> Select[Any]:
    name = select(title.c.title).where(title.c.isbn == work.c.isbn).scalar_subquery().label("title")
    return select(work, name, *(column.label(f"handled_{column.name}") for column in handling.c))
