"""The command and environment of every service and simulator in a stack. Starts nothing."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.brokers.broker import Broker
from local.machine.certificates import Certificates
from local.machine.keys import mint_ssh_key, write_secret
from local.machine.ports import LOOPBACK
from local.machine.processes import Program
from local.machine.warm import Module
from local.stack.options import COUNCILS, ExtraSupplier, StackOptions
from local.stack.profiles_consortium import consortium_profile, consortium_secrets
from local.stack.profiles_national import national_profile, national_secrets

SERVICES = ("orders", "catalogue", "delivery", "dashboard", "evidence", "lms")
SUPPLIERS = ("consortium", "national")
SIMULATORS = ("consortium-simulator", "bookseller-simulator")
# The provider by which staff sign in at the dashboard, and the dashboard's name there.
SIGN_IN, _CLIENT = "sign-in", "stockbridge-dashboard"
PROCESSES = (*SERVICES, *(f"supplier-{supplier}" for supplier in SUPPLIERS))
# Where LMSs log in to their mailboxes, which the process `lms` serves.
MAILBOXES = "lms-mailboxes"
# What `StackOptions.ports` may name, beside the processes of further suppliers.
WITH_PORTS = ("postgres", "broker", *PROCESSES, *SIMULATORS, MAILBOXES, SIGN_IN)
# What the programs below import, at the start or at the first request: imported later, each of them has a copy of its own.
# A name that does not exist makes every start slow and nothing else, so a test looks for it.
PRELOAD = (
    *(f"services.{service}.app" for service in (*SERVICES, "suppliers")),
    *(f"services.suppliers.{supplier}" for supplier in SUPPLIERS),
    "shared.serve",
    "local.provider.app",
    "local.simulators.bookseller.brain",
    "local.simulators.bookseller.desk",
    "local.simulators.bookseller.feed",
    "local.simulators.bookseller.mischief",
    "local.simulators.bookseller.post",
    "local.simulators.bookseller.server",
    "local.simulators.consortium.server",
    "encodings.idna",
    "httpcore",
    "importlib.resources.readers",
    "pydantic.v1",  # by FastAPI, for the first route
    "typer",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.httptools_impl",
)


def module(name: str, *arguments: str) -> Module:
    """Returns a module of a service or a simulator, to be started warm."""
    return Module(name, arguments, PRELOAD)


def package_of(process: str) -> str:
    """Returns the package that a service process runs."""
    return "services.suppliers" if process.startswith("supplier-") else f"services.{process}"


def database_of(process: str) -> str:
    """Returns the name of the process's own database."""
    return process.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all processes of a stack share."""

    options: StackOptions
    ports: Mapping[str, int]
    broker: Broker
    database_urls: Mapping[str, str]
    certificates: Certificates
    jwks_file: Path
    signing_key_file: Path

    @property
    def folder(self) -> Path:
        """The folder of the stack's files."""
        return self.options.folder

    def url(self, process: str) -> str:
        """Returns the base URL of a service process."""
        return f"http://{LOOPBACK}:{self.ports[process]}"

    def program(self, name: str, command: Sequence[str] | Module, environment: Mapping[str, str]) -> Program:
        """Returns a program with its own log file."""
        return Program(
            name=name,
            command=command,
            log_file=self.folder / "logs" / f"{name}.log",
            environment={**_inherited(), **environment},
        )


def _inherited() -> dict[str, str]:
    """Returns the few variables of the parent's environment that programs need; none can be a setting of ours."""
    keep = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "VIRTUAL_ENV")
    kept = {name: os.environ[name] for name in keep if name in os.environ}
    # Otherwise the allocator keeps one arena per thread, which wastes tens of megabytes per process.
    return {**kept, "PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2"}


def service_program(process: str, around: Surroundings) -> Program:
    """Returns the program of one service, in the role `all`."""
    environment = _service_environment(process, around)
    if process == "catalogue":
        environment |= _harvesting_environment(around)
    if process == "lms":
        environment |= {"WEBHOOK_KEYS": _key(around, "webhook_keys"), "WEBHOOK_ALLOWED": LOOPBACK, **_mailbox_environment(around)}
    if process == "dashboard":
        asked = {service: around.url(service) for service in SERVICES if service != process}
        environment |= {"SERVICE_URLS": json.dumps(asked), "EXCHANGE_URLS": json.dumps(_exchanges(around))}
        environment |= {"OIDC_ISSUER": around.url(SIGN_IN), "OIDC_CLIENT_ID": _CLIENT}
    if process == "evidence":
        exchanges = json.dumps(_exchanges(around))
        environment |= {"ORDERS_URL": around.url("orders"), "DELIVERY_URL": around.url("delivery"), "EXCHANGE_URLS": exchanges}
    if process.startswith("supplier-"):
        supplier = process.removeprefix("supplier-")
        environment |= _supplier_environment(around, supplier, adapter=supplier)
    return around.program(process, module(package_of(process)), environment)


def _mailbox_environment(around: Surroundings) -> dict[str, str]:
    """Returns where LMSs log in by SFTP; makes the server's key, unless the folder has one."""
    host_key = mailbox_host_key(around.folder)
    if not host_key.exists():
        mint_ssh_key(host_key)
    return {
        "MAILBOX_PORT": str(around.ports[MAILBOXES]),
        "MAILBOX_HOST_KEY_FILE": str(host_key),
        "MAILBOX_ALLOWED": LOOPBACK,
        "MAILBOX_VISIT_SECONDS": "1",
    }


def mailbox_host_key(folder: Path) -> Path:
    """Returns the file of the key of the mailboxes' SFTP server; its public part is beside it. `folder`: that of the stack."""
    return folder / "keys" / "mailbox_host_key"


def _harvesting_environment(around: Surroundings) -> dict[str, str]:
    """Returns what the catalogue says to harvesters."""
    return {
        "OAI_BASE_URL": f"{around.url('catalogue')}/oai",
        "OAI_ADMIN_EMAIL": "catalogue@stockbridge.example",
        "OAI_DOMAIN": "stockbridge.example",
        "OAI_TOKEN_KEY": _key(around, "oai_token_key"),
    }


def _key(around: Surroundings, name: str) -> str:
    """Returns a key of a service; makes it, unless the folder has one."""
    key_file = around.folder / "keys" / name
    if not key_file.exists():
        write_secret(key_file, secrets.token_urlsafe(32).encode())
    return key_file.read_text()


def _exchanges(around: Surroundings) -> dict[str, str]:
    """Returns the base URLs of all exchanges by supplier id."""
    suppliers = (*SUPPLIERS, *(extra.supplier_id for extra in around.options.extra_suppliers))
    return {supplier: around.url(f"supplier-{supplier}") for supplier in suppliers}


def extra_programs(extra: ExtraSupplier, around: Surroundings) -> list[Program]:
    """Writes a further supplier's profile and secrets; returns the program of its exchange, after its simulator if any."""
    folder = _supplier_folder(around, extra.supplier_id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "profile.json").write_text(extra.profile)
    write_secret(folder / "secrets.json", json.dumps(dict(extra.secrets)).encode())
    environment = {
        **_service_environment(extra.process, around),
        **_supplier_environment(around, extra.supplier_id, adapter=extra.adapter),
        **extra.environment,
    }
    # Not warm: its environment may name a folder with the adapter's package.
    exchange = around.program(extra.process, [sys.executable, "-m", package_of(extra.process)], environment)
    if extra.simulator is None:
        return [exchange]
    return [around.program(extra.simulator_process, extra.simulator.command, extra.simulator.environment), exchange]


def _service_environment(process: str, around: Surroundings) -> dict[str, str]:
    return {
        "ROLE": "all",
        "HOST": LOOPBACK,
        "PORT": str(around.ports[process]),
        "DATABASE_URL": around.database_urls[process],
        "KAFKA_BOOTSTRAP_SERVERS": around.broker.bootstrap,
        "KAFKA_IDEMPOTENT": str(around.broker.idempotent).lower(),
        "KAFKA_REPLICATION_FACTOR": str(around.options.brokers),
        "AUTH_JWKS_FILE": str(around.jwks_file),
        "LOG_LEVEL": around.options.log_level,
    }


def _supplier_environment(around: Surroundings, supplier_id: str, *, adapter: str) -> dict[str, str]:
    folder = _supplier_folder(around, supplier_id)
    return {
        "SUPPLIER_ADAPTER": adapter,
        "SUPPLIER_PROFILE_FILE": str(folder / "profile.json"),
        "SUPPLIER_SECRETS_FILE": str(folder / "secrets.json"),
        "LONGEST_PAUSE_SECONDS": "5",
        "MATCH_SECONDS": str(around.options.match_seconds),
    }


def _supplier_folder(around: Surroundings, supplier_id: str) -> Path:
    return around.folder / "suppliers" / supplier_id


def sign_in_program(around: Surroundings) -> Program:
    """Returns the program of the provider by which staff sign in."""
    port = around.ports["dashboard"]
    arguments = [
        f"--port={around.ports[SIGN_IN]}",
        f"--key={around.signing_key_file}",
        f"--client-id={_CLIENT}",
        *(f"--address=http://{host}:{port}" for host in (LOOPBACK, "localhost")),
    ]
    return around.program(SIGN_IN, module("local.provider", *arguments), {})


def bookseller_program(around: Surroundings) -> Program:
    """Writes the profile, secrets and keys of the national bookseller; returns the program of its simulator."""
    simulators = around.options.simulators
    root = around.folder / "simulators" / "bookseller"
    host_key, client_key = root / "host_key", root / "client_key"
    for key in (host_key, client_key):
        if not key.exists():
            mint_ssh_key(key)
    folder = _supplier_folder(around, "national")
    folder.mkdir(parents=True, exist_ok=True)
    port = around.ports["bookseller-simulator"]
    host_public = (root / "host_key.pub").read_text().strip()
    (folder / "profile.json").write_text(national_profile(port, host_public, COUNCILS, archive=simulators.national_archive))
    write_secret(folder / "secrets.json", json.dumps(national_secrets(client_key)).encode())
    arguments = [
        f"--root={root}",
        f"--port={port}",
        f"--host-key={host_key}",
        f"--authorized-key={client_key}.pub",
        *_common(around),
        f"--late-delay={simulators.late_delay}",
        *(f"--proportion={proportion}" for proportion in simulators.national_proportions),
        f"--invoices={simulators.national_invoices}",
        f"--invoice-delay={simulators.invoice_delay}",
        f"--dead-for={simulators.national_dead_seconds}",
        f"--feed-count={simulators.national_feed}",
    ]
    return around.program("bookseller-simulator", module("local.simulators.bookseller", *arguments), {})


def consortium_file(folder: Path) -> Path:
    """Returns the file that the simulated consortium keeps its book in. `folder`: that of the whole stack."""
    return folder / "simulators" / "consortium.sqlite"


def consortium_program(around: Surroundings) -> Program:
    """Writes the profile and secrets of the consortium; returns the program of its simulator."""
    simulators = around.options.simulators
    folder = _supplier_folder(around, "consortium")
    folder.mkdir(parents=True, exist_ok=True)
    port = around.ports["consortium-simulator"]
    secrets_file = folder / "secrets.json"
    if not secrets_file.exists():
        write_secret(secrets_file, json.dumps(consortium_secrets()).encode())
    credentials = json.loads(secrets_file.read_text())
    base_url = f"https://{LOOPBACK}:{port}"
    (folder / "profile.json").write_text(
        consortium_profile(base_url, around.certificates.authority, COUNCILS, lists_records=True)
    )
    state = consortium_file(around.folder)
    state.parent.mkdir(parents=True, exist_ok=True)
    arguments = [
        f"--port={port}",
        f"--state={state}",
        f"--cert={around.certificates.server}",
        f"--key={around.certificates.server_key}",
        *_common(around),
        *(f"--proportion={proportion}" for proportion in simulators.consortium_proportions),
    ]
    environment = {
        "CONSORTIUM_WEBHOOK_URL": f"{around.url('supplier-consortium')}/v1/suppliers/consortium/webhooks",
        "CONSORTIUM_WEBHOOK_SECRET": credentials["webhook_secret_current"],
        "CONSORTIUM_CLIENT_ID": credentials["client_id"],
        "CONSORTIUM_CLIENT_SECRET": credentials["client_secret"],
    }
    return around.program("consortium-simulator", module("local.simulators.consortium", *arguments), environment)


def _common(around: Surroundings) -> list[str]:
    simulators = around.options.simulators
    arguments = [
        f"--seed={simulators.seed}",
        f"--response-delay={simulators.response_delay}",
        f"--despatch-delay={simulators.despatch_delay}",
        f"--release-delay={simulators.release_delay}",
    ]
    if simulators.catalogue is not None:
        arguments.append(f"--catalogue={simulators.catalogue}")
    return arguments
