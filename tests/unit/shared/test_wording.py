"""Numbers and lengths of time in sentences for people."""

from datetime import timedelta

import pytest

from shared.wording import counted, time_in_words


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "copy", "0 copies"),
        (1, "copy", "1 copy"),
        (2, "copy", "2 copies"),
        (1, "day", "1 day"),
        (2, "day", "2 days"),
        (2, "switch", "2 switches"),
    ],
)
def test_a_noun_is_plural_unless_the_number_is_one(number: int, noun: str, words: str) -> None:
    assert counted(number, noun) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=-5), "under a minute"),
        (timedelta(seconds=59), "under a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=56), "56 days"),
    ],
)
def test_lengths_of_time_are_in_words(length: timedelta, words: str) -> None:
    assert time_in_words(length) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "under a second"),
        (1, "1 second"),
        (12, "12 seconds"),
        (192, "3 minutes 12 seconds"),
        (3_600, "1 hour"),
        (3_605, "1 hour"),
        (3_900, "1 hour 5 minutes"),
        (200_000, "2 days 7 hours"),
    ],
)
def test_a_length_of_time_said_exactly_has_two_units(seconds: float, words: str) -> None:
    assert time_in_words(timedelta(seconds=seconds), exactly=True) == words
