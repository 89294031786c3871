"""Placing orders: a group of them in one transaction, each with its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import outgoing
from services.orders.domain.placing import NOTHING_QUOTED, AskedOrder, PlacedOrder, QuotedLines, faults_of, place, sourcing_faults
from services.orders.store import placing as placing_store
from services.orders.store.placing import KnownOrder, NewOrder
from shared.bus import Cause, set_cause, to_envelope
from shared.clock import Clock
from shared.contracts.base import Place
from shared.errors import DomainError, Fault, Kind
from shared.messaging.envelope import Envelope
from shared.messaging.outbox import MAX_DATA_BYTES, append
from shared.sourcing.rules import SourcingRule, Strand, choose
from shared.sourcing.store import rules_on


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """A council's wish to order, well-formed but not yet checked against branches and rules."""

    council: str
    idempotency_key: str
    asked: AskedOrder
    cause: Cause
    quoted: QuotedLines = NOTHING_QUOTED


@dataclass(frozen=True, slots=True)
class _Ready:
    """An order that can be taken, with the news of it."""

    new: NewOrder
    told: Envelope


@dataclass(frozen=True, slots=True)
class Placed:
    """The answer to a placed order: `order` when it was taken now, else only the id of the one taken before."""

    order_id: UUID
    order: PlacedOrder | None


async def place_orders(connection: AsyncConnection, commands: Sequence[PlaceOrder], clock: Clock) -> list[Placed | Exception]:
    """Take a group of orders in one transaction; answer each with its order or with the refusal it has earned.

    The trade's rule on a repeated order number holds: same content returns the first answer, other content is refused.
    """
    now = clock.now()
    councils = {command.council for command in commands}
    branches = await placing_store.branches_of(connection, councils)
    rules = {council: await rules_on(connection, council, Strand.ORDERING, now.date()) for council in councils}
    checked = [
        _announced(command, _check(command, branches[command.council], rules[command.council], now), clock)
        for command in commands
    ]
    new = [ready.new for ready in checked if isinstance(ready, _Ready)]
    written = await placing_store.insert_orders(connection, new)
    known = await placing_store.known_orders(connection, [order for order in new if order.order.order_id not in written])
    envelopes: list[Envelope] = []
    answers: list[Placed | Exception] = []
    for ready in checked:
        if isinstance(ready, DomainError):
            answers.append(ready)
        elif ready.new.order.order_id in written:
            envelopes.append(ready.told)
            answers.append(Placed(ready.new.order.order_id, ready.new.order))
        else:
            answers.append(repetition(ready.new, known))
    await append(connection, envelopes)
    return answers


def _check(command: PlaceOrder, branches: dict[str, Place], rules: list[SourcingRule], now: datetime) -> NewOrder | DomainError:
    chosen: dict[tuple[str, str], str | None] = {}

    def supplier_for(branch: str, material: str) -> str | None:
        scope = (branch, material)
        if scope not in chosen:
            chosen[scope] = choose(rules, branch=branch, material=material, on=now.date())
        return chosen[scope]

    asked = command.asked
    faults = faults_of(asked.model_dump(mode="json"), branches) or sourcing_faults(asked, supplier_for)
    if faults:
        return refused_order(faults)
    order = place(asked, council=command.council, at=now, branches=branches, choose=supplier_for, quoted=command.quoted)
    return NewOrder(order, command.idempotency_key, asked.fingerprint(), command.cause.actor)


def _announced(command: PlaceOrder, checked: NewOrder | DomainError, clock: Clock) -> _Ready | DomainError:
    """The order with its news, if that fits a record: what cannot be told to its suppliers is not taken."""
    if isinstance(checked, DomainError):
        return checked
    set_cause(command.cause)
    told = to_envelope(outgoing.order_placed(checked.order), clock=clock, version=1)
    if len(told.data) <= MAX_DATA_BYTES:
        return _Ready(checked, told)
    text = f"The order is too large to be passed on: {len(told.data)} bytes of {MAX_DATA_BYTES}; split it."
    return refused_order([Fault("/lines", "too-large", text)])


async def try_order(connection: AsyncConnection, command: PlaceOrder, clock: Clock) -> NewOrder | DomainError:
    """The order that placing would make, or the refusal for all its faults. Writes nothing."""
    now = clock.now()
    branches = await placing_store.branches_of(connection, [command.council])
    rules = await rules_on(connection, command.council, Strand.ORDERING, now.date())
    return _check(command, branches[command.council], rules, now)


def refused_order(faults: Sequence[Fault]) -> DomainError:
    """The refusal of an order, with every fault in it."""
    return DomainError("order-refused", f"The order has {len(faults)} fault(s); nothing was ordered.", Kind.INVALID, faults)


def repetition(new: NewOrder, known: Sequence[KnownOrder]) -> Placed | DomainError:
    """The answer to an order whose number or key is taken: the first order's when it is the same one, else a refusal."""
    council = new.order.council
    same_key = [k for k in known if k.council == council and k.idempotency_key == new.idempotency_key]
    same_number = [k for k in known if k.council == council and k.order_number == new.order.order_number]
    for first in same_key:
        if first.fingerprint != new.fingerprint:
            return DomainError(
                "idempotency-key-reused",
                f"This Idempotency-Key was used for order {first.order_number!r} with other content; use a new key.",
                Kind.INVALID,
            )
    for first in same_key + same_number:
        if first.fingerprint == new.fingerprint:
            return Placed(first.order_id, None)
    fault = Fault("/order_number", "duplicate-order-number", "The number belongs to an order with other content.")
    return DomainError(
        "duplicate-order-number",
        f"Order number {new.order.order_number!r} was used before for an order with other content; give this one a new number.",
        Kind.CONFLICT,
        [fault],
    )


async def find_faults(connection: AsyncConnection, council: str, document: object) -> list[Fault]:
    """Faults of a document that is not even well-formed, so that its sender hears of all of them at once."""
    branches = await placing_store.branches_of(connection, [council])
    return faults_of(document, branches[council])
