"""Alerts and dashboards use only existing metrics, cover all of them, give advice, and lead to pages that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from starlette.routing import Match

from tests.architecture.deployment import compose, documents_of
from tests.architecture.observability import (
    ALERTS,
    DASHBOARDS,
    FOLDER,
    METRICS,
    PANELS,
    RULES,
    SERIES,
    Metric,
    Panel,
    labels_in,
    metrics_in,
)
from tests.fixtures.tokens import Tokens
from tests.services.apps import app_of

# Prometheus's own metric of what it scrapes, with the label of its configuration.
_OWN, _OWN_LABELS = {"up"}, {"job", "le"}
_WAITS = (
    *("quarantined", "sending", "held_file", "decision", "proposal", "invoice", "discrepancy", "claim", "late", "cancellation"),
    *("dead_letter", "unreachable", "account_stopped", "quiet", "declining", "switch", "change", "below_minimum", "overdue"),
)
_QUERIES = {
    **{f"alert {rule['alert']}": rule["expr"] for rule in RULES},
    **{f"panel {panel.name}": panel.query for panel in PANELS},
}
_DESK = "{{ $externalLabels.desk }}"
_LINKS = {
    **{f"alert {rule['alert']}": rule["annotations"]["page_url"].removeprefix(_DESK) for rule in RULES},
    **{f"panel {panel.name}": link["url"].removeprefix("${desk}") for panel in PANELS for link in panel.panel.get("links", ())},
}
every_panel = pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.name)


@pytest.mark.parametrize("query", _QUERIES.values(), ids=_QUERIES)
def test_every_query_names_metrics_and_labels_that_exist(query: str) -> None:
    named = metrics_in(query)
    assert named, "a query without a metric shows nothing"
    assert named <= set(SERIES) | _OWN, f"the code declares no {named - set(SERIES)}"
    known = frozenset[str]().union(*(SERIES[name].labels for name in named - _OWN)) | _OWN_LABELS
    assert labels_in(query) <= known, f"no such label: {labels_in(query) - known}"


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_metric_has_a_panel_that_says_what_to_do(metric: Metric) -> None:
    showing = [panel for panel in PANELS if metric.series & metrics_in(panel.query)]
    assert showing, f"no dashboard shows {metric.name}"
    assert all(panel.panel["description"] == metric.help for panel in showing), f"copy the help of {metric.name} into its panels"


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_metric_raises_an_alert(metric: Metric) -> None:
    assert any(metric.series & metrics_in(rule["expr"]) for rule in RULES), f"add an alert for {metric.name}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_gives_the_advice_of_its_metric_and_a_page(rule: dict[str, Any]) -> None:
    assert set(rule["annotations"]) == {"summary", "runbook", "page_url"}
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["page_url"].startswith(f"{_DESK}/")
    advice = rule["annotations"]["runbook"].split(".")[0].split(":")[0].split(";")[0].lower()
    helps = [SERIES[name].help.lower() for name in metrics_in(rule["expr"])]
    assert any(advice in text for text in helps), f"the metric's help text does not contain {advice!r}"


@pytest.fixture(scope="module")
def dashboard(tokens: Tokens) -> FastAPI:
    """The dashboard, whose routes pages have."""
    return app_of("dashboard", tokens)


@pytest.mark.parametrize("link", _LINKS.values(), ids=_LINKS)
def test_every_link_leads_to_a_page_of_the_dashboard(link: str, dashboard: FastAPI) -> None:
    parts = urlsplit(re.sub(r"\{\{ \$labels\.\w+ \}\}", "national", link))
    scope = {"type": "http", "method": "GET", "path": parts.path, "headers": []}
    assert any(route.matches(scope)[0] is Match.FULL for route in dashboard.routes), f"the dashboard has no page {parts.path}"
    asked = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    assert parts.path != "/work" or set(asked.get("kind", ())) <= set(_WAITS), "no such kind of thing waits"


def test_the_names_of_alerts_are_unique() -> None:
    names = [rule["alert"] for rule in RULES]
    assert len(names) == len(set(names))


def test_the_operator_of_prometheus_gets_the_same_alerts() -> None:
    (rule,) = documents_of((FOLDER / "prometheus-operator" / "prometheus-rule.yaml").read_text())
    assert rule["kind"] == "PrometheusRule"
    (alerts,) = documents_of(ALERTS.read_text())
    assert rule["spec"] == alerts, "run `make alerts`"


@pytest.mark.processes
@pytest.mark.parametrize("arguments", [("rules", str(ALERTS)), ("config", "--syntax-only", str(FOLDER / "prometheus.yaml"))])
def test_promtool_accepts_the_rules_and_the_configuration(arguments: tuple[str, ...]) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("needs promtool, of the package prometheus")
    done = subprocess.run(["promtool", "check", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_reader_of_queries_sees_metrics_alone() -> None:
    query = 'histogram_quantile(0.95, sum by (le) (rate(a_bucket{state=~"x|y"}[5m]))) > 10 unless time() - b > 3'
    assert metrics_in(query) == {"a_bucket", "b"}
    assert labels_in(query) == {"le", "state"}


@every_panel
def test_every_panel_asks_the_chosen_source_and_fits_beside_the_others(panel: Panel) -> None:
    place = panel.panel["gridPos"]
    assert place["x"] + place["w"] <= 24
    others = [other["gridPos"] for other in DASHBOARDS[panel.dashboard]["panels"] if other["id"] != panel.panel["id"]]
    assert not [other for other in others if _overlap(place, other)]
    source = {"type": "prometheus", "uid": "${datasource}"}
    assert [panel.panel["datasource"], *(target["datasource"] for target in panel.panel["targets"])] == [source, source]
    assert panel.panel["fieldConfig"]["defaults"]["unit"]


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_has_ids_of_its_own_and_defines_its_variables(name: str) -> None:
    dashboard = DASHBOARDS[name]
    assert len({other["uid"] for other in DASHBOARDS.values()}) == len(DASHBOARDS)
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
    used = set(re.findall(r"\$\{?([a-z]+)\}?", str({**dashboard, "templating": None})))
    assert used == {variable["name"] for variable in dashboard["templating"]["list"]}


def test_compose_scrapes_every_process_and_gives_grafana_every_file() -> None:
    services = compose()["services"]
    (scraping,) = documents_of((FOLDER / "prometheus.yaml").read_text())
    (job,) = scraping["scrape_configs"]
    processes = {
        name for name, service in services.items() if name in services and "healthcheck" in service and "build" in service
    }
    assert {target for config in job["static_configs"] for target in config["targets"]} == {f"{name}:8000" for name in processes}
    mounted = {volume.split(":")[0]: volume.split(":")[1] for volume in services["grafana"]["volumes"]}
    (provider,) = documents_of((FOLDER / "grafana" / "dashboards.yaml").read_text())
    assert mounted["./deploy/observability/dashboards"] == provider["providers"][0]["options"]["path"]
    (source,) = documents_of((FOLDER / "grafana" / "datasource.yaml").read_text())
    assert source["datasources"][0]["url"] == "http://prometheus:9090"
    (kept,) = documents_of((FOLDER / "kustomization.yaml").read_text())
    assert {file for each in kept["configMapGenerator"] for file in each["files"]} == {
        "alerts.yaml", *(f"dashboards/{name}" for name in DASHBOARDS),
    }  # fmt: skip


def _overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    across = one["x"] < other["x"] + other["w"] and other["x"] < one["x"] + one["w"]
    return across and one["y"] < other["y"] + other["h"] and other["y"] < one["y"] + one["h"]
