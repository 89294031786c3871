"""The table of a strand's switches and their history, and the queries that all strands have alike.

A service registers the columns in its own metadata, with those of its strand. Scoped by council, timers apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Index,
    LargeBinary,
    Row,
    RowMapping,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    insert,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.switches import SwitchState
from shared.db.arrays import among
from shared.db.locks import lock_names
from shared.db.paging import locked_page, narrowed, newest_first
from shared.history import Step, add_steps, history_of
from shared.sourcing.switches.planning import Scope, Switch

S = TypeVar("S", bound=Switch)

UNFINISHED = (SwitchState.PLANNED, SwitchState.RUNNING)
# What the columns hold in another form than the switch.
_CONVERTED = frozenset({"scope", "state"})
_SAME = tuple(name for name in Switch.__dataclass_fields__ if name not in _CONVERTED)


def switch_columns() -> list[Column[Any] | UniqueConstraint | Index]:
    """Returns the columns of a table `switch`, with its constraint and indexes; the strand adds its suppliers and its own.

    Empty `branches` or `materials`: any.
    """
    return [
        Column("switch_id", Uuid, primary_key=True),
        Column("council", Text, nullable=False),
        Column("branches", ARRAY(Text), nullable=False),
        Column("materials", ARRAY(Text), nullable=False),
        Column("first_day", Date, nullable=False),
        Column("reason", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("planned_at", DateTime(timezone=True), nullable=False),
        Column("planned_by", Text, nullable=False),
        Column("idempotency_key", Text, nullable=False),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("needs_approval", Boolean, nullable=False, server_default=text("false")),
        Column("approved_by", Text),
        UniqueConstraint("council", "idempotency_key", name="switch_idempotency_key"),
        Index("switch_by_time", "council", "planned_at", "switch_id"),
        Index("switch_unfinished", "council", postgresql_where=text("state IN ('planned', 'running')")),
    ]


def in_all_strands(row: Row[Any]) -> dict[str, Any]:
    """Returns what every strand's switch has, by the names of its fields, from a row with all columns."""
    values = {name: row._mapping[name] for name in _SAME}
    return {**values, "scope": Scope(tuple(row.branches), tuple(row.materials)), "state": SwitchState(row.state)}


@dataclass(frozen=True, slots=True)
class Request:
    """What recognises a request to plan a switch that is sent again."""

    idempotency_key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class SwitchFilter:
    """Which switches a list contains; a field that is None does not narrow it."""

    council: str
    state: SwitchState | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """How often a switch came to another state, being planned included, and when it came to the one that it is in."""

    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SwitchStore(Generic[S]):
    """The switches of one strand: their table and history, and how the strand's own columns are written and read.

    `listed`: the rows that are switches of a scope. Others are only found by their id.
    """

    table: Table
    history: Table
    read: Callable[[Row[Any]], S]
    own: Callable[[S], Mapping[str, object]]
    listed: ColumnElement[bool] = field(default_factory=true)

    async def lock_council(self, connection: AsyncConnection, council: str) -> None:
        """Makes whoever plans a switch of the council wait until the transaction ends: no two can overlap."""
        await lock_names(connection, f"switches/{council}")

    async def request_of(self, connection: AsyncConnection, council: str, idempotency_key: str) -> tuple[UUID, bytes] | None:
        """Returns the switch that was planned under a key, and the fingerprint of that request."""
        c = self.table.c
        query = select(c.switch_id, c.fingerprint).where(c.council == council, c.idempotency_key == idempotency_key)
        row = (await connection.execute(query)).one_or_none()
        return None if row is None else (row.switch_id, row.fingerprint)

    async def others(self, connection: AsyncConnection, switch: S) -> Sequence[S]:
        """Returns the council's other switches that are planned or running."""
        c, unfinished = self.table.c, [state.value for state in UNFINISHED]
        mine = (c.council == switch.council) & c.state.in_(unfinished)
        query = select(self.table).where(mine, self.listed, c.switch_id != switch.switch_id)
        return [self.read(row) for row in await connection.execute(query)]

    async def add(self, connection: AsyncConnection, new: S, request: Request) -> None:
        """Keeps a new switch."""
        values = {name: getattr(new, name) for name in _SAME}
        scope = {"branches": list(new.scope.branches), "materials": list(new.scope.materials)}
        recognised = {"idempotency_key": request.idempotency_key, "fingerprint": request.fingerprint}
        rows = {**values, **scope, "state": new.state.value, **recognised, **self.own(new)}
        await connection.execute(insert(self.table).values(**rows))

    async def get(self, connection: AsyncConnection, switch_id: UUID, council: str | None, *, lock: bool = False) -> S | None:
        """Returns one switch, of any council where none is given, or None; `lock` locks its row until the transaction ends."""
        c = self.table.c
        query = narrowed(select(self.table).where(c.switch_id == switch_id), {c.council: council})
        row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
        return None if row is None else self.read(row)

    async def page(
        self, connection: AsyncConnection, wanted: SwitchFilter, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[S]:
        """Lists the newest switches first; `after` is the (planned_at, switch_id) of the last one of the page before."""
        c = self.table.c
        query = narrowed(select(self.table).where(self.listed), {c.council: wanted.council, c.state: wanted.state})
        rows = await connection.execute(newest_first(query, (c.planned_at, c.switch_id), after=after, limit=limit))
        return [self.read(row) for row in rows]

    async def set_state(self, connection: AsyncConnection, switch_id: UUID, state: SwitchState) -> None:
        """Writes the state of a switch."""
        change = update(self.table).where(self.table.c.switch_id == switch_id)
        await connection.execute(change.values(state=state.value))

    async def approve(self, connection: AsyncConnection, switch_id: UUID, by: str) -> None:
        """Keeps the second person of a switch: it may begin."""
        await connection.execute(update(self.table).where(self.table.c.switch_id == switch_id).values(approved_by=by))

    async def due(self, connection: AsyncConnection, day: date) -> Sequence[tuple[UUID, str]]:
        """Returns the planned switches whose first day has come and that wait for nobody, each with its council.

        Those planned first are first.
        """
        c = self.table.c
        may_begin = or_(~c.needs_approval, c.approved_by.is_not(None))
        query = select(c.switch_id, c.council).where(c.state == SwitchState.PLANNED.value, c.first_day <= day, may_begin)
        return [(row.switch_id, row.council) for row in await connection.execute(query.order_by(c.first_day, c.planned_at))]

    async def running(self, connection: AsyncConnection) -> Sequence[UUID]:
        """Returns the running switches."""
        c = self.table.c
        query = select(c.switch_id).where(c.state == SwitchState.RUNNING.value)
        return (await connection.execute(query.order_by(c.planned_at))).scalars().all()

    async def add_step(self, connection: AsyncConnection, switch_id: UUID, step: Step, *, cause: str, at: datetime) -> None:
        """Appends to the history of a switch."""
        await add_steps(connection, self.history, switch_id, [step], cause=cause, at=at)

    async def history_of(self, connection: AsyncConnection, switch_id: UUID) -> Sequence[RowMapping]:
        """Returns everything that happened to a switch, oldest first."""
        return await history_of(connection, self.history, switch_id)

    async def entered(self, connection: AsyncConnection, switch_ids: Sequence[UUID]) -> dict[UUID, Entered]:
        """Returns where each of these switches is in its life. They are locked: otherwise another step may be missing."""
        c = self.history.c
        query = (
            select(c.subject_id, func.count().label("version"), func.max(c.at).label("at"))
            .where(among(c.subject_id, switch_ids), c.to_state.is_not(None))
            .group_by(c.subject_id)
        )
        return {row.subject_id: Entered(row.version, row.at) for row in await connection.execute(query)}

    async def following(
        self, connection: AsyncConnection, council: str | None, *, after: UUID | None, limit: int
    ) -> Sequence[tuple[S, Entered]]:
        """Returns the next switches by id, whatever their state; nobody changes them until the transaction ends."""
        c = self.table.c
        listed = select(self.table).where(self.listed)
        rows = await locked_page(connection, narrowed(listed, {c.council: council}), c.switch_id, after, limit)
        entered = await self.entered(connection, [row.switch_id for row in rows])
        return [(self.read(row), entered[row.switch_id]) for row in rows]
