"""The timer for what is due: switches, records to request or judge, titles to publish or index. Runs beside API and messaging."""

from __future__ import annotations

from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.rendering import iso_2709
from services.catalogue.usecases.asking import ask_again, publish_overdue
from services.catalogue.usecases.counting import add_up_overdue
from services.catalogue.usecases.filing import file_due
from services.catalogue.usecases.indexing import index_overdue, learn_words
from services.catalogue.usecases.judging import councils_to_rejudge, rejudge
from services.catalogue.usecases.switching import SWITCHES, begin_due, finish, take_owed_records
from shared.clock import Clock
from shared.timer import Timer


class Reminders(Timer):
    """Requests overdue records again, every five minutes. Several processes may run it: they take different rows."""

    name = "reminders"
    pause_seconds = 300.0

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        super().__init__(engine)
        self._clock = clock

    async def turn(self) -> None:
        """Requests again every record that is due, publishes ordered titles that were not, and makes every title searchable.

        Carries out switches first: from its first day on, no supplier is asked again for what another one is to supply.
        Judges the books of councils whose minimum changed, adds up how good records are, and what was catalogued twice. Makes the
        files of records that are due last.
        """
        await self._carry_out_switches()
        await self.until_done(partial(ask_again, clock=self._clock))
        async with self._engine.begin() as connection:
            await publish_overdue(connection, self._clock)
        await self.until_done(index_overdue)
        await self.until_done(learn_words)
        async with self._engine.connect() as connection:
            councils = await councils_to_rejudge(connection)
        for council in councils:
            await self.until_done(partial(rejudge, council=council, clock=self._clock))
        await self.until_done(partial(add_up_overdue, clock=self._clock))
        await self.until_done(partial(file_due, clock=self._clock, write=iso_2709))

    async def _carry_out_switches(self) -> None:
        await self.until_done(partial(begin_due, clock=self._clock))
        async with self._engine.connect() as connection:
            running = await SWITCHES.store.running(connection)
        for switch_id in running:
            await self.until_done(partial(take_owed_records, clock=self._clock, switch_id=switch_id))
            async with self._engine.begin() as connection:
                await finish(connection, self._clock, switch_id)
