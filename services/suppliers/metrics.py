"""Metrics of the exchange. Each help text ends with what to do when the figure is bad."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

SENDS = Counter(
    "suppliers_sends_total",
    "Attempts to send, by outcome: sent, undecided, unavailable, credentials_refused, refused, unintelligible, unknown. "
    "Many but sent: read the reason of the newest message in that state.",
    ["supplier", "outcome"],
)
SEND_SECONDS = Histogram(
    "suppliers_send_seconds",
    "How long the supplier takes to accept a message. Near the limit: ask the supplier before outcomes become unknown.",
    ["supplier"],
)
INBOUND = Counter(
    "suppliers_inbound_total",
    "Messages read, by kind and the state they ended in. Quarantined or partly_applied: open them and settle each.",
    ["supplier", "kind", "state"],
)
PENDING = Gauge(
    "suppliers_pending_messages",
    "Messages that wait, by state. Queued or received growing: see /readyz. Unknown or quarantined: a person must decide.",
    ["supplier", "state"],
)
LAST_HEARD = Gauge(
    "suppliers_last_heard_timestamp_seconds",
    "When the newest inbound message arrived. Older than the supplier's usual pause: ask whether it still sends.",
    ["supplier"],
)
FEED_QUIET = Gauge(
    "suppliers_feed_quiet",
    "1 while a feed of the supplier is silent for longer than its profile says is usual. Ask the supplier whether it sends.",
    ["supplier", "kind"],
)
