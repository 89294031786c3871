"""Maps each event the catalogue consumes to its use case. The list is complete."""

from __future__ import annotations

from functools import partial

from services.catalogue.usecases.asking import ask_for_unknown_titles
from services.catalogue.usecases.taking import take_brief_records, take_records
from shared.bus import On, dispatch, on_all
from shared.clock import Clock
from shared.contracts.base import Topic
from shared.contracts.orders import OrderPlaced
from shared.contracts.suppliers import RecordsSupplied, RecordSupplied
from shared.messaging.subscription import Subscription

CONSUMER = "catalogue"


def handlers(clock: Clock) -> list[On]:
    """Returns the handler of each event."""
    return [
        on_all(RecordsSupplied, partial(take_records, clock=clock)),
        on_all(RecordSupplied, partial(take_brief_records, clock=clock)),
        on_all(OrderPlaced, partial(ask_for_unknown_titles, clock=clock)),
    ]


def subscription(clock: Clock) -> Subscription:
    """Returns the topics the catalogue consumes, with their handlers."""
    return Subscription(CONSUMER, (Topic.SUPPLIER_RECORDS, Topic.ORDERS), dispatch(handlers(clock)))
