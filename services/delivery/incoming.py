"""Turns events of orders, suppliers and the catalogue into calls of use cases, and refusals into a retry or a dead letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.allocation import Despatch
from services.delivery.domain.goods import CouncilUnknown, ExpectedCopy, OrderNotProjected, TooManyUnits
from services.delivery.domain.moving import Move
from services.delivery.domain.units import Unit, units_of_parcels
from services.delivery.store.consignments import despatches_of, lock_despatches
from services.delivery.store.copies import lock_copies
from services.delivery.usecases import (
    advise,
    learn_supplier,
    note_barcodes,
    note_places,
    note_served,
    note_substitutes,
    note_wanted,
    project,
    take_over,
)
from shared.bus import On, dispatch, on, on_all
from shared.clock import Clock
from shared.contracts.base import Event, Place, Topic
from shared.contracts.catalogue import TitleChanged
from shared.contracts.orders import CopyState, LineProgressed, LinesAdded, OrderedLines, OrderPlaced, RouteChanged
from shared.contracts.suppliers import DespatchAdvised, SupplierAnnounced
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison, RetryLater
from shared.messaging.subscription import BatchHandler, ConsumerLimits, Subscription

CONSUMER = "delivery"
RECORDS_CONSUMER = "delivery-records"
# A despatch waits about five minutes for its order, and other despatches of its partition with it.
_LIMITS = ConsumerLimits(longest_pause=5.0, retry_attempts=60)
_GOODS_MOVED = frozenset({CopyState.DESPATCHED, CopyState.AT_HUB, CopyState.RECEIVED, CopyState.MISSING, CopyState.DAMAGED})
_NOT_WANTED = frozenset({CopyState.CANCELLED, CopyState.REFUSED})


def subscription(clock: Clock) -> Subscription:
    """Returns the topics of orders and goods, with their handler."""
    return Subscription(CONSUMER, (Topic.ORDERS, Topic.SUPPLIERS), batch_handler(clock), _LIMITS)


def records_subscription(clock: Clock) -> Subscription:
    """Returns the topic of titles, with its handler.

    A consumer of its own, which begins at the oldest title. That of orders and goods would stop at a title from before the last
    trim of its inbox, because that is how an event looks that may have been handled (decision 0017).
    """
    return Subscription(RECORDS_CONSUMER, (Topic.CATALOGUE,), batch_handler(clock))


def batch_handler(clock: Clock) -> BatchHandler:
    """Returns the handler of a batch. It takes all locks first, so that batches and receipts never deadlock."""
    return dispatch(handlers(clock), lock=_lock)


async def _lock(connection: AsyncConnection, events: Sequence[Event]) -> None:
    """Locks despatches before copies, as receipts do."""
    advised: defaultdict[str | None, list[Unit]] = defaultdict(list)
    wanted: defaultdict[bool, set[UUID]] = defaultdict(set)
    marked: set[UUID] = set()
    keys: list[str] = []
    for event in events:
        match event:
            case DespatchAdvised():
                despatch = _despatch(event)
                advised[despatch.council] += despatch.units
                # The key of a despatch's event is the key of the despatch.
                keys.append(event.key())
            case LineProgressed():
                for copy in event.copies:
                    wanted[copy.to_state not in _NOT_WANTED].add(copy.copy_id)
                marked |= _given_barcodes(event).keys()
            case RouteChanged():
                marked |= _places(event).keys() | _moves(event).keys()
    moved = {copy_id for event in events if isinstance(event, RouteChanged) for copy_id in _moves(event)}
    keys += await despatches_of(connection, moved) if moved else ()
    await lock_despatches(connection, keys)
    await lock_copies(connection, advised, wanted, marked)


def handlers(clock: Clock) -> Sequence[On]:
    """Returns the handler of each event that delivery consumes."""

    async def on_despatch(connection: AsyncConnection, event: DespatchAdvised, _: Envelope) -> None:
        try:
            await advise(connection, _despatch(event), clock)
        except OrderNotProjected as error:
            raise RetryLater(error.detail) from error
        except CouncilUnknown as error:
            raise Poison(error.detail) from error

    return (
        on_all(OrderPlaced, _on_lines_ordered, keeps_state=True),
        on_all(LinesAdded, _on_lines_ordered, keeps_state=True),
        on_all(RouteChanged, partial(_on_routes_changed, clock=clock), keeps_state=True),
        on_all(LineProgressed, _on_lines_progressed, keeps_state=True),
        on(DespatchAdvised, on_despatch),
        on_all(TitleChanged, _on_titles_changed, keeps_state=True),
        on(SupplierAnnounced, _on_supplier_announced, keeps_state=True),
    )


async def _on_supplier_announced(connection: AsyncConnection, event: SupplierAnnounced, _: Envelope) -> None:
    await learn_supplier(connection, event)


async def _on_lines_ordered(connection: AsyncConnection, arrived: Sequence[tuple[OrderedLines, Envelope]]) -> None:
    await project(connection, [copy for event, _ in arrived for copy in _expected_copies(event)])


def _expected_copies(event: OrderedLines) -> list[ExpectedCopy]:
    council = event.council
    if council is None:
        raise Poison("an order names no council")
    return [
        ExpectedCopy(
            copy_id=copy.copy_id,
            council=council,
            order_id=event.order_id,
            order_number=event.order_number,
            line_key=line.line_key,
            isbn=line.isbn,
            branch=copy.branch,
            supplier_id=line.supplier_id,
            copy_number=copy.copy_number,
            fund=copy.fund,
            sequence=copy.sequence,
            rotation_plan="" if copy.item is None else copy.item.rotation_plan,
            deliver_to=copy.deliver_to,
            deliver_to_asked=copy.deliver_to_asked,
            material=line.material,
            route_trial=copy.route_trial,
        )
        for line in event.lines
        for copy in line.copies
    ]


async def _on_routes_changed(
    connection: AsyncConnection, arrived: Sequence[tuple[RouteChanged, Envelope]], *, clock: Clock
) -> None:
    """Keeps where copies go from now on: the last place and branch of each."""
    places: dict[UUID, Place] = {}
    for event, _ in arrived:
        places |= _places(event)
        if moves := _moves(event):
            await note_places(connection, places)
            places = {}
            await take_over(connection, moves, clock)
    await note_places(connection, places)


def _places(event: RouteChanged) -> dict[UUID, Place]:
    """Returns where copies are unpacked that follow a rule."""
    moved = _moves(event)
    return {copy_id: line.deliver_to for line in event.lines for copy_id in line.copy_ids if copy_id not in moved}


def _moves(event: RouteChanged) -> dict[UUID, Move]:
    moves = {copy_id: Move(line.deliver_to) for line in event.unpacked for copy_id in line.copy_ids}
    return moves | {copy_id: Move(line.deliver_to, line.branch, line.former) for line in event.moved for copy_id in line.copy_ids}


async def _on_lines_progressed(connection: AsyncConnection, arrived: Sequence[tuple[LineProgressed, Envelope]]) -> None:
    """Keeps the last news about each copy and line."""
    wanted: dict[UUID, bool] = {}
    barcodes: dict[UUID, str] = {}
    substitutes: dict[str, str] = {}
    for event, _ in arrived:
        wanted |= {copy.copy_id: copy.to_state not in _NOT_WANTED for copy in event.copies}
        barcodes |= _given_barcodes(event)
        if event.substitute_isbn:
            substitutes[event.line_key] = event.substitute_isbn
    await note_wanted(connection, wanted)
    await note_barcodes(connection, barcodes)
    await note_substitutes(connection, substitutes)


async def _on_titles_changed(connection: AsyncConnection, arrived: Sequence[tuple[TitleChanged, Envelope]]) -> None:
    """Keeps since when the record of each title is served: since its first change, because later ones replace a served record."""
    served: dict[str, datetime] = {}
    for event, _ in arrived:
        served.setdefault(event.isbn, event.changed_at)
    await note_served(connection, served)


def _given_barcodes(event: LineProgressed) -> dict[UUID, str]:
    """Returns the barcodes that the supplier gave before it despatched the copies. Later ones are delivery's own news."""
    return {copy.copy_id: copy.barcode for copy in event.copies if copy.barcode and copy.to_state not in _GOODS_MOVED}


def _despatch(event: DespatchAdvised) -> Despatch:
    try:
        units = units_of_parcels(event.parcels, stated_on=event.stated_on)
    except TooManyUnits as error:
        raise Poison(error.detail) from error
    return Despatch(
        supplier_id=event.supplier_id,
        despatch_number=event.despatch_number,
        council=event.council,
        deliver_to=event.deliver_to,
        expected_on=event.expected_on,
        units=units,
        message_id=event.message_id,
    )
