"""Which goods are for which copies."""

from collections import Counter
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.domain.allocation import Despatch, allocate, discrepancies
from services.delivery.domain.goods import AWAITING_GOODS, DiscrepancyKind, ExpectedCopy, GoodsState, TooManyUnits
from services.delivery.domain.units import Unit, additions, units_of_parcels, unprojected
from shared.contracts.base import Place
from shared.contracts.suppliers import CopyReference, DespatchedLine, Parcel
from tests.builders import HUB, ISBN, OTHER_ISBN, SUFFOLK, UNKNOWN_ISBN, a_branch

ORDER = UUID(int=1)
DAY = date(2027, 1, 15)


def _copy(number: int, *, line_key: str = "L1", branch: str = "IPSW", isbn: str = ISBN) -> ExpectedCopy:
    return ExpectedCopy(
        copy_id=uuid4(),
        council=SUFFOLK,
        order_id=ORDER,
        order_number="PO-1",
        line_key=line_key,
        isbn=isbn,
        branch=a_branch(branch),
        supplier_id="eastern",
        copy_number=number,
    )


def _despatch(*units: Unit, to: Place | None = None, council: str | None = SUFFOLK) -> Despatch:
    return Despatch("eastern", "D-1", council, to or a_branch(), None, units)


def _matched(despatch: Despatch, copies: list[ExpectedCopy]) -> list[int | None]:
    """The copy number each unit got, in the order of the units."""
    return [allocation.copy.copy_number if allocation.copy else None for allocation in allocate(despatch, copies)]


def _unit(**names: object) -> Unit:
    return Unit(isbn=ISBN, parcel_id="P1", **names)  # type: ignore[arg-type]


COPIES = [_copy(1, branch="BSE"), _copy(2, branch="IPSW"), _copy(3, branch="LOW")]


@pytest.mark.parametrize(
    ("unit", "number"),
    [
        (_unit(line_key="L1", copy_number=3, branch="BSE"), 1),
        (_unit(line_key="L1", copy_number=9, branch="LOW"), 3),
        (_unit(line_key="L1"), 2),
        (_unit(order_id=ORDER, branch="BSE"), 1),
        (_unit(order_id=ORDER), 2),
        (_unit(order_number="PO-1", branch="LOW"), 3),
        (_unit(order_number="PO-1"), 2),
        (_unit(line_key="NONE", order_number="PO-1"), 2),
        (_unit(branch="LOW"), 3),
        (_unit(), 2),
    ],
    ids=str,
)
def test_a_unit_gets_the_copy_its_most_exact_reference_leads_to(unit: Unit, number: int) -> None:
    assert _matched(_despatch(unit), COPIES) == [number]


def test_without_an_exact_reference_goods_for_a_hub_are_for_the_first_copy_of_the_line() -> None:
    assert _matched(_despatch(_unit(line_key="L1"), to=HUB), COPIES) == [1]


def test_an_exact_match_takes_precedence_over_an_earlier_loose_one() -> None:
    units = (_unit(line_key="L1"), _unit(line_key="L1", copy_number=2))
    assert _matched(_despatch(*units, to=HUB), COPIES) == [1, 2]
    assert _matched(_despatch(*units), COPIES) == [1, 2]


def test_a_copy_on_the_way_or_received_gets_no_further_goods() -> None:
    on_the_way = [replace(COPIES[1], state=state) for state in GoodsState if state not in AWAITING_GOODS]
    assert _matched(_despatch(*[_unit(line_key="L1")] * 3), on_the_way) == [None] * 3


def test_a_missing_copy_is_replaced_after_the_open_ones_unless_it_is_named() -> None:
    copies = [replace(_copy(1), state=GoodsState.MISSING), _copy(2)]
    assert _matched(_despatch(_unit(line_key="L1"), _unit(line_key="L1")), copies) == [2, 1]
    assert _matched(_despatch(_unit(line_key="L1", copy_number=1)), copies) == [1]


def test_a_cancelled_copy_gets_goods_only_when_nothing_else_matches() -> None:
    copies = [replace(_copy(1), wanted=False), _copy(2)]
    assert _matched(_despatch(_unit(line_key="L1", copy_number=1)), copies) == [2]
    assert _matched(_despatch(*[_unit(line_key="L1")] * 2), copies) == [2, 1]


def test_another_suppliers_copies_get_nothing() -> None:
    (allocation,) = allocate(_despatch(_unit(line_key="L1")), [replace(_copy(1), supplier_id="other")])
    assert (allocation.copy, allocation.kind) == (None, DiscrepancyKind.WRONG_ITEM)


def test_goods_that_match_nothing_are_surplus_or_wrong_and_reported_per_title() -> None:
    units = [_unit(line_key="L1")] * 3 + [replace(_unit(order_number="PO-1"), isbn=UNKNOWN_ISBN)]
    found = {what.kind: what for what in discrepancies(allocate(_despatch(*units), [_copy(1)]))}
    assert (found[DiscrepancyKind.SURPLUS].isbn, found[DiscrepancyKind.SURPLUS].quantity) == (ISBN, 2)
    assert (found[DiscrepancyKind.WRONG_ITEM].isbn, found[DiscrepancyKind.WRONG_ITEM].quantity) == (UNKNOWN_ISBN, 1)


def test_another_title_on_a_line_keeps_its_copy_and_is_queried() -> None:
    (allocation,) = allocate(_despatch(replace(_unit(line_key="L1"), isbn=OTHER_ISBN)), [_copy(1)])
    assert allocation.copy is not None
    assert [what.kind for what in discrepancies([allocation])] == [DiscrepancyKind.WRONG_ITEM]


def test_the_council_is_that_of_the_goods_order_when_the_notice_names_none() -> None:
    copies = [_copy(1), replace(_copy(1, line_key="L2"), council="GB-NFK", order_number="PO-2")]
    units = (_unit(line_key="L1"), _unit(line_key="L2"), replace(_unit(order_number="PO-2"), isbn=UNKNOWN_ISBN))
    allocations = allocate(_despatch(*units, council=None), copies)
    assert [allocation.council for allocation in allocations] == [SUFFOLK, "GB-NFK", "GB-NFK"]


def test_units_carry_the_references_of_their_line_and_an_isbn_13() -> None:
    references = (CopyReference(copy_number=2, branch="BSE", barcode="B2"),)
    line = DespatchedLine(line_key="L1", isbn="0-14-143951-3", quantity=2, copies=references)
    assert units_of_parcels([Parcel(parcel_id="P1", lines=(line,))]) == (
        _unit(line_key="L1", copy_number=2, branch="BSE", barcode="B2"),
        _unit(line_key="L1"),
    )


def test_text_that_is_no_isbn_is_kept_as_it_arrived() -> None:
    line = DespatchedLine(line_key="L1", isbn=" SKU-77 ", quantity=1)
    (unit,) = units_of_parcels([Parcel(parcel_id="P1", lines=(line,))])
    assert unit.isbn == "SKU-77"


def test_an_absurd_quantity_is_refused_before_anything_is_built() -> None:
    line = DespatchedLine(line_key="L1", isbn=ISBN, quantity=10**12)
    with pytest.raises(TooManyUnits):
        units_of_parcels([Parcel(parcel_id="P1", lines=(line,))])


def test_only_units_whose_most_exact_reference_is_unknown_wait() -> None:
    early = [_unit(line_key="L9", order_number="PO-1"), _unit(order_number="PO-9")]
    known = [_unit(line_key="L1"), _unit(order_id=ORDER, order_number="PO-9"), _unit(order_number="PO-1"), _unit()]
    assert unprojected([*known, *early], [_copy(1)]) == early


units = st.builds(
    Unit,
    isbn=st.sampled_from([ISBN, OTHER_ISBN]),
    parcel_id=st.sampled_from(["P1", "P2"]),
    line_key=st.sampled_from([None, "L1", "L2"]),
    order_id=st.sampled_from([None, ORDER]),
    order_number=st.sampled_from([None, "PO-1"]),
    copy_number=st.sampled_from([None, 1, 2]),
    branch=st.sampled_from([None, "IPSW", "BSE"]),
    barcode=st.sampled_from([None, "B1", "B2"]),
)
copies = st.builds(
    replace,
    st.builds(
        _copy,
        st.integers(1, 3),
        line_key=st.sampled_from(["L1", "L2"]),
        branch=st.sampled_from(["IPSW", "BSE"]),
        isbn=st.sampled_from([ISBN, OTHER_ISBN]),
    ),
    state=st.sampled_from(GoodsState),
    wanted=st.booleans(),
)


@given(st.lists(units, max_size=8), st.lists(copies, max_size=8))
def test_every_unit_is_allocated_or_reported_and_no_copy_twice(advised: list[Unit], known: list[ExpectedCopy]) -> None:
    allocations = allocate(_despatch(*advised), known)
    assert [allocation.unit for allocation in allocations] == advised
    assert all((allocation.copy is None) != (allocation.kind is None) for allocation in allocations)
    given_to = [allocation.copy for allocation in allocations if allocation.copy]
    assert len({copy.copy_id for copy in given_to}) == len(given_to)
    assert all(copy.state in AWAITING_GOODS for copy in given_to)
    reported = sum(what.quantity for what in discrepancies(allocations) if "no expected copy" in what.note)
    assert reported + len(given_to) == len(advised)


@given(st.lists(units, max_size=8), st.lists(units, max_size=8))
def test_notices_of_a_despatch_add_up_to_the_most_that_one_of_them_had(first: list[Unit], second: list[Unit]) -> None:
    first, second = ([replace(unit, barcode=None) for unit in units] for units in (first, second))
    known = Counter(first)
    assert additions(first, known) == []
    assert known + Counter(additions(second, known)) == known | Counter(second)


def test_a_notice_that_arrives_again_with_barcodes_or_days_adds_nothing() -> None:
    plain, coded, dated = _unit(), _unit(barcode="B1"), _unit(stated_on=DAY)
    for known, again in ((plain, coded), (coded, plain), (plain, dated), (dated, plain), (coded, replace(coded, stated_on=DAY))):
        assert additions([again], Counter([known])) == []


def test_another_barcode_or_another_day_under_the_same_number_is_further_goods() -> None:  # case A5
    for known, other in (
        (_unit(barcode="B1"), _unit(barcode="B2")),
        (_unit(stated_on=DAY), _unit(stated_on=date(2027, 1, 16))),
        (_unit(branch="IPSW"), _unit(branch="LOW")),
        (_unit(fund="ADULT"), _unit(fund="JUNIOR")),
    ):
        assert additions([other, known], Counter([known])) == [other]


def test_a_parcel_holds_no_copy_of_another_branch_or_fund_whatever_its_sets_are_numbered() -> None:
    line = [_copy(1), _copy(2), *(_copy(number, branch="LOW") for number in (3, 4, 5))]
    units = [_unit(line_key="L1", place=1, branch="LOW"), _unit(line_key="L1", copy_number=1, branch="LOW")]
    assert _matched(_despatch(*units, to=a_branch("LOW")), line) == [3, 4]
    (allocation,) = allocate(_despatch(_unit(line_key="L1", branch="LOW", fund="JUNIOR")), line)
    assert (allocation.copy, allocation.kind) == (None, DiscrepancyKind.SURPLUS)


def test_a_barcode_that_a_copy_has_already_decides() -> None:
    line = [_copy(1), replace(_copy(2), barcode="B7")]
    assert _matched(_despatch(_unit(line_key="L1", barcode="B7", place=1), _unit(line_key="L1")), line) == [2, 1]
