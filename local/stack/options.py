"""Options of a stack, and the addresses of a running one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

BrokerKind = Literal["embedded", "kafka"]

# Councils that the simulated suppliers know: ISIL -> GLN. Invented, with valid check digits.
COUNCILS: Mapping[str, str] = {"GB-SFK": "5098765000019", "GB-ESS": "5098765000026"}

OPERATIONS_SCOPES = (
    "dashboard:read", "exchange:read", "exchange:write", "orders:read", "orders:write", "delivery:read", "delivery:write",
    "evidence:read", "evidence:write", "lms:read", "lms:write",
)  # fmt: skip
"""What operations staff may do in every council."""


@dataclass(frozen=True, slots=True)
class SimulatorOptions:
    """How the simulated suppliers behave. The same seed gives the same decisions.

    Proportions are NAME=NUMBER, as on the simulators' command lines. `national_dead_seconds`: how long the bookseller's
    mailbox fails soon after the first order arrived; 0 for never. `national_feed`: how many books its feed at the start has.
    `national_archive`: whether we can see there what it has collected; if not, it cannot be asked whether it has a message.
    """

    seed: int = 1
    catalogue: Path | None = None
    national_proportions: tuple[str, ...] = ()
    consortium_proportions: tuple[str, ...] = ()
    response_delay: float = 0.5
    despatch_delay: float = 1.0
    late_delay: float = 2.0
    release_delay: float = 3.0
    invoice_delay: float = 3.0
    national_invoices: Literal["none", "despatch", "order"] = "none"
    national_dead_seconds: float = 0.0
    national_feed: int = 0
    national_archive: bool = True


@dataclass(frozen=True, slots=True)
class Simulator:
    """The simulator of a further supplier: the command that runs it, and the loopback port it listens on."""

    command: Sequence[str]
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExtraSupplier:
    """A supplier whose adapter is in an installed package. It gets a database and a process like every other supplier.

    `adapter` is its name in the entry-point group, `profile` the profile's text. `environment` is added to the process's,
    for example PYTHONPATH if the package is not installed.
    """

    supplier_id: str
    adapter: str
    profile: str
    secrets: Mapping[str, str]
    simulator: Simulator | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def process(self) -> str:
        """Name of the process of its exchange."""
        return f"supplier-{self.supplier_id}"

    @property
    def simulator_process(self) -> str:
        """Name of the process of its simulator."""
        return f"{self.supplier_id}-simulator"


@dataclass(frozen=True, slots=True)
class StackOptions:
    """A stack's folder and parts. Ports that are not given are free ones."""

    folder: Path
    broker: BrokerKind = "embedded"
    ports: Mapping[str, int] = field(default_factory=dict)
    simulators: SimulatorOptions = field(default_factory=SimulatorOptions)
    log_level: str = "INFO"
    match_seconds: float = 60.0
    extra_suppliers: tuple[ExtraSupplier, ...] = ()
    # How many brokers of Apache Kafka; each record is kept by all of them.
    brokers: Literal[1, 3] = 1


@dataclass(frozen=True, slots=True)
class MailboxServer:
    """The SFTP server of mailboxes. `host_key_file` has its public key."""

    host: str
    port: int
    host_key_file: Path


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Base URLs of the running services; `suppliers` by supplier id."""

    orders: str
    catalogue: str
    delivery: str
    dashboard: str
    evidence: str
    lms: str
    suppliers: Mapping[str, str]

    def all(self) -> dict[str, str]:
        """Every URL by process name."""
        return {
            "orders": self.orders,
            "catalogue": self.catalogue,
            "delivery": self.delivery,
            "dashboard": self.dashboard,
            "evidence": self.evidence,
            "lms": self.lms,
            **{f"supplier-{name}": url for name, url in self.suppliers.items()},
        }
