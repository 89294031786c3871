"""Lists of messages, newest first, narrowed by what people know of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import Kind
from services.suppliers.domain import Direction, Message, State
from services.suppliers.store.messages.rows import SUMMARY, to_message
from services.suppliers.store.tables import message, ordered_line


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of messages is narrowed by; `council` sees only messages that touch its orders.

    `name` and `text` are parts of the name and the reason, in any case; all else is exact.
    """

    state: State | None = None
    kind: Kind | None = None
    direction: Direction | None = None
    order_id: UUID | None = None
    order_number: str | None = None
    line_key: str | None = None
    reference: int | None = None
    control_reference: str | None = None
    supplier_reference: str | None = None
    name: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    council: str | None = None


async def page(connection: AsyncConnection, narrowed: Filter, *, limit: int, before: int | None) -> list[Message]:
    """The newest messages that pass the filter, older than the `seq` given as `before`."""
    statement = select(*SUMMARY).where(*_conditions(narrowed)).order_by(message.c.seq.desc()).limit(limit)
    if before is not None:
        statement = statement.where(message.c.seq < before)
    return [to_message(row) for row in await connection.execute(statement)]


def _conditions(narrowed: Filter) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (message.c.state, narrowed.state),
        (message.c.kind, narrowed.kind),
        (message.c.direction, narrowed.direction),
        (message.c.reference, narrowed.reference),
        (message.c.control_reference, narrowed.control_reference),
    ):
        if value is not None:
            yield column == value
    if narrowed.name is not None:
        yield message.c.name.icontains(narrowed.name, autoescape=True)
    if narrowed.text is not None:
        yield message.c.reason.icontains(narrowed.text, autoescape=True)
    if narrowed.since is not None:
        yield message.c.created_at >= narrowed.since
    if narrowed.until is not None:
        yield message.c.created_at < narrowed.until
    if narrowed.council is not None:
        yield message.c.councils.contains([narrowed.council])
    yield from _touching(narrowed)


def _touching(narrowed: Filter) -> Iterator[ColumnElement[bool]]:
    """Messages that touch an order or a line; found by the order's id, which is indexed."""
    if narrowed.order_id is not None:
        yield message.c.order_ids.contains([narrowed.order_id])
    for column, value in (
        (ordered_line.c.order_number, narrowed.order_number),
        (ordered_line.c.supplier_reference, narrowed.supplier_reference),
        (ordered_line.c.line_key, narrowed.line_key),
    ):
        if value is not None:
            touched = func.array_agg(ordered_line.c.order_id.distinct(), type_=ARRAY(Uuid))
            orders = select(touched).where(column == value).scalar_subquery()
            yield message.c.order_ids.overlap(func.coalesce(orders, literal([], ARRAY(Uuid))))
    if narrowed.line_key is not None:
        yield message.c.line_keys.contains([narrowed.line_key])
