"""A consumer is behind when too much waits for too long, or when a partition does not move."""

from datetime import UTC, datetime, timedelta

from aiokafka import TopicPartition

from shared.clock import ManualClock
from shared.messaging.backlog import Backlog

_FIRST, _SECOND = TopicPartition("orders", 0), TopicPartition("orders", 1)
_NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def _backlog() -> tuple[Backlog, ManualClock]:
    clock = ManualClock(_NOON)
    return Backlog(clock, most_waiting=10_000, allowed_seconds=300), clock


def test_a_large_lag_is_overdue_after_the_time_that_an_outage_may_take_to_be_made_good() -> None:
    backlog, clock = _backlog()
    for minute in range(6):
        backlog.note({_FIRST: 98_303}, {_FIRST: minute})
        assert backlog.overdue() == ""
        clock.advance(timedelta(minutes=1))
    overdue = backlog.overdue()
    assert backlog.seconds() == 360
    assert "98303" in overdue
    assert "since 2026-03-02T12:00" in overdue
    assert "add a worker" in overdue

    backlog.note({_FIRST: 10_000}, {_FIRST: 100_000})
    assert (backlog.overdue(), backlog.seconds()) == ("", 0)


def test_a_partition_that_does_not_move_is_overdue_however_few_messages_wait() -> None:
    backlog, clock = _backlog()
    backlog.note({_FIRST: 2, _SECOND: 0}, {_FIRST: 7, _SECOND: 3})
    clock.advance(timedelta(seconds=301))
    backlog.note({_FIRST: 4, _SECOND: 1}, {_FIRST: 7, _SECOND: 4})
    assert "partition 0 of orders has been at offset 7 since 2026-03-02T12:00" in backlog.overdue()
    assert "5 messages wait" in backlog.overdue()

    backlog.note({_FIRST: 3, _SECOND: 1}, {_FIRST: 8, _SECOND: 4})
    assert backlog.overdue() == ""


def test_a_partition_in_which_nothing_waits_or_that_another_member_has_is_not_behind() -> None:
    backlog, clock = _backlog()
    backlog.note({_FIRST: 0, _SECOND: 5}, {_FIRST: 7, _SECOND: 3})
    backlog.note({_FIRST: 0}, {_FIRST: 7})
    clock.advance(timedelta(days=1))
    assert backlog.overdue() == ""


def test_a_clock_that_goes_back_an_hour_delays_the_alarm_by_no_hour() -> None:
    backlog, clock = _backlog()
    backlog.note({_FIRST: 20_000}, {_FIRST: 7})
    clock.advance(timedelta(hours=-1))
    backlog.note({_FIRST: 20_000}, {_FIRST: 7})
    clock.advance(timedelta(seconds=301))
    assert backlog.seconds() == 301
    assert "more than 10000 messages have waited" in backlog.overdue()
