"""What a stack is told at its start, and what it tells once it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

BrokerKind = Literal["embedded", "kafka"]

# Councils the simulated suppliers know: ISIL -> GLN. Invented, with right check digits.
COUNCILS: Mapping[str, str] = {"GB-SFK": "5098765000019", "GB-ESS": "5098765000026"}


@dataclass(frozen=True, slots=True)
class SimulatorOptions:
    """How the other side behaves: the same seed makes the same decisions. Proportions are NAME=NUMBER of its command line.

    `national_dead_seconds`: how long the bookseller's mailbox is dead soon after the first order came; 0 for never.
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


@dataclass(frozen=True, slots=True)
class Simulator:
    """The other side of a further supplier: the command that runs it, and the loopback port it listens on."""

    command: Sequence[str]
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExtraSupplier:
    """A supplier whose adapter comes with an installed package; it gets a database and a process like every other.

    `adapter` is its name in the entry-point group, `profile` the profile's text. `environment` is added to that of its
    process: PYTHONPATH where the package is not installed beside this one.
    """

    supplier_id: str
    adapter: str
    profile: str
    secrets: Mapping[str, str]
    simulator: Simulator | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def process(self) -> str:
        """Name of its process in the exchange."""
        return f"supplier-{self.supplier_id}"

    @property
    def simulator_process(self) -> str:
        """Name of the other side's process."""
        return f"{self.supplier_id}-simulator"


@dataclass(frozen=True, slots=True)
class StackOptions:
    """Where a stack keeps its files and what it is made of. Ports left out are chosen free."""

    folder: Path
    broker: BrokerKind = "embedded"
    ports: Mapping[str, int] = field(default_factory=dict)
    simulators: SimulatorOptions = field(default_factory=SimulatorOptions)
    log_level: str = "INFO"
    match_seconds: float = 60.0
    extra_suppliers: tuple[ExtraSupplier, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Base URLs of the running services; `suppliers` by supplier id."""

    orders: str
    catalogue: str
    delivery: str
    dashboard: str
    suppliers: Mapping[str, str]

    def all(self) -> dict[str, str]:
        """Every URL by process name."""
        return {
            "orders": self.orders,
            "catalogue": self.catalogue,
            "delivery": self.delivery,
            "dashboard": self.dashboard,
            **{f"supplier-{name}": url for name, url in self.suppliers.items()},
        }
