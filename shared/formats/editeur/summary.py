"""What the summary of an INVOIC states about the whole: its tax, and charges (MOA) that nothing else in it lists. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, combinations

from shared.formats.editeur.amounts import ZERO, amount_of, charges_of_whole, signed, stated, total_of
from shared.formats.editeur.charge_lines import charged_by
from shared.formats.editeur.line_money import money_of
from shared.formats.editeur.messages import Invoice
from shared.formats.editeur.parts import Tax

TAX_AMOUNTS = ("176", "124", "150")
_ALL_CHARGES = ("131", "259", "304")
"""MOA qualifiers of all charges together, the most complete first."""


def stated_tax(invoice: Invoice) -> Decimal | None:
    """Returns the tax of the whole as stated: MOA 176 or 124 of the summary, else its TAX groups, else those of the heading."""
    currency = invoice.currency
    given = stated(invoice.summary.amounts, TAX_AMOUNTS, currency)
    for taxes in (invoice.summary.taxes, invoice.taxes):
        given = given if given is not None else sum_of_taxes(taxes, currency)
    return given


def sum_of_taxes(taxes: Iterable[Tax], currency: str) -> Decimal | None:
    """Returns the sum of the amounts that TAX groups give; None when none gives an amount."""
    amounts = [stated(each.amounts, TAX_AMOUNTS, currency) for each in taxes]
    found = [each for each in amounts if each is not None]
    return sum(found, ZERO) if found else None


def unlisted_charges(invoice: Invoice) -> Decimal:
    """Returns the charges that the summary states (MOA 131, 259 or 304) and that the message does not list; mostly 0.

    A stated sum that repeats listed charges (of lines, of the whole, on lines of their own, or several of these) adds nothing.
    Some senders state all charges, some only the unlisted ones: the total shows which.
    """
    of_all = stated(invoice.summary.amounts, _ALL_CHARGES, invoice.currency) or ZERO
    groups = _listed(invoice)
    if not of_all or any(abs(sum(some, ZERO)) == abs(of_all) for some in _subsets(groups)):
        return ZERO
    left = of_all - sum(groups, ZERO)
    readings = [left, of_all] if left * of_all > 0 else [of_all]
    total, tax, base = total_of(invoice), stated_tax(invoice) or ZERO, _listed_total(invoice)
    return next((each for each in readings if total in (base + each, base + each + tax)), readings[0])


def _listed(invoice: Invoice) -> list[Decimal]:
    """Returns the sums of the charges of lines, of the whole, and on lines of their own."""
    currency = invoice.currency
    of_lines = (amount_of(each, currency) for line in invoice.lines for each in line.charges if each.kind == "C")
    of_whole = (amount_of(each, currency) for each in charges_of_whole(invoice, currency) if each.kind == "C")
    alone = (money_of(line, currency).net or ZERO for line in invoice.lines if charged_by(line))
    return [sum(group, ZERO) for group in (of_lines, of_whole, alone)]


def _listed_total(invoice: Invoice) -> Decimal:
    currency = invoice.currency
    lines = (money_of(line, currency) for line in invoice.lines)
    whole = (signed(each, currency) for each in charges_of_whole(invoice, currency))
    return sum(whole, sum(((each.net or ZERO) + each.charges for each in lines), ZERO))


def _subsets(amounts: Sequence[Decimal]) -> Iterator[tuple[Decimal, ...]]:
    return chain.from_iterable(combinations(amounts, size) for size in range(1, len(amounts) + 1))
