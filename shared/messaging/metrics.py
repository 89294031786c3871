"""Metrics of the messaging layer. Each help text ends with what to do when the figure is bad."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

OUTBOX_UNSENT = Gauge(
    "messaging_outbox_unsent_rows",
    "Events committed but not yet on Kafka. Growing: check that the broker answers and that a relay holds the shards' locks.",
    ["service"],
)
OUTBOX_OLDEST = Gauge(
    "messaging_outbox_oldest_unsent_seconds",
    "Age of the oldest unsent event. Over a minute: read the relay's last log line; it names what the relay waits for.",
    ["service"],
)
PUBLISHED = Counter(
    "messaging_published_total",
    "Events acknowledged by Kafka. Flat while the outbox grows: restart the worker, then check the broker.",
    ["service"],
)
PRODUCER_RECREATED = Counter(
    "messaging_producer_recreated_total",
    "Producers replaced after an error. More than a few an hour: the broker loses data or answers too slowly.",
    ["service"],
)
INBOX_EVENTS = Counter(
    "messaging_inbox_events_total",
    "Events received, by outcome: applied, duplicate, dead. Any dead: open the dead letters page and settle them.",
    ["consumer", "outcome"],
)
TRIMMED_AT = Gauge(
    "messaging_trimmed_at_seconds",
    "When the inbox was last trimmed, in Unix time. Over a day ago: look for `trimming` in the worker's log.",
    ["service"],
)
RETRIES = Counter(
    "messaging_retries_total",
    "Retries of messages. Steady growth: something that the handler needs is not available; its log names it.",
    ["consumer"],
)
LAG = Gauge(
    "messaging_consumer_lag_events",
    "Events waiting in the consumer's partitions. Growing: add a worker, up to the number of partitions.",
    ["consumer"],
)
BEHIND = Gauge(
    "messaging_consumer_behind_seconds",
    "For how long too many events wait or a partition does not move. Over 5 minutes: read the consumer's check in /readyz.",
    ["consumer"],
)
RESTARTS = Counter(
    "messaging_consumer_restarts_total",
    "Consumers replaced after an error or a stall. More than one a minute: check the broker and its group coordinator.",
    ["consumer"],
)
FUSED = Gauge(
    "messaging_consumer_fused",
    "1 while a consumer is stopped: too many messages were poison, or Kafka deleted some unread. Do what `/readyz` says.",
    ["consumer"],
)
