"""A council's switch of a strand, and the two periods that are compared for it. Pure: no table, no event, no HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from shared.contracts.switches import SwitchState
from shared.errors import DomainError, Fault, Kind
from shared.sourcing.rules import Strand

# Twice as many fit into a question.
_MOST_DAYS_OF_A_SIDE = 915
_VERSION_OF_RUNNING = 2


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


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both ends included."""

    first: date
    last: date


class Sides(NamedTuple):
    """The groups of copies that are compared for a switch, by day and supplier.

    `still`: what the first supplier supplies since; `already`: what others supplied before. In switches of records or of
    routes, these are the same as `after` and `before`.
    """

    before: str
    after: str
    still: str
    already: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A switch, and the days before its first day that are compared with the days from it on."""

    switch: Switch
    before: Period
    after: Period

    @property
    def sides(self) -> Sides:
        """The names of its groups."""
        former, new = self.switch.from_supplier, self.switch.to_supplier
        if self.switch.strand is Strand.ORDERING:
            others = new or "others"
            return Sides(f"before: {former}", f"after: {others}", f"still: {former}", f"already: {others}")
        by_records = self.switch.strand is Strand.CATALOGUE
        before = _named("before", former if by_records else None)
        after = _named("after", new if by_records else self.switch.route)
        return Sides(before, after, after, before)

    @property
    def suppliers(self) -> tuple[str, ...]:
        """The suppliers whose copies count; empty: any. Of records, whose they are says nothing of the copies."""
        named = {self.switch.from_supplier, self.switch.to_supplier} - {None}
        open_ended = self.switch.strand is Strand.ORDERING and self.switch.to_supplier is None
        if open_ended or self.switch.strand is Strand.CATALOGUE:
            return ()
        return tuple(sorted(filter(None, named)))

    def concerns(self, supplier_id: str) -> bool:
        """Returns whether what a supplier did or charged, whatever the copy, concerns the switch."""
        return not self.suppliers or supplier_id in self.suppliers


def _named(side: str, of: str | None) -> str:
    return side if of is None else f"{side}: {of}"


def comparison_of(switch: Switch, first: date | None, last: date | None, today: date) -> Comparison:
    """Returns what is compared: all days since the first one, unless `last` is stated, and as many before it, unless `first` is.

    Raises DomainError: 409 for a switch that has not begun, 422 for days on the wrong side of its first day.
    """
    began, day = switch.first_day, timedelta(days=1)
    _check_begun(switch, today)
    if last is not None and last < began:
        raise _wrong_side("to", f"{last} is before the first day of the switch; give {began} or a later day, or leave it out.")
    if first is not None and first >= began:
        raise _wrong_side("from", f"{first} is not before the first day of the switch; give {began - day} at the latest.")
    until = last or min(today, began + timedelta(days=_MOST_DAYS_OF_A_SIDE - 1))
    length = min(until, today) - began
    return Comparison(switch, Period(first or began - day - length, began - day), Period(began, until))


def _check_begun(switch: Switch, today: date) -> None:
    never_ran = switch.state is SwitchState.WITHDRAWN and switch.version <= _VERSION_OF_RUNNING
    if switch.state is SwitchState.PLANNED or never_ran or switch.first_day > today:
        text = f"The switch is {switch.state} and has not begun; nothing can be compared before {switch.first_day}."
        if never_ran:
            text = "The switch was withdrawn before it began, so there is nothing to compare; ask for its supplier instead."
        raise DomainError("switch-not-begun", text, Kind.CONFLICT, [Fault("/query/switch_id", "switch-not-begun", text)])


def _wrong_side(name: str, text: str) -> DomainError:
    return DomainError("invalid-period", text, Kind.INVALID, [Fault(f"/query/{name}", "invalid-period", text)])
