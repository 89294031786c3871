"""Baskets, ledgers and answers for the tests of library systems."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from local.simulators.library.basket import Basket, BasketLine, Book, Wanted
from local.simulators.library.evergreen import Evergreen
from local.simulators.library.files import Accounts, System
from local.simulators.library.folio import Folio
from local.simulators.library.koha import Koha
from local.simulators.library.ledger import CopyState, Ledger
from shared.clock import ManualClock

CLOCK = ManualClock(datetime(2026, 3, 2, 15, 4, tzinfo=UTC))
KOHA = Koha(Accounts("5098765000019", "5098765990013"), CLOCK)
EVERGREEN = Evergreen(Accounts("9870016", "9872108", "3344"), CLOCK)
FOLIO = Folio(Accounts("5098765000019", "5098765990013", "SFK-1"), CLOCK)
SYSTEMS: tuple[System, ...] = (KOHA, EVERGREEN, FOLIO)

EMMA = Book("9780141439587", "Emma: what's in a name?", "Austen, Jane", "Penguin", "2003", 799)
LINE = BasketLine(711, EMMA, (Wanted("IPSW", "ADULT-FIC", "AF", "AF AUS"), Wanted("LOWE", "ADULT-FIC", "AF", "AF AUS")))
BASKET = Basket(42, (LINE,))


def written(system: System, basket: Basket = BASKET) -> bytes:
    """Returns a basket as the system writes it."""
    return system.write(basket, Random(1)).body


def ordered(system: System, basket: Basket = BASKET) -> Ledger:
    """Returns a ledger in which the basket is ordered."""
    ledger = Ledger()
    ledger.note_ordered(basket, system.references(basket))
    return ledger


def interchange(*segments: str, advice: str = "UNA:+.? '", charset: str = "iso-8859-1") -> bytes:
    """Returns a file with one message of these segments, the first of which is its UNH."""
    framed = ["UNB+UNOC:3+5098765990013:14+5098765000019:14+260302:1504+1", *segments, f"UNT+{len(segments) + 1}+1", "UNZ+1+1"]
    return (advice + "".join(f"{segment}'" for segment in framed)).encode(charset)


def states(ledger: Ledger) -> list[CopyState]:
    """Returns the states of all copies."""
    return [copy.state for copy in ledger.copies()]
