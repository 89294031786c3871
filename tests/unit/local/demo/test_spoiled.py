"""Copies wait for a spoiled file as long as its message waits and their state has not changed."""

from uuid import UUID

from local.demo.exchange import Message
from local.demo.reckoning import CopyNow
from local.demo.spoiled import FAULT_TEXTS, PROPORTIONS, Spoiled, explained, fixable, spoiled_files, tally, unread
from local.lms.orders import CopyKey
from local.simulators.bookseller.mischief import Prank
from local.simulators.bookseller.options import Faults, Proportions

FIRST, SECOND, THIRD = (CopyKey("SFK-1", 1, "IPSW", nth) for nth in (1, 2, 3))
NAMES = {("SB-1", 1): FIRST, ("SB-1", 2): SECOND, ("SB-2", 1): THIRD}
WRONG = {"SFK-l": "SFK-1"}


def spoiled(
    fault: str = "wrong_order",
    *,
    state: str | None = "quarantined",
    kind: str = "despatch",
    copies: dict[str, list[int]] | None = None,
    mistyped: dict[str, str] | None = None,
) -> Spoiled:
    """Returns a file about the first two copies, with its message in the exchange."""
    prank = Prank(f"{kind}/{fault}", fault, "SFK-1", copies or {"SB-1": [1, 2]}, WRONG if mistyped is None else mistyped)
    message = state and Message(message_id=UUID(int=1), kind=kind, state=state, name=prank.path, reason=f"why {fault}")
    return Spoiled(prank, message or None)


def all_in(state: str) -> dict[CopyKey, CopyNow]:
    """Returns the three copies in one state."""
    return {key: CopyNow("national", state) for key in (FIRST, SECOND, THIRD)}


def test_copies_wait_with_the_message_that_should_move_them_on() -> None:
    assert explained([spoiled()], all_in("accepted"), NAMES) == {FIRST: "why wrong_order", SECOND: "why wrong_order"}
    assert explained([spoiled(kind="response")], all_in("sent"), NAMES).keys() == {FIRST, SECOND}


def test_a_response_does_not_explain_why_goods_stay_away() -> None:
    assert explained([spoiled(kind="response")], all_in("accepted"), NAMES) == {}
    assert explained([spoiled()], all_in("despatched"), NAMES) == {}


def test_a_line_without_copies_named_means_all_of_it() -> None:
    assert explained([spoiled(copies={"SB-1": []})], all_in("sent"), NAMES).keys() == {FIRST, SECOND}


def test_a_message_that_was_applied_explains_nothing() -> None:
    assert explained([spoiled(state="applied")], all_in("accepted"), NAMES) == {}


def test_half_a_file_explains_nothing_because_the_complete_file_arrived_too() -> None:
    assert explained([spoiled("cut_off")], all_in("accepted"), NAMES) == {}


def test_a_file_has_come_to_its_end_once_the_exchange_has_it_and_has_read_it() -> None:
    ended, away, being_read = spoiled(), spoiled("garbage", state=None), spoiled("wrong_charset", state="received")
    pranks = [file.prank for file in (ended, away, being_read)]
    messages = [file.message for file in (ended, being_read) if file.message is not None]
    assert unread(pranks, messages) == ["despatch/garbage", "despatch/wrong_charset"]
    assert unread(pranks[:1], messages[:1]) == []


def test_files_are_found_in_the_exchange_by_their_names() -> None:
    here, away = spoiled(), spoiled("garbage", state=None)
    assert here.message is not None
    assert spoiled_files([here.prank, away.prank], [here.message]) == [here, away]


def test_the_despatch_with_the_fewest_wrong_references_is_fixed() -> None:
    harder = spoiled("wrong_references", mistyped={**WRONG, "SB-l": "SB-1"})
    smaller = spoiled("wrong_order", copies={"SB-2": [1]})
    files = [harder, spoiled(kind="response"), smaller, spoiled("wrong_count", mistyped={})]
    assert fixable(files, all_in("accepted"), NAMES) == smaller
    assert fixable([harder], all_in("accepted"), NAMES) == harder
    assert fixable(files, all_in("received"), NAMES) is None


def test_spoiled_files_are_counted_by_what_was_done_and_how_they_ended() -> None:
    files = [spoiled(), spoiled(), spoiled("garbage", state=None)]
    assert tally(files) == {"wrong_order": {"quarantined": 2}, "garbage": {"lost": 1}}


def test_every_fault_there_is_happens_in_the_demo_and_is_put_in_words() -> None:
    names = {proportion.partition("=")[0] for proportion in PROPORTIONS}
    faults = set(Faults.__dataclass_fields__)
    assert faults == set(FAULT_TEXTS)
    assert names - faults <= set(Proportions.__dataclass_fields__)
    assert faults <= names
