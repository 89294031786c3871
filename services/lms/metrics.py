"""Metrics of the feed. Each help text ends with what to do when the figure is bad."""

from __future__ import annotations

from prometheus_client import Gauge

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
