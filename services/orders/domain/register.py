"""What a council has registered: its branches and funds, and which of them take orders on a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from pydantic import Field

from shared.contracts.base import Contract, Place
from shared.errors import DomainError, Fault, Kind

MOST_REGISTERED = 2_000
_CLOSED_FROM = Field(default=None, description="First day on which it takes no more orders; what is ordered stays")


class Branch(Place):
    """A branch that the council has registered."""

    closed_from: date | None = _CLOSED_FROM


class Fund(Contract):
    """A fund that the council has registered."""

    code: str
    name: str = ""
    closed_from: date | None = _CLOSED_FROM


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


def check_room(known: Iterable[_Coded], kept: Iterable[_Coded], what: str) -> None:
    """Raises DomainError (422) if new ones make more than MOST_REGISTERED; known ones may always be changed.

    `what` names them, such as "branches".
    """
    codes = {one.code for one in known}
    new = {one.code for one in kept} - codes
    if new and len(codes) + len(new) > MOST_REGISTERED:
        detail = f"A council may have {MOST_REGISTERED:,} {what}: it has {len(codes):,}, and {len(new):,} of these are new."
        raise DomainError(f"too-many-{what}", detail, Kind.INVALID)


@dataclass(frozen=True, slots=True)
class Register:
    """A council's branches and funds, as they are on the day of an order.

    `closed` has the branches and `closed_funds` the funds that take no orders on that day, with the first such day.
    Without any fund, the council has registered none: then every fund is taken.
    """

    branches: Mapping[str, Place]
    closed: Mapping[str, date] = field(default_factory=dict)
    funds: frozenset[str] = frozenset()
    closed_funds: Mapping[str, date] = field(default_factory=dict)

    @classmethod
    def on(cls, day: date, branches: Iterable[Branch], funds: Iterable[Fund]) -> Register:
        """Returns the register of a day."""
        branches, funds = tuple(branches), tuple(funds)
        return cls(
            {one.code: Place(code=one.code, kind=one.kind, name=one.name, gln=one.gln) for one in branches},
            _closed(branches, day),
            frozenset(one.code for one in funds),
            _closed(funds, day),
        )

    def branch_fault(self, code: str, pointer: str) -> Fault | None:
        """Returns the fault of a copy for a branch that is unknown or closed; None where the branch takes orders."""
        if code not in self.branches:
            return Fault(pointer, "unknown-branch", f"No branch {code!r}; see GET /v1/branches.")
        if code in self.closed:
            text = f"Branch {code!r} takes no orders from {self.closed[code]} on; order for another branch."
            return Fault(pointer, "branch-closed", text)
        return None

    def fund_fault(self, code: str, pointer: str) -> Fault | None:
        """Returns the fault of a copy for a fund that is unknown or closed; None where the fund takes orders."""
        if not self.funds or not code:
            return None
        if code not in self.funds:
            return Fault(pointer, "unknown-fund", f"No fund {code!r}; see GET /v1/funds, or add it with PUT /v1/funds.")
        if code in self.closed_funds:
            text = f"Fund {code!r} takes no orders from {self.closed_funds[code]} on; order from another fund."
            return Fault(pointer, "fund-closed", text)
        return None


def _closed(registered: Iterable[Branch | Fund], day: date) -> dict[str, date]:
    return {one.code: one.closed_from for one in registered if one.closed_from is not None and one.closed_from <= day}
