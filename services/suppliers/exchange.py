"""What every use case of the exchange stands on: the supplier's adapter, the clock and the limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from services.suppliers.contract import Adapter, SupplierProfile
from services.suppliers.contract.registry import adapter_factory
from services.suppliers.settings import SuppliersSettings
from shared.clock import Clock
from shared.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the exchange is; all in seconds but `circuit_failures`."""

    send: float = 30.0
    fetch: float = 120.0
    match: float = 60.0
    first_pause: float = 0.5
    longest_pause: float = 60.0
    circuit_failures: int = 5


@dataclass(frozen=True, slots=True)
class Exchange:
    """One supplier as this process serves it."""

    adapter: Adapter
    clock: Clock
    limits: Limits = Limits()

    @property
    def profile(self) -> SupplierProfile:
        """The supplier's declared facts."""
        return self.adapter.profile


def limits_from(settings: SuppliersSettings) -> Limits:
    """The limits as the environment sets them."""
    return Limits(
        send=settings.send_seconds,
        fetch=settings.mailbox_seconds,
        match=settings.match_seconds,
        first_pause=settings.first_pause_seconds,
        longest_pause=settings.longest_pause_seconds,
        circuit_failures=settings.circuit_failures,
    )


def check_served(exchange: Exchange, supplier_id: str) -> None:
    """Raise DomainError (404) where a request names another supplier than the one served here."""
    if supplier_id != exchange.profile.supplier_id:
        raise DomainError("no-such-supplier", f"This exchange does not serve {supplier_id!r}.", Kind.NOT_FOUND)


def load_adapter(settings: SuppliersSettings) -> Adapter:
    """Build the adapter the settings name. Raises ValueError naming the adapters there are, or what its files lack."""
    factory = adapter_factory(settings.supplier_adapter)
    secrets = json.loads(settings.supplier_secrets_file.read_text())
    if not isinstance(secrets, Mapping) or not all(isinstance(secret, str) for secret in secrets.values()):
        raise ValueError(f"{settings.supplier_secrets_file} must hold a JSON object of names and secrets")
    return factory(settings.supplier_profile_file.read_text(), secrets)
