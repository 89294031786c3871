"""Each alert fires when it must, leads to its page, and is silent otherwise: promtool plays its series, minute by minute."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.observability import RULES

_DESK = "https://desk.example"
_ORDERS, _NATIONAL = {"service": "orders"}, {"supplier": "national"}
_BOOKS = {"consumer": "orders"}

Series = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """Series with which an alert fires at a minute, with which labels and page, and series with which it does not.

    Series are in promtool's notation: `5+2x60` is 5, 7, 9 and so on for sixty minutes.
    """

    fires: Series
    silent: Series
    minute: int
    page: str
    labels: Mapping[str, str] = field(default_factory=dict)


def _steady(metric: str, high: int, low: int, minute: int, page: str, **labels: str) -> Case:
    """A gauge that is too high for long enough."""
    named = ", ".join(f'{name}="{value}"' for name, value in labels.items())
    return Case(
        {f"{metric}{{{named}}}": f"{high}+0x{minute}"}, {f"{metric}{{{named}}}": f"{low}+0x{minute}"}, minute, page, labels
    )


def _more_of(metric: str, bad: str, good: str, page: str, *, by: int = 1, labels: Mapping[str, str] | None = None) -> Case:
    """A counter that grows for the bad outcome; alone for the good one it is silent."""
    fires, silent = {f"{metric}{{{bad}}}": f"0+{by}x90"}, {f"{metric}{{{good}}}": f"0+{by}x90"}
    return Case(fires, silent, 90, page, labels or {})


_SLOW = "suppliers_send_seconds_bucket"
CASES: Mapping[str, Case] = {
    "EventsDoNotLeave": _steady("messaging_outbox_oldest_unsent_seconds", 61, 60, 5, "/dead-letters?service=orders", **_ORDERS),
    "OutboxGrows": _steady("messaging_outbox_unsent_rows", 10_001, 10_000, 15, "/dead-letters?service=orders", **_ORDERS),
    "NothingPublishedWhileOutboxWaits": Case(
        {'messaging_outbox_unsent_rows{service="orders"}': "3+0x30", 'messaging_published_total{service="orders"}': "7+0x30"},
        {'messaging_outbox_unsent_rows{service="orders"}': "3+0x30", 'messaging_published_total{service="orders"}': "7+1x30"},
        30,
        "/dead-letters?service=orders",
        _ORDERS,
    ),
    "ProducersAreReplaced": Case(
        {'messaging_producer_recreated_total{service="orders"}': "0+1x60"},
        {'messaging_producer_recreated_total{service="orders"}': "0+0x50 1+0x10"},
        60,
        "/dead-letters?service=orders",
        _ORDERS,
    ),
    "ConsumerStandsStill": _steady("messaging_consumer_fused", 1, 0, 5, "/dead-letters?consumer=orders", **_BOOKS),
    "InboxIsNotTrimmed": Case(
        {'messaging_trimmed_at_seconds{service="orders"}': "0+0x1600"},
        {'messaging_trimmed_at_seconds{service="orders"}': "0+60x1600"},
        1_600,
        "/dead-letters?service=orders",
        _ORDERS,
    ),
    "EventsWereGivenUp": _more_of(
        "messaging_inbox_events_total",
        'consumer="orders", outcome="dead"',
        'consumer="orders", outcome="applied"',
        "/dead-letters?consumer=orders",
        labels=_BOOKS,
    ),
    "ConsumerFallsBehind": Case(
        {'messaging_consumer_lag_events{consumer="orders"}': "6000+10x60"},
        {'messaging_consumer_lag_events{consumer="orders"}': "9000-10x60"},
        60,
        "/dead-letters?consumer=orders",
        _BOOKS,
    ),
    "ConsumerIsBehind": _steady("messaging_consumer_behind_seconds", 301, 300, 5, "/dead-letters?consumer=orders", **_BOOKS),
    "ConsumerIsReplacedOften": Case(
        {'messaging_consumer_restarts_total{consumer="orders"}': "0+2x60"},
        {'messaging_consumer_restarts_total{consumer="orders"}': "0+0x55 5+0x5"},
        60,
        "/dead-letters?consumer=orders",
        _BOOKS,
    ),
    "EventsAreRetried": Case(
        {'messaging_retries_total{consumer="orders"}': "0+30x60"},
        {'messaging_retries_total{consumer="orders"}': "0+6x60"},
        60,
        "/dead-letters?consumer=orders",
        _BOOKS,
    ),
    "SupplierIsAway": Case(
        {'suppliers_sends_total{supplier="national", outcome="unavailable"}': "0+1x60"},
        {
            'suppliers_sends_total{supplier="national", outcome="unavailable"}': "0+1x60",
            'suppliers_sends_total{supplier="national", outcome="sent"}': "0+1x60",
        },
        60,
        "/suppliers/national",
        _NATIONAL,
    ),
    "SupplierIsSlow": Case(
        {
            f'{_SLOW}{{supplier="national", le="5"}}': "0+0x60",
            f'{_SLOW}{{supplier="national", le="20"}}': "0+9x60",
            f'{_SLOW}{{supplier="national", le="+Inf"}}': "0+9x60",
        },
        {
            f'{_SLOW}{{supplier="national", le="5"}}': "0+9x60",
            f'{_SLOW}{{supplier="national", le="20"}}': "0+9x60",
            f'{_SLOW}{{supplier="national", le="+Inf"}}': "0+9x60",
        },
        60,
        "/suppliers/national",
        _NATIONAL,
    ),
    "MessagesNeedADecision": Case(
        {'suppliers_pending_messages{supplier="national", state="unknown"}': "1+0x10"},
        {'suppliers_pending_messages{supplier="national", state="queued"}': "90+0x10"},
        10,
        "/messages?supplier=national&state=unknown",
        {**_NATIONAL, "state": "unknown"},
    ),
    "MessagesAreNotReadable": _more_of(
        "suppliers_inbound_total",
        'supplier="national", state="quarantined"',
        'supplier="national", state="applied"',
        "/messages?supplier=national&state=quarantined",
        labels=_NATIONAL,
    ),
    "SupplierIsSilent": Case(
        {'suppliers_last_heard_timestamp_seconds{supplier="national"}': "0+0x3000"},
        {'suppliers_last_heard_timestamp_seconds{supplier="national"}': "0+60x3000"},
        3_000,
        "/suppliers/national",
        _NATIONAL,
    ),
    "FeedIsQuiet": _steady("suppliers_feed_quiet", 1, 0, 20, "/suppliers/national", supplier="national", kind="invoice"),
    "ChangesWaitForTheirOrder": Case(
        {"lms_changes_waiting": "2+0x10", "lms_changes_waiting_seconds": "901+0x10"},
        {"lms_changes_waiting": "0+0x10", "lms_changes_waiting_seconds": "901+0x10"},
        10,
        "/dead-letters?service=lms",
    ),
    "WebhookEndpointDisabled": Case(
        {'lms_webhook_endpoints{state="disabled"}': "1+0x70 2+0x20"},
        {'lms_webhook_endpoints{state="disabled"}': "2+0x90", 'lms_webhook_endpoints{state="failing"}': "1+0x70 2+0x20"},
        90,
        "/audit?service=lms&kind=webhook_endpoint",
    ),
    "WebhooksFail": _more_of(
        "lms_webhook_attempts_total", 'outcome="failed"', 'outcome="delivered"', "/audit?service=lms&kind=webhook_endpoint"
    ),
    "ManyCallsWaitForChanges": _steady("lms_callers_waiting", 401, 400, 10, "/audit?service=lms"),
    "MailboxFilesAreRefused": _more_of(
        "lms_mailbox_files_read_total", 'state="refused"', 'state="taken"', "/work?kind=held_file"
    ),
    "MailboxFilesAreNotRead": Case(
        {
            'lms_mailbox_files_waiting{state="received"}': "1+0x10",
            'lms_mailbox_files_waiting_seconds{state="received"}': "301+0x10",
        },
        {'lms_mailbox_files_waiting{state="ready"}': "1+0x10", 'lms_mailbox_files_waiting_seconds{state="ready"}': "301+0x10"},
        10,
        "/dead-letters?service=orders",
    ),
    "MailboxFilesWaitForAPerson": _steady("lms_mailbox_files_waiting", 1, 0, 70, "/work?kind=held_file", state="refused"),
    "MailboxFilesAreNotFetched": _steady("lms_mailbox_files_not_fetched", 1, 0, 70, "/work?kind=held_file"),
    "MailboxNewsWaits": Case(
        {"lms_mailbox_news_waiting": "1+0x10", "lms_mailbox_news_waiting_seconds": "901+0x10"},
        {"lms_mailbox_news_waiting": "0+0x10", "lms_mailbox_news_waiting_seconds": "901+0x10"},
        10,
        "/dead-letters?service=lms",
    ),
    "ManyMailboxConnections": _steady("lms_mailbox_connections", 161, 160, 10, "/audit?service=lms&kind=mailbox"),
    "MailboxLoginsRefused": _more_of(
        "lms_mailbox_logins_total", 'outcome="refused"', 'outcome="taken"', "/audit?service=lms&kind=mailbox", by=90
    ),
    "MailboxFull": _more_of("lms_mailbox_transfers_total", 'outcome="refused"', 'outcome="kept"', "/work?kind=held_file"),
    "MailboxVisitsFail": _more_of(
        "lms_mailbox_visits_total", 'outcome="failed"', 'outcome="reached"', "/audit?service=lms&kind=mailbox"
    ),
}


def test_every_alert_has_a_case() -> None:
    assert {rule["alert"] for rule in RULES} == CASES.keys()


@pytest.mark.processes
def test_every_alert_fires_when_it_must_and_leads_to_its_page_and_is_silent_otherwise(tmp_path: Path) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("needs promtool, of the package prometheus")
    files = [_file(rule, CASES[rule["alert"]], tmp_path) for rule in RULES]
    done = subprocess.run(["promtool", "test", "rules", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _file(rule: Mapping[str, Any], case: Case, folder: Path) -> str:
    """Writes the tests of one rule, and the rule apart from all others, which promtool would evaluate as often.

    Its page is its only annotation, because promtool compares all of them.
    """
    name, page = rule["alert"], {"page_url": rule["annotations"]["page_url"]}
    rules = {"groups": [{"name": name, "rules": [{**rule, "annotations": page}]}]}
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(rules))
    labels = {"severity": rule["labels"]["severity"], **case.labels}
    fired = {"exp_labels": labels, "exp_annotations": {"page_url": f"{_DESK}{case.page}"}}
    tests = [_test(name, case.fires, case.minute, [fired]), _test(name, case.silent, case.minute, [])]
    file = folder / f"{name}-tests.yaml"
    file.write_text(yaml.safe_dump({"rule_files": [f"{name}.yaml"], "evaluation_interval": "1m", "tests": tests}))
    return str(file)


def _test(name: str, series: Series, minute: int, expected: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return {
        "interval": "1m",
        "external_labels": {"desk": _DESK},
        "input_series": [{"series": named, "values": values} for named, values in series.items()],
        "alert_rule_test": [{"eval_time": f"{minute}m", "alertname": name, "exp_alerts": list(expected)}],
    }
