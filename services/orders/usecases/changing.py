"""How every change of an order begins and ends: row lock, version, timeline, published events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import outgoing
from services.orders.domain.asking import asking_to_decide, overtaken
from services.orders.domain.commitments import moves_of, repriced, rolled_in_words, rolled_over
from services.orders.domain.copies import Change, Copy
from services.orders.domain.decisions import Decision
from services.orders.domain.enquiries import Enquiry
from services.orders.domain.following_up import with_enquiries
from services.orders.domain.moving import Moved, moved_in_words, with_moved
from services.orders.domain.open_order import NO_NEWS, Line, News, OpenOrder
from services.orders.domain.rerouting import Rerouted, asking_to_tell, rerouted_in_words, with_untold
from services.orders.domain.switching import AddedLine, SwitchedCopy
from services.orders.outgoing.enquiries import enquiry_requested
from services.orders.outgoing.routes import asked_places_changed, branches_changed, routes_changed
from services.orders.outgoing.spend import SpendingOrder, spend_moved
from services.orders.store import copies as copy_store
from services.orders.store.copies import BarcodeInUse, Entry, Writes
from services.orders.store.history import CANCELLATION, DECISIONS, REQUESTED, TOLD
from services.orders.store.moving import moved_rows
from services.orders.store.rerouting import rerouted_rows
from services.orders.usecases.following import NO_CONSEQUENCES, Consequences, entries_of, follow_switches, new_copies, restaged
from shared.bus import to_envelope
from shared.clock import Clock
from shared.contracts.base import Event
from shared.contracts.stated import newly_stated
from shared.contracts.suppliers import OrderResponded, RespondedLine
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.messaging.outbox import append

REROUTED = "orders.route"
BRANCH_CLOSED = "orders.branch"
ROLLED_OVER = "orders.funds.rollover"


async def open_order(connection: AsyncConnection, order_id: UUID) -> OpenOrder:
    """Locks an order that an event names. Raises Poison if the book has no such order."""
    return (await OpenOrders.load(connection, [order_id]))[order_id]


class OpenOrders:
    """Orders that a batch of events changes: loaded at once, changed in memory one event after the other, written at once."""

    def __init__(self, connection: AsyncConnection, orders: Mapping[UUID, OpenOrder]) -> None:
        self._connection = connection
        self._orders = dict(orders)
        self._writes = Writes()
        self._events: list[Envelope] = []

    @classmethod
    async def load(cls, connection: AsyncConnection, order_ids: Collection[UUID]) -> Self:
        """Locks and loads the orders."""
        return cls(connection, await copy_store.lock_orders(connection, order_ids))

    def __getitem__(self, order_id: UUID) -> OpenOrder:
        """Returns an order as the changes so far leave it. Raises Poison if the book has no such order."""
        order = self._orders.get(order_id)
        if order is None:
            raise Poison(f"no order {order_id} in the order book")
        return order

    def keep_statements(self, order: OpenOrder, answers: Sequence[RespondedLine], substitutes: Mapping[str, str]) -> None:
        """Notes the prices and references that answers state, and the substitutes that will come, by line key."""
        named = newly_stated(
            (each.line_key, order.lines[each.line_key].supplier_references, each.supplier_references) for each in answers
        )
        for answer in answers:
            self._writes.state(answer.line_key, prices=answer.prices)
        for key, references in named.items():
            self._writes.state(key, references=references)
            order.lines[key] = replace(order.lines[key], supplier_references=references)
        for key, isbn in substitutes.items():
            self._writes.state(key, substitute_isbn=isbn)
            order.lines[key] = replace(order.lines[key], substitute_isbn=isbn)

    def keep_accepted(self, line: Line) -> None:
        """Notes the book and the price of a line since an offer was accepted."""
        self._writes.accepted[line.line_key] = line

    async def change(
        self,
        order: OpenOrder,
        changes: Sequence[Change],
        entries: Sequence[Entry],
        *,
        cause: str,
        clock: Clock,
        news: News = NO_NEWS,
    ) -> None:
        """Notes changes, entries and what a person must decide, and what to publish: copies that moved and lines with news.

        A barcode that another copy has is left out, noted, and asks a person.
        """
        refused = list[Entry]()
        if new := _new_barcodes(changes):
            await self.write()  # the barcodes that the changes so far gave are found only in the tables
            changes, refused = await _with_free_barcodes(self._connection, order, changes, new)
        asked = dict(news.attention)
        for entry in refused:
            key = str(entry.line_key)
            asked[key] = " ".join(filter(None, (asked.get(key), entry.reason)))
        led_to = await follow_switches(self._connection, order, changes, asked, clock)
        news = replace(news, attention={**asked, **led_to.attention})
        self._note(order, [*changes, *led_to.changes], [*entries, *refused], news, led_to, cause=cause, clock=clock)

    def restage(
        self, order: OpenOrder, rows: Iterable[SwitchedCopy], entries: Sequence[Entry], *, cause: str, clock: Clock
    ) -> None:
        """Notes copies of switches that are in another stage without news of them, and what that asks of a person."""
        led_to = restaged(order, rows)
        self._note(order, [], entries, News(led_to.attention), led_to, cause=cause, clock=clock)

    def reroute(self, order: OpenOrder, moved: Sequence[Rerouted], *, reason: str, clock: Clock) -> None:
        """Notes that open copies are unpacked elsewhere, and whose suppliers a person must tell; publishes their new places."""
        now = clock.now()
        self._writes.rerouted += rerouted_rows(moved, reason=reason, at=now, version=order.version)
        facts = routes_changed(order, moved, reason=reason, at=now)
        self._events += [to_envelope(fact, clock=clock, version=order.version) for fact in facts]
        entries = [Entry(key, text) for key, text in sorted(rerouted_in_words(moved, reason).items())]
        self._note(with_untold(order, moved), [], entries, NO_NEWS, NO_CONSEQUENCES, cause=REROUTED, clock=clock)

    def move(self, order: OpenOrder, moved: Sequence[Moved], unpacked: Sequence[Rerouted], *, reason: str, clock: Clock) -> None:
        """Notes that copies are for another branch, or only unpacked there, and whose suppliers a person must tell.

        Publishes where they go.
        """
        now = clock.now()
        self._writes.moved += moved_rows(moved, reason=reason, at=now, version=order.version)
        self._writes.rerouted += rerouted_rows(unpacked, reason=reason, at=now, version=order.version)
        facts = [
            *branches_changed(order, moved, reason=reason, at=now),
            *asked_places_changed(order, unpacked, reason=reason, at=now),
        ]
        self._events += [to_envelope(fact, clock=clock, version=order.version) for fact in facts]
        said = [*moved_in_words(moved, reason).items(), *rerouted_in_words(unpacked, reason).items()]
        entries = [Entry(key, text) for key, text in sorted(said)]
        after = with_untold(with_moved(order, moved), unpacked)
        self._note(after, [], entries, NO_NEWS, NO_CONSEQUENCES, cause=BRANCH_CLOSED, clock=clock)

    def roll_over(self, order: OpenOrder, copies: Sequence[Copy], year: str, *, reason: str, clock: Clock) -> None:
        """Notes that what copies commit counts in another financial year of their fund."""
        entries = [Entry(key, text) for key, text in sorted(rolled_in_words(copies, year, reason).items())]
        self._note(order, rolled_over(copies, year), entries, NO_NEWS, NO_CONSEQUENCES, cause=ROLLED_OVER, clock=clock)

    def note_told(
        self,
        told: OpenOrder,
        copy_ids: Sequence[UUID],
        decisions: Sequence[Decision],
        enquiries: Sequence[Enquiry],
        *,
        reason: str,
        clock: Clock,
    ) -> None:
        """Notes that a person told suppliers where copies are unpacked, what was answered to their offers, and what is asked.

        `told`: the order since then; `decisions` and `enquiries` as they are since then.
        """
        self._writes.told += copy_ids
        keys = {copy.line_key for copy in told.copies if copy.copy_id in set(copy_ids)}
        entries = [Entry(key, f"the supplier was told the place of delivery: {reason}") for key in sorted(keys)]
        answered = sorted({decision.line_key for decision in decisions})
        entries += [Entry(key, f"the supplier was told the answer to its offer: {reason}") for key in answered]
        asked = sorted({copy.line_key for enquiry in enquiries for copy in enquiry.open_copies})
        entries += [Entry(key, f"the supplier was asked about it: {reason}") for key in asked]
        news = News(
            decisions={decision.decision_id: decision for decision in decisions},
            enquiries={enquiry.enquiry_id: enquiry for enquiry in enquiries},
        )
        self._note(told, [], entries, news, NO_CONSEQUENCES, cause=TOLD, clock=clock)

    def enquire(
        self, order: OpenOrder, enquiries: Sequence[Enquiry], entries: Sequence[Entry], *, cause: str, clock: Clock
    ) -> None:
        """Notes enquiries that are new or have changed; publishes those that were asked in this change.

        Those are the ones that a person need not pass on.
        """
        known, copies = order.enquiries, order.copies_by_id()
        asked = [each for each in enquiries if _attempts(known.get(each.enquiry_id)) < each.attempt and not each.untold]
        facts = [enquiry_requested(order, each, each.lines(copies)) for each in asked]
        self._events += [to_envelope(fact, clock=clock, version=order.version) for fact in facts]
        news = News(enquiries={each.enquiry_id: each for each in enquiries})
        self._note(order, [], entries, news, NO_CONSEQUENCES, cause=cause, clock=clock)

    def _note(
        self,
        order: OpenOrder,
        changes: Sequence[Change],
        entries: Sequence[Entry],
        news: News,
        led_to: Consequences,
        *,
        cause: str,
        clock: Clock,
    ) -> None:
        now = clock.now()
        news, closed = _with_decisions(order, changes, replace(news, attention=asking_to_tell(order, changes, news.attention)))
        by_answer = cause == OrderResponded.event_type
        news, ended = with_enquiries(order, changes, news, by_answer=by_answer, at=now)
        closed += [Entry(key, text) for key, texts in ended.items() for text in texts]
        changes, entries = repriced(order.copies, changes, news.prices), [*entries, *closed]
        self._writes.enquiries |= {each.enquiry_id: (each, order.council) for each in news.enquiries.values()}
        self._writes.decisions |= {each.decision_id: (each, order.council) for each in news.decisions.values()}
        self._writes.add(order, changes, entries, cause=cause, at=now)
        facts = outgoing.lines_progressed(order, changes, news, cause=cause, at=now)
        for fact in facts:
            if fact.attention is not None:
                self._writes.ask(fact.line_key, fact.attention, at=now, version=order.version)
        published = [*facts, *self._switch(order, led_to, cause=cause, at=now)]
        if cause in DECISIONS:
            decided = [(entry.reason, entry.line_key) for entry in entries if entry.line_key is not None]
            published += outgoing.lines_decided(order, decided, news.offers, at=now)
        moves = moves_of(changes, (copy for line in led_to.added for copy in new_copies(line)))
        published += spend_moved(SpendingOrder.of(order), moves, cause=cause, at=now)
        self._events += [to_envelope(fact, clock=clock, version=order.version) for fact in published]
        decisions = {**order.decisions, **news.decisions}
        enquiries = {enquiry_id: each for enquiry_id, each in {**order.enquiries, **news.enquiries}.items() if each.is_unsettled}
        after = replace(order.after(changes, news.attention), decisions=decisions, enquiries=enquiries)
        self._orders[order.order_id] = led_to.apply(after)

    def _switch(self, order: OpenOrder, led_to: Consequences, *, cause: str, at: datetime) -> list[Event]:
        """Notes what a change means for copies of switches; returns the events about lines added and copies asked back."""
        if led_to is NO_CONSEQUENCES:
            return []
        self._writes.switched |= {copy_id: (row, at) for copy_id, row in led_to.rows.items()}
        self._writes.added += led_to.added
        noted = [Entry(key, text) for key, text in entries_of(led_to).items()]
        self._writes.add(order, [], noted, cause=cause, at=at)
        by_reason = groupby(sorted(led_to.added, key=_reason), key=_reason)
        events: list[Event] = [outgoing.lines_added(order, list(added)) for _, added in by_reason]
        if copies := led_to.asked_back:
            reason = "the first supplier sends the copies after all"
            asked = [Entry(key, f"{REQUESTED}{reason}") for key in sorted({copy.line_key for copy in copies})]
            self._writes.add(order, [], asked, cause=CANCELLATION, at=at)
            events.append(outgoing.cancellation_requested(order, copies, reason=reason, at=at, still_wanted=True))
        return events

    async def reload(self) -> None:
        """Writes the changes so far, and loads the orders again: something else changed their copies in this transaction."""
        await self.write()
        self._orders = await copy_store.lock_orders(self._connection, self._orders)

    async def write(self) -> None:
        """Writes the changes so far and adds their events to the outbox."""
        writes, self._writes = self._writes, Writes()
        events, self._events = self._events, []
        await copy_store.write_changes(self._connection, writes)
        await append(self._connection, events)


def _with_decisions(order: OpenOrder, changes: Sequence[Change], news: News) -> tuple[News, list[Entry]]:
    """Returns news with what the order's decisions ask, and an entry about each that changes leave nothing of to decide."""
    if not (order.decisions or news.decisions):
        return news, []
    closed = overtaken(order, changes, news.decisions)
    decisions = {**news.decisions, **closed}
    entries = [Entry(each.line_key, f"{each.offer.in_words} is overtaken: nothing is left to decide") for each in closed.values()]
    attention = asking_to_decide(order, {**order.decisions, **decisions}, news.attention)
    return replace(news, attention=attention, decisions=decisions), entries


def _attempts(enquiry: Enquiry | None) -> int:
    return 0 if enquiry is None else enquiry.attempt


def _reason(line: AddedLine) -> str:
    return line.reason


async def finish_change(
    connection: AsyncConnection,
    order: OpenOrder,
    changes: Sequence[Change],
    entries: Sequence[Entry],
    *,
    cause: str,
    clock: Clock,
    news: News = NO_NEWS,
) -> None:
    """Writes and publishes the change of one order, as `OpenOrders` does for many."""
    orders = OpenOrders(connection, {order.order_id: order})
    await orders.change(order, changes, entries, cause=cause, clock=clock, news=news)
    await orders.write()


def _new_barcodes(changes: Sequence[Change]) -> set[str]:
    given = {change.after.barcode for change in changes if change.after.barcode != change.before.barcode}
    return {barcode for barcode in given if barcode is not None}


async def _with_free_barcodes(
    connection: AsyncConnection, order: OpenOrder, changes: Sequence[Change], new: Collection[str]
) -> tuple[Sequence[Change], list[Entry]]:
    """Returns the changes without barcodes that another copy of the council has, and an entry about each."""
    owners = {owner.barcode: owner for owner in await copy_store.barcodes_in_use(connection, order.council, new)}
    kept: list[Change] = []
    refused: list[Entry] = []
    for change in changes:
        copy, barcode = change.after, change.after.barcode
        if barcode is None or barcode not in new:
            kept.append(change)
            continue
        mine = BarcodeInUse(barcode, copy.copy_id, copy.copy_number, copy.branch, copy.line_key, order.order_number)
        owner = owners.setdefault(barcode, mine)
        if owner.copy_id == copy.copy_id:
            kept.append(change)
            continue
        text = f"Barcode {barcode} was given to {mine.in_words}, but {owner.in_words} has it: find out which copy carries it."
        refused.append(Entry(copy.line_key, text))
        kept.append(replace(change, after=replace(copy, barcode=change.before.barcode)))
    return kept, refused
