"""What a council has registered: its branches and funds, and which of them take orders on a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from pydantic import Field

from services.orders.domain.funds import Fund, OpenFunds
from shared.contracts.base import Place
from shared.errors import DomainError, Fault, Kind

MOST_REGISTERED = 2_000


class Branch(Place):
    """A branch that the council has registered."""

    closed_from: date | None = Field(
        default=None, description="First day on which it takes no more orders; what is ordered stays"
    )


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


def check_seen(expected_tag: str, tag: str, what: str) -> None:
    """Raises DomainError unless who changes known ones has seen the list as it is: without a tag (428), for another one (412).

    `expected_tag` is that of the list that the caller read, "" for none, "*" for any; `tag` that of the list as it is.
    """
    if not expected_tag:
        detail = f"Send `If-Match` with the ETag of GET /v1/{what}: this changes {what} that others may have changed, too."
        raise DomainError("if-match-required", detail, Kind.PRECONDITION_REQUIRED)
    if expected_tag not in ("*", tag):
        detail = f"The {what} changed since you read them; read GET /v1/{what} again, then decide."
        raise DomainError("stale-version", detail, Kind.STALE)


@dataclass(frozen=True, slots=True)
class Register:
    """A council's branches and funds, as they are on the day of an order.

    `closed` has the branches that take no orders on that day, with the first such day.
    """

    branches: Mapping[str, Place]
    closed: Mapping[str, date] = field(default_factory=dict)
    funds: OpenFunds = field(default_factory=OpenFunds)

    @classmethod
    def on(cls, day: date, branches: Iterable[Branch], funds: Iterable[Fund]) -> Register:
        """Returns the register of a day."""
        branches = tuple(branches)
        return cls(
            {one.code: Place(code=one.code, kind=one.kind, name=one.name, gln=one.gln) for one in branches},
            {one.code: one.closed_from for one in branches if one.closed_from is not None and one.closed_from <= day},
            OpenFunds.on(day, funds),
        )

    def branch_fault(self, code: str, pointer: str) -> Fault | None:
        """Returns the fault of a copy for a branch that is unknown or closed; None where the branch takes orders."""
        if code not in self.branches:
            return Fault(pointer, "unknown-branch", f"No branch {code!r}; see GET /v1/branches.")
        if code in self.closed:
            text = f"Branch {code!r} takes no orders from {self.closed[code]} on; order for another branch."
            return Fault(pointer, "branch-closed", text)
        return None
