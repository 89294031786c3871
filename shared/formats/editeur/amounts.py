"""Amounts of an INVOIC (invoice or credit note): stated amounts, rounding, allowances and charges. Pure, in major units.

Only amounts in the invoice's first currency count; others are conversions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from shared.formats.editeur import codes
from shared.formats.editeur.messages import Invoice
from shared.formats.editeur.parts import Charge
from shared.formats.editeur.segments import Amount
from shared.money import PENNY

ZERO = Decimal()
HALF_A_PENNY = PENNY / 2
CHARGE_AMOUNTS = ("8", "23", "204", "131")
Sums = dict[tuple[str, str], Decimal]
_HALF = Decimal("0.5")
_PENCE = -2
_PAYABLE = ("9", "39", "77", "129", "86")
"""MOA qualifiers of the payable total, the most reliable first; 79 is the total of the lines only."""


class Purpose(StrEnum):
    """What a charge is for."""

    DISCOUNT = "discount"
    SERVICING = "servicing"
    CARRIAGE = "carriage"
    TAX = "tax"
    OTHER = "other"


def stated(amounts: Iterable[Amount], kinds: Iterable[str], currency: str) -> Decimal | None:
    """Returns the first amount of the first qualifier that is given in the currency."""
    held = [each for each in amounts if each.value is not None and _in(each, currency)]
    return next((each.value for kind in kinds for each in held if each.qualifier == kind), None)


def _in(amount: Amount, currency: str) -> bool:
    return not currency or not amount.currency or amount.currency == currency


def total_of(invoice: Invoice) -> Decimal | None:
    """Returns the payable total that the summary states; None where it states none."""
    return stated(invoice.summary.amounts, _PAYABLE, invoice.currency)


def rounding_of(shown: Decimal) -> Decimal:
    """Returns how far a true amount can be from the one shown: half of its last decimal, at most half a penny.

    Senders leave out zeros at the end: 7.5 is 7.50.
    """
    exponent = shown.as_tuple().exponent
    return _HALF.scaleb(min(exponent, _PENCE) if isinstance(exponent, int) else _PENCE)


def near(value: Decimal, readings: Iterable[Decimal], tolerance: Decimal) -> bool:
    """Returns whether a value is one of several, give or take a tolerance."""
    return any(abs(value - each) <= tolerance for each in readings)


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
    given = stated(charge.amounts, CHARGE_AMOUNTS, currency)
    return given if given is not None else rated(charge) or ZERO


def signed(charge: Charge, currency: str) -> Decimal:
    """Returns the amount of a charge, negative for an allowance."""
    return amount_of(charge, currency) * (-1 if charge.kind == "A" else 1)


def rated(charge: Charge) -> Decimal | None:
    """Returns the rate (RTE) of a charge times its quantity (QTY); None without either."""
    rate = next((each for each in charge.rates if each.value is not None), None)
    count = next((each.value for each in charge.quantities if each.value is not None), None)
    if rate is None or rate.value is None or count is None:
        return None
    return rate.value * count / (rate.basis or Decimal(1))


def charges_of_whole(invoice: Invoice, currency: str) -> tuple[Charge, ...]:
    """Returns the allowances and charges (ALC) of the whole invoice, from its heading and summary.

    Leaves out those that only repeat the sum of charges given elsewhere: they would be counted twice.
    """
    of_lines = _sums((charge for line in invoice.lines for charge in line.charges), currency)
    heading = tuple(each for each in invoice.charges if not _repeats(each, [of_lines], currency))
    before = [of_lines, _sums(heading, currency)]
    before.append({key: sum((sums.get(key, ZERO) for sums in before), ZERO) for key in {*before[0], *before[1]}})
    return (*heading, *(each for each in invoice.summary.charges if not _repeats(each, before, currency)))


def _sums(charges: Iterable[Charge], currency: str) -> Sums:
    """Returns the sum of charges by kind and code."""
    sums: Sums = defaultdict(Decimal)
    for charge in charges:
        sums[charge.kind, charge.code] += amount_of(charge, currency)
    return sums


def _repeats(charge: Charge, before: Iterable[Sums], currency: str) -> bool:
    """Returns whether a charge is one of the sums of its kind and code."""
    sums = [each.get((charge.kind, charge.code), ZERO) for each in before]
    return near(amount_of(charge, currency), [each for each in sums if each], HALF_A_PENNY)
