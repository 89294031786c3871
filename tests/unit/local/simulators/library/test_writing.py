"""What the library systems write."""

from __future__ import annotations

from dataclasses import replace

import pytest

from local.simulators import CATALOGUE
from local.simulators.library.basket import Basket, Wanted, books_of, fill_baskets
from local.simulators.library.files import Name, System
from local.simulators.library.folio.writing import write_orders
from shared.findings import Finding, Severity
from shared.formats import edifact, editeur
from tests.unit.local.simulators.library.builders import BASKET, CLOCK, EMMA, EVERGREEN, FOLIO, KOHA, LINE, SYSTEMS, written

_BRANCHES = ("BURY", "IPSW", "LOWE", "WOOD")


def _orders(raw: bytes) -> editeur.Orders:
    """Returns the order of a file, which must have no error."""
    (interchange,) = edifact.read(raw).interchanges
    (message,) = interchange.messages
    findings: list[Finding] = []
    order = editeur.read_message(message, findings)
    assert [found for found in findings if found.severity is Severity.ERROR] == []
    assert isinstance(order, editeur.Orders)
    return order


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_orders_are_read_by_our_codec_with_all_lines_and_references(system: System) -> None:
    books = books_of(CATALOGUE.read_text("utf-8"))
    for basket in fill_baskets(books, _BRANCHES, 20, seed=3, own_copies=system.name is not Name.FOLIO):
        order = _orders(written(system, basket))
        assert [line.reference("LI") for line in order.lines] == system.references(basket)
        assert [line.articles[0].value for line in order.lines] == [line.book.isbn for line in basket.lines]
        assert [line.quantity("21") for line in order.lines] == [len(line.copies) for line in basket.lines]


def test_koha_numbers_each_copy_and_escapes_texts_but_not_values() -> None:
    noted = replace(BASKET, lines=(replace(LINE, note="jacket + label"),))
    text = written(KOHA, noted).decode("ascii")
    assert "IMD+L+050+:::Emma?: what?'s in a name??'" in text
    assert "GIR+001+ADULT-FIC:LFN+IPSW:LLO+BK:LST+AF:LSQ+AF AUS:LSM+jacket + label:LVT'" in text
    assert "BGM+220+00000000042+9'" in text
    assert "RFF+LI:711'" in text
    control = text.partition("+ORDERS'")[0].rpartition("+")[0].rpartition("+")[2]
    assert len(control) == 14
    assert text.endswith(f"UNZ+1+{control}'")


def test_koha_loses_accents_and_breaks_a_segment_at_a_typographic_apostrophe() -> None:
    book = replace(EMMA, title="Les Misérables\u2019 end")
    text = written(KOHA, replace(BASKET, lines=(replace(LINE, book=book),))).decode("ascii")
    assert "IMD+L+050+:::Les Miserables' end'" in text


def test_koha_cuts_long_texts_into_pairs_and_never_within_an_escape() -> None:
    book = replace(EMMA, title=f"{'a' * 34}+{'b' * 60}")
    text = written(KOHA, replace(BASKET, lines=(replace(LINE, book=book),))).decode("ascii")
    assert f"IMD+L+050+:::{'a' * 34}:?+{'b' * 33}'IMD+L+050+:::{'b' * 27}'" in text


def test_evergreen_counts_like_copies_and_drops_what_needs_an_escape() -> None:
    copies = (*LINE.copies, Wanted("IPSW", "ADULT-FIC", "AF", "AF AUS"))
    text = written(EVERGREEN, Basket(42, (replace(LINE, copies=copies),))).decode("ascii")
    assert "IMD+F+BTI+:::Emma whats in a name'" in text
    assert "GIR+001+IPSW:LLO+AF:LSQ+2:LQT+BK:LST+AF AUS:LSM'GIR+001+ADULT-FIC:LFN'" in text
    assert "NAD+BY+9870016::31B'NAD+BY+3344::91'" in text
    assert "LIN+711++" in text
    assert text.count("RFF+LI:42/711'") == 1
    assert text.endswith("UNZ+1+1'")


def test_folio_puts_all_baskets_of_a_job_into_one_interchange_of_utf8() -> None:
    accented = replace(LINE, book=replace(EMMA, author="Brontë, Charlotte"), note="On Thursdays: side door")
    baskets = [BASKET, Basket(43, (accented,), rush=True)]
    text = write_orders(baskets, FOLIO.accounts, "799308", CLOCK.now()).decode("utf-8")
    assert text.startswith("UNA:+.? '\nUNB+UNOC:3+5098765000019:014+5098765990013:014+020326:0304+799308'\n")
    assert "IMD+L+009+:::Brontë, Charlotte'" in text
    assert "BGM+224+43+9'" in text
    assert "PRI+AAB:GBP 15.98'" in text
    assert "FTX+LIN++::+On Thursdays?: side door'" in text
    assert "RFF+BFN:ADULT-FIC?:PRINT'\nLOC+7+IPSW::92'\nLOC+7+LOWE::92'" in text
    assert text.endswith("UNZ+2+799308'\n")
