"""The story ends well only if no copy is lost, and none is supplied twice unless the switch reports it."""

from __future__ import annotations

from local.demo.reckoning import CopyNow
from local.lms.orders import CopyKey
from local.story.account import account

FIRST, SECOND = (CopyKey("SFK-1", 1, "IPSW", nth) for nth in (1, 2))
BOOK = {key: CopyNow("national", "received") for key in (FIRST, SECOND)}


def test_all_is_well_when_each_copy_is_there_once() -> None:
    found = account([FIRST, SECOND], BOOK, [], [])

    assert found.faults == []
    assert found.in_words() == ["Copies ordered: 2; lost: 0; doubled: 0."]


def test_a_lost_copy_is_named() -> None:
    found = account([FIRST, SECOND], {FIRST: BOOK[FIRST]}, [], [])

    assert found.faults == [f"{SECOND} was ordered and is in no order"]
    assert "lost: 1" in found.in_words()[0]


def test_a_copy_supplied_twice_is_a_fault_unless_the_switch_reports_it() -> None:
    silent, told = account([FIRST, SECOND], BOOK, [SECOND], []), account([FIRST, SECOND], BOOK, [SECOND], [SECOND])

    assert silent.faults == [f"{SECOND} was supplied twice, and the switch did not report it"]
    assert "doubled: 1" in silent.in_words()[0]
    assert told.faults == []
    assert str(SECOND) in told.in_words()[1]
