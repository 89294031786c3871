"""Checks the arithmetic of an INVOIC (invoice or credit note): lines, discounts, charges, totals and tax. Pure.

Senders differ: some include a line's charges in its MOA 203, some include tax in a total, some do not. An amount is right when
it agrees with any of these readings. Only amounts in the invoice's first currency are checked; others are conversions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.findings import Finding
from shared.formats.edifact import number
from shared.formats.editeur import codes
from shared.formats.editeur.messages import Invoice, InvoiceLine
from shared.formats.editeur.odd import Odd, odd
from shared.formats.editeur.parts import Charge, Summary, Tax
from shared.formats.editeur.segments import Amount
from shared.money import PENNY

ZERO = Decimal()
_HALF_A_PENNY = Decimal("0.005")
_TAX_AMOUNTS = ("176", "124", "150")
_CHARGE_AMOUNTS = ("8", "23", "204", "131")


class Purpose(StrEnum):
    """What a charge is for."""

    DISCOUNT = "discount"
    SERVICING = "servicing"
    CARRIAGE = "carriage"
    TAX = "tax"
    OTHER = "other"


def purpose_of(charge: Charge) -> Purpose:
    """Returns the purpose by the kind (ALC 5463) and code (ALC 7161) of the charge; servicing codes are list 10B."""
    if charge.kind == "A":
        return Purpose.DISCOUNT
    if charge.code in codes.SERVICING_CODES:
        return Purpose.SERVICING
    if charge.code in codes.CARRIAGE:
        return Purpose.CARRIAGE
    return Purpose.TAX if charge.code in codes.TAX_CHARGES else Purpose.OTHER


def amount_of(charge: Charge, currency: str = "") -> Decimal:
    """Returns the amount of an allowance or charge: its MOA, else its rate (RTE) times its quantity (QTY); 0 without either."""
    stated = _amount(charge.amounts, _CHARGE_AMOUNTS, currency)
    return stated if stated is not None else _rated(charge) or ZERO


def _rated(charge: Charge) -> Decimal | None:
    rate = next((each for each in charge.rates if each.value is not None), None)
    count = next((each.value for each in charge.quantities if each.value is not None), None)
    if rate is None or rate.value is None or count is None:
        return None
    return rate.value * count / (rate.basis or Decimal(1))


def _amount(amounts: Iterable[Amount], kinds: Iterable[str], currency: str) -> Decimal | None:
    held = list(amounts)
    return next(
        (
            each.value
            for kind in kinds
            for each in held
            if each.qualifier == kind and each.value is not None and _in(each, currency)
        ),
        None,
    )


def _in(amount: Amount, currency: str) -> bool:
    return not currency or not amount.currency or amount.currency == currency


@dataclass(frozen=True, slots=True)
class LineMoney:
    """The amounts of one line, for all its copies together, in major units. `net` excludes charges.

    `list`, `net` and `stated` (MOA 203) are None where the line does not give them.
    """

    count: Decimal
    list: Decimal | None
    discount: Decimal
    net: Decimal | None
    stated: Decimal | None
    charges: Decimal

    @property
    def tolerance(self) -> Decimal:
        """The largest difference that rounding of unit prices can cause."""
        return _HALF_A_PENNY * abs(self.count) + PENNY / 2


def money_of(line: InvoiceLine, currency: str) -> LineMoney:
    """Returns a line's list price (PRI AAB, else AAE), discount (MOA 52, else ALC A), net (PRI AAA, else list less discount)
    and charges (ALC C)."""
    count = line.invoiced or ZERO
    unit_list, unit_net = _unit_list(line, currency), _unit_net(line)
    listed = unit_list * count if unit_list is not None else None
    allowed = sum((amount_of(each, currency) for each in line.charges if each.kind == "A"), ZERO)
    stated_discount = _amount(line.amounts, ("52",), currency)
    discount = stated_discount if stated_discount is not None else allowed
    stated = _amount(line.amounts, ("203",), currency)
    net = unit_net * count if unit_net is not None else listed - discount if listed is not None else None
    if unit_net is None and net is not None and not discount and stated is not None and abs(stated) < abs(net):
        net = stated  # sold below its list price, by a discount that the message does not give
    charges = sum((amount_of(each, currency) for each in line.charges if each.kind == "C"), ZERO)
    if net is not None and stated is not None and count > 1 and stated * count == net:
        stated = net  # the sender gave the amount of one copy where the amount of the line belongs
    return LineMoney(count, listed, discount, net, stated, charges)


def _unit_net(line: InvoiceLine) -> Decimal | None:
    """Returns the net price of one copy: PRI AAA, else CAL or INV unless its type is a retail price, else any price whose type
    is net (PRI 5387)."""
    net = line.price("AAA")
    if net is None:
        net = line.price("CAL", "INV", without=codes.RETAIL_PRICES)
    return net if net is not None else next((each.of_one for each in line.prices if each.kind in codes.NET_PRICES), None)


def _unit_list(line: InvoiceLine, currency: str) -> Decimal | None:
    """Returns the list price of one copy: PRI AAB or AAE, else CAL, INV or AAF unless its type is net, else MOA 146."""
    listed = line.price("AAB", "AAE", "CAL", "INV", "AAF", without=codes.NET_PRICES)
    return listed if listed is not None else _amount(line.amounts, ("146",), currency)


def check_amounts(invoice: Invoice) -> list[Finding]:
    """Returns findings about the arithmetic; none when all stated amounts agree."""
    currency = invoice.currency
    findings: list[Finding] = []
    for line in invoice.lines:
        findings += _check_line(line, currency)
    for charge in _charges(invoice):
        findings += _check_charge(charge, currency)
    findings += _check_totals(invoice, currency)
    findings += _check_categories(_taxes(invoice))
    findings += _check_taxable(invoice.summary, currency)
    return findings


def charges_of_whole(invoice: Invoice, currency: str) -> tuple[Charge, ...]:
    """Returns the allowances and charges (ALC) of the whole invoice, from its heading and summary.

    Leaves out those that only repeat the sum of charges given elsewhere: they would be counted twice.
    """
    of_lines = [charge for line in invoice.lines for charge in line.charges]
    heading = tuple(each for each in invoice.charges if not _repeats_sum(each, (of_lines,), currency))
    before = (of_lines, heading, [*of_lines, *heading])
    return (*heading, *(each for each in invoice.summary.charges if not _repeats_sum(each, before, currency)))


def _repeats_sum(charge: Charge, groups: Iterable[Sequence[Charge]], currency: str) -> bool:
    """Returns whether a charge is the sum of the charges of its kind and code in one of the groups."""
    same_kind = ([each for each in group if (each.kind, each.code) == (charge.kind, charge.code)] for group in groups)
    sums = [sum((amount_of(each, currency) for each in group), ZERO) for group in same_kind if group]
    return _near(amount_of(charge, currency), [each for each in sums if each], PENNY / 2)


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


def _check_line(line: InvoiceLine, currency: str) -> Iterator[Finding]:
    money = money_of(line, currency)
    if money.discount and money.list is not None and line.price("AAA") is not None and money.net is not None:
        # Some senders give the discount of one copy, some the discount of all copies.
        readings = [money.list - money.discount, money.list - money.discount * money.count]
        if line.price("AAB") is not None and not _near(money.net, readings, money.tolerance):
            parts = f"list {_shown(money.list)} less discount {_shown(money.discount)}"
            text = f"line {line.number}: {parts} is not net {_shown(money.net)}"
            yield odd(Odd.DISCOUNT, text, line.at)
    if money.stated is not None and money.net is not None:
        readings = [money.net, money.net + money.charges]
        if not _near(money.stated, readings, money.tolerance):
            text = f"line {line.number}: amount {_shown(money.stated)}, but price and quantity make {_either(readings)}"
            yield odd(Odd.LINE_AMOUNT, text, line.at)


def _check_charge(charge: Charge, currency: str) -> Iterator[Finding]:
    stated, rated = _amount(charge.amounts, _CHARGE_AMOUNTS, currency), _rated(charge)
    if stated is not None and rated is not None and abs(stated - rated) > PENNY:
        yield odd(
            Odd.CHARGE_AMOUNT, f"charge {charge.code}: {_shown(stated)}, but rate and quantity make {_shown(rated)}", charge.at
        )


def _check_totals(invoice: Invoice, currency: str) -> Iterator[Finding]:
    """Checks that MOA 9, 39, 77, 79, 86 and 129 are the sum of the lines, with or without charges, with or without tax."""
    lines = [money_of(line, currency) for line in invoice.lines]
    worth = [each.stated if each.stated is not None else each.net for each in lines]
    charges = charges_of_whole(invoice, currency)
    if not (lines or charges) or None in worth:
        return
    base = sum((value for value in worth if value is not None), ZERO)
    bases = (base, base + sum((each.charges for each in lines), ZERO))
    whole = sum((_signed(each, currency) for each in charges), ZERO)
    tax = tax_of(invoice, currency)
    complete = [each + whole + tax for each in bases]
    readings = [*complete, *(each + whole for each in bases)]
    tolerance = PENNY + sum((each.tolerance for each in lines if each.stated is None), ZERO)
    for amount in invoice.summary.amounts:
        if amount.qualifier not in codes.TOTALS or amount.value is None or not _in(amount, currency):
            continue
        accepted = [*readings, *bases] if amount.qualifier == "79" else readings
        if not _near(amount.value, accepted, tolerance):
            text = f"MOA {amount.qualifier} is {_shown(amount.value)}, but its parts make {_either(complete)}"
            yield odd(Odd.TOTAL, text)


def _signed(charge: Charge, currency: str) -> Decimal:
    return amount_of(charge, currency) * (-1 if charge.kind == "A" else 1)


def tax_of(invoice: Invoice, currency: str) -> Decimal:
    """Returns the tax of the whole invoice: MOA 176 or 124 of the summary, else the sum over the summary's TAX groups, else the
    sum over lines and charges."""
    stated = _amount(invoice.summary.amounts, _TAX_AMOUNTS, currency)
    if stated is None:
        stated = _stated_tax(invoice.summary.taxes, currency)
    if stated is not None:
        return stated
    others = [*invoice.taxes, *(tax for charge in _charges(invoice) for tax in charge.taxes)]
    return sum((tax_of_line(line, currency) for line in invoice.lines), _stated_tax(others, currency) or ZERO)


def tax_of_line(line: InvoiceLine, currency: str) -> Decimal:
    """Returns the tax of a line without the tax of its charges: the MOA of its TAX groups, else a MOA 124 of the line itself."""
    stated = _stated_tax(line.taxes, currency)
    return stated if stated is not None else _amount(line.amounts, _TAX_AMOUNTS, currency) or ZERO


def _stated_tax(taxes: Iterable[Tax], currency: str) -> Decimal | None:
    """Returns the sum of the amounts that TAX groups give; None when none gives an amount."""
    amounts = [_amount(each.amounts, _TAX_AMOUNTS, currency) for each in taxes]
    found = [each for each in amounts if each is not None]
    return sum(found, ZERO) if found else None


def _check_categories(taxes: Iterable[Tax]) -> Iterator[Finding]:
    for tax in taxes:
        if tax.rate and tax.category in codes.UNTAXED:
            text = f"rate {number(tax.rate)} with category {tax.category} ({codes.TAX_CATEGORIES[tax.category]})"
            yield odd(Odd.TAX_CATEGORY, text, tax.at)
        elif tax.rate == 0 and tax.category == "S":
            yield odd(Odd.TAX_CATEGORY, "rate 0 with category S (standard rate)", tax.at)


def _check_taxable(summary: Summary, currency: str) -> Iterator[Finding]:
    """Checks that the tax of each category (MOA 124) is its rate times the taxable amount (MOA 125)."""
    for tax in summary.taxes:
        taxed = _amount(tax.amounts, ("125",), currency)
        stated = _amount(tax.amounts, ("124", "150", "176"), currency)
        if tax.rate is None or taxed is None or stated is None:
            continue
        expected = taxed * tax.rate / 100
        if abs(expected - stated) > PENNY:
            text = f"tax is {_shown(stated)}, but {number(tax.rate)} % of {_shown(taxed)} is {_shown(expected)}"
            yield odd(Odd.TAX_AMOUNT, text, tax.at)


def _near(value: Decimal, readings: Iterable[Decimal], tolerance: Decimal) -> bool:
    return any(abs(value - each) <= tolerance for each in readings)


def _shown(value: Decimal) -> str:
    return f"{value:.2f}"


def _either(values: Iterable[Decimal]) -> str:
    return " or ".join(dict.fromkeys(_shown(value) for value in values))
