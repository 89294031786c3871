"""Each caller has a token bucket of its own."""

from shared.rates import Rates


def test_a_burst_passes_and_what_exceeds_it_waits_for_the_bucket_to_fill() -> None:
    rates = Rates(per_second=2, burst=5)
    assert [rates.take("lms", 100.0) for _ in range(5)] == [0] * 5
    assert rates.take("lms", 100.0) == 1
    assert rates.take("lms", 100.5) == 0
    assert rates.take("lms", 100.5) == 1
    assert [rates.take("lms", 1_000.0) for _ in range(6)] == [0] * 5 + [1], "a bucket never holds more than a burst"


def test_the_time_to_wait_is_in_whole_seconds_after_which_a_request_passes() -> None:
    rates = Rates(per_second=0.1, burst=1)
    assert rates.take("lms", 0.0) == 0
    assert rates.take("lms", 3.0) == 7
    assert rates.take("lms", 10.0) == 0


def test_one_caller_does_not_use_up_the_requests_of_another() -> None:
    rates = Rates(per_second=1, burst=1)
    assert rates.take(("GB-SFK", "lms"), 0.0) == 0
    assert rates.take(("GB-SFK", "lms"), 0.0) == 1
    assert rates.take(("GB-ESS", "lms"), 0.0) == 0


def test_a_clock_that_is_set_back_takes_nothing_away() -> None:
    rates = Rates(per_second=1, burst=2)
    assert [rates.take("lms", at) for at in (100.0, 50.0, 51.0)] == [0, 0, 0]


def test_only_so_many_callers_are_remembered() -> None:
    rates = Rates(per_second=0.001, burst=1, most_callers=2)
    assert [rates.take(caller, 0.0) for caller in ("a", "b", "c")] == [0, 0, 0]
    assert rates.take("b", 0.0) > 0
    assert rates.take("a", 0.0) == 0, "the caller that was away for longest is forgotten"
