"""Every consumer that an event names has a handler for it, and no service handles an event that does not name it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pytest

from services.catalogue import incoming as catalogue
from services.dashboard import incoming as dashboard
from services.dashboard.domain.copies import GatheredCopies
from services.dashboard.usecases.working import GatheredWork
from services.delivery import incoming as delivery
from services.evidence import incoming as evidence
from services.evidence.domain.facts import GatheredCopies as Facts
from services.lms import incoming as lms
from services.lms import incoming_mailbox as mailbox
from services.lms.usecases.correspondents import KnownMailboxes
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
    """Builds a service's tables of handlers and its subscriptions, given a clock.

    One table, but for what must survive apart from what can be built again.
    """

    tables: Sequence[Callable[[Clock], Sequence[On]]]
    subscriptions: Sequence[Callable[[Clock], Subscription]]


def _exchange(clock: Clock) -> Exchange:
    return Exchange(SilentSupplier(), clock)


SERVICES: Mapping[str, Incoming] = {
    "catalogue": Incoming([catalogue.handlers], [catalogue.subscription, catalogue.suppliers_subscription]),
    "dashboard": Incoming([lambda _: dashboard.handlers(GatheredCopies(), GatheredWork())], [lambda _: dashboard.subscription()]),
    "delivery": Incoming([delivery.handlers], [delivery.subscription, delivery.records_subscription]),
    "evidence": Incoming([lambda _: evidence.handlers(Facts())], [lambda _: evidence.subscription()]),
    "lms": Incoming(
        [lambda _: lms.handlers(Gathered()), lambda clock: mailbox.handlers(KnownMailboxes(), clock)],
        [lambda clock: lms.subscription(clock, days=90), lambda clock: mailbox.subscription(KnownMailboxes(), clock)],
    ),
    "orders": Incoming([orders.handlers], [orders.subscription]),
    "suppliers": Incoming(
        [lambda clock: suppliers.handlers(_exchange(clock))], [lambda clock: suppliers.subscription(_exchange(clock))]
    ),
}

every_service = pytest.mark.parametrize("service", SERVICES)


def test_every_consumer_is_a_service_of_ours() -> None:
    assert {consumer for event in EVENTS for consumer in event.consumers} == set(SERVICES)


@every_service
def test_a_service_handles_exactly_the_events_that_name_it(service: str, clock: ManualClock) -> None:
    tables = [[line.event for line in table(clock)] for table in SERVICES[service].tables]
    assert all(len(set(handled)) == len(handled) for handled in tables), "one event, one handler"
    assert {event for handled in tables for event in handled} == {event for event in EVENTS if service in event.consumers}


@every_service
def test_a_service_listens_to_the_topics_of_its_events_and_no_others(service: str, clock: ManualClock) -> None:
    subscriptions = [subscription(clock) for subscription in SERVICES[service].subscriptions]
    topics = [topic for subscription in subscriptions for topic in subscription.topics]
    assert set(topics) == {event.topic.value for event in EVENTS if service in event.consumers}
    assert len(topics) == len(set(topics)) or len(SERVICES[service].tables) > 1, "no topic is read twice for one table"
    assert {subscription.consumer.split("-")[0] for subscription in subscriptions} == {service}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.event_type)
def test_every_consumer_reads_the_example_as_it_travels(example: Event, clock: ManualClock) -> None:
    for consumer in example.consumers:
        lines = [line for table in SERVICES[consumer].tables for line in table(clock) if line.event is type(example)]
        assert lines
        assert all(read_event(line.event, to_envelope(example, clock=clock)) == example for line in lines)
