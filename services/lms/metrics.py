"""Metrics of the feed and its webhooks. Each help text ends with what to do when the figure is bad."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

WAITING = Gauge(
    "lms_changes_waiting",
    "Changes that wait for their order to be known. Not getting fewer: run `python -m services.orders.republish`.",
)
WAITING_SECONDS = Gauge(
    "lms_changes_waiting_seconds",
    "How long the oldest change has waited for its order. Over 15 minutes: run `python -m services.orders.republish`.",
)
CALLERS = Gauge(
    "lms_callers_waiting",
    "Calls that wait for a change in this process. Near CHANGES_WAITING_CALLERS: add a pod, or ask who keeps so many open.",
)
WEBHOOK_ATTEMPTS = Counter(
    "lms_webhook_attempts_total",
    "Attempts to send a change to a webhook endpoint, by outcome: delivered, failed, gone. "
    "Most failed: check that lms reaches the internet.",
    ["outcome"],
)
WEBHOOK_ENDPOINTS = Gauge(
    "lms_webhook_endpoints",
    "Webhook endpoints that are failing or disabled, by state. Disabled: ask the council, which sees why in its deliveries.",
    ["state"],
)
