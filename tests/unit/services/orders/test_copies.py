"""The life of one copy."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.orders.domain.copies import ALLOWED_FROM, Copy, Verdict, Wish, move
from shared.contracts.orders import CopyState

ID = UUID(int=1)


def a_copy(state: CopyState, number: int = 1, branch: str = "IPSW") -> Copy:
    return Copy(UUID(int=number), ID, "SB-1", number, branch, state)


def test_a_copy_moves_along_the_direct_route() -> None:
    copy = a_copy(CopyState.ORDERED)
    for state in (CopyState.SENT, CopyState.ACCEPTED, CopyState.DESPATCHED, CopyState.RECEIVED):
        change = move(copy, Wish(state))
        assert change.verdict is Verdict.MOVED
        copy = change.after
    assert copy.state is CopyState.RECEIVED


def test_a_word_that_comes_after_the_goods_is_overtaken() -> None:
    change = move(a_copy(CopyState.DESPATCHED), Wish(CopyState.ACCEPTED, "status 100"))
    assert change.verdict is Verdict.OVERTAKEN
    assert change.after.state is CopyState.DESPATCHED


def test_goods_win_over_a_refusal() -> None:
    assert move(a_copy(CopyState.REFUSED), Wish(CopyState.DESPATCHED)).after.state is CopyState.DESPATCHED


def test_a_missing_copy_can_be_replaced() -> None:
    assert move(a_copy(CopyState.MISSING), Wish(CopyState.DESPATCHED)).after.state is CopyState.DESPATCHED


def test_a_final_state_ends_a_waiting_cancellation() -> None:
    waiting = Copy(ID, ID, "SB-1", 1, "IPSW", CopyState.ACCEPTED, cancel_requested=True)
    assert not move(waiting, Wish(CopyState.CANCELLED)).after.cancel_requested
    assert move(waiting, Wish(CopyState.HELD)).after.cancel_requested


def test_every_state_has_a_row_in_the_table() -> None:
    assert set(ALLOWED_FROM) == set(CopyState)


@given(st.lists(st.sampled_from(CopyState), max_size=30))
def test_nothing_moves_a_received_copy_but_its_loss(wishes: list[CopyState]) -> None:
    copy = a_copy(CopyState.ORDERED)
    for state in wishes:
        before = copy
        copy = move(copy, Wish(state)).after
        if before.state is CopyState.RECEIVED:
            assert copy.state is CopyState.RECEIVED


@given(st.lists(st.sampled_from(CopyState), max_size=30))
def test_a_repeated_wish_changes_nothing(wishes: list[CopyState]) -> None:
    copy = a_copy(CopyState.ORDERED)
    for state in wishes:
        first = move(copy, Wish(state))
        again = move(first.after, Wish(state))
        assert again.verdict is not Verdict.MOVED
        copy = first.after
