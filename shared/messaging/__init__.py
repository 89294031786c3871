"""Outbox, relay, inbox, consumers, dead letters and the Kafka client. Must not know contracts or business terms."""

from shared.messaging.tables import metadata

__all__ = ["metadata"]
