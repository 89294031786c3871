"""The dashboard's read model, filled by events as its consumer would fill it, and compared row by row."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.dashboard.incoming import subscription
from services.dashboard.store.emptying import empty
from services.dashboard.store.tables import metadata
from shared.clock import ManualClock
from shared.messaging.envelope import Envelope
from shared.republish import Owner, Wanted, republish
from tests.services.hearing import Hearing

Rows = dict[str, list[str]]
EVERYTHING = Wanted()


async def rows_of(connection: AsyncConnection) -> Rows:
    """Returns every row of every table of the read model, in a fixed order; tables without rows are left out."""
    found: Rows = {}
    for table in metadata.sorted_tables:
        rows = sorted(str(dict(row)) for row in (await connection.execute(select(table))).mappings())
        if rows:
            found[table.name] = rows
    return found


class ReadModel:
    """A dashboard's database, without the dashboard."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def after(self, envelopes: Sequence[Envelope]) -> Rows:
        """Returns the rows after these events, taken one by one."""
        for envelope in envelopes:
            async with self._engine.begin() as connection:
                await subscription().handle(connection, [envelope])
        async with self._engine.connect() as connection:
            return await rows_of(connection)

    async def empty(self) -> None:
        async with self._engine.begin() as connection:
            await empty(connection)


async def published_again(
    hearing: Hearing, owner: Owner, clock: ManualClock, wanted: Wanted = EVERYTHING
) -> tuple[list[Envelope], list[str]]:
    """Runs the command of an owner; returns its events and what it reported."""
    reported: list[str] = []
    before = len(await hearing.sent_envelopes())
    assert not await republish(hearing.engine, owner, wanted, clock=clock, report=reported.append)
    return (await hearing.sent_envelopes())[before:], reported


async def check_rebuild(hearing: Hearing, owner: Owner, clock: ManualClock, model: ReadModel) -> Rows:
    """Fills the model with an owner's events, then, emptied, with what it publishes again: the rows must be the same.

    And what it publishes again must change nothing in a model that had the events themselves.
    """
    live = await model.after(await hearing.sent_envelopes())
    again, _ = await published_again(hearing, owner, clock)
    assert again
    assert all(envelope.republished for envelope in again)
    assert await model.after(again) == live
    await model.empty()
    assert await model.after(again) == live
    return live
