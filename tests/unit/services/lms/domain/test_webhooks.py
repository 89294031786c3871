"""When a webhook is tried again, and when its endpoint is given up."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lms.domain.webhooks import PATIENCE, PAUSES, DisabledWhy, EndpointState, Outcome, Reply, Standing

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BROKEN = Reply(500)


def _unspread(pause: float) -> float:
    return pause


def _attempts(reply: Reply) -> Sequence[tuple[timedelta, Standing]]:
    """Each attempt until the endpoint is disabled, after how long, with what it results in."""
    standing, now, made = Standing(), NOW, []
    while standing.state is not EndpointState.DISABLED:
        standing = standing.after(reply, now, jitter=_unspread)
        made.append((now - NOW, standing))
        now = standing.next_try_at or now
    return made


def test_failed_attempts_are_repeated_for_three_days_and_then_the_endpoint_is_disabled() -> None:
    made = _attempts(BROKEN)
    pauses = [second - first for (first, _), (second, _) in pairwise(made)]
    assert [pause.total_seconds() for pause in pauses[:8]] == list(PAUSES[:8])
    assert [standing.state for _, standing in made[:-1]] == [EndpointState.FAILING] * (len(made) - 1)
    assert made[-1] == (PATIENCE, Standing(len(made), NOW, None, NOW + PATIENCE, DisabledWhy.FAILED))


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_an_answer_of_success_makes_an_endpoint_active_again(status: int) -> None:
    failing = Standing().after(BROKEN, NOW)
    assert failing.after(Reply(status), NOW) == Standing()


@pytest.mark.parametrize("status", [None, 100, 199, 301, 308, 400, 401, 404, 409, 429, 500, 503, 599])
def test_any_other_answer_and_none_is_a_failure_that_is_repeated_soon(status: int | None) -> None:
    failing = Standing().after(Reply(status), NOW)
    assert failing.state is EndpointState.FAILING
    assert failing.next_try_at is not None
    assert timedelta(seconds=2.5) <= failing.next_try_at - NOW <= timedelta(seconds=5)


def test_an_endpoint_that_says_it_is_gone_is_disabled_at_once() -> None:
    gone = Standing().after(Reply(410), NOW)
    assert (gone.state, gone.disabled_at, gone.disabled_why) == (EndpointState.DISABLED, NOW, DisabledWhy.GONE)


@pytest.mark.parametrize(
    ("status", "asked", "pause"),
    [(429, 60.0, 60.0), (503, 3_600.0, 3_600.0), (503, 1.0, 5.0), (503, 1e9, 86_400.0), (500, 60.0, 5.0), (429, None, 5.0)],
)
def test_a_pause_that_is_asked_for_is_kept_within_bounds(status: int, asked: float | None, pause: float) -> None:
    failing = Standing().after(Reply(status, retry_after=asked), NOW, jitter=_unspread)
    assert failing.next_try_at == NOW + timedelta(seconds=pause)


def test_a_pause_that_is_asked_for_does_not_lengthen_the_three_days() -> None:
    assert _attempts(Reply(503, retry_after=86_000.0))[-1][0] == PATIENCE


@given(st.lists(st.tuples(st.sampled_from([None, 200, 301, 429, 500, 503]), st.floats(0, 1e6)), max_size=40))
def test_an_attempt_is_never_due_after_the_three_days(replies: Sequence[tuple[int | None, float]]) -> None:
    standing, now = Standing(), NOW
    for status, retry_after in replies:
        standing = standing.after(Reply(status, retry_after=retry_after), now)
        if standing.state is EndpointState.FAILING:
            assert standing.failing_since is not None
            assert standing.next_try_at is not None
            assert now < standing.next_try_at <= standing.failing_since + PATIENCE
        now = standing.next_try_at or now


def test_what_went_wrong_is_said_with_how_to_fix_it() -> None:
    assert Reply(204).trouble == ""
    assert "Redirects are not followed" in Reply(302).trouble
    assert "410" in Reply(410).trouble
    assert "500" in BROKEN.trouble
    assert Reply(None, "ConnectTimeout").trouble == "ConnectTimeout"
    assert Reply(None, "ConnectTimeout").outcome is Outcome.FAILED
