"""Orders as the simulated library systems write them, read by the profile that ships for each: nothing is lost or guessed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from pydantic import BaseModel

from local.simulators import CATALOGUE
from local.simulators.library.basket import Basket, books_of, fill_baskets
from local.simulators.library.files import Name, System
from services.lms.dialects import PROFILES, read
from services.lms.dialects.facts import ReadOrder
from tests.unit.local.simulators.library.builders import BASKET, LINE, SYSTEMS, written

_BRANCHES = ("BURY", "IPSW", "LOWE", "WOOD")
_BASKETS = 60


class _AskedCopies(BaseModel):
    branch: str
    fund: str
    quantity: int = 1


class _AskedLine(BaseModel):
    isbn: str
    unit_price: dict[str, int | str]
    copies: list[_AskedCopies]


class _Asked(BaseModel):
    lines: list[_AskedLine]


def _order(system: System, basket: Basket) -> ReadOrder:
    """Returns a basket as our side reads what the system writes of it."""
    file = read(system.write(basket, Random(basket.number)).body, PROFILES[system.name.value])
    assert file.refusal == ""
    (order,) = file.orders
    return order


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_every_copy_of_a_basket_is_ordered_for_its_branch_and_fund_and_every_reference_is_known(system: System) -> None:
    books = books_of(CATALOGUE.read_text("utf-8"))
    for basket in fill_baskets(books, _BRANCHES, _BASKETS, seed=7, own_copies=system.name is not Name.FOLIO):
        order = _order(system, basket)
        assert order.faults == ()
        assert [line.reference for line in order.names.lines] == system.references(basket)
        assert _asked(order) == [
            (line.book.isbn, line.book.pence, Counter((copy.branch, copy.fund) for copy in line.copies)) for line in basket.lines
        ]


def _asked(order: ReadOrder) -> list[tuple[str, int | str, Counter[tuple[str, str]]]]:
    """Returns ISBN, price and copies of each line of the document."""
    asked = []
    for line in _Asked.model_validate(order.document).lines:
        copies: Counter[tuple[str, str]] = Counter()
        for copy in line.copies:
            copies[copy.branch, copy.fund] += copy.quantity
        asked.append((line.isbn, line.unit_price["minor"], copies))
    return asked


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_a_file_cut_anywhere_orders_nothing_unless_all_of_the_order_is_there(system: System) -> None:
    raw = written(system)
    whole = read(raw, PROFILES[system.name.value]).orders[0].document
    for length in range(len(raw)):
        file = read(raw[:length], PROFILES[system.name.value])
        sound = [order.document for order in file.orders if not order.faults and not file.refusal]
        assert sound in ([], [whole]), raw[:length]


def test_a_system_without_copy_numbers_that_wants_more_copies_than_places_is_not_guessed_about() -> None:
    folio = SYSTEMS[-1]
    three = replace(LINE, copies=(*LINE.copies, LINE.copies[0]))
    assert _order(folio, replace(BASKET, lines=(three,))).faults
