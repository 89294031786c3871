"""The money of an invoice as an LMS is told it: of each line, of the whole, and how both add up. Pure, in minor units.

The order book knows what each copy costs. A line has the sums of its copies; carriage, which belongs to the whole consignment, is
charged once for the whole invoice. What is charged per copy and is neither goods nor carriage is a charge of the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.contracts.invoices import ChargeKind, Cost, InvoicedCharge, InvoicedCopy, InvoiceMatched


@dataclass(slots=True)
class LineCost:
    """The copies that one line of the supplier's invoice charges for, and what they cost together."""

    line_key: str
    copies: list[InvoicedCopy]

    @property
    def _costs(self) -> list[Cost]:
        return [copy.cost for copy in self.copies]

    @property
    def list_price(self) -> int:
        """The prices before discount."""
        return sum(cost.list_price for cost in self._costs)

    @property
    def discount(self) -> int:
        """What the supplier takes off."""
        return sum(cost.discount for cost in self._costs)

    @property
    def net(self) -> int:
        """The goods, after discount."""
        return sum(cost.net for cost in self._costs)

    @property
    def servicing(self) -> int:
        """The work on the copies."""
        return sum(cost.servicing for cost in self._costs)

    @property
    def other(self) -> int:
        """Further charges for the copies."""
        return sum(cost.other for cost in self._costs)

    @property
    def carriage(self) -> int:
        """The copies' shares of the carriage, which is charged for the whole."""
        return sum(cost.carriage for cost in self._costs)

    @property
    def vat(self) -> int:
        """The tax on all of it."""
        return sum(cost.vat for cost in self._costs)


@dataclass(frozen=True, slots=True)
class Bill:
    """A whole invoice: its lines, the carriage, other charges for no copy, tax and total.

    `carriage_vat` is the tax on carriage that is for no copy: the copies' tax includes that on their shares.
    `difference` is what the supplier's total has beyond all that: mostly nothing; where a person accepted an invoice whose
    amounts do not add up, it is stated as a charge, or an allowance if it is negative.
    """

    lines: tuple[LineCost, ...]
    carriage: int
    carriage_vat: int
    charges: tuple[InvoicedCharge, ...]
    vat: int
    total: int

    @property
    def difference(self) -> int:
        """What the total has beyond the sum of lines, charges and tax."""
        of_lines = sum(line.net + line.servicing + line.other for line in self.lines)
        return self.total - of_lines - self.carriage - sum(charge.net for charge in self.charges) - self.vat


def bill_of(parts: Sequence[InvoiceMatched]) -> Bill:
    """Returns an invoice from its parts: a line that went on in the next part is one again."""
    lines: dict[tuple[int, str], LineCost] = {}
    for line in (line for part in parts for line in part.lines):
        lines.setdefault((line.line_number, line.line_key), LineCost(line.line_key, [])).copies.extend(line.copies)
    charges = [charge for part in parts for charge in part.charges]
    for_carriage = [charge for charge in charges if charge.kind is ChargeKind.CARRIAGE]
    held = tuple(line for line in lines.values() if line.copies)
    return Bill(
        lines=held,
        carriage=sum(line.carriage for line in held) + sum(charge.net for charge in for_carriage),
        carriage_vat=sum(charge.vat for charge in for_carriage),
        charges=tuple(charge for charge in charges if charge.kind is not ChargeKind.CARRIAGE),
        vat=sum(line.vat for line in held) + sum(charge.vat for charge in charges),
        total=parts[0].total,
    )
