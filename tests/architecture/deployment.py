"""Reads the deployment files as data: the compose file and the Kubernetes manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from local.stack.programs import package_of
from services.catalogue.settings import CatalogueSettings
from services.dashboard.settings import DashboardSettings
from services.evidence.settings import EvidenceSettings
from services.lms.settings import LmsSettings
from services.orders.settings import OrdersSettings
from services.suppliers.settings import SuppliersSettings
from shared.settings import ServiceSettings
from tests.architecture.source import ROOT

KUBERNETES = ROOT / "deploy" / "k8s"
BASE = KUBERNETES / "base"
OVERLAYS = sorted(path for path in (KUBERNETES / "overlays").iterdir())

# What compose runs beside our own processes.
OTHERS = frozenset({"postgres", "kafka", "prometheus", "grafana"})

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Container:
    """One container, from the compose file or from a Kubernetes manifest."""

    where: str
    process: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]


@cache
def compose() -> Document:
    """Returns the compose file; merged keys are resolved, variables are not."""
    (document,) = documents_of((ROOT / "docker-compose.yml").read_text())
    return document


@cache
def manifests(folder: Path) -> tuple[Document, ...]:
    """Returns every Kubernetes object in a folder, without its kustomization."""
    files = sorted(path for path in folder.glob("*.yaml") if path.name != "kustomization.yaml")
    return tuple(document for path in files for document in documents_of(path.read_text()))


def documents_of(text: str) -> tuple[Document, ...]:
    """Returns the documents of a YAML text. By the parser in C: every worker of a test run reads these files."""
    return tuple(yaml.load_all(text, Loader=yaml.CSafeLoader))


def of_kind(kind: str, folder: Path = BASE) -> list[Document]:
    """Returns the folder's objects of one kind."""
    return [document for document in manifests(folder) if document["kind"] == kind]


def name_of(document: Document) -> str:
    """Returns an object's name."""
    return str(document["metadata"]["name"])


def pod_of(document: Document) -> Document:
    """Returns the pod that a Deployment or Job runs."""
    pod: Document = document["spec"]["template"]["spec"]
    return pod


def in_compose() -> list[Container]:
    """Returns our containers in the compose file, including migrations."""
    services = {name: service for name, service in compose()["services"].items() if name not in OTHERS}
    return [
        Container(f"compose {name}", name.removeprefix("migrate-"), tuple(service["command"]), dict(service["environment"]))
        for name, service in services.items()
    ]


def in_kubernetes() -> list[Container]:
    """Returns our containers in the base; a value from a secret is given as `secret NAME/KEY`."""
    return [_container(document) for document in (*of_kind("Deployment"), *of_kind("Job"))]


def _container(document: Document) -> Container:
    labels = document["spec"]["template"]["metadata"]["labels"]
    (container,) = pod_of(document)["containers"]
    environment = {**_shared_settings(container), **dict(_own_settings(container))}
    where = f"{document['kind']} {name_of(document)}"
    return Container(where, labels["app.kubernetes.io/name"], tuple(container["args"]), environment)


def _shared_settings(container: Document) -> dict[str, str]:
    names = {source["configMapRef"]["name"] for source in container["envFrom"]}
    return {key: value for found in of_kind("ConfigMap") if name_of(found) in names for key, value in found["data"].items()}


def _own_settings(container: Document) -> Iterator[tuple[str, str]]:
    for entry in container["env"]:
        secret = entry.get("valueFrom", {}).get("secretKeyRef")
        yield entry["name"], f"secret {secret['name']}/{secret['key']}" if secret else entry["value"]


def settings_of(process: str) -> type[ServiceSettings]:
    """Returns the settings class with which a process reads its environment."""
    own: dict[str, type[ServiceSettings]] = {
        "services.catalogue": CatalogueSettings,
        "services.orders": OrdersSettings,
        "services.suppliers": SuppliersSettings,
        "services.dashboard": DashboardSettings,
        "services.evidence": EvidenceSettings,
        "services.lms": LmsSettings,
    }
    return own.get(package_of(process), ServiceSettings)
