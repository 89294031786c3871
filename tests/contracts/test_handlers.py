"""Every consumer that an event names has a handler for it, and no service handles what is not meant for it."""

from collections.abc import Callable, Sequence
from importlib import import_module

import pytest

from shared.bus import On, read_event, to_envelope
from shared.clock import Clock, ManualClock
from shared.contracts.base import Event
from shared.contracts.example_events import EXAMPLES
from shared.contracts.registry import EVENTS

CONSUMERS = sorted({consumer for event in EVENTS for consumer in event.consumers})


def handlers_of(service: str, clock: Clock) -> dict[str, On]:
    """A service's table of handlers by event type."""
    handlers: Callable[[Clock], Sequence[On]] = import_module(f"services.{service}.incoming").handlers
    table = handlers(clock)
    assert len({line.event for line in table}) == len(table), "one event, one handler"
    return {line.event.event_type: line for line in table}


@pytest.mark.parametrize("service", CONSUMERS)
def test_a_service_handles_exactly_the_events_that_name_it(service: str, clock: ManualClock) -> None:
    declared = {event.event_type for event in EVENTS if service in event.consumers}
    assert set(handlers_of(service, clock)) == declared


@pytest.mark.parametrize("service", CONSUMERS)
def test_a_service_listens_to_the_topics_of_its_events_and_no_others(service: str, clock: ManualClock) -> None:
    subscription = import_module(f"services.{service}.incoming").subscription(clock)
    assert set(subscription.topics) == {event.topic.value for event in EVENTS if service in event.consumers}
    assert subscription.consumer == service


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.event_type)
def test_every_consumer_reads_the_example_as_it_travels(example: Event, clock: ManualClock) -> None:
    for consumer in example.consumers:
        line = handlers_of(consumer, clock)[example.event_type]
        assert read_event(line.event, to_envelope(example, clock=clock)) == example
