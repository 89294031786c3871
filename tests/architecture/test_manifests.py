"""The compose file and the Kubernetes manifests are consistent: selectors, probes, limits, least privilege."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from local.stack.programs import PROCESSES, SUPPLIERS
from tests.architecture import deployment
from tests.architecture.deployment import Document, documents_of, name_of, of_kind, pod_of
from tests.architecture.source import ROOT

API_VERSIONS = {
    "Cluster": "postgresql.cnpg.io/v1",
    "ConfigMap": "v1",
    "Database": "postgresql.cnpg.io/v1",
    "Deployment": "apps/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "Ingress": "networking.k8s.io/v1",
    "Job": "batch/v1",
    "Kafka": "kafka.strimzi.io/v1",
    "KafkaNodePool": "kafka.strimzi.io/v1",
    "KafkaTopic": "kafka.strimzi.io/v1",
    "Namespace": "v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "PodDisruptionBudget": "policy/v1",
    "PodMonitor": "monitoring.coreos.com/v1",
    "Service": "v1",
    "ServiceAccount": "v1",
}
FOLDERS = (deployment.BASE, *deployment.OVERLAYS)
DEPLOYMENTS = {name_of(document): document for document in of_kind("Deployment")}
PODS = {f"{document['kind']} {name_of(document)}": document for document in (*of_kind("Deployment"), *of_kind("Job"))}
# Stopping ends open requests first, then the background parts. See shared/serve.py and shared/http/app.py.
REQUESTS_SECONDS, PARTS_SECONDS = 20, 15

each_deployment = pytest.mark.parametrize("document", DEPLOYMENTS.values(), ids=DEPLOYMENTS)
each_pod = pytest.mark.parametrize("document", PODS.values(), ids=PODS)
each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@each_folder
def test_every_object_is_of_a_known_kind_and_named_once(folder: Path) -> None:
    found = [(document["kind"], name_of(document)) for document in deployment.manifests(folder)]
    assert len(found) == len(set(found))
    for document in deployment.manifests(folder):
        assert document["apiVersion"] == API_VERSIONS[document["kind"]]
        assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", name_of(document))


@each_folder
def test_every_kustomization_names_the_files_that_lie_beside_it(folder: Path) -> None:
    (kustomization,) = documents_of((folder / "kustomization.yaml").read_text())
    named = {name for name in kustomization["resources"] if not name.startswith("..")}
    assert named == {path.name for path in folder.glob("*.yaml")} - {"kustomization.yaml"}
    assert all((folder / name).exists() for name in kustomization["resources"])


@each_deployment
def test_a_deployment_selects_its_own_pods_and_no_others(document: Document) -> None:
    selector = document["spec"]["selector"]["matchLabels"]
    selected = [name for name, other in DEPLOYMENTS.items() if _matches(selector, _labels(other))]
    assert selected == [name_of(document)]


@each_deployment
def test_a_deployment_is_probed_where_the_service_answers(document: Document) -> None:
    container = _container(document)
    assert {"name": "http", "containerPort": 8000} in container["ports"]
    probes = {probe: container[probe]["httpGet"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert {probe: get["path"] for probe, get in probes.items()} == {
        "startupProbe": "/livez",
        "livenessProbe": "/livez",
        "readinessProbe": "/readyz",
    }
    assert {get["port"] for get in probes.values()} == {"http"}


@each_deployment
def test_a_deployment_has_time_to_finish_what_it_began(document: Document) -> None:
    before = _container(document)["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod_of(document)["terminationGracePeriodSeconds"] >= before + REQUESTS_SECONDS + PARTS_SECONDS


@each_deployment
def test_a_deployment_keeps_a_pod_while_nodes_are_emptied(document: Document) -> None:
    selectors = [budget["spec"]["selector"]["matchLabels"] for budget in of_kind("PodDisruptionBudget")]
    assert sum(_matches(selector, _labels(document)) for selector in selectors) == 1


@each_pod
def test_a_pod_may_do_no_more_than_it_must(document: Document) -> None:
    pod, container = pod_of(document), _container(document)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["automountServiceAccountToken"] is False
    assert pod["serviceAccountName"] in {name_of(account) for account in of_kind("ServiceAccount")}


@each_pod
def test_a_pod_says_what_it_needs(document: Document) -> None:
    resources = _container(document)["resources"]
    assert set(resources["requests"]) == {"cpu", "memory"}
    assert set(resources["limits"]) == {"memory"}, "set no limit of processor time: it only makes requests wait"


@each_deployment
def test_every_file_a_setting_names_lies_in_a_mounted_volume(document: Document) -> None:
    container, pod = _container(document), pod_of(document)
    mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    assert sorted(mounts.values()) == sorted(volume["name"] for volume in pod["volumes"])
    (settings,) = of_kind("ConfigMap")
    own = {entry["name"]: entry.get("value", "") for entry in container["env"]}
    files = [value for name, value in {**settings["data"], **own}.items() if name.endswith("_FILE")]
    assert all(str(Path(file).parent) in mounts for file in files)


def test_every_service_leads_to_a_deployment_that_answers_requests() -> None:
    services = [service for service in of_kind("Service") if name_of(service) != "lms-mailboxes"]
    assert sorted(map(name_of, services)) == sorted(PROCESSES)
    for service in services:
        found = [document for document in DEPLOYMENTS.values() if _matches(service["spec"]["selector"], _labels(document))]
        assert [_labels(document)["app.kubernetes.io/component"] in ("api", "all") for document in found] == [True]
        assert [port["targetPort"] for port in service["spec"]["ports"]] == ["http"]


def test_the_mailboxes_lead_to_the_port_where_lms_serves_them() -> None:
    (service,) = [service for service in of_kind("Service") if name_of(service) == "lms-mailboxes"]
    (port,) = service["spec"]["ports"]
    ports = {each["name"]: str(each["containerPort"]) for each in _container(DEPLOYMENTS["lms"])["ports"]}
    settings = {entry["name"]: entry.get("value") for entry in _container(DEPLOYMENTS["lms"])["env"]}
    assert _matches(service["spec"]["selector"], _labels(DEPLOYMENTS["lms"]))
    assert ports[port["targetPort"]] == settings["MAILBOX_PORT"]


def test_all_traffic_is_denied_that_no_policy_names() -> None:
    policies = {name_of(policy): policy["spec"] for policy in of_kind("NetworkPolicy")}
    denied = policies.pop("default-deny")
    assert denied["policyTypes"] == ["Ingress", "Egress"]
    assert set(denied) == {"podSelector", "policyTypes"}
    (kustomization,) = documents_of((deployment.BASE / "kustomization.yaml").read_text())
    (labels,) = kustomization["labels"]
    assert denied["podSelector"]["matchLabels"] == labels["pairs"]
    assert labels["includeTemplates"] is True, "without it the policies select no pod"
    for name, policy in policies.items():
        rules = [*policy.get("ingress", []), *policy.get("egress", [])]
        assert rules, name
        assert all(rule.get("ports") and (rule.get("from") or rule.get("to")) for rule in rules), name


def test_only_suppliers_workers_lms_and_for_sign_in_the_dashboard_reach_what_is_outside() -> None:
    outside = [policy["spec"] for policy in of_kind("NetworkPolicy") if "ipBlock" in json.dumps(policy)]
    reaching = [name for policy in outside if "egress" in policy for name in DEPLOYMENTS if _selects(policy, DEPLOYMENTS[name])]
    assert sorted(reaching) == ["dashboard", "lms", "supplier-consortium-worker", "supplier-national-worker"]


def test_between_our_pods_only_the_dashboard_asks_all_others_and_evidence_the_owners_of_a_pack() -> None:
    asking = {(one, other) for one in PODS for other in PODS if _may_ask(PODS[one], PODS[other])}
    exchanges = {f"Deployment supplier-{supplier}-api" for supplier in SUPPLIERS}
    owners = exchanges | {"Deployment orders-api", "Deployment delivery-api"}
    others = ("orders-api", "catalogue", "delivery-api", "evidence", "lms")
    shown = exchanges | {f"Deployment {other}" for other in others}
    assert asking == {("Deployment dashboard", one) for one in shown} | {("Deployment evidence", owner) for owner in owners}


@pytest.mark.processes
@each_folder
def test_kustomize_builds_it(folder: Path) -> None:
    if shutil.which("kubectl") is None:
        pytest.skip("needs kubectl, which carries kustomize; no cluster")
    done = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    built = documents_of(done.stdout)
    maps = {name_of(document) for document in built if document["kind"] == "ConfigMap"}
    used = {map_name for document in built if document["kind"] == "Deployment" for map_name in _maps_used(document)}
    assert used - maps == {"jwks"}, "everything but the reader's own key set comes from the files"


def test_compose_starts_everything_in_order_and_knows_when_it_is_ready() -> None:
    services = deployment.compose()["services"]
    for process in PROCESSES:
        service = services[process]
        conditions = {name: needed["condition"] for name, needed in service["depends_on"].items()}
        assert conditions == {f"migrate-{process}": "service_completed_successfully", "kafka": "service_healthy"}
        assert "http://127.0.0.1:8000/readyz" in " ".join(service["healthcheck"]["test"])
        assert services[f"migrate-{process}"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert all("healthcheck" in services[name] for name in ("postgres", "kafka"))


def test_compose_gives_no_process_more_rights_than_it_needs() -> None:
    services = deployment.compose()["services"]
    for name, service in services.items():
        assert "no-new-privileges:true" in service["security_opt"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), "must be local only"
        if name not in deployment.OTHERS:
            assert (service["read_only"], service["user"], service["cap_drop"]) == (True, "10001:10001", ["ALL"]), name
            assert service.get("stop_grace_period", "30s") == "30s"


def test_compose_publishes_no_port_twice() -> None:
    published = [port for service in deployment.compose()["services"].values() for port in service.get("ports", [])]
    assert len(published) == len(set(published))


def test_compose_mounts_every_file_a_setting_names() -> None:
    for process in PROCESSES:
        service = deployment.compose()["services"][process]
        mounted = {entry["target"] for entry in service["configs"]}
        mounted |= {f"/run/secrets/{entry['target']}" for entry in service.get("secrets", [])}
        assert mounted == {value for name, value in service["environment"].items() if name.endswith("_FILE")}


def test_compose_declares_what_it_refers_to() -> None:
    document = deployment.compose()
    for service in document["services"].values():
        for kind in ("configs", "secrets"):
            assert {entry["source"] for entry in service.get(kind, [])} <= set(document[kind])
        assert set(service["networks"]) <= set(document["networks"])
        named = {volume.split(":")[0] for volume in service.get("volumes", []) if not volume.startswith(".")}
        assert named <= set(document["volumes"])


def test_every_image_is_pinned() -> None:
    images = [service["image"] for service in deployment.compose()["services"].values()]
    images += re.findall(r"^FROM (\S+)", (ROOT / "deploy" / "Dockerfile").read_text(), re.MULTILINE)
    foreign = {image for image in images if not image.startswith("stockbridge:")}
    assert not [image for image in foreign if ":" not in image or image.endswith(":latest")]


def test_the_image_holds_no_local_code_and_no_test_and_does_not_run_as_root() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    assert {name for names in copied for name in names.split()} == {
        "requirements.lock", "requirements-dev.lock", "pyproject.toml", "services", "shared",
    }  # fmt: skip
    assert "--require-hashes --only-binary=:all: --requirement requirements.lock" in dockerfile
    assert re.search(r"^USER 10001", dockerfile, re.MULTILINE)


def _container(document: Document) -> Mapping[str, Any]:
    (container,) = pod_of(document)["containers"]
    found: Mapping[str, Any] = container
    return found


def _labels(document: Document) -> Mapping[str, str]:
    labels: Mapping[str, str] = document["spec"]["template"]["metadata"]["labels"]
    return labels


def _matches(selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    return selector.items() <= labels.items()


def _selects(policy: Document, document: Document) -> bool:
    return _chooses(policy["podSelector"], document)


def _may_ask(source: Document, target: Document) -> bool:
    """Whether one pod may send requests to another: a policy of either side must allow it."""
    policies = [policy["spec"] for policy in of_kind("NetworkPolicy")]
    leaving = [rule for policy in policies if _selects(policy, source) for rule in policy.get("egress", [])]
    arriving = [rule for policy in policies if _selects(policy, target) for rule in policy.get("ingress", [])]
    return _allows(leaving, "to", target) and _allows(arriving, "from", source)


def _allows(rules: Sequence[Document], side: str, document: Document) -> bool:
    """Whether a rule names the pod and the port that services answer on. A peer in another namespace is not ours."""
    named = [peer for rule in rules if {"protocol": "TCP", "port": 8000} in rule["ports"] for peer in rule[side]]
    return any("namespaceSelector" not in peer and _chooses(peer["podSelector"], document) for peer in named)


def _chooses(selector: Document, document: Document) -> bool:
    labels = {**_labels(document), "app.kubernetes.io/part-of": "stockbridge"}
    expressions = selector.get("matchExpressions", [])
    assert all(expression["operator"] == "In" for expression in expressions)
    chosen = all(labels[expression["key"]] in expression["values"] for expression in expressions)
    return chosen and _matches(selector.get("matchLabels", {}), labels)


def _maps_used(document: Document) -> set[str]:
    volumes = {volume["configMap"]["name"] for volume in pod_of(document)["volumes"] if "configMap" in volume}
    return volumes | {source["configMapRef"]["name"] for source in _container(document)["envFrom"]}
