"""Which correlation ids and traceparents of a caller are kept."""

import pytest

from shared.traces import correlation_or, new_traceparent, traceparent_or_none

GOOD = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize("text", [GOOD, "01" + GOOD[2:], pytest.param(new_traceparent(), id="new")])
def test_a_traceparent_of_the_standards_form_is_kept(text: str) -> None:
    assert len(text) == 55
    assert traceparent_or_none(text) == text


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        GOOD + "0",
        GOOD + "\n",
        GOOD[:-1],
        GOOD.upper(),
        "ff" + GOOD[2:],
        GOOD.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32),
        GOOD.replace("00f067aa0ba902b7", "0" * 16),
        "x" * 1_000_000,
    ],
    ids=lambda text: repr(text)[:20],
)
def test_anything_else_is_ignored(text: str | None) -> None:
    assert traceparent_or_none(text) is None


def test_a_readable_correlation_id_is_kept_and_cut_at_100_characters() -> None:
    assert correlation_or("order-7 of today", "mine") == "order-7 of today"
    assert correlation_or("x" * 1_000, "mine") == "x" * 100


@pytest.mark.parametrize("text", ["", "  ", "a\x00b", "a\nb", "caf\xe9"])
def test_any_other_correlation_id_is_replaced(text: str) -> None:
    assert correlation_or(text, "mine") == "mine"
