"""Divides an invoice into the cost of each copy: list price, discount, net, servicing, carriage, other, tax. No penny is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.formats.editeur.amounts import ZERO, Purpose, amount_of, charges_of_whole, money_of, purpose_of, tax_of, tax_of_line
from shared.formats.editeur.messages import Invoice, InvoiceLine
from shared.formats.editeur.parts import Charge, Tax
from shared.money import to_minor

_MOST_COPIES = 10_000


@dataclass(frozen=True, slots=True)
class CopyCost:
    """The cost of one copy, in minor units (pence). `line` and `copy` are 0-based; `net` is list price less discount."""

    line: int
    copy: int
    list: int
    discount: int
    net: int
    servicing: int
    carriage: int
    other: int
    tax: int

    @property
    def total(self) -> int:
        """The total cost of the copy."""
        return self.net + self.servicing + self.carriage + self.other + self.tax


def shares(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Divides `total` by weight with the largest remainder method, so that the parts add up to it.

    The parts are equal when all weights are 0.
    """
    if not weights:
        return ()
    weights = weights if sum(weights) else [1] * len(weights)
    whole = sum(weights)
    sign, amount = (-1, -total) if total < 0 else (1, total)
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: -(amount * weights[index] % whole))
    for index in by_remainder[: amount - sum(parts)]:
        parts[index] += 1
    return tuple(sign * part for part in parts)


def copy_costs(invoice: Invoice) -> tuple[CopyCost, ...]:
    """Returns the cost of every copy invoiced, in the order of lines.

    A line's amounts are divided equally among its copies. Charges of the whole invoice, and tax that no line states, are divided
    by net price. Lines without a whole number of copies, or with more than 10,000, have no costs.
    """
    currency = invoice.currency
    lines = [_line_costs(index, line, currency) for index, line in enumerate(invoice.lines)]
    costs = [cost for line in lines for cost in line]
    whole = charges_of_whole(invoice, currency)
    weights = [abs(cost.net) for cost in costs]
    spread = {purpose: shares(_sum_of(whole, purpose, currency), weights) for purpose in Purpose}
    tax = shares(to_minor(tax_of(invoice, currency), currency) - sum(cost.tax for cost in costs), weights)
    return tuple(
        CopyCost(
            cost.line,
            cost.copy,
            cost.list,
            cost.discount + spread[Purpose.DISCOUNT][index],
            cost.net - spread[Purpose.DISCOUNT][index],
            cost.servicing + spread[Purpose.SERVICING][index],
            cost.carriage + spread[Purpose.CARRIAGE][index],
            cost.other + spread[Purpose.OTHER][index],
            cost.tax + spread[Purpose.TAX][index] + tax[index],
        )
        for index, cost in enumerate(costs)
    )


def _line_costs(index: int, line: InvoiceLine, currency: str) -> list[CopyCost]:
    money = money_of(line, currency)
    if not 0 < money.count <= _MOST_COPIES or money.count != money.count.to_integral_value():
        return []
    net = money.net if money.net is not None else (money.stated or ZERO)
    listed = money.list if money.list is not None else net + money.discount
    equal = [1] * int(money.count)
    nets, lists = shares(to_minor(net, currency), equal), shares(to_minor(listed, currency), equal)
    servicing, carriage, other = (
        shares(_sum_of(line.charges, purpose, currency), equal)
        for purpose in (Purpose.SERVICING, Purpose.CARRIAGE, Purpose.OTHER)
    )
    tax = shares(to_minor(_line_tax(line, currency), currency) + _sum_of(line.charges, Purpose.TAX, currency), equal)
    columns = zip(lists, nets, servicing, carriage, other, tax, strict=True)
    return [
        CopyCost(index, copy, each[0], each[0] - each[1], each[1], each[2], each[3], each[4], each[5])
        for copy, each in enumerate(columns)
    ]


def _sum_of(charges: Sequence[Charge], purpose: Purpose, currency: str) -> int:
    total = sum((amount_of(charge, currency) for charge in charges if purpose_of(charge) is purpose), ZERO)
    return to_minor(total, currency)


def _line_tax(line: InvoiceLine, currency: str) -> Decimal:
    """Returns the tax of the line and of its charges (MOA 124); a charge that gives only a tax rate is taxed at that rate."""
    own = tax_of_line(line, currency)
    for charge in line.charges:
        for tax in charge.taxes if charge.kind == "C" else ():
            stated = _stated(tax)
            own += stated if stated is not None else amount_of(charge, currency) * (tax.rate or ZERO) / 100
    return own


def _stated(tax: Tax) -> Decimal | None:
    return next((each.value for each in tax.amounts if each.qualifier in ("124", "150") and each.value is not None), None)
