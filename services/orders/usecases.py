"""What can be done with the order book, one function per use case. Each runs in its caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import outgoing
from services.orders.domain.copies import SETTLED, Change, Copy, Wish, move
from services.orders.domain.open_order import OpenOrder
from services.orders.domain.placing import AskedOrder, PlacedOrder, faults_of, place, sourcing_faults
from services.orders.domain.responses import apply_response
from services.orders.store import copies as copy_store
from services.orders.store import placing as placing_store
from services.orders.store import titles as title_store
from services.orders.store.copies import Entry
from services.orders.store.placing import KnownOrder, NewOrder
from shared.bus import Cause, set_cause, to_envelope
from shared.clock import Clock
from shared.contracts.base import Place
from shared.contracts.catalogue import TitleChanged
from shared.contracts.delivery import ConsignmentExpected, CopiesReceived, DiscrepancyFound, DiscrepancyKind, Leg
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import LineAction, OrderResponded, OrderSent, RespondedLine, SendOutcome
from shared.errors import DomainError, Fault, Kind
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.messaging.outbox import append
from shared.sourcing.rules import SourcingRule, Strand, choose
from shared.sourcing.store import rules_on


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """A council's wish to order, well-formed but not yet checked against branches and rules."""

    council: str
    idempotency_key: str
    asked: AskedOrder
    cause: Cause


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
    checked = [_check(command, branches[command.council], rules[command.council], now) for command in commands]
    new = [order for order in checked if isinstance(order, NewOrder)]
    written = await placing_store.insert_orders(connection, new)
    repeated = [order for order in new if order.order.order_id not in written]
    known = await placing_store.known_orders(connection, repeated)
    envelopes: list[Envelope] = []
    answers: list[Placed | Exception] = []
    for command, order in zip(commands, checked, strict=True):
        if isinstance(order, DomainError):
            answers.append(order)
        elif order.order.order_id in written:
            set_cause(command.cause)
            envelopes.append(to_envelope(outgoing.order_placed(order.order), clock=clock, version=1))
            answers.append(Placed(order.order.order_id, order.order))
        else:
            answers.append(_repetition(order, known))
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
    order = place(asked, council=command.council, at=now, branches=branches, choose=supplier_for)
    return NewOrder(order, command.idempotency_key, asked.fingerprint(), command.cause.actor)


def refused_order(faults: Sequence[Fault]) -> DomainError:
    """The refusal of an order, with every fault in it."""
    return DomainError("order-refused", f"The order has {len(faults)} fault(s); nothing was ordered.", Kind.INVALID, faults)


def _repetition(new: NewOrder, known: Sequence[KnownOrder]) -> Placed | DomainError:
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


async def record_sent(connection: AsyncConnection, event: OrderSent, envelope: Envelope, *, clock: Clock) -> None:
    """Note that lines went to their supplier, or that this is not known or failed and a person must look."""
    order = await _open(connection, event.order_id)
    note = f"message {event.control_reference}"
    if event.outcome is SendOutcome.SENT:
        changes = _move_all(order, event.line_keys, Wish(CopyState.SENT, note), only=CopyState.ORDERED)
        attention = dict.fromkeys(event.line_keys, "")
    else:
        changes = []
        note = f"{note}: {event.outcome}; {event.reason}"
        attention = dict.fromkeys(event.line_keys, _SEND_ATTENTION[event.outcome])
    entries = [] if changes else [Entry(key, note) for key in event.line_keys]
    await copy_store.set_attention(connection, attention)
    await _finish(connection, order, changes, entries, cause=envelope.type, clock=clock)


_SEND_ATTENTION = {
    SendOutcome.UNKNOWN: "It is not known whether the supplier has this line: see the supplier's messages.",
    SendOutcome.FAILED: "The line could not be sent: see the supplier's messages.",
}


def _move_all(order: OpenOrder, line_keys: Sequence[str], wish: Wish, *, only: CopyState) -> list[Change]:
    return [move(copy, wish) for copy in order.copies if copy.line_key in line_keys and copy.state is only]


async def apply_responses(connection: AsyncConnection, event: OrderResponded, envelope: Envelope, *, clock: Clock) -> None:
    """Apply a supplier's answers to the copies of an order, line by line, by the table of statuses."""
    order = await _open(connection, event.order_id)
    changes: list[Change] = []
    entries: list[Entry] = []
    attention: dict[str, str] = {}
    answers = event.lines or (_stopped_lines(order, event) if event.account_stopped else ())
    for answer in answers:
        if answer.line_key not in order.lines:
            raise Poison(f"order {order.order_number} has no line {answer.line_key}; the exchange matched it wrongly")
        current = [_current(copy, changes) for copy in order.copies_of(answer.line_key)]
        applied = apply_response(current, answer, account_stopped=event.account_stopped)
        changes += applied.changes
        attention[answer.line_key] = applied.attention
        if not applied.changes:
            entries.append(Entry(answer.line_key, applied.note))
        changes += _released(current, applied.changes, answer)
    await copy_store.set_attention(connection, attention)
    await _finish(connection, order, changes, entries, cause=envelope.type, clock=clock)


def _stopped_lines(order: OpenOrder, event: OrderResponded) -> tuple[RespondedLine, ...]:
    """A stopped account refuses every line the supplier has of the order, named or not."""
    mine = [line for line in order.lines.values() if line.supplier_id == event.supplier_id]
    return tuple(RespondedLine(line_key=line.line_key) for line in mine)


def _current(copy: Copy, changes: Sequence[Change]) -> Copy:
    """A copy as earlier lines of the same answer left it."""
    for change in reversed(changes):
        if change.after.copy_id == copy.copy_id:
            return change.after
    return copy


def _released(copies: Sequence[Copy], changes: Sequence[Change], answer: RespondedLine) -> list[Change]:
    """Copies whose cancellation the supplier answered with anything else than a cancellation wait for it no longer."""
    if answer.status_code != "800" and answer.action is not LineAction.UNCHANGED:
        return []
    touched = {change.after.copy_id for change in changes}
    waiting = [copy for copy in copies if copy.cancel_requested and copy.copy_id not in touched]
    return [replace(move(copy, Wish(copy.state, answer.note)), after=replace(copy, cancel_requested=False)) for copy in waiting]


async def expect_copies(connection: AsyncConnection, event: ConsignmentExpected, envelope: Envelope, *, clock: Clock) -> None:
    """Goods are on the way: their copies are despatched, or travel on from the hub."""
    wishes = {
        copy.copy_id: (copy.order_id, Wish(CopyState.DESPATCHED, _goods_note(event), event.expected_on, copy.barcode))
        for copy in event.copies
    }
    if event.leg is Leg.FROM_HUB:
        await _note_onward(connection, event, envelope, clock)
        return
    await _apply_goods(connection, wishes, envelope, clock)


async def _note_onward(connection: AsyncConnection, event: ConsignmentExpected, envelope: Envelope, clock: Clock) -> None:
    """The van run changes no state, a copy is at the hub until its branch has it; but the timeline tells of it."""
    lines: dict[UUID, set[str]] = {}
    for copy in event.copies:
        lines.setdefault(copy.order_id, set()).add(copy.line_key)
    for order_id, keys in sorted(lines.items()):
        order = await _open(connection, order_id)
        entries = [Entry(key, _goods_note(event)) for key in sorted(keys)]
        await _finish(connection, order, [], entries, cause=envelope.type, clock=clock)


def _goods_note(event: ConsignmentExpected) -> str:
    return f"despatch {event.despatch_number} to {event.place.code} ({event.leg})"


async def receive_copies(connection: AsyncConnection, event: CopiesReceived, envelope: Envelope, *, clock: Clock) -> None:
    """A place scanned copies: those at the hub wait for the van, those at a branch have arrived."""
    state = CopyState.AT_HUB if event.leg is Leg.TO_HUB else CopyState.RECEIVED
    reason = f"scanned at {event.place.code}"
    wishes = {copy.copy_id: (copy.order_id, Wish(state, reason, None, copy.barcode)) for copy in event.copies}
    await _apply_goods(connection, wishes, envelope, clock)


_REOPENING = {DiscrepancyKind.SHORT: CopyState.MISSING, DiscrepancyKind.DAMAGED: CopyState.DAMAGED}


async def reopen_copy(connection: AsyncConnection, event: DiscrepancyFound, envelope: Envelope, *, clock: Clock) -> None:
    """A copy went missing or came damaged: it is owed again. Surplus and wrong goods concern no copy of ours."""
    copy, state = event.consigned_copy, _REOPENING.get(event.kind)
    if copy is None or state is None:
        return
    wish = Wish(state, f"{event.kind} in despatch {event.despatch_number}; {event.note}".rstrip("; "))
    await _apply_goods(connection, {copy.copy_id: (copy.order_id, wish)}, envelope, clock)


async def _apply_goods(
    connection: AsyncConnection, wishes: dict[UUID, tuple[UUID, Wish]], envelope: Envelope, clock: Clock
) -> None:
    """Move copies of one or several orders; orders are locked in id order, so that two deliveries never deadlock."""
    for order_id in sorted({order_id for order_id, _ in wishes.values()}):
        order = await _open(connection, order_id)
        changes = [move(copy, wishes[copy.copy_id][1]) for copy in order.copies if copy.copy_id in wishes]
        await _finish(connection, order, changes, [], cause=envelope.type, clock=clock)


async def learn_title(connection: AsyncConnection, event: TitleChanged, _: Envelope) -> None:
    """Remember title and author of an ISBN, for every order that shows it."""
    await title_store.keep_title(connection, event)


@dataclass(frozen=True, slots=True)
class CancelCopies:
    """A council's wish not to get copies; `expected_version` is the version of the order it looked at."""

    order_id: UUID
    council: str
    copy_ids: tuple[UUID, ...]
    expected_version: int
    reason: str


async def request_cancellation(connection: AsyncConnection, wanted: CancelCopies, clock: Clock) -> None:
    """Ask the supplier to cancel copies; its answer moves them.

    Raises DomainError: no such order (404), stale version (412), unknown or settled copies (422, one fault each).
    """
    order = await copy_store.lock_order(connection, wanted.order_id)
    if order is None or order.council != wanted.council:
        raise no_such_order()
    if order.version - 1 != wanted.expected_version:
        raise DomainError("order-changed", "The order changed since you read it; read it again and decide anew.", Kind.STALE)
    by_id = {copy.copy_id: copy for copy in order.copies}
    faults = [fault for i, copy_id in enumerate(wanted.copy_ids) if (fault := _cancel_fault(i, by_id.get(copy_id)))]
    if faults:
        raise DomainError("not-cancellable", "Some copies cannot be cancelled; nothing was changed.", Kind.INVALID, faults)
    copies = [by_id[copy_id] for copy_id in dict.fromkeys(wanted.copy_ids)]
    await copy_store.mark_cancel_requested(connection, set(wanted.copy_ids))
    entries = [Entry(key, f"cancellation requested: {wanted.reason}") for key in sorted({copy.line_key for copy in copies})]
    event = outgoing.cancellation_requested(order, copies, reason=wanted.reason, at=clock.now())
    await copy_store.write_changes(connection, order, [], entries, cause="api.cancellation", at=clock.now())
    await append(connection, [to_envelope(event, clock=clock, version=order.version)])


def _cancel_fault(index: int, copy: Copy | None) -> Fault | None:
    pointer = f"/copy_ids/{index}"
    if copy is None:
        return Fault(pointer, "unknown-copy", "The order has no copy with this id.")
    if copy.state in SETTLED or copy.state in (CopyState.DESPATCHED, CopyState.AT_HUB):
        return Fault(pointer, "too-late", f"The copy is {copy.state}; only copies still to come can be cancelled.")
    if copy.cancel_requested:
        return Fault(pointer, "already-requested", "The supplier was asked before and has not answered yet.")
    return None


def no_such_order() -> DomainError:
    """The refusal for an order that does not exist or belongs to another council: the two look alike on purpose."""
    return DomainError("no-such-order", "The council has no order with this id.", Kind.NOT_FOUND)


async def _open(connection: AsyncConnection, order_id: UUID) -> OpenOrder:
    order = await copy_store.lock_order(connection, order_id)
    if order is None:
        raise Poison(f"no order {order_id} in the order book")
    return order


async def _finish(
    connection: AsyncConnection,
    order: OpenOrder,
    changes: Sequence[Change],
    entries: Sequence[Entry],
    *,
    cause: str,
    clock: Clock,
) -> None:
    now = clock.now()
    await copy_store.write_changes(connection, order, changes, entries, cause=cause, at=now)
    facts = outgoing.lines_progressed(order, changes, cause=cause, at=now)
    await append(connection, [to_envelope(fact, clock=clock, version=order.version) for fact in facts])
