"""Warnings of lines whose goods may come after the contract with their supplier has ended. Pure.

Lines that a contract end gives to the next supplier need no warning: the council named it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from services.orders.domain.placing import AskedOrder, PlacedOrder
from shared.sourcing.contract_ends import ContractEnd, Contracts


class ContractCode(StrEnum):
    """Whether a line comes too late for its supplier's last day, or nobody knows."""

    TOO_LATE = "contract-ends-before"
    NOT_KNOWN = "contract-ends-perhaps-before"


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


def _late(index: int, end: ContractEnd, contracts: Contracts) -> Late | None:
    ends = f"The contract with {end.supplier_id} ends on {end.last_day}"
    to_do = "The order was placed; cancel what another supplier should bring."
    expected = contracts.expected(end.supplier_id)
    if expected is None:
        text = f"{ends}, and how long it usually needs to deliver is not known: ask it. {to_do}"
        return Late(index, ContractCode.NOT_KNOWN, text)
    if expected > end.last_day:
        text = f"{ends}, and what is ordered today usually comes by {expected}. {to_do}"
        return Late(index, ContractCode.TOO_LATE, text)
    return None
