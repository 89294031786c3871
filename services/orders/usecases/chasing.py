"""Asks suppliers about copies that are late, short or damaged: by each council's policy, batch by batch, or as a person wants it.

An attempt is committed with its event: a batch that was broken off is done again, and nothing is asked twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.asking_again import (
    Moment,
    asked_by_hand,
    can_be_asked,
    first_enquiries,
    next_attempt,
    unwanted_copies,
)
from services.orders.domain.chasing import Policy, Situation, last_late_day
from services.orders.domain.copies import Copy
from services.orders.domain.enquiries import EnquiredCopy, Enquiry, EnquiryState
from services.orders.domain.open_order import OpenOrder
from services.orders.store import chasing as store
from services.orders.store import copies as copy_store
from services.orders.store import suppliers
from services.orders.store.copies import Entry
from services.orders.usecases.changing import OpenOrders, open_order
from shared.acts.noting import note_change
from shared.clock import Clock
from shared.contracts.enquiries import EnquiryKind, EnquirySent
from shared.contracts.suppliers import SendOutcome
from shared.db.locks import lock_names
from shared.errors import DomainError, Fault, Kind, no_such
from shared.messaging.envelope import Envelope

# Orders of one transaction.
BATCH = 100
CHASED, ASKED = "orders.chasing", "api.enquiry"


@dataclass(frozen=True, slots=True)
class AskSupplier:
    """A person's wish to ask suppliers about copies of an order, all that can be asked about of some lines, or single ones.

    `expected_version` is the version of the order that the person had read, where that was said.
    """

    order_id: UUID
    council: str
    kind: EnquiryKind
    line_keys: tuple[str, ...]
    copy_ids: tuple[UUID, ...]
    reason: str
    by: str
    expected_version: int | None = None


async def chase_again(connection: AsyncConnection, clock: Clock) -> bool:
    """Asks again what is due in the next orders, or leaves it to a person. Returns whether there may be more."""
    order_ids = await store.due_orders(connection, clock.today(), limit=BATCH)
    if not order_ids:
        return False
    orders = await OpenOrders.load(connection, order_ids)
    policies = {(each.council, each.supplier_id): each for each in await store.policies(connection)}
    taking = await suppliers.taking_enquiries(connection)
    when = Moment(clock.now(), clock.today())
    for order_id in order_ids:
        order = orders[order_id]
        due = [each for each in order.enquiries.values() if each.next_on is not None and each.next_on <= when.today]
        unwanted = unwanted_copies(order)
        after = [
            next_attempt(
                each,
                policies.get((order.council, each.supplier_id)),
                unwanted=unwanted,
                takes=each.supplier_id in taking,
                when=when,
            )
            for each in due
        ]
        orders.enquire(order, after, _said(order, after), cause=CHASED, clock=clock)
    await orders.write()
    return True


async def chase_late(connection: AsyncConnection, clock: Clock, *, policy: Policy, situation: Situation, zone: str) -> bool:
    """Asks for the first time about copies of the next orders that are late in one way. Returns whether there may be more."""
    when = Moment(clock.now(), clock.today())
    late_on = last_late_day(when.today, policy.steps[situation].first_after, weekends=policy.weekends)
    order_ids = await store.late_orders(connection, policy, situation, late_on=late_on, zone=zone, limit=BATCH)
    if not order_ids:
        return False
    orders = await OpenOrders.load(connection, order_ids)
    late = await store.late_copies(connection, policy, situation, late_on=late_on, zone=zone, order_ids=order_ids)
    takes = policy.supplier_id in await suppliers.taking_enquiries(connection)
    for order_id, copies in late.items():
        order = orders[order_id]
        enquired = [EnquiredCopy(each.copy_id, each.line_key, each.since) for each in copies]
        new = list(first_enquiries(order, policy, situation, enquired, takes=takes, when=when))
        orders.enquire(order, new, _said(order, new), cause=CHASED, clock=clock)
    await orders.write()
    return True


async def ask_supplier(connection: AsyncConnection, wanted: AskSupplier, clock: Clock) -> list[UUID]:
    """Asks suppliers about copies at once, whatever the policy says; returns the ids of the enquiries.

    Raises DomainError: no such order (404), changed since it was read (412), lines or copies that it does not have (422), or
    nothing that can be asked about (409).
    """
    order = await copy_store.lock_order(connection, wanted.order_id, wanted.council)
    if order is None:
        raise no_such("order")
    if wanted.expected_version not in (None, order.version - 1):
        raise DomainError("stale-version", "The order changed since you read it; read it again, then decide.", Kind.STALE)
    copies = _chosen(order, wanted)
    taking = await suppliers.taking_enquiries(connection)
    when = Moment(clock.now(), clock.today())
    new = list(asked_by_hand(copies, order, wanted.kind, reason=wanted.reason, by=wanted.by, taking=taking, when=when))
    orders = OpenOrders(connection, {order.order_id: order})
    orders.enquire(order, new, _said(order, new), cause=ASKED, clock=clock)
    await orders.write()
    return [each.enquiry_id for each in new]


def _chosen(order: OpenOrder, wanted: AskSupplier) -> Sequence[Copy]:
    known = order.copies_by_id()
    faults = [
        Fault(f"/line_keys/{index}", "unknown-line", "The order has no line with this key; see its `lines`.")
        for index, key in enumerate(wanted.line_keys)
        if key not in order.lines
    ]
    faults += [
        Fault(f"/copy_ids/{index}", "unknown-copy", "The order has no copy with this id.")
        for index, copy_id in enumerate(wanted.copy_ids)
        if copy_id not in known
    ]
    if faults:
        raise DomainError("not-askable", "Some lines or copies are not in this order; nothing was asked.", Kind.INVALID, faults)
    named = [copy for copy in order.copies if copy.line_key in wanted.line_keys or copy.copy_id in wanted.copy_ids]
    chosen = [copy for copy in named if can_be_asked(copy, order, wanted.kind)]
    if not chosen:
        text = f"None of the copies can be asked about by an enquiry of kind {wanted.kind}: see their states."
        raise DomainError("nothing-to-ask", text, Kind.CONFLICT)
    return chosen


def _said(order: OpenOrder, enquiries: Iterable[Enquiry]) -> list[Entry]:
    """Returns what the timeline says of enquiries that are asked now, or left to a person. `with_enquiries` notes their ends."""
    copies, said = order.copies_by_id(), []
    for enquiry in enquiries:
        before = order.enquiries.get(enquiry.enquiry_id)
        again = before is None or enquiry.attempt > before.attempt
        if enquiry.state is EnquiryState.EXHAUSTED:
            what = f"not settled by {enquiry.supplier_id}, a person is asked"
        elif again and enquiry.untold:
            what = f"a person is asked to ask {enquiry.supplier_id}"
        elif again:
            what = f"{enquiry.supplier_id} is asked"
        else:
            continue
        said += [Entry(line.line_key, f"{enquiry.in_words}: {what}: {line.wrong}") for line in enquiry.lines(copies)]
    return said


@dataclass(frozen=True, slots=True)
class KeepPolicy:
    """A policy as a council sends it; `expected_tag` is that of the policy that it had read, "" for none, "*" for any."""

    policy: Policy
    expected_tag: str
    by: str


async def keep_policy(connection: AsyncConnection, wanted: KeepPolicy, clock: Clock) -> None:
    """Keeps a council's policy for a supplier. One that is as it was needs no version: a repetition is answered.

    Raises DomainError: a supplier that nobody serves (422); a policy that there is, without its version (428) or with another
    (412).
    """
    policy = wanted.policy
    known = [row.supplier_id for row in await suppliers.list_suppliers(connection)]
    if policy.supplier_id not in known:
        text = (
            f"No exchange serves supplier {policy.supplier_id!r}. Known: {', '.join(known) or 'none yet'}; see GET /v1/suppliers."
        )
        raise DomainError("unknown-supplier", text, Kind.INVALID)
    await lock_names(connection, f"chasing/{policy.council}/{policy.supplier_id}")
    row = await store.find_policy(connection, policy.council, policy.supplier_id)
    if row is not None and store.to_policy(row) == policy:
        return
    if row is not None:
        _check_seen(wanted.expected_tag, str(row.version))
    version = 1 if row is None else row.version + 1
    await store.keep_policy(connection, policy, version=version, at=clock.now(), by=wanted.by)
    await note_change(connection, {} if row is None else store.to_policy(row), policy)


def _check_seen(expected_tag: str, tag: str) -> None:
    if not expected_tag:
        text = "Send `If-Match` with the ETag of the policy: this changes one that others may have changed, too."
        raise DomainError("if-match-required", text, Kind.PRECONDITION_REQUIRED)
    if expected_tag not in ("*", tag):
        raise DomainError("stale-version", "The policy changed since you read it; read it again, then decide.", Kind.STALE)


async def record_enquiry_sent(connection: AsyncConnection, event: EnquirySent, _: Envelope, *, clock: Clock) -> None:
    """Notes whether an enquiry was sent. One that could not be sent asks a person to ask the supplier."""
    order = await open_order(connection, event.order_id)
    enquiry = order.enquiries.get(event.enquiry_id)
    if enquiry is None:
        return  # settled meanwhile
    words = f"{enquiry.in_words}: message {event.control_reference}".rstrip(": ")
    failed = event.outcome is SendOutcome.FAILED and enquiry.attempt == event.attempt
    after = replace(enquiry, untold=f"it could not be sent: {event.reason}") if failed else enquiry
    text = f"{words}: {event.outcome}" + (f"; {event.reason}" if event.reason else "")
    entries = [Entry(key, text) for key in sorted({copy.line_key for copy in enquiry.open_copies})]
    orders = OpenOrders(connection, {order.order_id: order})
    orders.enquire(order, [after], entries, cause=event.event_type, clock=clock)
    await orders.write()
