"""Every consumer that an event names has a handler for it, and no service handles an event that does not name it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pytest

from services.catalogue import incoming as catalogue
from services.dashboard import incoming as dashboard
from services.dashboard.domain.copies import GatheredCopies
from services.delivery import incoming as delivery
from services.evidence import incoming as evidence
from services.evidence.domain.facts import GatheredCopies as Facts
from services.lms import incoming as lms
from services.lms.usecases.telling import Gathered
from services.orders import incoming as orders
from services.suppliers import incoming as suppliers
from services.suppliers.exchange import Exchange
from shared.bus import On, read_event, to_envelope
from shared.clock import Clock, ManualClock
from shared.contracts.base import Event
from shared.contracts.example_events import EXAMPLES
from shared.contracts.registry import EVENTS
from shared.messaging.subscription import Subscription
from tests.contracts.silent_supplier import SilentSupplier


@dataclass(frozen=True)
class Incoming:
    """Builds a service's table of handlers and its subscriptions, given a clock."""

    handlers: Callable[[Clock], Sequence[On]]
    subscriptions: Sequence[Callable[[Clock], Subscription]]


def _exchange(clock: Clock) -> Exchange:
    return Exchange(SilentSupplier(), clock)


SERVICES: Mapping[str, Incoming] = {
    "catalogue": Incoming(catalogue.handlers, [catalogue.subscription, catalogue.suppliers_subscription]),
    "dashboard": Incoming(lambda _: dashboard.handlers(GatheredCopies()), [lambda _: dashboard.subscription()]),
    "delivery": Incoming(delivery.handlers, [delivery.subscription, delivery.records_subscription]),
    "evidence": Incoming(lambda _: evidence.handlers(Facts()), [lambda _: evidence.subscription()]),
    "lms": Incoming(lambda _: lms.handlers(Gathered()), [lambda clock: lms.subscription(clock, days=90)]),
    "orders": Incoming(orders.handlers, [orders.subscription]),
    "suppliers": Incoming(
        lambda clock: suppliers.handlers(_exchange(clock)), [lambda clock: suppliers.subscription(_exchange(clock))]
    ),
}

every_service = pytest.mark.parametrize("service", SERVICES)


def test_every_consumer_is_a_service_of_ours() -> None:
    assert {consumer for event in EVENTS for consumer in event.consumers} == set(SERVICES)


@every_service
def test_a_service_handles_exactly_the_events_that_name_it(service: str, clock: ManualClock) -> None:
    handled = [line.event for line in SERVICES[service].handlers(clock)]
    assert len(set(handled)) == len(handled), "one event, one handler"
    assert set(handled) == {event for event in EVENTS if service in event.consumers}


@every_service
def test_a_service_listens_to_the_topics_of_its_events_and_no_others(service: str, clock: ManualClock) -> None:
    subscriptions = [subscription(clock) for subscription in SERVICES[service].subscriptions]
    topics = [topic for subscription in subscriptions for topic in subscription.topics]
    assert sorted(topics) == sorted({event.topic.value for event in EVENTS if service in event.consumers})
    assert {subscription.consumer.split("-")[0] for subscription in subscriptions} == {service}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.event_type)
def test_every_consumer_reads_the_example_as_it_travels(example: Event, clock: ManualClock) -> None:
    for consumer in example.consumers:
        table = {line.event.event_type: line for line in SERVICES[consumer].handlers(clock)}
        assert read_event(table[example.event_type].event, to_envelope(example, clock=clock)) == example
