"""A copy that a switch placed with another supplier is the same copy to the LMS, whose key counts it once."""

from __future__ import annotations

from uuid import UUID

from local.demo.reckoning import CopyNow
from local.demo.watch import Watch
from local.lms.answers import CopyInBook, LineInBook, OrderInBook
from local.lms.calls import Service
from local.lms.ledger import keys_in
from local.lms.orders import CopyKey

FIRST, SECOND = (CopyKey("SFK-1", 1, "IPSW", nth) for nth in (1, 2))


def a_copy(number: int, copy_number: int, state: str = "accepted", replaces: int | None = None) -> CopyInBook:
    return CopyInBook(
        copy_id=UUID(int=number),
        copy_number=copy_number,
        branch="IPSW",
        state=state,
        replaces_copy_id=None if replaces is None else UUID(int=replaces),
    )


def a_line(key: str, supplier: str, *copies: CopyInBook) -> LineInBook:
    return LineInBook(line_number=1, line_key=key, supplier_id=supplier, isbn="9780142437247", title="Moby-Dick", copies=copies)


def an_order(*lines: LineInBook) -> OrderInBook:
    return OrderInBook(order_id=UUID(int=99), order_number="SFK-1", version=1, lines=lines)


def test_a_copy_that_was_placed_again_has_the_key_of_the_first_one() -> None:
    moved = a_line("B", "national", a_copy(3, 1, replaces=2))
    order = an_order(moved, a_line("A", "consortium", a_copy(1, 1), a_copy(2, 2, "cancelled")))

    assert keys_in(order) == {UUID(int=1): FIRST, UUID(int=2): SECOND, UUID(int=3): SECOND}


def test_a_copy_that_moved_twice_keeps_the_first_key() -> None:
    order = an_order(
        a_line("C", "third", a_copy(4, 1, replaces=3)),
        a_line("B", "national", a_copy(3, 1, "cancelled", replaces=2)),
        a_line("A", "consortium", a_copy(1, 1), a_copy(2, 2, "cancelled")),
    )

    assert keys_in(order)[UUID(int=4)] == SECOND


def read(*lines: LineInBook) -> Watch:
    watch = Watch(Service("http://127.0.0.1", lambda: ""))
    watch.note(an_order(*lines))
    return watch


def test_the_copy_that_was_placed_last_counts() -> None:
    watch = read(a_line("A", "consortium", a_copy(1, 1, "cancelled")), a_line("B", "national", a_copy(2, 1, replaces=1)))

    assert watch.copies == {FIRST: CopyNow("national", "accepted")}
    assert watch.names == {("A", 1): FIRST, ("B", 1): FIRST}
    assert watch.moved == {FIRST}
    assert watch.twice == set()


def test_the_first_copy_counts_where_its_goods_came_and_the_second_was_cancelled() -> None:
    watch = read(
        a_line("A", "consortium", a_copy(1, 1, "received")), a_line("B", "national", a_copy(2, 1, "cancelled", replaces=1))
    )

    assert watch.copies == {FIRST: CopyNow("consortium", "received")}
    assert watch.moved == set()
    assert watch.twice == set()


def test_goods_of_both_suppliers_for_one_copy_are_noticed() -> None:
    watch = read(
        a_line("A", "consortium", a_copy(1, 1, "received")), a_line("B", "national", a_copy(2, 1, "despatched", replaces=1))
    )

    assert watch.copies == {FIRST: CopyNow("national", "despatched")}
    assert watch.twice == {FIRST}
