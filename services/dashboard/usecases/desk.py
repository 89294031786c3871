"""Puts the desk together: what needs a person, from the numbers of the work list, and figures of suppliers and copies."""

from __future__ import annotations

from collections import Counter, defaultdict

from sqlalchemy.ext.asyncio import AsyncConnection

from services.dashboard.domain.desk import Desk, cards_of, desk_needs
from services.dashboard.domain.figures import funnel, supplier_cards, totals_of
from services.dashboard.domain.handling import SeenItem
from services.dashboard.domain.work import WorkKind, in_order
from services.dashboard.store import figures, work_copies, work_reading
from services.dashboard.store.work_statements import Wanted

_MOST_UNREACHABLE = 100


async def read_desk(connection: AsyncConnection, wanted: Wanted) -> Desk:
    """Returns the desk of one council, or of all."""
    council, now = wanted.council, wanted.now
    known = await work_copies.known(connection, council, now)
    counted = await work_reading.numbers(connection, wanted)
    groups = [
        *await work_reading.groups(connection, wanted, counted),
        *work_copies.groups_of(known, wanted),
    ]
    waiting: defaultdict[str, Counter[WorkKind]] = defaultdict(Counter)
    for (kind, _, _, supplier_id), number in counted.items():
        waiting[supplier_id][WorkKind(kind)] += number
    waiting.pop("", None)
    unreachable = {seen.work.supplier_id: seen.work for seen in await _unreachable(connection, wanted)}
    cards = supplier_cards(
        known.tallies,
        await figures.last_messages(connection, council),
        quarantined={supplier_id: numbers[WorkKind.QUARANTINED] for supplier_id, numbers in waiting.items()},
        quiet=[],
        records=known.records,
    )
    return Desk(
        desk_needs(sorted(groups, key=in_order)),
        totals_of(known.tallies),
        funnel(known.tallies, known.oldest),
        cards_of(cards, waiting, unreachable),
    )


async def _unreachable(connection: AsyncConnection, wanted: Wanted) -> list[SeenItem]:
    """Returns the suppliers that cannot be reached, also where a person put one off: a dead supplier is never in order."""
    return await work_reading.waiting(connection, wanted, WorkKind.UNREACHABLE, _MOST_UNREACHABLE)
