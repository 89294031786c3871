"""Read models (the dashboard's, evidence's, the feed of lms), filled as their consumers would fill them, and compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import MetaData, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.dashboard import incoming as dashboard
from services.dashboard.store.tables import metadata
from services.evidence import incoming as evidence
from services.evidence.store.tables import metadata as facts
from services.lms import incoming as lms
from services.lms.store.tables import change
from services.lms.store.tables import metadata as feed
from shared.clock import Clock, ManualClock, SystemClock
from shared.messaging.envelope import Envelope
from shared.messaging.subscription import Subscription
from shared.rebuild import empty
from shared.republish import Owner, Wanted, republish
from tests.services.hearing import Hearing

Rows = dict[str, list[str]]
EVERYTHING = Wanted()


@dataclass(frozen=True)
class Kind:
    """What makes a read model: the service's package, its tables, and what it consumes."""

    package: str
    tables: MetaData
    subscription: Callable[[], Subscription]


def feed_by(clock: Clock) -> Kind:
    """What makes the feed. It does not keep what happened too long ago."""
    return Kind("services.lms", feed, partial(lms.subscription, clock, days=90))


DASHBOARD = Kind("services.dashboard", metadata, dashboard.subscription)
EVIDENCE = Kind("services.evidence", facts, evidence.subscription)
LMS = feed_by(SystemClock())


async def rows_of(connection: AsyncConnection, tables: MetaData = metadata) -> Rows:
    """Returns every row of every table of a read model, in a fixed order; tables without rows are left out."""
    found: Rows = {}
    for table in tables.sorted_tables:
        rows = sorted(str(dict(row)) for row in (await connection.execute(select(table))).mappings())
        if rows:
            found[table.name] = rows
    return found


class ReadModel:
    """The database of a service that keeps a read model, without the service."""

    def __init__(self, engine: AsyncEngine, kind: Kind) -> None:
        self._engine = engine
        self._kind = kind

    async def after(self, envelopes: Sequence[Envelope]) -> Rows:
        """Returns the rows after these events, taken one by one."""
        for envelope in envelopes:
            async with self._engine.begin() as connection:
                await self._kind.subscription().handle(connection, [envelope])
        async with self._engine.connect() as connection:
            return await rows_of(connection, self._kind.tables)

    async def told(self) -> dict[UUID, str]:
        """The ids of the changes in the feed, with their kinds."""
        async with self._engine.connect() as connection:
            return {row.change_id: row.kind for row in await connection.execute(select(change).order_by(change.c.position))}

    async def empty(self) -> None:
        """Removes every row."""
        async with self._engine.begin() as connection:
            await empty(connection, self._kind.tables)


async def published_again(
    hearing: Hearing, owner: Owner, clock: ManualClock, wanted: Wanted = EVERYTHING
) -> tuple[list[Envelope], list[str]]:
    """Runs the command of an owner; returns its events and what it reported."""
    reported: list[str] = []
    before = len(await hearing.sent_envelopes())
    assert not await republish(hearing.engine, owner, wanted, clock=clock, report=reported.append)
    return (await hearing.sent_envelopes())[before:], reported


async def check_rebuild(hearing: Hearing, owner: Owner, clock: ManualClock, *models: ReadModel) -> Rows:
    """Fills each model with an owner's events, then, emptied, with what it publishes again: the rows must be the same.

    And what it publishes again must change nothing in a model that had the events themselves. Returns the rows of all models.
    """
    lived = await hearing.sent_envelopes()
    again, _ = await published_again(hearing, owner, clock)
    assert again
    assert all(envelope.republished for envelope in again)
    rows: Rows = {}
    for model in models:
        live = await model.after(lived)
        assert await model.after(again) == live
        await model.empty()
        assert await model.after(again) == live
        rows = {**live, **rows}
    return rows


async def check_feed(
    hearing: Hearing, owner: Owner, clock: ManualClock, model: ReadModel, *, known: Sequence[Envelope] = ()
) -> set[str]:
    """Fills the feed with an owner's events, and again with what it publishes again: nothing may be told twice.

    The emptied feed, filled with that alone, has no change that it did not have. Returns the kinds of what it lacks then: what
    owners do not state any more. `known`: events of other owners that come first.
    """
    lived = await hearing.sent_envelopes()
    again, _ = await published_again(hearing, owner, clock)
    rows = await model.after([*known, *lived])
    told = await model.told()
    assert told
    assert "waiting" not in rows
    assert (await model.after(again))["change"] == rows["change"]
    await model.empty()
    await model.after([*known, *again])
    rebuilt = await model.told()
    assert rebuilt.keys() <= told.keys()
    return {kind for change_id, kind in told.items() if change_id not in rebuilt}
