"""Keeps what people decided about what evidence compares. Decides nothing itself. Each runs in its caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.evidence.domain.asking import Asked
from services.evidence.domain.days import check_has_come
from services.evidence.domain.decisions import Decision, Subject, topics_of
from services.evidence.store import decisions, departures
from shared.clock import Clock
from shared.errors import DomainError, Fault, Kind, no_such


async def decisions_on(connection: AsyncConnection, asked: Asked, keys: Iterable[str]) -> Sequence[Decision]:
    """Returns what people decided about what an answer is about; `keys` are those of its groups."""
    return await decisions.decisions_about(connection, asked.council, topics_of(asked, keys))


async def record_decision(connection: AsyncConnection, decided: Decision, figures: str, clock: Clock) -> None:
    """Keeps a decision with the figures of this moment.

    Raises DomainError (422) for a day in the future, and for a trial or supplier of which nothing is known.
    """
    check_has_come(decided.decided_on, clock.today(), "/decided_on")
    if decided.about is Subject.TRIAL and not await decisions.is_trial(connection, decided.council, decided.name):
        raise _unknown(decided, "See `GET /v1/trials` of orders for its name.")
    if decided.about is Subject.SUPPLIER and not await departures.is_known(connection, decided.council, decided.name):
        raise _unknown(decided, "See `GET /v1/suppliers` of orders for its id.")
    await decisions.keep_decision(connection, decided, figures)


def _unknown(decided: Decision, where: str) -> DomainError:
    text = f"Evidence knows nothing of a {decided.about} {decided.name!r} of your council. {where}"
    return DomainError(
        "nothing-known", text, Kind.INVALID, [Fault(f"/question/{decided.about.parameter}", "nothing-known", text)]
    )


async def get_decision(connection: AsyncConnection, council: str, decision_id: UUID) -> tuple[Decision, str]:
    """Returns a decision and the figures that were kept with it. Raises DomainError (404)."""
    found = await decisions.find_decision(connection, council, decision_id)
    if found is None:
        raise no_such("decision")
    return found
