"""Decides whether one of a supplier's feeds is silent for longer than usual.

Pure: the usual hours are those of the profile, and the caller passes the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.suppliers.contract import Feed, Kind

_WORKING_DAYS = 5
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """One feed of a supplier: when its last message arrived, and since when it counts as quiet."""

    kind: Kind
    last_heard_at: datetime | None = None
    quieted_at: datetime | None = None


def silence(since: datetime, now: datetime, *, weekends: bool) -> timedelta:
    """Returns how long nothing arrived, never negative. Saturday and Sunday (UTC) count only with `weekends`."""
    since, now = since.astimezone(UTC), now.astimezone(UTC)
    if now <= since:
        return timedelta(0)
    if weekends:
        return now - since
    whole, rest = divmod(now - since, _WEEK)
    total = whole * timedelta(days=_WORKING_DAYS)
    moment, end = now - rest, now
    while moment < end:
        midnight = datetime.combine(moment.date() + timedelta(days=1), datetime.min.time(), UTC)
        until = min(midnight, end)
        if moment.weekday() < _WORKING_DAYS:
            total += until - moment
        moment = until
    return total


def is_quiet(feed: Feed, since: datetime, now: datetime) -> bool:
    """Whether nothing arrived for longer than usual."""
    return silence(since, now, weekends=feed.weekends) > timedelta(hours=feed.hours)
