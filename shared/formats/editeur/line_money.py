"""The money of one line of an INVOIC: its amount (MOA 203) counts; prices explain it, and are rounded for display. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from shared.formats.editeur import codes
from shared.formats.editeur.amounts import HALF_A_PENNY, ZERO, amount_of, near, rounding_of, stated
from shared.formats.editeur.charge_lines import charged_by
from shared.formats.editeur.messages import InvoiceLine
from shared.formats.editeur.parts import Charge


@dataclass(frozen=True, slots=True)
class LineMoney:
    """The amounts of one line, for all its copies together, in major units.

    `net` is what counts, without charges. `stated` is MOA 203, with or without charges. `priced` is what prices and quantity
    make; `tolerance` is how far rounding can take `stated` from it. `list`, `net`, `stated` and `priced` are None where unknown.
    """

    count: Decimal
    list: Decimal | None
    discount: Decimal
    net: Decimal | None
    stated: Decimal | None
    priced: Decimal | None
    charges: Decimal
    tolerance: Decimal

    @property
    def rounding(self) -> Decimal:
        """How far the net amount can be from the true one: 0 where the line states its amount."""
        return ZERO if self.stated is not None else self.tolerance


def money_of(line: InvoiceLine, currency: str) -> LineMoney:
    """Returns a line's list price (PRI AAB, else AAE), discount (MOA 52, else ALC A), net and charges (ALC C).

    Net is MOA 203, less the charges where it contains them, else PRI AAA, else list less discount. Some senders of credits write
    negative amounts, some negative quantities: the sign is that of MOA 203.
    """
    count = line.invoiced if line.invoiced is not None else Decimal(1 if charged_by(line) else 0)
    unit_list, unit_net = _unit_list(line, currency), _unit_net(line)
    listed = unit_list * count if unit_list is not None else None
    discount = _discount(line, listed, currency)
    worth = stated(line.amounts, ("203",), currency)
    priced = unit_net * count if unit_net is not None else listed - discount if listed is not None else None
    if priced is not None and worth is not None and priced * worth < 0:
        priced, listed = -priced, -listed if listed is not None else None
    if unit_net is None and priced is not None and not discount and worth is not None and abs(worth) < abs(priced):
        priced = worth  # sold below its list price, by a discount that the message does not give
    charges = sum((amount_of(each, currency) for each in line.charges if each.kind == "C"), ZERO)
    tolerance = abs(count) * (rounding_of(unit_net) if unit_net is not None else HALF_A_PENNY) + HALF_A_PENNY
    of_one = priced is not None and worth is not None and count > 1 and worth * count == priced
    if of_one and priced is not None and worth is not None and not near(worth, [priced], tolerance):
        worth = priced  # the sender gave the amount of one copy where the amount of the line belongs
    net = _net(worth, priced, charges, tolerance)
    return LineMoney(count, listed, discount, net, worth, priced, charges, tolerance)


def _net(worth: Decimal | None, priced: Decimal | None, charges: Decimal, tolerance: Decimal) -> Decimal | None:
    if worth is None or priced is None:
        return worth if worth is not None else priced
    readings = [each for each in (worth, worth - charges) if near(each, [priced], tolerance)]
    return min(readings, key=lambda reading: abs(reading - priced), default=worth)


def _discount(line: InvoiceLine, listed: Decimal | None, currency: str) -> Decimal:
    """Returns the discount as an amount (MOA 52, else ALC A with its MOA), else as a percentage of the list price (PCD)."""
    given = stated(line.amounts, ("52",), currency)
    if given is not None:
        return given
    return sum((_allowance(each, listed, currency) for each in line.charges if each.kind == "A"), ZERO)


def _allowance(charge: Charge, listed: Decimal | None, currency: str) -> Decimal:
    amount = amount_of(charge, currency)
    if amount or listed is None:
        return amount
    return listed * _first(each.value for each in charge.percentages) / 100


def _first(values: Iterable[Decimal | None]) -> Decimal:
    return next((value for value in values if value is not None), ZERO)


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
    return listed if listed is not None else stated(line.amounts, ("146",), currency)
