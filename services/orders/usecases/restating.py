"""Says again, when orders are published again, where their copies go since that changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from services.orders.outgoing.routes import MovedCopy, in_asked_events, in_branch_events, in_route_events
from services.orders.store.moving import former_places
from services.orders.store.ordered import branch_of
from services.orders.store.restating import OrderRows
from services.orders.store.stated import from_json
from shared.contracts.base import Place
from shared.contracts.orders import RouteChanged


def routes_again(rows: OrderRows) -> Iterator[tuple[RouteChanged, int]]:
    """Yields where copies go since that changed, those of one change together, each with its version."""
    yield from _moved(rows)
    suppliers = {line.line_key: line.supplier_id for line in rows.lines}
    changed = [copy for copies in rows.copies.values() for copy in copies if _is_rerouted(copy)]
    for (version, at, reason, asked), together in groupby(sorted(changed, key=_rerouting), key=_rerouting):
        event = _event(rows, at, reason)
        moved = [
            (copy.line_key, suppliers[copy.line_key], Place.model_validate(copy.rerouted_to), copy.copy_id) for copy in together
        ]
        # An asked place only changes because it closed.
        for part in in_asked_events(event, moved) if asked else in_route_events(event, moved):
            yield part, version


def _is_rerouted(copy: Row[Any]) -> bool:
    """Returns whether a copy's place changed, and not only together with its branch."""
    return copy.rerouted_to is not None and copy.rerouted_version > (copy.moved_version or 0)


def _moved(rows: OrderRows) -> Iterator[tuple[RouteChanged, int]]:
    """Yields for which branches copies are since theirs closed, those of one change together, each with its version."""
    suppliers = {line.line_key: line.supplier_id for line in rows.lines}
    changed = [copy for copies in rows.copies.values() for copy in copies if copy.moved_at is not None]
    for (version, at, reason), together in groupby(sorted(changed, key=_moving), key=_moving):
        event = _event(rows, at, reason)
        copies = [
            MovedCopy(
                line_key=copy.line_key,
                supplier_id=suppliers[copy.line_key],
                branch=branch_of(copy),
                former=former_places(copy.former_branches),
                deliver_to=from_json(Place, copy.rerouted_to),
                told=False,
                copy_id=copy.copy_id,
            )
            for copy in together
        ]
        for part in in_branch_events(event, copies):
            yield part, version


def _moving(copy: Row[Any]) -> tuple[int, Any, str]:
    return copy.moved_version, copy.moved_at, copy.move_reason


def _rerouting(copy: Row[Any]) -> tuple[int, Any, str, bool]:
    return copy.rerouted_version, copy.rerouted_at, copy.reroute_reason, copy.deliver_to_asked


def _event(rows: OrderRows, at: datetime, reason: str) -> RouteChanged:
    return RouteChanged(
        council=rows.order.council,
        order_id=rows.order.order_id,
        order_number=rows.order.order_number,
        changed_at=at,
        reason=reason,
        lines=(),
    )
