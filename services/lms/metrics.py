"""Metrics of the feed, its webhooks and the mailboxes. Each help text ends with what to do when the figure is bad."""

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
MAILBOX_CONNECTIONS = Gauge(
    "lms_mailbox_connections",
    "SFTP connections to mailboxes in this process. Near 200: add a pod, or ask whose LMS keeps so many open (log, mailbox).",
)
MAILBOX_LOGINS = Counter(
    "lms_mailbox_logins_total",
    "Logins at mailboxes, by outcome: taken, refused, turned_away. Most refused: an LMS has an old key or password, or somebody "
    "guesses; the log has mailbox and address.",
    ["outcome"],
)
MAILBOX_FILES = Counter(
    "lms_mailbox_files_total",
    "Files at mailboxes, by what became of them: kept, cut_off, refused, fetched, sent. Many cut_off: the LMS's line breaks. "
    "refused: a mailbox is full, see its quota and why its files are not read.",
    ["outcome"],
)
MAILBOX_VISITS = Counter(
    "lms_mailbox_visits_total",
    "Looks at LMSs' own SFTP servers, by outcome: reached, failed. Most failed: check that lms reaches the internet at port 22; "
    "of one mailbox, its `/standing` says why.",
    ["outcome"],
)
