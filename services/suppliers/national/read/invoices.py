"""Reads INVOIC as invoices and credit notes, with the cost of each copy. Pure and tolerant. Does not know our orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from services.suppliers.contract import InvoiceFact
from services.suppliers.national.read.codes import Odd, odd
from services.suppliers.national.read.lines import (
    Findings,
    article_of,
    buyer_of,
    copies_of,
    count_of,
    currency_of,
    day_of,
    name_of,
    number_of,
    references_of,
    supplier_references_of,
)
from shared.contracts.invoices import ChargeKind, Cost, InvoicedCharge, InvoicedLine, TaxAtRate
from shared.formats import editeur
from shared.formats.edifact import Message
from shared.formats.editeur import (
    INVOICED,
    CopyCost,
    Invoice,
    InvoiceLine,
    LooseCost,
    Purpose,
    charged_by,
    check_amounts,
    costs_of,
    stated_by_rate,
    total_of,
)
from shared.money import to_minor

_LONGEST_DESCRIPTION = 200
_KINDS = {Purpose.CARRIAGE: ChargeKind.CARRIAGE, Purpose.SERVICING: ChargeKind.SERVICING}


def read_invoice(message: Message, findings: Findings) -> InvoiceFact | None:
    """Reads one INVOIC (BGM 380, 38A invoice, 381 credit note) as a fact; None when it has no number (BGM 1004).

    Amounts lose their sign, because only some senders write credits as negative amounts: `credit` states the direction. The day
    is DTM 137, else DTM 131 (tax point).
    """
    invoice = editeur.read_as(editeur.Invoice, message, findings)
    number = number_of(invoice.document.number, "invoice", findings, at=message.header)
    if not number:
        return None
    arithmetic = check_amounts(invoice)
    findings += arithmetic
    (costs, charges), total, currency = _costs(invoice), total_of(invoice), currency_of(invoice.currency)
    doubts = [finding.text for finding in arithmetic]
    charged = sum(cost.total for line in costs.values() for cost in line) + sum(charge.total for charge in charges)
    if total is None and to_minor(abs(_total_of_lines(invoice)), currency) != charged:
        doubts.append("no total is stated; the sum of its copies is used")
    reversed_sign = total is not None and total < 0
    if reversed_sign and not invoice.credit:
        doubts.append("it is called an invoice, but its total is negative; it is treated as a credit note")
    for position, line in enumerate(invoice.lines):
        if _runs_against(line, total):
            costs.pop(position, None)
            doubts.append(f"line {line.number} has the opposite sign of the total")
    return InvoiceFact(
        invoice_number=number,
        credit=invoice.credit or reversed_sign,
        credits_invoice=_credited(invoice),
        invoiced_on=day_of(invoice.date("137"), invoice.date("131")),
        buyer=buyer_of(invoice, findings),
        currency=currency,
        total=to_minor(abs(total), currency) if total is not None else charged,
        lines=tuple(
            _line(position, line, invoice, costs.get(position - 1, ()), findings)
            for position, line in enumerate(invoice.lines, start=1)
            if not charged_by(line)
        ),
        charges=charges,
        doubts=tuple(doubts),
        taxes=tuple(_taxes(invoice, currency)),
    )


def _taxes(invoice: Invoice, currency: str) -> Iterator[TaxAtRate]:
    """Yields the tax of the whole at each rate that the summary states, without sign."""
    for rate, taxable, tax in stated_by_rate(invoice):
        yield TaxAtRate(rate=round(rate * 100), taxable=to_minor(abs(taxable), currency), tax=to_minor(abs(tax), currency))


def _total_of_lines(invoice: Invoice) -> Decimal:
    """Returns the total of the lines (MOA 79); 0 where it is not stated."""
    return next((each.value for each in invoice.summary.amounts if each.qualifier == "79" and each.value is not None), Decimal())


def _runs_against(line: InvoiceLine, total: Decimal | None) -> bool:
    """Returns whether a line credits on an invoice that charges, or charges on one that credits."""
    worth = line.amount("203")
    signed = worth if worth is not None else line.invoiced
    return signed is not None and total is not None and signed * total < 0


def _credited(invoice: Invoice) -> str | None:
    """Returns the number of the invoice that a credit note corrects: RFF+IV or RFF+OI of the message, else of its lines."""
    named = [invoice.reference(kind).strip() for kind in ("IV", "OI")]
    named += [line.reference(kind).strip() for line in invoice.lines for kind in ("IV", "OI")]
    return next((number for number in named if number), None)


def _line(position: int, line: InvoiceLine, invoice: Invoice, costs: Sequence[Cost], findings: Findings) -> InvoicedLine:
    count = count_of(_counted(line), *INVOICED, findings=findings)
    if count is None:
        findings.append(odd(Odd.NO_QUANTITY, f"line {line.number} does not state how many copies it charges", line.at))
    line_key, order_number = references_of(line, invoice)
    return InvoicedLine(
        line_number=position,
        line_key=line_key,
        order_number=order_number,
        isbn=article_of(line),
        quantity=count or 0,
        copies=copies_of(line),
        costs=tuple(costs),
        title=name_of(line),
        supplier_references=supplier_references_of(line),
    )


def _costs(invoice: Invoice) -> tuple[dict[int, list[Cost]], tuple[InvoicedCharge, ...]]:
    """Returns the costs of each copy by the 0-based position of its line, and the charges that are for no copy."""
    divided = costs_of(replace(invoice, lines=tuple(_counted(line) for line in invoice.lines)))
    found: dict[int, list[Cost]] = defaultdict(list)
    for cost in divided.copies:
        found[cost.line].append(_cost(cost))
    return found, tuple(_charge(charge) for charge in divided.charges)


def _counted(line: InvoiceLine) -> InvoiceLine:
    """Returns the line with positive quantities: some senders write credited copies as negative quantities."""
    quantities = (replace(each, value=abs(each.value)) if each.value is not None else each for each in line.quantities)
    return replace(line, quantities=tuple(quantities))


def _cost(cost: CopyCost) -> Cost:
    return Cost(
        list_price=abs(cost.list),
        discount=abs(cost.discount),
        net=abs(cost.net),
        servicing=abs(cost.servicing),
        carriage=abs(cost.carriage),
        other=abs(cost.other),
        vat=abs(cost.tax),
    )


def _charge(charge: LooseCost) -> InvoicedCharge:
    kind = _KINDS.get(charge.purpose, ChargeKind.OTHER)
    return InvoicedCharge(
        description=charge.description[:_LONGEST_DESCRIPTION], kind=kind, net=abs(charge.net), vat=abs(charge.tax)
    )
