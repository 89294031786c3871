"""Goods advised in parts: whatever the parcels, names and order, each book is for a copy of its own branch and fund."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.delivery.domain.allocation import Despatch, allocate, discrepancies
from services.delivery.domain.goods import ExpectedCopy, GoodsState
from services.delivery.domain.units import Unit, additions, units_of_parcels
from shared.contracts.suppliers import DespatchedLine, Parcel
from tests.builders import HUB, ISBN, SUFFOLK, a_branch
from tests.builders_of_parts import WAYS, named, parts_of

seeds = st.integers(0, 2**32 - 1).map(Random)


def some_copies(random: Random, size: int) -> list[ExpectedCopy]:
    branches = "ABCDEF"[: random.randint(1, 6)]
    return [
        ExpectedCopy(
            copy_id=UUID(int=number),
            council=SUFFOLK,
            order_id=UUID(int=99),
            order_number="PO-1",
            line_key="L1",
            isbn=ISBN,
            branch=a_branch(random.choice(branches)),
            supplier_id="eastern",
            copy_number=number,
            fund=random.choice("XY"),
            barcode=f"B{number}",
        )
        for number in range(1, size + 1)
    ]


def notice(parts: Sequence[tuple[str, Sequence[ExpectedCopy]]]) -> Despatch:
    """A notice to the hub, with a parcel for each part."""
    parcels = [
        Parcel(
            parcel_id=f"P{copies[0].copy_number}",
            lines=(
                DespatchedLine(
                    line_key="L1",
                    isbn=ISBN,
                    quantity=len(copies),
                    copies=tuple(each for place, copy in enumerate(copies, start=1) if (each := named(copy, way, place))),
                ),
            ),
        )
        for way, copies in parts
    ]
    return Despatch("eastern", "D-1", SUFFOLK, HUB, None, units_of_parcels(parcels))


def places(copies: Sequence[ExpectedCopy]) -> Counter[tuple[str, str]]:
    return Counter((copy.branch.code, copy.fund) for copy in copies)


@given(seeds, st.integers(1, 40))
def test_one_notice_gives_each_copy_its_goods(random: Random, size: int) -> None:
    known = some_copies(random, size)
    allocations = allocate(notice(parts_of(random, known)), known)
    assert discrepancies(allocations) == []
    assert {each.copy.copy_id for each in allocations if each.copy} == {copy.copy_id for copy in known}
    for each in allocations:
        assert each.copy is not None
        assert (each.unit.branch or each.copy.branch.code).upper() == each.copy.branch.code
        assert each.unit.fund in (None, each.copy.fund)


@given(seeds, st.integers(1, 40))
def test_notices_one_after_the_other_and_repeated_give_each_copy_its_goods_once(random: Random, size: int) -> None:
    known = some_copies(random, size)
    advised: Counter[Unit] = Counter()
    for part in parts_of(random, known, [way for way in WAYS if way != "nothing"]):
        for times in (1, 2):
            despatch = notice([part])
            units = additions(despatch.units, advised)
            assert len(units) == (len(part[1]) if times == 1 else 0)
            allocations = allocate(replace(despatch, units=tuple(units)), known)
            given_to = [each.copy for each in allocations if each.copy]
            assert places(given_to) == (places(part[1]) if times == 1 else Counter())
            taken = {copy.copy_id for copy in given_to}
            known = [replace(copy, state=GoodsState.DESPATCHED) if copy.copy_id in taken else copy for copy in known]
            advised += Counter(units)
    assert all(copy.state is GoodsState.DESPATCHED for copy in known)
