"""The alerts, the dashboards and the metrics that the code declares, as data."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from typing import Any, cast

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


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of one of the dashboards."""

    dashboard: str
    panel: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.dashboard}: {self.panel['title']}"

    @property
    def query(self) -> str:
        """Its query, for all suppliers where it asks for some."""
        (target,) = self.panel["targets"]
        return str(target["expr"]).replace("$supplier", ".*")


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
DASHBOARDS = {path.name: json.loads(path.read_text()) for path in sorted((FOLDER / "dashboards").glob("*.json"))}
PANELS = [Panel(name, panel) for name, dashboard in DASHBOARDS.items() for panel in dashboard["panels"] if panel["type"] != "row"]


def metrics_in(query: str) -> set[str]:
    """Returns the metrics that a query names."""
    return set(re.findall(r"[a-z_]\w*", _NOT_METRICS.sub(" ", re.sub(r"\{[^}]*\}", " ", query))))


def labels_in(query: str) -> set[str]:
    """Returns the labels that a query names."""
    pairs = _LABELS.findall(query)
    return {label.strip() for matched, listed in pairs for label in (matched, *listed.split(",")) if label.strip()}
