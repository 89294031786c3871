"""Does the work of the consortium's clerks while the simulator runs: lists open lines, and enters cancellations.

Works on the simulator's file. Must not send anything.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from local.simulators.consortium.brain import Fate
from local.simulators.consortium.store import BookedLine, Store
from local.simulators.consortium.wire import Order


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of which copies have not left yet, by the consortium's own book."""

    line_key: str
    order_number: str
    isbn: str
    quantity: int


def open_lines(state: Path, isil: str) -> list[OpenLine]:
    """Returns the open lines of a council. `state`: the simulator's file."""
    with closing(Store(state)) as store:
        book = store.book()
        loaded = _loaded(store, {line.order_reference for line in book})
    lines = [_open(line, order, loaded) for line in book if (order := _order(line)).buyer.isil == isil]
    return [line for line in lines if line.quantity]


def enter_cancellations(state: Path, line_keys: Collection[str]) -> None:
    """Cancels the waiting copies of these lines. Sends the council no answer, because it asked for this by telephone."""
    with closing(Store(state)) as store, store.transaction:
        for line in store.book():
            if line.line_key in line_keys:
                store.put_lines(line.order_reference, [(line.line_key, line.isbn, _cancelled(line.fates))])


def _cancelled(fates: str) -> str:
    waits = Fate.WAITS.value
    return json.dumps({number: Fate.CANCELLED.value if fate == waits else fate for number, fate in json.loads(fates).items()})


def _order(line: BookedLine) -> Order:
    return Order.model_validate_json(line.order)


def _loaded(store: Store, references: Collection[str]) -> Counter[str]:
    """Returns how many copies of each line are on lorries that have not left."""
    counted: Counter[str] = Counter()
    for push in (push for reference in references for push in store.unsent_shipments(reference)):
        for parcel in json.loads(push.body)["data"]["parcels"]:
            counted.update({line["line_key"]: line["quantity"] for line in parcel["lines"]})
    return counted


def _open(line: BookedLine, order: Order, loaded: Counter[str]) -> OpenLine:
    waiting = sum(fate == Fate.WAITS for fate in json.loads(line.fates).values())
    return OpenLine(line.line_key, order.order_number, line.isbn, waiting + loaded[line.line_key])
