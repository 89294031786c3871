"""Keeps the council's list of funds, decides and carries out rollovers, and takes over copies of an earlier release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.commitments import commitment_of
from services.orders.domain.copies import Copy
from services.orders.domain.funds import Fund
from services.orders.domain.open_order import OpenOrder
from services.orders.domain.register import check_room, check_seen
from services.orders.domain.rollovers import AskedRollover, Rollover, ToRoll, chosen_funds, rollover_faults
from services.orders.store import funds as store
from services.orders.store import rollovers
from services.orders.store.accounts import hold_accounts
from services.orders.store.copies import hold_orders
from services.orders.store.rollovers import Deciding
from services.orders.store.taking_over import orders_not_taken_over, take_over_copies
from services.orders.usecases.changing import OpenOrders
from shared.acts.noting import note_act, note_change
from shared.bus import Cause, set_cause
from shared.clock import Clock
from shared.errors import DomainError, Kind, key_reused, no_such

# Orders of one transaction.
BATCH = 100


@dataclass(frozen=True, slots=True)
class KeepFunds:
    """A council's funds to add or change; `expected_tag` is that of the list that it read, "" where it read none."""

    council: str
    funds: Sequence[Fund]
    expected_tag: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The answer to a request for rollovers; `repeated` where all of them were decided before."""

    rollovers: Sequence[Rollover]
    repeated: bool


async def keep_funds(connection: AsyncConnection, wanted: KeepFunds) -> list[Fund]:
    """Adds funds, changes known ones, and returns all. What is as it was needs no tag: a repetition is answered.

    Raises DomainError where known ones would change: without a tag (428), or because the list changed since it was read (412);
    and for too many (422).
    """
    await store.lock_funds(connection, wanted.council)
    known = await store.list_funds(connection, wanted.council)
    before = {fund.code: fund for fund in known}
    changed = [fund for fund in wanted.funds if before.get(fund.code) != fund]
    if not changed:
        return known
    if any(fund.code in before for fund in changed):
        check_seen(wanted.expected_tag, await store.tag_of_funds(connection, wanted.council), "funds")
    check_room(known, wanted.funds, "funds")
    await store.keep_funds(connection, wanted.council, changed)
    after = {fund.code: fund for fund in changed}
    await note_change(connection, {code: fund for code, fund in before.items() if code in after}, after)
    return await store.list_funds(connection, wanted.council)


async def preview_rollover(connection: AsyncConnection, council: str, asked: AskedRollover, clock: Clock) -> list[ToRoll]:
    """Returns what each fund would move if the rollover were carried out now. Raises DomainError where it would be refused."""
    codes = await _checked(connection, council, asked, clock)
    totals = await store.totals_of(connection, council, codes, year=asked.from_year)
    return [ToRoll(code, totals.get(code, ())) for code in codes]


async def decide_rollover(connection: AsyncConnection, asked: AskedRollover, by: Deciding, clock: Clock) -> Decided:
    """Keeps a rollover for each fund asked for; the worker carries it out on its day. The same one again is a repetition.

    Raises DomainError: no such fund (404); a day that has passed, funds or years that there are not, a key used otherwise (422).
    """
    await store.lock_funds(connection, by.council)
    before = await rollovers.of_key(connection, by.council, by.idempotency_key)
    if before is not None:
        digest, found = before
        if digest != asked.digest():
            raise key_reused("another rollover")
        return Decided(found, repeated=True)
    codes = await _checked(connection, by.council, asked, clock)
    decided, new = await rollovers.decide(connection, asked, codes, by)
    if new:
        await note_act(connection)
    return Decided(decided, repeated=not new)


async def _checked(connection: AsyncConnection, council: str, asked: AskedRollover, clock: Clock) -> list[str]:
    funds = {fund.code: fund for fund in await store.list_funds(connection, council)}
    if asked.fund is not None and asked.fund not in funds:
        raise no_such("fund")
    faults = rollover_faults(asked, funds, clock.today())
    if faults:
        raise DomainError("rollover-refused", "The rollover cannot be; nothing was changed.", Kind.INVALID, faults)
    return chosen_funds(asked, funds)


async def roll_over(connection: AsyncConnection, clock: Clock, rollover_id: UUID) -> bool:
    """Carries out a rollover for the next orders. Returns whether there may be more."""
    locked = await rollovers.lock_rollover(connection, rollover_id)
    if locked is None:
        return False
    found, reached = locked
    set_cause(Cause(correlation_id=str(rollover_id), actor=found.decided_by))
    to_roll = await rollovers.next_orders(connection, found, reached, limit=BATCH)
    if to_roll.last is None:
        await rollovers.end_pass(connection, rollover_id, clock.now())
        return True
    orders = await OpenOrders.load(connection, to_roll.order_ids)
    moved, copies = Counter[str](), 0
    for order_id in to_roll.order_ids:
        rolled = _to_roll(orders[order_id], found)
        if not rolled:
            continue
        orders.roll_over(orders[order_id], rolled, found.to_year, reason=found.reason, clock=clock)
        moved.update(_sums(rolled))
        copies += len(rolled)
    await orders.write()
    await rollovers.note_rolled(connection, found, to_roll.last, copies, moved)
    return True


def _to_roll(order: OpenOrder, of: Rollover) -> list[Copy]:
    commits = [copy for copy in order.copies if commitment_of(copy) is not None]
    return [copy for copy in commits if (copy.fund, copy.fund_year) == (of.fund, of.from_year)]


def _sums(copies: Sequence[Copy]) -> Counter[str]:
    sums = Counter[str]()
    for copy in copies:
        if copy.price is not None:
            sums[copy.price.currency] += copy.price.minor
    return sums


async def take_over(connection: AsyncConnection) -> bool:
    """Lets the next copies count that were written before commitments were kept. Returns whether there may be more.

    They count in no financial year, as they were ordered before their fund had any: a rollover moves what they still commit.
    Nothing is published: `services.orders.republish` tells a ledger of them.
    """
    order_ids = await orders_not_taken_over(connection, limit=BATCH)
    if not order_ids:
        return False
    await hold_orders(connection, order_ids)
    await hold_accounts(connection, (), changed=order_ids, charged=())
    await take_over_copies(connection, order_ids)
    return True
