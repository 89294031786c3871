"""What an event may carry: the exchange holds what is larger, before the outbox would refuse it."""

from __future__ import annotations

from services.suppliers.domain.part_events import LARGEST_EVENT
from shared.clock import SystemClock
from shared.ids import new_id
from shared.messaging.envelope import Envelope
from shared.messaging.outbox import MAX_RECORD_BYTES

_LONGEST_HEADER = "\N{GRINNING FACE}" * 500


def test_the_largest_event_fits_a_record_whatever_its_headers() -> None:
    envelope = Envelope(
        id=new_id(),
        type="suppliers.selection.received.v1",
        source="/stockbridge/suppliers",
        time=SystemClock().now(),
        topic="suppliers",
        key="",
        subject="",
        data=b"",
        correlation_id=_LONGEST_HEADER,
        causation_id=_LONGEST_HEADER,
        aggregate_version=2**62,
        council_id="GB-SFK-123456789",
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )

    assert LARGEST_EVENT + envelope.size() <= MAX_RECORD_BYTES
