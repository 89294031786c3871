"""Puts the overview together: figures, and what needs a person."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.figures import funnel, supplier_cards, totals_of
from services.dashboard.domain.needs import Overview, needs_of
from services.dashboard.domain.troubles import Troubles
from services.dashboard.store import figures, reading
from services.dashboard.store.records import record_figures
from shared.clock import Clock


async def read_overview(connection: AsyncConnection, council: str | None, clock: Clock) -> Overview:
    """Returns the overview of one council, or of all where `council` is none."""
    now = clock.now()
    tallies = await figures.tallies(connection, council, now)
    waiting = await reading.quarantined_counts(connection, council)
    states = funnel(tallies, await figures.oldest(connection, council))
    troubles = await _troubles(connection, council, clock, quarantined=sum(waiting.values()))
    silences = [(feed.supplier_id, feed.kind) for feed in troubles.quiet]
    suppliers = supplier_cards(
        tallies,
        await figures.last_messages(connection, council),
        quarantined=waiting,
        quiet=silences,
        records=await record_figures(connection, council, now),
    )
    return Overview(now, council, needs_of(states, suppliers, troubles), totals_of(tallies), states, suppliers, troubles)


async def _troubles(connection: AsyncConnection, council: str | None, clock: Clock, *, quarantined: int) -> Troubles:
    now = clock.now()
    quiet, silences = await reading.quiet_feeds(connection, council)
    invoices, queried = await reading.queried_invoices(connection, council)
    sendings, uncertain = await reading.uncertain_sendings(connection, council)
    discrepancies, unfit = await reading.open_discrepancies(connection, council, now)
    late, overdue = await reading.late_consignments(connection, council, clock.today())
    cancellations, unanswered = await reading.unanswered_cancellations(connection, council, now)
    decisions, undecided = await reading.open_decisions(connection, council, now)
    held, waiting = await reading.held_files(connection, council)
    return Troubles(
        quarantined=await reading.quarantined_messages(connection, council),
        quiet=quiet,
        invoices=invoices,
        sendings=sendings,
        discrepancies=discrepancies,
        late=late,
        cancellations=cancellations,
        decisions=decisions,
        held=held,
        counts={
            "quarantined": quarantined,
            "quiet": silences,
            "invoices": queried,
            "sendings": uncertain,
            "discrepancies": unfit,
            "late": overdue,
            "cancellations": unanswered,
            "decisions": undecided,
            "held": waiting,
        },
    )
