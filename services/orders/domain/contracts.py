"""Decides who serves a council's orders when contracts end, and warns of goods that may come after the last day. Pure.

Lines that a contract end gives to the next supplier need no warning: the council named it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from services.orders.domain.asked import AskedOrder
from services.orders.domain.placing import PlacedOrder
from shared.sourcing.contract_ends import ContractEnd, Contracts
from shared.sourcing.rules import SourcingRule
from shared.sourcing.trials import Chooser, Units, chooser


class ContractCode(StrEnum):
    """Whether a line comes too late for its supplier's last day, or nobody knows."""

    TOO_LATE = "contract-ends-before"
    NOT_KNOWN = "contract-ends-perhaps-before"


class Outcome(StrEnum):
    """What a contract end does to copies."""

    NEXT_SUPPLIER = "next-supplier"
    OTHER_RULE = "other-rule"
    REFUSED = "contract-ended"
    TOO_LATE = ContractCode.TOO_LATE.value
    NOT_KNOWN = ContractCode.NOT_KNOWN.value


class EndEffect(NamedTuple):
    """What the end of the contract with `supplier_id` does to copies, and who gets them; None for nobody."""

    supplier_id: str
    last_day: date
    outcome: Outcome
    to_supplier: str | None


@dataclass(frozen=True, slots=True)
class Sourcing:
    """Who serves the orders of a council and day, with the contract ends in force. `named`: the choice by rules alone."""

    contracts: Contracts
    choose: Chooser
    named: Chooser

    @classmethod
    def by(cls, rules: Sequence[SourcingRule], contracts: Contracts, council: str) -> Sourcing:
        """Returns the choice by rules on the day of the contracts."""
        on = contracts.on
        return cls(
            contracts,
            choose=chooser(contracts.apply(rules), council=council, on=on),
            named=chooser(rules, council=council, on=on),
        )

    def over(self, branch: str, material: str, units: Units) -> ContractEnd | None:
        """Returns the contract end because of which nobody serves this."""
        end = self._end(branch, material, units)
        return end if end is not None and end.is_over(self.contracts.on) else None

    def effects(self, branch: str, material: str, units: Units) -> Iterator[EndEffect]:
        """Yields what contract ends do to copies: that another supplier gets them or nobody does, and what is warned of."""
        if not self.contracts.ends:
            return
        chosen = self.choose(branch, material, units).supplier_id
        end = self._end(branch, material, units)
        if end is not None and chosen != end.supplier_id:
            yield EndEffect(end.supplier_id, end.last_day, self._instead(end, chosen), chosen)
        end = self.contracts.ends.get(chosen or "")
        if end is not None and (code := _lateness(end, self.contracts)) is not None:
            yield EndEffect(end.supplier_id, end.last_day, Outcome(code), chosen)

    def _end(self, branch: str, material: str, units: Units) -> ContractEnd | None:
        return self.contracts.ends.get(self.named(branch, material, units).supplier_id or "")

    def _instead(self, end: ContractEnd, chosen: str | None) -> Outcome:
        if chosen is None:
            return Outcome.REFUSED
        return Outcome.NEXT_SUPPLIER if chosen == self.contracts.server(end.supplier_id) else Outcome.OTHER_RULE


class Late(NamedTuple):
    """A line, by its place in the request, whose goods may not come by the last day of its supplier."""

    line: int
    code: ContractCode
    detail: str


def late_lines(asked: AskedOrder, placed: PlacedOrder, contracts: Contracts) -> list[Late]:
    """Returns what to warn of: one for each line and supplier whose contract ends, unless its goods usually come in time."""
    suppliers: dict[int, dict[str, None]] = {}
    for line in placed.lines:
        if line.supplier_id in contracts.ends:
            suppliers.setdefault(line.asked.line_number, {})[line.supplier_id] = None
    return [
        late
        for index, line in enumerate(asked.lines)
        for supplier_id in suppliers.get(line.line_number, ())
        if (late := _late(index, contracts.ends[supplier_id], contracts)) is not None
    ]


def _lateness(end: ContractEnd, contracts: Contracts) -> ContractCode | None:
    """Returns what is wrong with the time of goods ordered today; None where they usually arrive by the last day."""
    expected = contracts.expected(end.supplier_id)
    if expected is None:
        return ContractCode.NOT_KNOWN
    return ContractCode.TOO_LATE if expected > end.last_day else None


def _late(index: int, end: ContractEnd, contracts: Contracts) -> Late | None:
    code = _lateness(end, contracts)
    if code is None:
        return None
    why = (
        f"what is ordered today usually comes by {contracts.expected(end.supplier_id)}"
        if code is ContractCode.TOO_LATE
        else "how long it usually needs to deliver is not known: ask it"
    )
    to_do = "The order was placed; cancel what another supplier should bring."
    return Late(index, code, f"The contract with {end.supplier_id} ends on {end.last_day}, and {why}. {to_do}")
