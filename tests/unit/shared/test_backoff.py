"""Pauses double up to the longest, and are spread if many processes wait."""

import pytest

from shared.backoff import Backoff, pause_after, spread


def test_pauses_double_up_to_the_longest() -> None:
    assert [pause_after(failures, first=0.5, longest=5) for failures in range(1, 7)] == [0.5, 1, 2, 4, 5, 5]


def test_before_the_first_failure_and_after_a_million_the_bounds_hold() -> None:
    assert pause_after(0, first=0.5, longest=5) == 0.5
    assert pause_after(1_000_000, first=0.5, longest=5) == 5


def test_a_first_pause_over_the_longest_is_cut() -> None:
    assert pause_after(1, first=9, longest=5) == 5


def test_spreading_never_lengthens_and_at_most_halves() -> None:
    pauses = [spread(8) for _ in range(200)]
    assert 4 <= min(pauses) < max(pauses) <= 8


@pytest.mark.parametrize("spreads", [True, False])
def test_a_backoff_grows_and_begins_again_when_it_is_reset(spreads: bool) -> None:
    backoff = Backoff(1, 4, spread=spreads)
    least = 0.5 if spreads else 1
    for full in (1, 2, 4, 4):
        assert least * full <= backoff.next() <= full
    backoff.reset()
    assert least <= backoff.next() <= 1
