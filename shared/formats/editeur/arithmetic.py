"""Checks the arithmetic of an INVOIC (invoice or credit note): lines, discounts, charges, totals and tax. Pure.

Senders differ: some include a line's charges in its MOA 203, some include tax in a total, some do not. An amount is right when
it agrees with any of these readings. What rounding for display explains is right, and nothing beyond it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from shared.findings import Finding
from shared.formats.edifact import number
from shared.formats.editeur import codes
from shared.formats.editeur.amounts import (
    CHARGE_AMOUNTS,
    HALF_A_PENNY,
    ZERO,
    charges_of_whole,
    near,
    rated,
    rounding_of,
    signed,
    stated,
)
from shared.formats.editeur.line_money import LineMoney, money_of
from shared.formats.editeur.messages import Invoice, InvoiceLine
from shared.formats.editeur.odd import Odd, odd
from shared.formats.editeur.parts import Charge, Tax
from shared.formats.editeur.summary import TAX_AMOUNTS, stated_tax, unlisted_charges
from shared.formats.editeur.taxes import Taxes, rate_of, rounding_of_taxes, taxes_of

_ALL = Decimal(100)


def check_amounts(invoice: Invoice) -> list[Finding]:
    """Returns findings about the arithmetic; none when all stated amounts agree."""
    currency, taxes = invoice.currency, taxes_of(invoice)
    findings: list[Finding] = []
    for line in invoice.lines:
        findings += _check_line(line, money_of(line, currency))
    for charge in _charges(invoice):
        findings += _check_charge(charge, currency)
    findings += _check_totals(invoice, taxes)
    findings += _check_categories(_taxes(invoice))
    findings += _check_rates(taxes)
    findings += _check_taxable(invoice, taxes)
    return findings


def rounding_of_total(invoice: Invoice, taxes: Taxes) -> Decimal:
    """Returns how far rounding can take the total from its parts: 0 where lines and tax are stated as amounts."""
    return _rounding_of_lines(invoice) + taxes.rounding


def _rounding_of_lines(invoice: Invoice) -> Decimal:
    currency = invoice.currency
    return sum((money_of(line, currency).rounding for line in invoice.lines), ZERO)


def _charges(invoice: Invoice) -> Iterator[Charge]:
    yield from invoice.charges
    for line in invoice.lines:
        yield from line.charges
    yield from invoice.summary.charges


def _taxes(invoice: Invoice) -> Iterator[Tax]:
    yield from invoice.taxes
    for line in invoice.lines:
        yield from line.taxes
    for charge in _charges(invoice):
        yield from charge.taxes
    yield from invoice.summary.taxes


def _check_line(line: InvoiceLine, money: LineMoney) -> Iterator[Finding]:
    if money.discount and money.list is not None and line.price("AAA") is not None and money.priced is not None:
        # Some senders give the discount of one copy, some the discount of all copies.
        readings = [money.list - money.discount, money.list - money.discount * money.count]
        tolerance = HALF_A_PENNY * (abs(money.count) + 1)
        if line.price("AAB") is not None and not near(money.priced, readings, tolerance):
            parts = f"list {_shown(money.list)} less discount {_shown(money.discount)}"
            text = f"line {line.number}: {parts} is not net {_shown(money.priced)}"
            yield odd(Odd.DISCOUNT, text, line.at)
    if money.stated is not None and money.priced is not None:
        readings = [money.priced, money.priced + money.charges]
        if not near(money.stated, readings, money.tolerance):
            text = f"line {line.number}: amount {_shown(money.stated)}, but price and quantity make {_either(readings)}"
            yield odd(Odd.LINE_AMOUNT, text, line.at)


def _check_charge(charge: Charge, currency: str) -> Iterator[Finding]:
    given, made = stated(charge.amounts, CHARGE_AMOUNTS, currency), rated(charge)
    if given is None or made is None:
        return
    rate = next((each.value for each in charge.rates if each.value is not None), ZERO)
    count = next((each.value for each in charge.quantities if each.value is not None), ZERO)
    if abs(given - made) > abs(count) * rounding_of(rate) + HALF_A_PENNY:
        text = f"charge {charge.code}: {_shown(given)}, but rate and quantity make {_shown(made)}"
        yield odd(Odd.CHARGE_AMOUNT, text, charge.at)


def _check_totals(invoice: Invoice, taxes: Taxes) -> Iterator[Finding]:
    """Checks that MOA 9, 39, 77, 79, 86 and 129 are the sum of the lines, with or without charges, with or without tax."""
    currency = invoice.currency
    lines = [money_of(line, currency) for line in invoice.lines]
    charges = charges_of_whole(invoice, currency)
    unlisted = unlisted_charges(invoice)
    if not (lines or charges or unlisted) or any(each.net is None for each in lines):
        return
    of_lines = sum((each.charges for each in lines), ZERO)
    base = sum((each.stated if each.stated is not None else each.net or ZERO for each in lines), ZERO)
    bases = (base, base + of_lines, sum((each.net or ZERO for each in lines), of_lines))
    whole = sum((signed(each, currency) for each in charges), unlisted)
    tax = stated_tax(invoice)
    tax = tax if tax is not None else taxes.sum
    complete = [each + whole + tax for each in bases]
    readings = [*complete, *(each + whole for each in bases)]
    tolerance = rounding_of_total(invoice, taxes)
    for amount in invoice.summary.amounts:
        if amount.qualifier not in codes.TOTALS or amount.value is None or stated([amount], [amount.qualifier], currency) is None:
            continue
        accepted = [*readings, *bases] if amount.qualifier == "79" else readings
        if not near(amount.value, accepted, tolerance):
            name = f"the {codes.AMOUNTS[amount.qualifier]} (MOA {amount.qualifier})"
            text = f"{name} is {_shown(amount.value)}, but its parts make {_either(complete)}"
            yield odd(Odd.TOTAL, text)


def _check_categories(taxes: Iterable[Tax]) -> Iterator[Finding]:
    for tax in taxes:
        if tax.rate and tax.category in codes.UNTAXED:
            text = f"rate {number(tax.rate)} with category {tax.category} ({codes.TAX_CATEGORIES[tax.category]})"
            yield odd(Odd.TAX_CATEGORY, text, tax.at)
        elif tax.rate == 0 and tax.category == "S":
            yield odd(Odd.TAX_CATEGORY, "rate 0 with category S (standard rate)", tax.at)


def _check_rates(taxes: Taxes) -> Iterator[Finding]:
    """Checks the tax that a line or charge states by its rate, and the tax of the whole by all of them."""
    untaxed: defaultdict[int | None, Decimal] = defaultdict(Decimal)
    for part in taxes.parts:
        untaxed[part.line] += part.amount if part.tax is None else ZERO
    for part in taxes.parts:
        if part.stated is None or part.rate is None:
            continue
        # A line's tax may contain that of its charges.
        made = [amount * part.rate / _ALL for amount in (part.amount, part.amount + untaxed[part.line])]
        if not near(part.stated, made, HALF_A_PENNY * (abs(part.count) + 1)):
            rate = f"{number(part.rate)} % of {_shown(part.amount)}"
            yield odd(Odd.TAX_AMOUNT, f"{part.name}: tax is {_shown(part.stated)}, but {rate} is {_either(made)}")
    if not taxes.agree and taxes.total is not None:
        text = f"tax of the whole is {_shown(taxes.total)}, but the lines and charges make {_shown(taxes.sum)}"
        yield odd(Odd.TAX_AMOUNT, text)


def _check_taxable(invoice: Invoice, taxes: Taxes) -> Iterator[Finding]:
    """Checks the TAX groups of the summary: each by its own rate, and all of one rate by the lines and charges of that rate."""
    currency = invoice.currency
    by_rate: defaultdict[Decimal, list[Tax]] = defaultdict(list)
    for tax in invoice.summary.taxes:
        rate = rate_of(tax)
        if rate is not None:
            by_rate[rate].append(tax)
            yield from _check_group(tax, rate, taxes, currency)
    if not taxes.parts or any(part.rate is None for part in taxes.parts if part.amount):
        return
    rounding = _rounding_of_lines(invoice) + HALF_A_PENNY
    for rate, groups in by_rate.items():
        parts = [part for part in taxes.parts if part.rate == rate]
        checks = (
            ("taxable amount", ("125",), [part.amount for part in parts], rounding),
            ("tax", TAX_AMOUNTS, [part.tax or ZERO for part in parts], rounding_of_taxes(parts)),
        )
        for name, kinds, amounts, limit in checks:
            found = [value for tax in groups if (value := stated(tax.amounts, kinds, currency)) is not None]
            given, made = sum(found, ZERO), sum(amounts, ZERO)
            if found and abs(given - made) >= limit:
                text = f"{name} at {number(rate)} % is {_shown(given)}, but the lines and charges make {_shown(made)}"
                yield odd(Odd.TAX_AMOUNT, text, groups[0].at)


def _check_group(tax: Tax, rate: Decimal, taxes: Taxes, currency: str) -> Iterator[Finding]:
    taxed, given = stated(tax.amounts, ("125",), currency), stated(tax.amounts, TAX_AMOUNTS, currency)
    if taxed is None or given is None:
        return
    made = taxed * rate / _ALL
    # Tax that was rounded line by line differs from the tax of the sum.
    if abs(made - given) >= rounding_of_taxes(part for part in taxes.parts if part.rate in (rate, None)):
        yield odd(Odd.TAX_AMOUNT, f"tax is {_shown(given)}, but {number(rate)} % of {_shown(taxed)} is {_shown(made)}", tax.at)


def _shown(value: Decimal) -> str:
    return f"{value:.2f}"


def _either(values: Iterable[Decimal]) -> str:
    return " or ".join(dict.fromkeys(_shown(value) for value in values))
