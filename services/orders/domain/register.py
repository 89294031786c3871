"""What a council has registered: its branches and funds, and which of them take orders on a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from pydantic import BaseModel, Field

from services.orders.domain.funds import Fund, OpenFunds
from shared.contracts.base import Place
from shared.errors import DomainError, Fault, Kind

MOST_REGISTERED = 2_000
# A warning names so many orders.
_NAMED = 10


class Branch(Place):
    """A branch that the council has registered."""

    closed_from: date | None = Field(
        default=None, description="First day on which it takes no more orders; null where it does not close"
    )
    taken_over_by: str | None = Field(
        default=None,
        description="The branch to which its open copies go from that day on; null where they stay",
        examples=["LOWE"],
    )

    def is_closed(self, on: date) -> bool:
        """Returns whether it takes no orders on a day."""
        return self.closed_from is not None and self.closed_from <= on

    def place(self) -> Place:
        """Returns it as others name it."""
        return Place(code=self.code, kind=self.kind, name=self.name, gln=self.gln)


class BranchWarning(BaseModel):
    """What the council may not have meant with a branch; it was kept all the same."""

    pointer: str = Field(description="JSON pointer to the branch in the request", examples=["/0"])
    code: Literal["open-copies-stay"] = Field(
        description="Always `open-copies-stay`: copies wait for a branch that closes, or are to be unpacked there, and none "
        "takes it over",
        examples=["open-copies-stay"],
    )
    detail: str = Field(
        description="The orders, in words",
        examples=["2 orders have copies for 'IPSW', or to be unpacked there, that were not received: SFK-1, SFK-2."],
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


def closing_warnings(kept: Iterable[Branch], owed: Mapping[str, Sequence[str]]) -> list[BranchWarning]:
    """Returns a warning for each branch that closes with nobody to take over. `owed`: the orders that wait for each, by code."""
    return [
        BranchWarning(pointer=f"/{index}", code="open-copies-stay", detail=_left(branch.code, owed[branch.code]))
        for index, branch in enumerate(kept)
        if branch.code in owed and branch.taken_over_by is None
    ]


def _left(code: str, orders: Sequence[str]) -> str:
    have = "order has" if len(orders) == 1 else "orders have"
    more = f" and {len(orders) - _NAMED:,} more" if len(orders) > _NAMED else ""
    copies = f"copies for {code!r}, or to be unpacked there, that were not received"
    text = f"{len(orders):,} {have} {copies}: {', '.join(orders[:_NAMED])}{more}."
    return f"{text} Name the branch that takes over with `taken_over_by`, or they stay with {code!r}."


def successor_of(code: str, known: Mapping[str, Branch], day: date) -> Branch | None:
    """Returns the branch that has taken over from a closed one by a day, the last of several; None where none has."""
    branch = known[code]
    if not branch.is_closed(day):
        return None
    while branch.is_closed(day):
        if branch.taken_over_by is None:
            return None
        branch = known[branch.taken_over_by]
    return branch


def check_takeovers(known: Iterable[Branch], kept: Sequence[Branch]) -> None:
    """Raises DomainError (422) unless each closed branch that is taken over ends, over others that close later, in an open one.

    `known`: the council's branches, `kept`: those that are new or changed. Each takes over on a day on which it is open, so that
    the days grow along a chain, and none is a circle.
    """
    after = {branch.code: branch for branch in known} | {branch.code: branch for branch in kept}
    found = [check(index, branch, after) for index, branch in enumerate(kept) for check in (_fault_of, _fault_of_others)]
    if faults := [fault for fault in found if fault is not None]:
        detail = "Some branches cannot be taken over like that; nothing was changed."
        raise DomainError("invalid-takeover", detail, Kind.INVALID, faults)


def _fault_of(index: int, branch: Branch, after: Mapping[str, Branch]) -> Fault | None:
    """Returns what is wrong with the branch that one names to take over."""
    pointer, code = f"/{index}/taken_over_by", branch.taken_over_by
    if code is None:
        return None
    if branch.closed_from is None:
        return Fault(pointer, "branch-open", f"Branch {branch.code!r} is not closed: say from when, with `closed_from`.")
    if code == branch.code:
        return Fault(pointer, "takes-over-itself", "A branch cannot take over from itself: name another one.")
    if code not in after:
        return Fault(pointer, "unknown-branch", f"No branch {code!r}; add it in the same request, or see GET /v1/branches.")
    if after[code].is_closed(branch.closed_from):
        text = f"Branch {code!r} is closed from {after[code].closed_from} on: name a branch that is open on {branch.closed_from}."
        return Fault(pointer, "branch-closed", text)
    if after[code].closed_from is not None and after[code].taken_over_by is None:
        text = f"Branch {code!r} closes on {after[code].closed_from}, and none takes over from it: name another one."
        return Fault(pointer, "ends-nowhere", text)
    return None


def _fault_of_others(index: int, branch: Branch, after: Mapping[str, Branch]) -> Fault | None:
    """Returns why a branch cannot close like that while it takes over from others."""
    others = [one for one in after.values() if one.taken_over_by == branch.code != one.code and one.closed_from is not None]
    if branch.closed_from is None or not others:
        return None
    names = ", ".join(repr(one.code) for one in others)
    if branch.taken_over_by is None:
        text = f"Branch {branch.code!r} takes over from {names}: name the branch that takes over from it."
        return Fault(f"/{index}/closed_from", "ends-nowhere", text)
    last = max(one.closed_from for one in others if one.closed_from is not None)
    if branch.closed_from <= last:
        text = f"Branch {branch.code!r} takes over from {names}, the last on {last}: close it later, or name another for these."
        return Fault(f"/{index}/closed_from", "branch-closed", text)
    return None


@dataclass(frozen=True, slots=True)
class Register:
    """A council's branches and funds, as they are on the day of an order.

    `closed` has the branches that take no orders on that day, with the first such day, `taken_over` those that take over. `hubs`
    are the other places where copies can be unpacked: those that a delivery rule of the day names.
    """

    branches: Mapping[str, Place]
    closed: Mapping[str, date] = field(default_factory=dict)
    taken_over: Mapping[str, str] = field(default_factory=dict)
    funds: OpenFunds = field(default_factory=OpenFunds)
    hubs: Mapping[str, Place] = field(default_factory=dict)

    @classmethod
    def on(cls, day: date, branches: Iterable[Branch], funds: Iterable[Fund], hubs: Iterable[Place] = ()) -> Register:
        """Returns the register of a day."""
        known = {one.code: one for one in branches}
        successors = ((code, successor_of(code, known, day)) for code, one in known.items() if one.is_closed(day))
        return cls(
            {code: one.place() for code, one in known.items()},
            {code: one.closed_from for code, one in known.items() if one.closed_from is not None and one.closed_from <= day},
            {code: successor.code for code, successor in successors if successor is not None},
            OpenFunds.on(day, funds),
            {one.code: one for one in hubs},
        )

    def branch_fault(self, code: str, pointer: str) -> Fault | None:
        """Returns the fault of a copy for a branch that is unknown or closed; None where the branch takes orders."""
        if code not in self.branches:
            return Fault(pointer, "unknown-branch", f"No branch {code!r}; see GET /v1/branches.")
        if code in self.closed:
            instead = self.taken_over.get(code)
            order = "order for another branch" if instead is None else f"order for {instead!r}, which takes it over"
            text = f"Branch {code!r} takes no orders from {self.closed[code]} on; {order}."
            return Fault(pointer, "branch-closed", text)
        return None

    def place(self, code: str) -> Place | None:
        """Returns the place where copies are unpacked that has this code, a branch rather than a hub; None for none."""
        return self.branches.get(code) or self.hubs.get(code)

    def place_fault(self, code: str, pointer: str) -> Fault | None:
        """Returns the fault of a copy that is to be unpacked at a place that is unknown or closed; None for any other."""
        if self.place(code) is None:
            text = f"No place {code!r}: name a branch of GET /v1/branches, or the hub of a delivery rule that applies today."
            return Fault(pointer, "unknown-place", text)
        if code in self.closed:
            return Fault(pointer, "branch-closed", f"Branch {code!r} is closed from {self.closed[code]} on; name another place.")
        return None
