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
MAILBOX_TRANSFERS = Counter(
    "lms_mailbox_transfers_total",
    "Files that came through the door of a mailbox, by what became of them: kept, cut_off, refused, fetched, sent. "
    "Many cut_off: the LMS's line breaks. "
    "refused: a mailbox is full, see its quota and why its files are not read.",
    ["outcome"],
)
MAILBOX_VISITS = Counter(
    "lms_mailbox_visits_total",
    "Looks at LMSs' own SFTP servers, by outcome: reached, failed. Most failed: check that lms reaches the internet at port 22; "
    "of one mailbox, its `/standing` says why.",
    ["outcome"],
)
MAILBOX_READ = Counter(
    "lms_mailbox_files_read_total",
    "Files that LMSs put into their mailboxes, by the state they got when they were read. "
    "Most refused: look into `GET /v1/mailbox-messages?state=refused`; a profile may not fit its LMS.",
    ["state"],
)
MAILBOX_WAITING = Gauge(
    "lms_mailbox_files_waiting",
    "Files of mailboxes in each state that waits. `received` growing: see the log of lms. `asked`: see the order book's dead "
    "letters. `refused`, `partly_taken`, `cut_off`, `failed`: wait for a person.",
    ["state"],
)
MAILBOX_WAITING_SECONDS = Gauge(
    "lms_mailbox_files_waiting_seconds",
    "How long the oldest file of a mailbox has been in a state that waits. `received` or `asked` over 5 minutes: see the log "
    "of lms, and `lms.order.asked.v1` among the dead letters of orders.",
    ["state"],
)
MAILBOX_NOT_FETCHED = Gauge(
    "lms_mailbox_files_not_fetched",
    "Files out that their LMS has not fetched for MAILBOX_LATE_HOURS. Look into `GET /v1/mailbox-messages?state=ready`, "
    "and ask the council whether its LMS still fetches.",
)
MAILBOX_NEWS = Gauge(
    "lms_mailbox_news_waiting",
    "Answers, goods and invoices for mailboxes that wait for their order to be known, or for the other parts of an invoice. "
    "Not getting fewer: see the dead letters of lms-mailbox, then run `python -m services.orders.republish`.",
)
MAILBOX_NEWS_SECONDS = Gauge(
    "lms_mailbox_news_waiting_seconds",
    "How long the oldest of them has waited. Over 15 minutes: see the dead letters of lms-mailbox, then run "
    "`python -m services.orders.republish`.",
)
