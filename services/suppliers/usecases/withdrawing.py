"""Withdraws the secrets shared with the supplier, and restores them: for the supplier as a whole, so for every council.

While they are withdrawn, pushes are kept and not read, nothing is fetched, and what should be sent ends as `withdrawn`.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import Kind, RawMessage
from services.suppliers.domain import withdrawals as rules
from services.suppliers.domain.messages import Direction, Message, State
from services.suppliers.domain.withdrawals import Withdrawal
from services.suppliers.exchange import Exchange
from services.suppliers.outgoing import not_cancelled, outcome_of
from services.suppliers.store import messages, withdrawals
from services.suppliers.store.messages import NewMessage
from services.suppliers.usecases.publishing import publish
from shared.contracts.suppliers import SendOutcome


@dataclass(frozen=True, slots=True)
class Withdraw:
    """A person's wish to withdraw the secrets. `confirm` is the supplier's name in the person's own words."""

    confirm: str
    despite_open_lines: bool
    actor: str
    reason: str


async def withdraw(connection: AsyncConnection, exchange: Exchange, asked: Withdraw) -> Withdrawal:
    """Withdraws the secrets. Raises DomainError: 422 unless confirmed, 409 with open lines, or where they are withdrawn."""
    rules.check_confirmed(asked.confirm, exchange.profile.name)
    if not asked.despite_open_lines:
        rules.check_nothing_open(await withdrawals.open_lines(connection))
    supplier_id, now = exchange.profile.supplier_id, exchange.clock.now()
    made = await withdrawals.add(connection, supplier_id, actor=asked.actor, reason=asked.reason, now=now)
    if made is None:
        before = await withdrawals.in_force(connection)
        assert before is not None, "only one in force keeps another one out"
        raise rules.already_withdrawn(before)
    await withhold(connection, exchange)
    return made


async def get(connection: AsyncConnection, withdrawal_id: UUID) -> Withdrawal:
    """Returns a withdrawal, in force or ended. Raises DomainError (404)."""
    found = await withdrawals.find(connection, withdrawal_id)
    if found is None:
        raise rules.no_such_withdrawal(withdrawal_id)
    return found


async def restore(connection: AsyncConnection, exchange: Exchange, withdrawal_id: UUID, *, actor: str, reason: str) -> Withdrawal:
    """Lets the secrets count again. What ended as `withdrawn` stays so until a person replays it. Raises DomainError (404)."""
    ended = await withdrawals.end(connection, withdrawal_id, actor=actor, reason=reason, now=exchange.clock.now())
    if ended is None:
        raise rules.no_such_withdrawal(withdrawal_id)
    await messages.wake(connection, Direction.OUT)
    return ended


async def check_may_send(connection: AsyncConnection) -> None:
    """Raises DomainError (409) while the secrets are withdrawn."""
    withdrawal = await withdrawals.in_force(connection)
    if withdrawal is not None:
        raise rules.cannot_send(withdrawal)


async def keep_refused(connection: AsyncConnection, exchange: Exchange, raw: RawMessage, withdrawal: Withdrawal) -> None:
    """Keeps the bytes of a push that is refused; once, however often it is pushed under the same id."""
    reason = f"kept and not read: {withdrawal.in_words}"
    new = NewMessage(
        Direction.IN, Kind.UNKNOWN, State.WITHDRAWN, raw.body, raw.name, raw.content_type, push_id=raw.name, reason=reason
    )
    await messages.keep(connection, new, now=exchange.clock.now())


async def take_again(connection: AsyncConnection, exchange: Exchange, message_id: UUID) -> None:
    """Lets a refused push be read that the supplier pushes again under its id, now that its secrets count."""
    message = await messages.lock(connection, message_id)
    if message.state is State.WITHDRAWN:
        reason = "pushed again after the supplier's secrets were restored"
        await messages.move(connection, message, State.RECEIVED, now=exchange.clock.now(), reason=reason)


async def withhold(connection: AsyncConnection, exchange: Exchange) -> bool:
    """Ends every queued message as `withdrawn`; returns whether the secrets are withdrawn."""
    withdrawal = await withdrawals.in_force(connection)
    if withdrawal is None:
        return False
    for message in await messages.in_state(connection, State.QUEUED):
        await _withhold(connection, exchange, message, f"not sent: {withdrawal.in_words}")
    return True


async def _withhold(connection: AsyncConnection, exchange: Exchange, message: Message, reason: str) -> None:
    supplier_id, now = exchange.profile.supplier_id, exchange.clock.now()
    changes = {"next_attempt_at": None}
    ended = await messages.move(connection, message, State.WITHDRAWN, now=now, reason=reason, changes=changes)
    if message.kind in (Kind.ORDER, Kind.ENQUIRY):
        events = outcome_of(supplier_id, ended, SendOutcome.FAILED, now=now, reason=reason)
        await publish(connection, events, exchange.clock)
    elif message.kind is Kind.CANCELLATION:
        await publish(connection, not_cancelled(supplier_id, ended, now=now, note=reason), exchange.clock)
