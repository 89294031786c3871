"""What the demo observes when a mailbox fails."""

from collections.abc import Iterator

from local.demo.outage import Outage, watch_outage
from local.demo.reckoning import Copies, CopyNow
from local.lms.orders import CopyKey

KEYS = [CopyKey("SFK-1", 1, "IPSW", nth) for nth in (1, 2)]


async def test_it_lasts_while_the_supplier_is_cut_off_and_counts_the_others_copies_that_move() -> None:
    cut_off: Iterator[bool] = iter([False, True, True, False])
    states: Iterator[tuple[str, str]] = iter([("sent", "received"), ("accepted", "received"), ("despatched", "received")])
    seen = Outage()

    async def is_cut_off() -> bool:
        return next(cut_off)

    def copies() -> Copies:
        return {key: CopyNow("consortium", state) for key, state in zip(KEYS, next(states), strict=True)}

    await watch_outage(is_cut_off, copies, seen)
    assert seen.seconds > 0
    assert (seen.could_move, seen.moved, seen.over) == (1, 1, True)
    assert seen.faults() == []


def test_an_outage_that_nobody_noticed_is_a_fault() -> None:
    [fault] = Outage().faults()
    assert "never noticed" in fault


def test_others_that_stood_still_are_a_fault_unless_there_was_nothing_to_move() -> None:
    [fault] = Outage(seconds=5, could_move=3, moved=0, over=True).faults()
    assert "did not progress" in fault
    assert Outage(seconds=5, could_move=0, moved=0, over=True).faults() == []


def test_a_mailbox_that_stays_dead_is_a_fault() -> None:
    [fault] = Outage(seconds=5, could_move=1, moved=1, over=False).faults()
    assert "has not noticed" in fault
