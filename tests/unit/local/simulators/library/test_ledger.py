"""A library's own book, and what its staff wish for."""

from __future__ import annotations

from dataclasses import replace

from local.simulators import CATALOGUE
from local.simulators.library.basket import books_of, fill_baskets
from local.simulators.library.ledger import CopyState
from tests.unit.local.simulators.library.builders import BASKET, KOHA, LINE, ordered, states

_BARCODE = "2900000000017"


def test_a_scanned_book_is_received_at_its_branch() -> None:
    ledger = ordered(KOHA)
    assert ledger.scan(42, LINE.book.isbn, "LOWE", _BARCODE)
    assert states(ledger) == [CopyState.ORDERED, CopyState.RECEIVED]
    assert [copy.barcode for copy in ledger.copies()] == ["", _BARCODE]


def test_a_barcode_that_an_invoice_announced_finds_its_copy() -> None:
    twice = replace(LINE, copies=(LINE.copies[0], LINE.copies[0]))
    ledger = ordered(KOHA, replace(BASKET, lines=(twice,)))
    list(ledger.copies())[1].barcode = _BARCODE
    assert ledger.scan(42, LINE.book.isbn, "IPSW", _BARCODE)
    assert states(ledger) == [CopyState.ORDERED, CopyState.RECEIVED]


def test_staff_put_right_what_the_system_cancelled_at_the_wrong_branch() -> None:
    ledger = ordered(KOHA)
    next(ledger.copies()).state = CopyState.CANCELLED
    assert ledger.scan(42, LINE.book.isbn, "IPSW", _BARCODE)
    assert states(ledger) == [CopyState.RECEIVED, CopyState.CANCELLED]
    assert (ledger.put_right, ledger.complaints) == (1, [])


def test_a_book_that_nobody_awaits_is_noted() -> None:
    ledger = ordered(KOHA)
    assert not ledger.scan(42, LINE.book.isbn, "BURY", _BARCODE)
    assert states(ledger) == [CopyState.ORDERED] * 2
    assert len(ledger.complaints) == 1


def test_the_same_seed_wishes_for_the_same_and_a_system_without_copy_numbers_for_one_copy_a_branch() -> None:
    books = books_of(CATALOGUE.read_text("utf-8"))
    wishes = list(fill_baskets(books, ("IPSW", "LOWE", "WOOD"), 30, seed=5, own_copies=False))
    assert wishes == list(fill_baskets(books, ("IPSW", "LOWE", "WOOD"), 30, seed=5, own_copies=False))
    lines = [line for basket in wishes for line in basket.lines]
    assert all(len({copy.branch for copy in line.copies}) == len(line.copies) for line in lines)
    assert len({line.number for line in lines}) == len(lines)
