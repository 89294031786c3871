"""Copies charged and credited in parts: whatever their lines, names and order, each branch and fund pays for its own copies."""

from collections import Counter
from collections.abc import Iterable
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.invoices import InvoicedLine
from shared.contracts.orders import CopyState
from shared.invoicing.book import BookedCopy
from shared.invoicing.matching import Matching
from tests.builders_of_parts import named, parts_of
from tests.unit.services.orders.invoicing import Ledger, booked, codes, document, line

seeds = st.integers(0, 2**32 - 1).map(Random)


def some_copies(random: Random, size: int) -> list[BookedCopy]:
    branches = "ABCDEF"[: random.randint(1, 6)]
    return [
        BookedCopy(UUID(int=n), n, random.choice(branches), CopyState.RECEIVED, f"B{n}", fund=random.choice("XY"))
        for n in range(1, size + 1)
    ]


def lines_for(parts: Iterable[tuple[str, list[BookedCopy]]]) -> list[InvoicedLine]:
    return [
        line(
            len(copies),
            number=number,
            copies=tuple(each for place, copy in enumerate(copies, start=1) if (each := named(copy, way, place))),
        )
        for number, (way, copies) in enumerate(parts, start=1)
    ]


def charged(matching: Matching) -> Counter[tuple[str, str]]:
    return Counter((share.copy.branch, share.copy.fund) for one in matching.lines for share in one.shares)


def places(copies: Iterable[BookedCopy]) -> Counter[tuple[str, str]]:
    return Counter((copy.branch, copy.fund) for copy in copies)


@given(seeds, st.integers(1, 40))
def test_one_invoice_charges_every_copy_once_for_its_own_branch_and_fund(random: Random, size: int) -> None:
    copies = some_copies(random, size)
    parts = parts_of(random, copies)
    matching, entries = Ledger([booked(*copies)]).count(document(*lines_for(parts)))
    assert (codes(matching), charged(matching)) == ([], places(copies))
    assert len({entry.copy_id for entry in entries}) == size
    for matched, (way, part) in zip(matching.lines, parts, strict=True):
        assert way == "nothing" or places(share.copy for share in matched.shares) == places(part)


@given(seeds, st.integers(1, 40))
def test_several_invoices_charge_and_credit_notes_give_back_each_branch_and_fund_its_own(random: Random, size: int) -> None:
    copies = some_copies(random, size)
    ledger = Ledger([booked(*copies)])
    # A number or barcode means one very copy, which an earlier line named by branch may have charged: a person is asked then.
    names = random.choice([("number", "barcode"), ("branch", "fund")])
    for number, part in enumerate(parts_of(random, copies, names)):
        matching, _ = ledger.count(document(*lines_for([part]), number=f"INV-{number}"))
        assert (codes(matching), charged(matching)) == ([], places(part[1]))
        if "number" in names:
            again, _ = ledger.count(document(*lines_for([part]), number=f"INV-{number}-AGAIN"))
            assert (set(codes(again)), charged(again)) == ({"invoiced_before"}, Counter())
    back = random.sample(copies, random.randint(1, size))
    for number, part in enumerate(parts_of(random, back, names)):
        matching, _ = ledger.count(document(*lines_for([part]), number=f"CN-{number}", credit=True))
        assert (codes(matching), charged(matching)) == ([], places(part[1]))
    assert places(copy for copy in ledger.copies() if copy.charge is None) == places(back)
