"""Builds the events of copies that go elsewhere than they were ordered for: to another place of unpacking, or another branch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from services.orders.domain.moving import Moved
from services.orders.domain.open_order import OpenOrder
from services.orders.domain.rerouting import Rerouted
from shared.contracts.base import Place
from shared.contracts.orders import MovedLine, ReroutedLine, RouteChanged

# Keeps an event far below a Kafka record's size, however large the order.
_COPIES_PER_EVENT = 1_000


class MovedCopy(NamedTuple):
    """What events say of a copy for another branch. `told`: its supplier is to deliver it elsewhere than it knows."""

    line_key: str
    supplier_id: str
    branch: Place
    former: tuple[Place, ...]
    deliver_to: Place | None
    told: bool
    copy_id: UUID


def routes_changed(order: OpenOrder, moved: Sequence[Rerouted], *, reason: str, at: datetime) -> list[RouteChanged]:
    """Returns the events of copies of an order that are unpacked elsewhere from now on, one per _COPIES_PER_EVENT copies."""
    event = _event(order, reason=reason, at=at)
    return in_route_events(event, [(each.copy.line_key, each.copy.supplier_id, each.place, each.copy.copy_id) for each in moved])


def _event(order: OpenOrder, *, reason: str, at: datetime) -> RouteChanged:
    return RouteChanged(
        council=order.council,
        order_id=order.order_id,
        order_number=order.order_number,
        changed_at=at,
        reason=reason,
        lines=(),
    )


def in_route_events(event: RouteChanged, moved: Sequence[tuple[str, str, Place, UUID]]) -> list[RouteChanged]:
    """Returns one `event` per _COPIES_PER_EVENT copies, with them in it: line key, supplier, place and copy id of each."""
    return [event.model_copy(update={"lines": tuple(_rerouted_lines(part))}) for part in _parts(moved)]


def _parts(moved: Sequence[tuple[str, str, Place, UUID]]) -> Iterator[list[tuple[str, str, Place, UUID]]]:
    ordered = sorted(moved, key=lambda copy: (copy[0], copy[2].code, copy[2].kind))
    yield from (ordered[start : start + _COPIES_PER_EVENT] for start in range(0, len(ordered), _COPIES_PER_EVENT))


def asked_places_changed(order: OpenOrder, moved: Sequence[Rerouted], *, reason: str, at: datetime) -> list[RouteChanged]:
    """Returns the events of copies that were asked to be unpacked at a closed branch, one per _COPIES_PER_EVENT copies."""
    told = {each.copy.copy_id for each in moved if not each.on_the_way}
    copies = [(each.copy.line_key, each.copy.supplier_id, each.place, each.copy.copy_id) for each in moved]
    return in_asked_events(_event(order, reason=reason, at=at), copies, told)


def in_asked_events(
    event: RouteChanged, moved: Sequence[tuple[str, str, Place, UUID]], told: Collection[UUID] = ()
) -> list[RouteChanged]:
    """Returns one `event` per _COPIES_PER_EVENT copies whose asked place closed. Suppliers are to be told of `told`."""
    return [
        event.model_copy(
            update={
                "lines": tuple(_rerouted_lines(copy for copy in part if copy[-1] in told)),
                "unpacked": tuple(_rerouted_lines(part)),
            }
        )
        for part in _parts(moved)
    ]


def _rerouted_lines(moved: Iterable[tuple[str, str, Place, UUID]]) -> Iterator[ReroutedLine]:
    for (line_key, supplier_id, place), copies in groupby(moved, key=lambda copy: copy[:3]):
        yield ReroutedLine(
            line_key=line_key, supplier_id=supplier_id, deliver_to=place, copy_ids=tuple(copy_id for *_, copy_id in copies)
        )


def branches_changed(order: OpenOrder, moved: Sequence[Moved], *, reason: str, at: datetime) -> list[RouteChanged]:
    """Returns the events of copies of an order that are for another branch from now on, one per _COPIES_PER_EVENT copies."""
    copies = [
        MovedCopy(
            line_key=each.copy.line_key,
            supplier_id=each.copy.supplier_id,
            branch=each.branch,
            former=each.former,
            deliver_to=each.place,
            told=each.told or each.untold is not None,
            copy_id=each.copy.copy_id,
        )
        for each in moved
    ]
    return in_branch_events(_event(order, reason=reason, at=at), copies)


def in_branch_events(event: RouteChanged, moved: Sequence[MovedCopy]) -> list[RouteChanged]:
    """Returns one `event` per _COPIES_PER_EVENT copies, with them in it."""
    ordered = sorted(moved, key=_group)
    parts = (ordered[start : start + _COPIES_PER_EVENT] for start in range(0, len(ordered), _COPIES_PER_EVENT))
    return [
        event.model_copy(update={"lines": tuple(_rerouted_lines(_to_tell(part))), "moved": tuple(_moved_lines(part))})
        for part in parts
    ]


def _group(copy: MovedCopy) -> tuple[str, ...]:
    deliver_to = ("", "") if copy.deliver_to is None else (copy.deliver_to.code, copy.deliver_to.kind.value)
    return copy.line_key, copy.branch.code, *deliver_to, *(place.code for place in copy.former)


def _to_tell(moved: Iterable[MovedCopy]) -> Iterator[tuple[str, str, Place, UUID]]:
    for copy in moved:
        if copy.told and copy.deliver_to is not None:
            yield copy.line_key, copy.supplier_id, copy.deliver_to, copy.copy_id


def _moved_lines(moved: Iterable[MovedCopy]) -> Iterator[MovedLine]:
    for _, together in groupby(moved, key=_group):
        copies = tuple(together)
        first = copies[0]
        yield MovedLine(
            line_key=first.line_key,
            supplier_id=first.supplier_id,
            branch=first.branch,
            former=first.former,
            deliver_to=first.deliver_to,
            copy_ids=tuple(copy.copy_id for copy in copies),
        )
