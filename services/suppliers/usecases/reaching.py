"""Whether the supplier is reached: what the loops find, and what a person decides. Publishes each change."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.domain.messages import Direction
from services.suppliers.domain.reachability import ActKind, Opened, Reachability, Trouble, Way, check_may_open
from services.suppliers.exchange import Exchange
from services.suppliers.outgoing import reachability_changed
from services.suppliers.store import messages, reachability
from services.suppliers.usecases.publishing import publish
from shared.acts.noting import note_act


async def note(connection: AsyncConnection, exchange: Exchange, way: Way, trouble: Trouble | None) -> None:
    """Keeps that a way of calling the supplier works (None), or does not."""
    known = await _lock(connection, exchange)
    noted = known.noted(way, trouble)
    if noted != known:
        await _keep(connection, exchange, known, noted)


async def open_circuit(connection: AsyncConnection, exchange: Exchange, *, actor: str, reason: str) -> Reachability:
    """Stops all calls until a person lets them go on, also after a restart. Raises DomainError (409) where they are stopped."""
    known = await _lock(connection, exchange)
    check_may_open(known)
    opened = replace(known, opened=Opened(exchange.clock.now(), actor, reason))
    await _act(connection, exchange, ActKind.OPENED, actor, reason)
    await note_act(connection, before={"standing": known.standing}, after={"standing": opened.standing})
    return await _keep(connection, exchange, known, opened)


async def close_circuit(connection: AsyncConnection, exchange: Exchange, *, actor: str, reason: str) -> Reachability:
    """Has the supplier called again, at once, whoever or whatever stopped the calls."""
    known = await _lock(connection, exchange)
    closed = replace(known, opened=None, closings=known.closings + 1)
    await _act(connection, exchange, ActKind.CLOSED, actor, reason)
    await note_act(connection, before={"standing": known.standing}, after={"standing": closed.standing})
    await messages.end_pauses(connection, exchange.clock.now())
    await messages.wake(connection, Direction.OUT)
    return await _keep(connection, exchange, known, closed)


async def _lock(connection: AsyncConnection, exchange: Exchange) -> Reachability:
    return await reachability.lock(connection, exchange.profile.supplier_id, exchange.clock.now())


async def _keep(connection: AsyncConnection, exchange: Exchange, before: Reachability, known: Reachability) -> Reachability:
    supplier_id, now = exchange.profile.supplier_id, exchange.clock.now()
    await reachability.keep(connection, supplier_id, known, now)
    if known.says_other_than(before):
        waiting = sum(each.number for each in await reachability.waiting(connection))
        await publish(connection, [reachability_changed(supplier_id, known, waiting=waiting, now=now)], exchange.clock)
    return known


async def _act(connection: AsyncConnection, exchange: Exchange, kind: ActKind, actor: str, reason: str) -> None:
    act = reachability.new_act(kind, at=exchange.clock.now(), actor=actor, reason=reason)
    await reachability.add_act(connection, act)
