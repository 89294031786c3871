"""The effect of a receipt on a consignment."""

from collections import Counter
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.delivery.domain.goods import (
    ConsignmentState,
    DiscrepancyKind,
    ExpectedCopy,
    GoodsState,
    Item,
    ItemState,
    goods_state,
    leg_to,
    state_of,
)
from services.delivery.domain.receiving import Condition, Outcome, Scan, receive
from shared.contracts.delivery import Leg
from tests.builders import HUB, ISBN, OTHER_ISBN, SUFFOLK, UNKNOWN_ISBN, a_branch

# Of what was there.
CONDITIONS = st.sampled_from([Condition.OK, Condition.DAMAGED])
COUNTABLE = (DiscrepancyKind.SURPLUS, DiscrepancyKind.WRONG_ITEM)


def _item(barcode: str | None = None, *, isbn: str = ISBN, line_key: str | None = "L1") -> Item:
    item_id = uuid4()
    copy = line_key and ExpectedCopy(
        copy_id=uuid4(),
        council=SUFFOLK,
        order_id=uuid4(),
        order_number="PO-1",
        line_key=line_key,
        isbn=isbn,
        branch=a_branch(),
        supplier_id="eastern",
        copy_number=1,
        state=GoodsState.DESPATCHED,
        item_id=item_id,
    )
    return Item(item_id=item_id, isbn=isbn, parcel_id="P1", barcode=barcode, copy=copy or None)


def _receive(items: list[Item], *scans: Scan, complete: bool = False) -> Outcome:
    return receive(items, scans, complete=complete, strays=())


def test_a_count_never_takes_the_item_whose_barcode_is_scanned_next() -> None:
    named, plain = _item("B1"), _item()
    outcome = _receive([named, plain], Scan(isbn=ISBN), Scan(barcode="B1"))
    assert {item.state for item in outcome.changed} == {ItemState.RECEIVED}
    assert outcome.already_counted == ()


def test_a_new_barcode_with_its_title_is_put_on_an_item_without_one() -> None:
    outcome = _receive([_item("B1"), _item()], Scan(barcode="B7", isbn=ISBN))
    assert [item.barcode for item in outcome.changed] == ["B7"]


def test_a_new_barcode_does_not_replace_one_that_was_advised() -> None:
    outcome = _receive([_item("B1")], Scan(barcode="B7", isbn=ISBN))
    assert [(what.kind, what.barcode) for what in outcome.discrepancies] == [(DiscrepancyKind.SURPLUS, "B7")]


def test_a_new_barcode_scanned_twice_in_one_receipt_counts_once() -> None:
    outcome = _receive([_item(), _item()], Scan(barcode="B7", isbn=ISBN), Scan(barcode="B7", isbn=ISBN))
    assert len(outcome.changed) == 1
    assert outcome.already_counted == ("B7",)


def test_line_and_isbn_given_together_must_both_match() -> None:
    outcome = _receive([_item()], Scan(line_key="L1", isbn=OTHER_ISBN))
    assert [what.kind for what in outcome.discrepancies] == [DiscrepancyKind.WRONG_ITEM]


def test_an_item_with_a_copy_is_taken_before_one_without() -> None:
    stray, item = _item(line_key=None), _item()
    outcome = _receive([stray, item], Scan(isbn=ISBN))
    assert [changed.item_id for changed in outcome.changed] == [item.item_id]


def test_goods_that_were_reported_when_advised_are_not_reported_again() -> None:
    stray = _item(line_key=None)
    assert _receive([stray], Scan(isbn=ISBN)).discrepancies == ()
    assert _receive([stray], complete=True).discrepancies == ()


def test_a_damaged_stray_is_reported_as_damaged() -> None:
    (what,) = _receive([], Scan(isbn=ISBN, quantity=2, condition=Condition.DAMAGED)).discrepancies
    assert (what.kind, what.quantity) == (DiscrepancyKind.WRONG_ITEM, 2)
    assert what.note.endswith("damaged")


def test_a_missing_item_whose_copy_was_given_other_goods_is_surplus() -> None:
    item = replace(_item("B1"), state=ItemState.MISSING)
    assert item.copy is not None
    replaced = replace(item, copy=replace(item.copy, item_id=uuid4()))
    assert [what.kind for what in _receive([replaced], Scan(barcode="B1")).discrepancies] == [DiscrepancyKind.SURPLUS]
    assert [changed.state for changed in _receive([item], Scan(barcode="B1")).changed] == [ItemState.RECEIVED]


@pytest.mark.parametrize(
    ("state", "leg", "goods"),
    [
        (ItemState.OUTSTANDING, Leg.DIRECT, GoodsState.DESPATCHED),
        (ItemState.OUTSTANDING, Leg.TO_HUB, GoodsState.DESPATCHED),
        (ItemState.OUTSTANDING, Leg.FROM_HUB, GoodsState.AT_HUB),
        (ItemState.RECEIVED, Leg.DIRECT, GoodsState.RECEIVED),
        (ItemState.RECEIVED, Leg.TO_HUB, GoodsState.AT_HUB),
        (ItemState.RECEIVED, Leg.FROM_HUB, GoodsState.RECEIVED),
        (ItemState.DAMAGED, Leg.TO_HUB, GoodsState.DAMAGED),
        (ItemState.MISSING, Leg.FROM_HUB, GoodsState.MISSING),
    ],
)
def test_a_copys_goods_are_where_its_item_and_leg_say(state: ItemState, leg: Leg, goods: GoodsState) -> None:
    assert goods_state(state, leg) is goods


def test_the_first_leg_depends_on_the_kind_of_place() -> None:
    assert (leg_to(a_branch(), None), leg_to(HUB, None)) == (Leg.DIRECT, Leg.TO_HUB)


class Unpacking(RuleBasedStateMachine):
    """Receipts in any order: counts are kept, and an item that was received or is damaged never changes again."""

    items: list[Item]

    @initialize(plain=st.integers(0, 4), named=st.integers(0, 3), strays=st.integers(0, 2), others=st.integers(0, 2))
    def pack(self, plain: int, named: int, strays: int, others: int) -> None:
        self.items = [_item() for _ in range(plain)] + [_item(f"B{n}") for n in range(named)]
        self.items += [_item(line_key=None) for _ in range(strays)]
        self.items += [_item(isbn=OTHER_ISBN, line_key="L2") for _ in range(others)]
        self.packed = len(self.items)
        self.strays: set[str] = set()

    @rule(isbn=st.sampled_from([ISBN, OTHER_ISBN, UNKNOWN_ISBN]), quantity=st.integers(1, 5), condition=CONDITIONS)
    def count(self, isbn: str, quantity: int, condition: Condition) -> None:
        outcome = self._apply(Scan(isbn=isbn, quantity=quantity, condition=condition))
        uncounted = sum(what.quantity for what in outcome.discrepancies if what.kind in COUNTABLE)
        assert len(outcome.changed) + uncounted == quantity

    @rule(number=st.integers(0, 5), isbn=st.sampled_from([None, ISBN]), condition=CONDITIONS)
    def scan(self, number: int, isbn: str | None, condition: Condition) -> None:
        outcome = self._apply(Scan(barcode=f"B{number}", isbn=isbn, condition=condition))
        uncounted = sum(what.quantity for what in outcome.discrepancies if what.kind in COUNTABLE)
        assert len(outcome.changed) + uncounted + len(outcome.already_counted) == 1

    @rule(number=st.integers(0, 10))
    def miss(self, number: int) -> None:
        if not self.items:
            return
        item = self.items[number % len(self.items)]
        outcome = self._apply(Scan(item_id=item.item_id, condition=Condition.MISSING))
        assert len(outcome.changed) == (item.state is ItemState.OUTSTANDING)
        assert len(outcome.changed) + len(outcome.already_counted) == 1

    @rule()
    def finish(self) -> None:
        outstanding = [item for item in self.items if item.state is ItemState.OUTSTANDING]
        outcome = self._apply(complete=True)
        shorts = Counter(what.kind for what in outcome.discrepancies)[DiscrepancyKind.SHORT]
        assert len(outcome.changed) == len(outstanding)
        assert shorts == sum(item.copy is not None for item in outstanding)
        assert state_of(self.items) is ConsignmentState.CLOSED

    def _apply(self, *scans: Scan, complete: bool = False) -> Outcome:
        before = {item.item_id: item for item in self.items}
        outcome = receive(self.items, scans, complete=complete, strays=self.strays)
        for item in outcome.changed:
            assert before[item.item_id].state in (ItemState.OUTSTANDING, ItemState.MISSING)
        after = before | {item.item_id: item for item in outcome.changed}
        self.items = list(after.values())
        self.strays |= {what.barcode for what in outcome.discrepancies if what.barcode and what.kind in COUNTABLE}
        damaged = sum(item.state is ItemState.DAMAGED for item in outcome.changed)
        assert damaged == Counter(what.kind for what in outcome.discrepancies)[DiscrepancyKind.DAMAGED]
        return outcome

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        counts = Counter(item.state for item in self.items)
        assert sum(counts.values()) == self.packed
        barcodes = [item.barcode for item in self.items if item.barcode]
        assert len(set(barcodes)) == len(barcodes)


TestUnpacking = Unpacking.TestCase
