"""Alerts and dashboard use only existing metrics, cover all of them, and give advice."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any, cast

import pytest

from tests.architecture.deployment import documents_of
from tests.architecture.source import ROOT, dotted, modules_with

FOLDER = ROOT / "deploy" / "observability"
ALERTS = FOLDER / "alerts.yaml"

_KINDS = ("Counter", "Gauge", "Histogram")
_SUFFIXES = {"Histogram": ("_bucket", "_sum", "_count")}
_NOT_METRICS = re.compile(r'"[^"]*"|\[[^\]]*\]|\b\w+ (by|without) \([^)]*\)|\b(and|or|unless)\b|\b\w+(?=\s*\()|\b[\d.]+\b')
_LABELS = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"|\bby \(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as the code declares it."""

    kind: str
    name: str
    help: str
    labels: frozenset[str]

    @property
    def series(self) -> set[str]:
        """The names of its series in Prometheus."""
        return {self.name + suffix for suffix in _SUFFIXES.get(self.kind, ("",))}


def _declared() -> dict[str, Metric]:
    calls = [
        node
        for module in modules_with("prometheus_client", "services", "shared")
        for node in module.nodes
        if isinstance(node, ast.Call)
    ]
    found = [_metric(call) for call in calls if dotted(call.func) in _KINDS and len(call.args) >= 2]
    return {metric.name: metric for metric in found}


def _metric(call: ast.Call) -> Metric:
    name, text, *rest = (cast("Any", ast.literal_eval(argument)) for argument in call.args)
    return Metric(dotted(call.func), name, text, frozenset(rest[0] if rest else ()))


METRICS = _declared()
SERIES = {series: metric for metric in METRICS.values() for series in metric.series}
RULES = [rule for document in documents_of(ALERTS.read_text()) for group in document["groups"] for rule in group["rules"]]
PANELS = [panel for panel in json.loads((FOLDER / "dashboard.json").read_text())["panels"] if panel["type"] != "row"]
QUERIES = {
    **{f"alert {rule['alert']}": rule["expr"] for rule in RULES},
    **{f"panel {panel['title']}": target["expr"] for panel in PANELS for target in panel["targets"]},
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_query_names_metrics_and_labels_that_exist(query: str) -> None:
    named = _metrics_in(query)
    assert named, "a query without a metric shows nothing"
    assert named <= set(SERIES), f"the code declares no {named - set(SERIES)}"
    known = frozenset[str]().union(*(SERIES[name].labels for name in named)) | {"le"}
    assert _labels_in(query) <= known, f"no such label: {_labels_in(query) - known}"


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_metric_has_a_panel_that_says_what_to_do(metric: Metric) -> None:
    showing = [panel for panel in PANELS if metric.series & _metrics_in(panel["targets"][0]["expr"])]
    assert showing, f"the dashboard does not show {metric.name}"
    assert all(panel["description"] == metric.help for panel in showing), f"copy the help of {metric.name} into its panel"


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_metric_raises_an_alert(metric: Metric) -> None:
    assert any(metric.series & _metrics_in(rule["expr"]) for rule in RULES), f"add an alert for {metric.name}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_gives_the_advice_of_its_metric(rule: dict[str, Any]) -> None:
    assert set(rule["annotations"]) == {"summary", "runbook"}
    assert rule["labels"]["severity"] in ("page", "ticket")
    advice = rule["annotations"]["runbook"].split(".")[0].split(":")[0].split(";")[0].lower()
    helps = [SERIES[name].help.lower() for name in _metrics_in(rule["expr"])]
    assert any(advice in text for text in helps), f"the metric's help text does not contain {advice!r}"


def test_the_names_of_alerts_are_unique() -> None:
    names = [rule["alert"] for rule in RULES]
    assert len(names) == len(set(names))


@pytest.mark.processes
def test_promtool_accepts_the_rules() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("needs promtool, of the package prometheus")
    done = subprocess.run(["promtool", "check", "rules", str(ALERTS)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_reader_of_queries_sees_metrics_alone() -> None:
    query = 'histogram_quantile(0.95, sum by (le) (rate(a_bucket{state=~"x|y"}[5m]))) > 10 unless time() - b > 3'
    assert _metrics_in(query) == {"a_bucket", "b"}
    assert _labels_in(query) == {"le", "state"}


def _metrics_in(query: str) -> set[str]:
    return set(re.findall(r"[a-z_]\w*", _NOT_METRICS.sub(" ", re.sub(r"\{[^}]*\}", " ", query))))


def _labels_in(query: str) -> set[str]:
    pairs = _LABELS.findall(query)
    return {label.strip() for matched, listed in pairs for label in (matched, *listed.split(",")) if label.strip()}
