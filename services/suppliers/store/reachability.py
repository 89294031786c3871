"""Whether the supplier is reached, whether a person stopped all calls, and what people did about the connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Row, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import Kind
from services.suppliers.domain.messages import Direction, State
from services.suppliers.domain.reachability import ActKind, Opened, Reachability, Step, Trouble, Waiting, Way
from services.suppliers.store.tables import connection_act, message, reachability, withdrawal
from shared.db.paging import newest_first
from shared.ids import new_id

_TROUBLES = TypeAdapter(dict[Way, Trouble])
_STEPS = TypeAdapter(tuple[Step, ...])
_WITHDRAWN = select(withdrawal.c.id).where(withdrawal.c.restored_at.is_(None)).exists()
_OPENED = select(reachability.c.supplier_id).where(reachability.c.opened_at.is_not(None)).exists()
# Loops ask it at each turn, so it is built once.
_PERMIT = select(or_(_WITHDRAWN, _OPENED), select(func.sum(reachability.c.closings)).scalar_subquery())
_WAITING = (State.QUEUED, State.SENDING, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Permit:
    """Whether the supplier may be called, and how often a person had it tried again."""

    stopped: bool
    closings: int


@dataclass(frozen=True, slots=True)
class Act:
    """What a person did about the connection, and why; of a test, its steps."""

    id: UUID
    kind: ActKind
    at: datetime
    actor: str
    reason: str
    steps: tuple[Step, ...] = ()


async def permit(connection: AsyncConnection) -> Permit:
    """Returns whether the supplier may be called: not while its secrets are withdrawn, or a person stopped all calls."""
    stopped, closings = (await connection.execute(_PERMIT)).one()
    return Permit(stopped, closings or 0)


async def find(connection: AsyncConnection, supplier_id: str) -> Reachability:
    """Returns what is known; a supplier that nothing was noted about counts as reached."""
    return _known((await connection.execute(select(reachability).where(_of(supplier_id)))).one_or_none())


async def lock(connection: AsyncConnection, supplier_id: str, now: datetime) -> Reachability:
    """Returns what is known, locked until the transaction ends."""
    first = insert(reachability).values(supplier_id=supplier_id, troubles={}, closings=0, stated_at=now)
    await connection.execute(first.on_conflict_do_nothing())
    return _known((await connection.execute(select(reachability).where(_of(supplier_id)).with_for_update())).one())


async def keep(connection: AsyncConnection, supplier_id: str, known: Reachability, now: datetime) -> None:
    """Keeps what is known in place of what was."""
    opened = known.opened
    values = {
        "troubles": _TROUBLES.dump_python(dict(known.troubles), mode="json"),
        "opened_at": opened.at if opened else None,
        "opened_by": opened.by if opened else None,
        "opened_reason": opened.reason if opened else None,
        "closings": known.closings,
        "stated_at": now,
    }
    await connection.execute(reachability.update().where(_of(supplier_id)).values(values))


async def add_act(connection: AsyncConnection, act: Act) -> None:
    """Keeps what a person did."""
    await connection.execute(insert(connection_act).values({**asdict(act), "steps": _STEPS.dump_python(act.steps, mode="json")}))


def new_act(kind: ActKind, *, at: datetime, actor: str, reason: str, steps: Sequence[Step] = ()) -> Act:
    """Makes what a person did, with an id."""
    return Act(new_id(), kind, at, actor, reason, tuple(steps))


async def page_acts(connection: AsyncConnection, *, after: tuple[datetime, UUID] | None, limit: int) -> list[Act]:
    """Returns the newest acts, after the moment and id of the previous page's last row."""
    c = connection_act.c
    found = await connection.execute(newest_first(select(connection_act), (c.at, c.id), after=after, limit=limit))
    return [Act(row.id, ActKind(row.kind), row.at, row.actor, row.reason, _STEPS.validate_python(row.steps)) for row in found]


async def waiting(connection: AsyncConnection, council: str | None = None) -> list[Waiting]:
    """Counts the messages that wait to be sent or asked about, by kind; a council's own only."""
    own = () if council is None else (message.c.councils.contains([council]),)
    statement = select(message.c.kind, func.count()).where(message.c.state.in_(_WAITING), *own).group_by(message.c.kind)
    return [Waiting(Kind(kind), number) for kind, number in await connection.execute(statement.order_by(message.c.kind))]


async def last_sent_at(connection: AsyncConnection) -> datetime | None:
    """Returns when the supplier got its last message from us; None before the first."""
    sent = (message.c.direction == Direction.OUT, message.c.sent_at.is_not(None))
    statement = select(message.c.sent_at).where(*sent).order_by(message.c.seq.desc()).limit(1)
    found: datetime | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


def _of(supplier_id: str) -> Any:
    return reachability.c.supplier_id == supplier_id


def _known(row: Row[Any] | None) -> Reachability:
    if row is None:
        return Reachability({})
    opened = None if row.opened_at is None else Opened(row.opened_at, row.opened_by, row.opened_reason)
    return Reachability(_TROUBLES.validate_python(row.troubles), opened, row.closings)
