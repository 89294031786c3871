"""The tax of an INVOIC by part: each line and each charge at its own rate. The summary checks it and does not divide it. Pure.

A part's tax is what it states, else its rate times its amount. Tax that the summary states and no part explains belongs to the
parts without tax or rate, by amount. A difference within rounding is left to who makes pennies of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.formats.editeur import codes
from shared.formats.editeur.amounts import HALF_A_PENNY, ZERO, amount_of, charges_of_whole, signed, stated
from shared.formats.editeur.charge_lines import charged_by
from shared.formats.editeur.line_money import money_of
from shared.formats.editeur.messages import Invoice
from shared.formats.editeur.parts import Charge, Tax
from shared.formats.editeur.summary import TAX_AMOUNTS, stated_tax, sum_of_taxes, unlisted_charges

UNLISTED = -1
"""The place of the charges that only the summary states, among the charges of the whole."""
_HIGHEST_RATE = 27
"""No country of the trade taxes anything at a higher rate: more than this is a mistake, whoever gives no rate."""


@dataclass(frozen=True, slots=True)
class Part:
    """One amount that is taxed at one rate: a line, a charge of a line, or a charge of the whole (`line` is None).

    `stated` and `rate` are None where the message does not give them. `count` is how many times its tax may be rounded.
    """

    name: str
    line: int | None
    amount: Decimal
    stated: Decimal | None
    rate: Decimal | None
    count: Decimal = Decimal(1)
    whole: int | None = None

    @property
    def tax(self) -> Decimal | None:
        """The tax that is stated, or that follows from the rate; None where nothing says it."""
        if self.stated is not None:
            return self.stated
        return self.amount * self.rate / 100 if self.rate is not None else None

    @property
    def roundings(self) -> Decimal:
        """How often rounding can change the tax by half a penny."""
        if not self.tax:
            return ZERO
        return Decimal(1) if self.stated is not None else max(abs(self.count), Decimal(1))


@dataclass(frozen=True, slots=True)
class Taxes:
    """The parts of an invoice with the tax of each, in the same order; `total` is the tax that the summary states, if any.

    `agree`: together the amounts are the total, give or take rounding. Else each part keeps its own tax.
    """

    parts: tuple[Part, ...]
    amounts: tuple[Decimal, ...]
    total: Decimal | None
    agree: bool

    def by_place(self) -> dict[tuple[int | None, int | None], Decimal]:
        """Returns the tax of each line with its charges by `(line, None)`, and of each charge of the whole by `(None, place)`."""
        found: defaultdict[tuple[int | None, int | None], Decimal] = defaultdict(Decimal)
        for part, amount in zip(self.parts, self.amounts, strict=True):
            found[part.line, part.whole] += amount
        return found

    @property
    def sum(self) -> Decimal:
        """The tax of the whole invoice."""
        return sum(self.amounts, ZERO)

    @property
    def rounding(self) -> Decimal:
        """How far the tax of the whole can be from what was charged: 0 where the summary or every part states it."""
        if self.total is not None or all(part.stated is not None or not part.rate for part in self.parts):
            return ZERO
        return sum((part.roundings for part in self.parts), ZERO) * HALF_A_PENNY


def rounding_of_taxes(parts: Iterable[Part]) -> Decimal:
    """Returns the difference that rounding explains between a sum of taxes and its parts, which it must stay below."""
    return HALF_A_PENNY * (sum((part.roundings for part in parts), ZERO) + 1)


def taxes_of(invoice: Invoice) -> Taxes:
    """Divides the tax of an invoice among its lines and charges."""
    parts = tuple(_parts(invoice))
    total = stated_tax(invoice)
    amounts = [part.tax or ZERO for part in parts]
    left = total - sum(amounts, ZERO) if total is not None else ZERO
    if abs(left) < rounding_of_taxes(parts) or not parts:
        return Taxes(parts, tuple(amounts), total, agree=True)
    weights = {index: abs(part.amount) for index, part in enumerate(parts) if part.tax is None}
    together = sum(weights.values(), ZERO)
    if left * (total or ZERO) < 0 or abs(left) > together * _HIGHEST_RATE / 100 + HALF_A_PENNY or not together:
        return Taxes(parts, tuple(amounts), total, agree=False)
    for index, weight in weights.items():
        amounts[index] += left * weight / together
    return Taxes(parts, tuple(amounts), total, agree=True)


def rate_of(tax: Tax) -> Decimal | None:
    """Returns the rate of a TAX group; 0 for a category without tax. None where neither is given, or the two contradict."""
    if tax.category in codes.UNTAXED:
        return None if tax.rate else ZERO
    return tax.rate


def stated_by_rate(invoice: Invoice) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    """Yields rate, taxable amount and tax of each TAX group of the summary that states all three."""
    currency = invoice.currency
    for group in invoice.summary.taxes:
        rate = rate_of(group)
        taxable, tax = (stated(group.amounts, kinds, currency) for kinds in (("125",), TAX_AMOUNTS))
        if rate is not None and 0 <= rate <= _HIGHEST_RATE and taxable is not None and tax is not None:
            yield rate, taxable, tax


def _parts(invoice: Invoice) -> Iterator[Part]:
    """Yields the lines, then their charges (without allowances, which the line's amount has already), then those of the whole."""
    currency, usual = invoice.currency, _only_rate(invoice.taxes)
    # Where the whole tax is stated, it shows whether a charge without tax is taxed; else the charge is taxed as its line is.
    unstated = stated_tax(invoice) is None
    for index, line in enumerate(invoice.lines):
        money = money_of(line, currency)
        given, rate = _tax_of(line.taxes, currency)
        given = given if given is not None else stated(line.amounts, TAX_AMOUNTS, currency)
        named = f"{'charge' if charged_by(line) else 'line'} {line.number}"
        yield Part(named, index, money.net or ZERO, given, rate if line.taxes else usual, money.count)
        for charge in line.charges:
            if charge.kind == "C":
                yield _part_of(
                    charge,
                    amount_of(charge, currency),
                    currency,
                    line=index,
                    inherited=rate if unstated and given is None else None,
                )
    for place, charge in enumerate(charges_of_whole(invoice, currency)):
        yield _part_of(charge, signed(charge, currency), currency, whole=place, inherited=usual if unstated else None)
    if unlisted := unlisted_charges(invoice):
        yield Part("charges of the summary", None, unlisted, None, None, whole=UNLISTED)


def _part_of(
    charge: Charge,
    amount: Decimal,
    currency: str,
    *,
    line: int | None = None,
    whole: int | None = None,
    inherited: Decimal | None = None,
) -> Part:
    given, rate = _tax_of(charge.taxes, currency)
    if given is not None and amount < 0:
        given = -abs(given)
    return Part(f"charge {charge.code}", line, amount, given, rate if charge.taxes else inherited, whole=whole)


def _tax_of(taxes: Sequence[Tax], currency: str) -> tuple[Decimal | None, Decimal | None]:
    """Returns tax and rate that TAX groups give. Several groups have no common rate."""
    given = sum_of_taxes(taxes, currency)
    return given, _only_rate(taxes)


def _only_rate(taxes: Sequence[Tax]) -> Decimal | None:
    rates = {rate_of(tax) for tax in taxes}
    return rates.pop() if len(rates) == 1 else None
