"""A council's switch of a strand, and the two periods that are compared for it. Pure: no table, no event, no HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.contracts.switches import SwitchState
from shared.sourcing.rules import Strand


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch in the state that its owner published last. Empty `branches` or `materials`: any; `route`: of deliveries."""

    switch_id: UUID
    strand: Strand
    council: str
    version: int
    state: SwitchState
    from_supplier: str | None
    to_supplier: str | None
    route: str | None
    branches: tuple[str, ...]
    materials: tuple[str, ...]
    first_day: date
    open_copies: str | None
    reason: str
    at: datetime
