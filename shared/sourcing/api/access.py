"""What the routes of a strand share: its database and clock, its scopes, and what its service knows of branches and suppliers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.clock import Clock
from shared.errors import Fault
from shared.sourcing.rules import SourcingRule, Strand

# Council, branch code, day -> what prevents orders for the branch; its pointer is that of the query parameter. None for nothing.
CheckBranch = Callable[[AsyncConnection, str, str, date], Awaitable[Fault | None]]
# Supplier id -> why a rule cannot name it. None where it can.
CheckSupplier = Callable[[AsyncConnection, str], Awaitable[Fault | None]]
# Supplier id -> days that it usually needs to deliver; suppliers that have not stated them are left out.
UsualDays = Callable[[AsyncConnection], Awaitable[Mapping[str, int]]]
# Tells whom it concerns of a rule that is new or was ended, in the transaction of the change.
Tell = Callable[[AsyncConnection, SourcingRule], Awaitable[None]]
BRANCH_PARAMETER = "/query/branch"


async def nothing(*_: object) -> None:
    """Finds nothing wrong, and tells nobody."""


async def no_days(_: AsyncConnection) -> Mapping[str, int]:
    """Knows of no supplier how long it takes, as where nothing is delivered."""
    return {}


@dataclass(frozen=True, slots=True)
class Checks:
    """What a service knows of branches and suppliers. `branch` is asked before a preview, `supplier` before a rule is added.

    The codes are those of the faults that they find.
    """

    branch: CheckBranch = nothing
    supplier: CheckSupplier = nothing
    usual_days: UsualDays = no_days
    branch_codes: tuple[str, ...] = ()
    supplier_codes: tuple[str, ...] = ()


NO_CHECKS = Checks()


@dataclass(frozen=True, slots=True)
class Access:
    """What the routes of one strand share."""

    strand: Strand
    scope_read: str
    scope_write: str
    engine: AsyncEngine
    clock: Clock
    checks: Checks = NO_CHECKS
    tell: Tell = nothing
