"""What every use case of the exchange needs: the supplier's adapter, the clock and the limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from services.suppliers.contract import (
    Adapter,
    CancelsOrders,
    Capability,
    SupplierProfile,
    TakesEnquiries,
    TakesOfferAnswers,
    TakesRouteChanges,
)
from services.suppliers.contract.registry import adapter_factory
from services.suppliers.domain.pauses import Pauses
from services.suppliers.settings import SuppliersSettings
from shared.clock import Clock
from shared.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the exchange waits and when it gives up; all in seconds except `circuit_failures`."""

    send: float = 30.0
    fetch: float = 120.0
    match: float = 60.0
    first_pause: float = 0.5
    longest_pause: float = 60.0
    longest_asked_pause: float = 1_800.0
    decision: float = 86_400.0
    circuit_failures: int = 5
    probe: float = 3.0

    @property
    def pauses(self) -> Pauses:
        """The pauses between attempts to reach the supplier."""
        return Pauses(self.first_pause, self.longest_pause, self.longest_asked_pause)


@dataclass(frozen=True, slots=True)
class Exchange:
    """The supplier that this process serves."""

    adapter: Adapter
    clock: Clock
    limits: Limits = Limits()

    @property
    def profile(self) -> SupplierProfile:
        """The supplier's declared facts."""
        return self.adapter.profile

    @property
    def canceller(self) -> CancelsOrders | None:
        """The adapter as one that writes cancellations; None where the supplier takes none."""
        adapter = self.adapter
        return adapter if Capability.CANCELS in self.profile.capabilities and isinstance(adapter, CancelsOrders) else None

    @property
    def rerouter(self) -> TakesRouteChanges | None:
        """The adapter as one that writes changes of the route; None where the supplier takes none."""
        adapter = self.adapter
        can = Capability.TAKES_ROUTE_CHANGES in self.profile.capabilities
        return adapter if can and isinstance(adapter, TakesRouteChanges) else None

    @property
    def offer_answerer(self) -> TakesOfferAnswers | None:
        """The adapter as one that writes answers to offers; None where the supplier takes none."""
        adapter = self.adapter
        can = Capability.TAKES_OFFER_ANSWERS in self.profile.capabilities
        return adapter if can and isinstance(adapter, TakesOfferAnswers) else None

    @property
    def enquirer(self) -> TakesEnquiries | None:
        """The adapter as one that writes enquiries; None where the supplier takes none."""
        adapter = self.adapter
        return (
            adapter if Capability.TAKES_ENQUIRIES in self.profile.capabilities and isinstance(adapter, TakesEnquiries) else None
        )


def limits_from(settings: SuppliersSettings) -> Limits:
    """Returns the limits from the settings."""
    return Limits(
        send=settings.send_seconds,
        fetch=settings.mailbox_seconds,
        match=settings.match_seconds,
        first_pause=settings.first_pause_seconds,
        longest_pause=settings.longest_pause_seconds,
        circuit_failures=settings.circuit_failures,
        probe=settings.probe_seconds,
    )


def check_served(exchange: Exchange, supplier_id: str) -> None:
    """Raises DomainError (404) where a request names a supplier other than the one served here."""
    if supplier_id != exchange.profile.supplier_id:
        served = exchange.profile.supplier_id
        raise DomainError("no-such-supplier", f"This exchange serves {served!r}, not {supplier_id!r}.", Kind.NOT_FOUND)


def load_adapter(settings: SuppliersSettings) -> Adapter:
    """Builds the adapter that the settings name. Raises ValueError naming the installed adapters, or what its files lack."""
    factory = adapter_factory(settings.supplier_adapter)
    secrets = json.loads(settings.supplier_secrets_file.read_text())
    if not isinstance(secrets, Mapping) or not all(isinstance(secret, str) for secret in secrets.values()):
        raise ValueError(f"{settings.supplier_secrets_file} must hold a JSON object of names and secrets, both text")
    return factory(settings.supplier_profile_file.read_text(), secrets)
