"""Finds out which council an invoice, a selection or a report is for, and which lines it names. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.suppliers.contract import Account, InvoiceFact
from services.suppliers.domain.known_lines import Held, KnownLine, KnownLines
from shared.contracts.invoices import InvoicedLine


@dataclass(frozen=True, slots=True)
class MatchedInvoice:
    """An invoice of one council.

    `lines` are all its lines, in order, with our line key wherever it was found; `known` are the ordered lines among them.
    """

    fact: InvoiceFact
    council: str
    lines: tuple[InvoicedLine, ...]
    known: tuple[KnownLine, ...]


def council_of(buyer: str, accounts: Mapping[str, Account]) -> str | None:
    """The council that a supplier names by GLN or account number, or people by ISIL; None where it is not exactly one."""
    named = buyer.strip()
    found = [isil for isil, account in accounts.items() if named and named in (isil, account.gln, account.account_number)]
    return found[0] if len(found) == 1 else None


def unknown_buyer(what: str, buyer: str) -> Held:
    """Why a document is held that says no council of ours."""
    named = f"for {buyer!r}, which is no account of one council in the profile" if buyer.strip() else "without a buyer"
    return Held(f"{what} is {named}")


def match_invoice(fact: InvoiceFact, known: KnownLines, accounts: Mapping[str, Account]) -> MatchedInvoice | Held:
    """Find the council by the buyer, else by the lines.

    Every line stays, matched or not: the order book queries what does not fit.
    """
    what = f"{'credit note' if fact.credit else 'invoice'} {fact.invoice_number}"
    if not fact.lines:
        return Held(f"{what} has no lines")
    buyer = council_of(fact.buyer, accounts)
    own = known.of_council(buyer) if buyer else known
    found = [_find(line, own, known) for line in fact.lines]
    councils = sorted({line.council for line in found if isinstance(line, KnownLine)} | ({buyer} if buyer else set()))
    if len(councils) > 1:
        return Held(f"{what} has lines of several councils: {', '.join(councils)}")
    if not councils:
        may_come = any(isinstance(line, Held) and line.may_come for line in found)
        return Held(f"{unknown_buyer(what, fact.buyer).reason}, and none of its lines is known here", may_come)
    lines = tuple(_named(line, match) for line, match in zip(fact.lines, found, strict=True))
    return MatchedInvoice(fact, councils[0], lines, tuple(line for line in found if isinstance(line, KnownLine)))


def _find(line: InvoicedLine, own: KnownLines, known: KnownLines) -> KnownLine | Held:
    """The buyer's own line first: councils may use the same order numbers."""
    found = own.find(line)
    return found if isinstance(found, KnownLine) else known.find(line)


def _named(line: InvoicedLine, match: KnownLine | Held) -> InvoicedLine:
    return line.model_copy(update={"line_key": match.line_key}) if isinstance(match, KnownLine) else line
