"""Compares a supplier's list of open lines, uploaded or from its mailbox, with the lines that are open here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers import outgoing
from services.suppliers.contract import OpenLinesFact
from services.suppliers.domain.known_lines import references_of
from services.suppliers.domain.mapping import Corrections
from services.suppliers.domain.matching import MatchedAnswer
from services.suppliers.domain.messages import Message
from services.suppliers.domain.reconciliation import ComparedLine, Reconciliation, compare, is_untraced, untraced
from services.suppliers.exchange import Exchange
from services.suppliers.store import lines, mappings, reconciliations
from services.suppliers.store.reconciliations import NewReconciliation
from services.suppliers.usecases.publishing import publish


async def reconcile(
    connection: AsyncConnection,
    exchange: Exchange,
    fact: OpenLinesFact,
    *,
    council: str,
    actor: str,
    message_id: UUID | None = None,
) -> Reconciliation:
    """Compares a council's list with the lines that are open here, keeps the result and publishes its counts.

    Ignores lines of other councils.
    """
    corrections = Corrections(await mappings.in_force(connection, message_id))
    (corrected,) = corrections.apply([replace(fact, buyer=council)])
    assert isinstance(corrected, OpenLinesFact)
    known = (await lines.find_lines(connection, references_of([corrected]))).of_council(council)
    rows = compare(corrected.lines, known, await reconciliations.open_lines(connection, council))
    now = exchange.clock.now()
    new = NewReconciliation(council, fact.reported_at or now, actor, message_id)
    compared = await reconciliations.add(connection, new, rows, now=now)
    await publish(connection, [outgoing.compared(exchange.profile.supplier_id, compared)], exchange.clock)
    return compared


async def report_untraced(
    connection: AsyncConnection, exchange: Exchange, message: Message, answers: Sequence[MatchedAnswer]
) -> None:
    """Adds a reconciliation, for each council, of the lines that the supplier cannot trace: its order may be lost there.

    It is no list of what is open, so it is not published as one.
    """
    by_council: dict[str, list[ComparedLine]] = {}
    for matched in answers:
        if is_untraced(matched.answer):
            by_council.setdefault(matched.line.council, []).append(untraced(matched.line, matched.answer))
    now = exchange.clock.now()
    for council, rows in sorted(by_council.items()):
        await reconciliations.add(connection, NewReconciliation(council, now, "system", message.id), rows, now=now)
