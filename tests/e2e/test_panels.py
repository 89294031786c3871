"""Every panel of the dashboards and every alert, asked of a Prometheus that scrapes a running system on a bad day."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.observability import PANELS, RULES, metrics_in
from tests.browser.system import bad_day
from tests.e2e.prometheus import DESK, Prometheus, needs_prometheus, prometheus
from tests.waiting import until

pytestmark = [pytest.mark.long, needs_prometheus]

# What nobody did, or what did not go wrong, that day: Prometheus knows the metric, and has no series of it.
_NOT_THAT_DAY = {
    *("messaging_consumer_fused", "messaging_consumer_restarts_total", "messaging_producer_recreated_total"),
    *("messaging_retries_total", "lms_mailbox_files_read_total", "lms_mailbox_logins_total", "lms_mailbox_transfers_total"),
    *("lms_mailbox_visits_total", "lms_webhook_attempts_total"),
}


async def test_every_panel_shows_what_a_running_system_measures(tmp_path: Path) -> None:
    async with bad_day() as stack, prometheus(tmp_path, list(stack.endpoints.all().values())) as running:

        async def shows_all() -> bool:
            return not await _empty(running)

        await until(shows_all, limit=120)
        for metric in _NOT_THAT_DAY:
            assert await running.get("metadata", metric=metric), f"no process has the metric {metric}"
        rules = [rule for group in (await running.get("rules"))["groups"] for rule in group["rules"]]
        assert {rule["name"]: rule["health"] for rule in rules} == {rule["alert"]: "ok" for rule in RULES}
        # What waits for a person that day leads to its page as soon as it is noticed.
        page = await until(lambda: _page_of_quarantined(running))
        assert page == f"{DESK}/messages?supplier=national&state=quarantined"


async def _page_of_quarantined(running: Prometheus) -> str:
    """Returns where the alert about messages in quarantine leads; "" while there is none."""
    told = await _alerts(running, "MessagesNeedADecision")
    return next((annotations["page_url"] for labels, annotations in told if labels["state"] == "quarantined"), "")


async def _empty(running: Prometheus) -> set[str]:
    """Returns the panels that show nothing now, and should. Raises AssertionError where one asks what Prometheus refuses."""
    empty = {panel.name: metrics_in(panel.query) for panel in PANELS if not await running.series(panel.query)}
    return {name for name, metrics in empty.items() if not metrics <= _NOT_THAT_DAY}


async def _alerts(running: Prometheus, name: str) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Returns labels and annotations of an alert that fires, or will if that lasts."""
    alerts = (await running.get("alerts"))["alerts"]
    return [(alert["labels"], alert["annotations"]) for alert in alerts if alert["labels"]["alertname"] == name]
