"""Finds the council that an invoice, a selection or a list of open lines is for, and the lines an invoice names. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.suppliers.contract import Account, InvoiceFact
from services.suppliers.domain.known_lines import Held, KnownLine, KnownLines
from services.suppliers.domain.matching import LARGEST_QUANTITY
from shared.contracts.invoices import InvoicedLine


@dataclass(frozen=True, slots=True)
class MatchedInvoice:
    """An invoice of one council.

    `lines` are all its lines, in order, with our line key where the ordered line was found. `known` are the ordered lines found.
    """

    fact: InvoiceFact
    council: str
    lines: tuple[InvoicedLine, ...]
    known: tuple[KnownLine, ...]


def council_of(buyer: str, accounts: Mapping[str, Account]) -> str | None:
    """Returns the ISIL of the council named in `buyer`; None where no council or more than one has that name.

    Suppliers name a council by its GLN or account number, staff name it by its ISIL.
    """
    named = buyer.strip()
    found = [isil for isil, account in accounts.items() if named and named in (isil, account.gln, account.account_number)]
    return found[0] if len(found) == 1 else None


def unknown_buyer(what: str, buyer: str) -> Held:
    """Returns why a document is held: it names no buyer, or a buyer that is not one council of ours."""
    problem = f"is for {buyer!r}, which is not the account of one council in the profile" if buyer.strip() else "has no buyer"
    return Held(f"{what} {problem}")


def match_invoice(fact: InvoiceFact, known: KnownLines, accounts: Mapping[str, Account]) -> MatchedInvoice | Held:
    """Finds the council of an invoice by its buyer, else by its lines.

    Keeps every line, matched or not: the order book queries those that do not match. A document of charges alone, or of nothing,
    is its buyer's.
    """
    what = f"{'credit note' if fact.credit else 'invoice'} {fact.invoice_number}"
    buyer = council_of(fact.buyer, accounts)
    own = known.of_council(buyer) if buyer else known
    found = [_find(line, own, known) for line in fact.lines]
    councils = sorted({line.council for line in found if isinstance(line, KnownLine)} | ({buyer} if buyer else set()))
    if len(councils) > 1:
        return Held(f"{what} has lines of several councils: {', '.join(councils)}", councils=frozenset(councils))
    if not councils:
        may_arrive = any(isinstance(line, Held) and line.may_arrive for line in found)
        lines = "none of its lines is known here" if fact.lines else "it has no lines"
        return Held(f"{unknown_buyer(what, fact.buyer).reason}, and {lines}", may_arrive)
    for line in fact.lines:
        if line.quantity > LARGEST_QUANTITY:
            reason = f"{what} charges {line.quantity} copies on line {line.line_number}, at most {LARGEST_QUANTITY} are taken"
            return Held(reason, councils=frozenset(councils))
    matched = tuple(_with_line_key(line, match) for line, match in zip(fact.lines, found, strict=True))
    return MatchedInvoice(fact, councils[0], matched, tuple(line for line in found if isinstance(line, KnownLine)))


def _find(line: InvoicedLine, own: KnownLines, known: KnownLines) -> KnownLine | Held:
    """Looks among the buyer's lines first: two councils may use the same order number."""
    found = own.find(line)
    return found if isinstance(found, KnownLine) else known.find(line)


def _with_line_key(line: InvoicedLine, match: KnownLine | Held) -> InvoicedLine:
    return line.model_copy(update={"line_key": match.line_key}) if isinstance(match, KnownLine) else line
