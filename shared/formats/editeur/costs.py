"""Divides an invoice into the cost of each copy and the charges that are for no copy. No penny is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from shared.formats.editeur.amounts import HALF_A_PENNY, ZERO, Purpose, amount_of, charges_of_whole, purpose_of, signed, total_of
from shared.formats.editeur.arithmetic import rounding_of_total
from shared.formats.editeur.charge_lines import charged_by
from shared.formats.editeur.codes import CHARGES
from shared.formats.editeur.line_money import LineMoney, money_of
from shared.formats.editeur.messages import Invoice, InvoiceLine
from shared.formats.editeur.parts import Charge
from shared.formats.editeur.summary import unlisted_charges
from shared.formats.editeur.taxes import UNLISTED, Taxes, taxes_of
from shared.money import to_decimal, to_minor

_MOST_COPIES = 10_000
_FINE = 1_000_000
"""Makes whole weights of amounts that are far below a penny."""


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


@dataclass(frozen=True, slots=True)
class LooseCost:
    """A charge that is for no copy, such as postage on a line of its own, in minor units; negative for an allowance."""

    description: str
    purpose: Purpose
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class Costs:
    """What an invoice costs: by copy, and for no copy."""

    copies: tuple[CopyCost, ...]
    charges: tuple[LooseCost, ...]


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


def costs_of(invoice: Invoice) -> Costs:
    """Returns the cost of every copy invoiced, in the order of lines, and the charges that are for no copy.

    A line's amounts are divided equally among its copies. Charges of the whole invoice are divided by net price; without copies,
    each is a charge of its own. Lines without a whole number of copies, or with more than 10,000, have no costs.
    """
    currency, taxes = invoice.currency, taxes_of(invoice)
    whole = charges_of_whole(invoice, currency)
    tax_by_line, tax_by_charge = _tax_in_pennies(taxes, len(invoice.lines), len(whole), currency)
    costs = [
        cost
        for index, line in enumerate(invoice.lines)
        if not charged_by(line)
        for cost in _line_costs(index, line, currency, tax_by_line[index])
    ]
    charges = list(_charge_lines(invoice, tax_by_line))
    if unlisted := unlisted_charges(invoice):
        charges.append(
            LooseCost("charges that only the summary states", Purpose.OTHER, to_minor(unlisted, currency), tax_by_charge[-1])
        )
    if costs:
        costs = _with_whole(costs, whole, sum(tax_by_charge[: len(whole)]), currency)
    else:
        charges += [_loose(charge, tax, currency) for charge, tax in zip(whole, tax_by_charge, strict=False)]
    return Costs(_rounded_to_total(invoice, taxes, costs, charges), tuple(charges))


def _tax_in_pennies(taxes: Taxes, lines: int, whole: int, currency: str) -> tuple[list[int], list[int]]:
    """Returns the tax of each line, and of each charge of the whole with those of the summary last; together they are the tax."""
    by_place = taxes.by_place()
    places: list[tuple[int | None, int | None]] = [(line, None) for line in range(lines)]
    places += [(None, place) for place in (*range(whole), UNLISTED)]
    total = taxes.total if taxes.total is not None and taxes.agree and taxes.parts else taxes.sum
    together = _in_pennies([by_place.get(place, ZERO) for place in places], to_minor(total, currency), to_decimal(1, currency))
    return together[:lines], together[lines:]


def _in_pennies(amounts: Sequence[Decimal], total: int, penny: Decimal) -> list[int]:
    """Returns amounts in minor units, each rounded down or up, so that they add up to the total, which rounding explains."""
    exact = [amount / penny for amount in amounts]
    parts = [int(amount.to_integral_value(ROUND_FLOOR)) for amount in exact]
    rest, open_parts = total - sum(parts), [index for index, amount in enumerate(amounts) if amount]
    if not 0 <= rest <= len(open_parts):
        # Tax that was rounded copy by copy can differ by more than a penny a line.
        return [part + more for part, more in zip(parts, shares(rest, [abs(part) for part in parts]), strict=True)]
    for index in sorted(open_parts, key=lambda index: parts[index] - exact[index])[:rest]:
        parts[index] += 1
    return parts


def _charge_lines(invoice: Invoice, tax_by_line: Sequence[int]) -> Iterator[LooseCost]:
    currency = invoice.currency
    for line, tax in zip(invoice.lines, tax_by_line, strict=True):
        charged = charged_by(line)
        if charged:
            money = money_of(line, currency)
            yield LooseCost(charged[1], charged[0], to_minor((money.net or ZERO) + money.charges, currency), tax)


def _loose(charge: Charge, tax: int, currency: str) -> LooseCost:
    name = " ".join(text.strip() for text in charge.texts if text.strip()) or CHARGES.get(charge.code) or f"charge {charge.code}"
    return LooseCost(name, purpose_of(charge), to_minor(signed(charge, currency), currency), tax)


def _with_whole(costs: Sequence[CopyCost], whole: Sequence[Charge], tax: int, currency: str) -> list[CopyCost]:
    """Returns the costs with the charges of the whole and their tax, divided by net price."""
    weights = [abs(cost.net) for cost in costs]
    spread = {purpose: shares(_sum_of(whole, purpose, currency), weights) for purpose in Purpose}
    taxes = shares(tax, weights)
    return [
        replace(
            cost,
            discount=cost.discount + spread[Purpose.DISCOUNT][index],
            net=cost.net - spread[Purpose.DISCOUNT][index],
            servicing=cost.servicing + spread[Purpose.SERVICING][index],
            carriage=cost.carriage + spread[Purpose.CARRIAGE][index],
            other=cost.other + spread[Purpose.OTHER][index],
            tax=cost.tax + spread[Purpose.TAX][index] + taxes[index],
        )
        for index, cost in enumerate(costs)
    ]


def _rounded_to_total(
    invoice: Invoice, taxes: Taxes, costs: Sequence[CopyCost], charges: Sequence[LooseCost]
) -> tuple[CopyCost, ...]:
    """Returns the costs with the pennies that rounding left between them and the total.

    They go to the lines without an amount of their own, whose prices were rounded; else to the copies that are taxed by a rate.
    """
    total, currency = total_of(invoice), invoice.currency
    left = (
        to_minor(total or ZERO, currency) - sum(cost.total for cost in costs) - sum(charge.net + charge.tax for charge in charges)
    )
    if total is None or not left or abs(left) > to_minor(rounding_of_total(invoice, taxes), currency):
        return tuple(costs)
    unsure = [money_of(invoice.lines[cost.line], currency).rounding for cost in costs]
    if any(unsure):
        more = shares(left, [int(each * _FINE) for each in unsure])
        changed = zip(costs, more, strict=True)
        return tuple(replace(cost, list=cost.list + one, net=cost.net + one) for cost, one in changed)
    more = shares(left, [abs(cost.tax) for cost in costs])
    return tuple(replace(cost, tax=cost.tax + one) for cost, one in zip(costs, more, strict=True))


def _line_costs(index: int, line: InvoiceLine, currency: str, tax: int) -> list[CopyCost]:
    money = money_of(line, currency)
    if not 0 < money.count <= _MOST_COPIES or money.count != money.count.to_integral_value():
        return []
    net = money.net if money.net is not None else ZERO
    listed = _listed(money, net)
    equal = [1] * int(money.count)
    nets, lists = shares(to_minor(net, currency), equal), shares(to_minor(listed, currency), equal)
    servicing, carriage, other = (
        shares(_sum_of(line.charges, purpose, currency), equal)
        for purpose in (Purpose.SERVICING, Purpose.CARRIAGE, Purpose.OTHER)
    )
    taxes = shares(tax + _sum_of(line.charges, Purpose.TAX, currency), equal)
    columns = zip(lists, nets, servicing, carriage, other, taxes, strict=True)
    return [
        CopyCost(index, copy, each[0], each[0] - each[1], each[1], each[2], each[3], each[4], each[5])
        for copy, each in enumerate(columns)
    ]


def _listed(money: LineMoney, net: Decimal) -> Decimal:
    """Returns the list price of all copies: never below the net amount by what only rounding for display explains."""
    if money.list is None:
        return net + money.discount
    above = abs(net) - abs(money.list)
    return net if 0 < above <= money.tolerance + HALF_A_PENNY * abs(money.count) else money.list


def _sum_of(charges: Sequence[Charge], purpose: Purpose, currency: str) -> int:
    return to_minor(sum((amount_of(charge, currency) for charge in charges if purpose_of(charge) is purpose), ZERO), currency)
