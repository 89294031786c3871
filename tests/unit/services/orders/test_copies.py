"""The life of one copy."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.orders.domain.copies import ALLOWED_FROM, Copy, Target, Verdict, move
from shared.contracts.orders import CopyState

ID = UUID(int=1)


def a_copy(state: CopyState, number: int = 1, branch: str = "IPSW") -> Copy:
    return Copy(UUID(int=number), ID, "SB-1", number, branch, state)


def test_a_copy_moves_along_the_direct_route() -> None:
    copy = a_copy(CopyState.ORDERED)
    for state in (CopyState.SENT, CopyState.ACCEPTED, CopyState.DESPATCHED, CopyState.RECEIVED):
        change = move(copy, Target(state))
        assert change.verdict is Verdict.MOVED
        copy = change.after
    assert copy.state is CopyState.RECEIVED


def test_an_answer_that_arrives_after_the_goods_is_overtaken() -> None:
    change = move(a_copy(CopyState.DESPATCHED), Target(CopyState.ACCEPTED, "status 100"))
    assert change.verdict is Verdict.OVERTAKEN
    assert change.after.state is CopyState.DESPATCHED


def test_goods_win_over_a_refusal() -> None:
    assert move(a_copy(CopyState.REFUSED), Target(CopyState.DESPATCHED)).after.state is CopyState.DESPATCHED


def test_a_missing_copy_can_be_replaced() -> None:
    assert move(a_copy(CopyState.MISSING), Target(CopyState.DESPATCHED)).after.state is CopyState.DESPATCHED


def test_a_final_state_ends_a_waiting_cancellation() -> None:
    waiting = Copy(ID, ID, "SB-1", 1, "IPSW", CopyState.ACCEPTED, cancel_requested=True)
    assert not move(waiting, Target(CopyState.CANCELLED)).after.cancel_requested
    assert move(waiting, Target(CopyState.HELD)).after.cancel_requested


def test_every_state_has_a_row_in_the_table() -> None:
    assert set(ALLOWED_FROM) == set(CopyState)


@given(st.lists(st.sampled_from(CopyState), max_size=30))
def test_nothing_moves_a_received_copy_but_its_loss(targets: list[CopyState]) -> None:
    copy = a_copy(CopyState.ORDERED)
    for state in targets:
        before = copy
        copy = move(copy, Target(state)).after
        if before.state is CopyState.RECEIVED:
            assert copy.state is CopyState.RECEIVED


@given(st.lists(st.sampled_from(CopyState), max_size=30))
def test_a_repeated_target_changes_nothing(targets: list[CopyState]) -> None:
    copy = a_copy(CopyState.ORDERED)
    for state in targets:
        first = move(copy, Target(state))
        again = move(first.after, Target(state))
        assert again.verdict is not Verdict.MOVED
        copy = first.after
