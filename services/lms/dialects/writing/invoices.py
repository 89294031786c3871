"""Writes an invoice or credit note that matches the orders as INVOIC. Amounts add up to the penny. Pure.

The rates of tax are not known, only its amounts: a line with no tax has rate 0, others state the amount alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.lms.dialects.facts import FileOut, InvoiceAccepted, KnownLine, Sending
from services.lms.dialects.profile import LmsProfile, OutKind
from services.lms.dialects.writing.charging import Bill, LineCost, bill_of
from services.lms.dialects.writing.despatches import order_number_of
from services.lms.dialects.writing.envelope import file_of
from services.lms.dialects.writing.naming import Naming, addresses_of
from shared.contracts.invoices import InvoiceMatched
from shared.contracts.orders import OrderedCopy
from shared.formats.editeur import (
    Amount,
    Charge,
    Currencies,
    Date,
    Description,
    Document,
    Invoice,
    InvoiceLine,
    Price,
    Quantity,
    Summary,
    Tax,
)
from shared.formats.editeur.texts import cut
from shared.money import to_decimal

_INVOICE, _CREDIT_NOTE = "380", "381"
_CARRIAGE, _SERVICING, _OTHER, _OF_WHOLE = "DL", "BG", "ZZZ", "ADR"
"""ALC 7161. Charges of the whole have a code of their own, so that none is taken for the sum of those of the lines."""
_EDITEUR = "28"
_CHARGED, _ALLOWED = "C", "A"
_DIFFERENCE = "Difference to the supplier's total"
_WIDTH, _PIECES = 35, 2
_FINE = Decimal("0.0001")


def write_invoice(answer: InvoiceAccepted, profile: LmsProfile, sending: Sending) -> FileOut | None:
    """Returns INVOIC; None where the LMS takes none. A credit note is withheld from one that takes it for an invoice."""
    first = answer.parts[0]
    bill = bill_of(answer.parts)
    named = (answer.lines[line.line_key].order_names for line in bill.lines if line.line_key in answer.lines)
    addresses = addresses_of(next(filter(None, named), None), profile)
    if not profile.takes(OutKind.INVOIC) or addresses is None:
        return None
    naming = Naming(profile)
    writer = _InvoiceWriter(first.currency, naming, profile)
    in_heading = profile.writing.carriage == "heading"
    carriage = writer.carriage(bill, in_heading=in_heading)
    message = Invoice(
        document=Document(_CREDIT_NOTE if first.credit else _INVOICE, naming.wording.code(first.invoice_number), "9"),
        dates=(_day("137", first.invoiced_on), _day("131", first.invoiced_on)),
        parties=naming.parties(addresses),
        currencies=(Currencies("2", first.currency, "4"),),
        charges=carriage if in_heading else (),
        lines=tuple(
            writer.line(number, line, answer.lines.get(line.line_key)) for number, line in enumerate(bill.lines, start=1)
        ),
        summary=writer.summary(bill, () if in_heading else carriage),
    )
    file = file_of(OutKind.INVOIC, [message], (addresses.sender, addresses.recipient), profile, sending)
    return file if profile.writing.credit_notes or not first.credit else replace(file, withheld=_withheld(first, profile))


def _withheld(credit: InvoiceMatched, profile: LmsProfile) -> str:
    amount = f"{to_decimal(credit.total, credit.currency)} {credit.currency}"
    return (
        f"{profile.title} cannot tell a credit note from an invoice: enter {credit.invoice_number} of {credit.invoiced_on} "
        f"over {amount} there by hand, then discard this file"
    )


def _day(qualifier: str, day: date) -> Date:
    return Date(qualifier, day.strftime("%Y%m%d"), "102")


class _InvoiceWriter:
    """Writes the parts of one invoice."""

    def __init__(self, currency: str, naming: Naming, profile: LmsProfile) -> None:
        self._currency = currency
        self._naming = naming
        self._with_charges = profile.writing.line_amounts == "all"

    def line(self, number: int, line: LineCost, known: KnownLine | None) -> InvoiceLine:
        """Writes one line; `known` is None for a line that is not in the order book any more."""
        names = known.names if known is not None else None
        item, kind, numbers = self._naming.article(names, known.ordered.isbn if known is not None else "")
        count = Decimal(len(line.copies))
        title = self._naming.wording.text(known.ordered.title) if known is not None else ""
        return InvoiceLine(
            str(number),
            item=item,
            item_type=kind,
            numbers=numbers,
            descriptions=(Description.of("050", title),) if title else (),
            quantities=(Quantity("47", count),),
            copies=self._naming.copies(known, _copies(line, known), known.barcodes) if known is not None else (),
            amounts=tuple(self._amounts(line, count)),
            prices=(
                Price("AAA", self._unit(line.net, count)),
                Price("AAB", self._unit(line.list_price, count)),
            ),
            references=self._naming.references(names, line.line_key, order_number_of(known) if known is not None else ""),
            taxes=(self._tax(line.vat),),
            charges=tuple(self._charges(line)),
        )

    def _amounts(self, line: LineCost, count: Decimal) -> Iterator[Amount]:
        """Yields MOA of a line: 203 without tax, 128 with it, 146 of one copy, 52 the discount."""
        worth = line.net + (line.servicing + line.other if self._with_charges else 0)
        yield Amount("203", self._money(worth))
        yield Amount("128", self._money(worth + line.vat))
        yield Amount("146", self._unit(line.net, count))
        if line.discount:
            yield Amount("52", self._money(line.discount))

    def _charges(self, line: LineCost) -> Iterator[Charge]:
        if line.servicing:
            yield Charge(_CHARGED, _SERVICING, agency=_EDITEUR, amounts=(Amount("8", self._money(line.servicing)),))
        if line.other:
            yield Charge(_CHARGED, _OTHER, amounts=(Amount("8", self._money(line.other)),))

    def carriage(self, bill: Bill, *, in_heading: bool) -> tuple[Charge, ...]:
        """Returns the charge for carriage, if there is any. Its own tax is stated in the heading: the summary has all tax."""
        if not bill.carriage:
            return ()
        taxes = (self._tax(bill.carriage_vat),) if in_heading and bill.carriage_vat else ()
        return (Charge(_CHARGED, _CARRIAGE, amounts=(Amount("8", self._money(bill.carriage)),), taxes=taxes),)

    def summary(self, bill: Bill, carriage: tuple[Charge, ...]) -> Summary:
        """Returns totals and tax of the whole, and the charges for no copy."""
        of_lines = sum(line.net + (line.servicing + line.other if self._with_charges else 0) for line in bill.lines)
        charges = [self._of_whole(charge.description, charge.net) for charge in bill.charges]
        if bill.difference:
            charges.append(self._of_whole(_DIFFERENCE, bill.difference))
        return Summary(
            amounts=(
                Amount("79", self._money(of_lines)),
                Amount("86", self._money(bill.total)),
                Amount("9", self._money(bill.total)),
            ),
            taxes=(self._tax(bill.vat),),
            charges=(*carriage, *charges),
        )

    def _of_whole(self, description: str, net: int) -> Charge:
        """Returns a charge for no copy; an allowance where its amount is negative."""
        texts = cut(self._naming.wording.text(description), _WIDTH)[:_PIECES]
        kind = _CHARGED if net >= 0 else _ALLOWED
        return Charge(kind, _OF_WHOLE, texts=texts, amounts=(Amount("8", self._money(abs(net))),))

    def _tax(self, amount: int) -> Tax:
        rate = None if amount else Decimal()
        return Tax("7", "VAT", rate=rate, amounts=(Amount("124", self._money(amount)),))

    def _money(self, minor: int) -> Decimal:
        return to_decimal(minor, self._currency)

    def _unit(self, minor: int, count: Decimal) -> Decimal:
        """Returns the amount of one copy, exact or with four decimals."""
        return (self._money(minor) / count).quantize(_FINE)


def _copies(line: LineCost, known: KnownLine) -> list[OrderedCopy]:
    charged = {copy.copy_id for copy in line.copies}
    return [copy for copy in known.ordered.copies if copy.copy_id in charged]
