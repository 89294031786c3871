"""Outbox, relay, inbox, consumer, dead letters and the Kafka client. Knows no business word and imports no contract."""

from shared.messaging.tables import metadata

__all__ = ["metadata"]
