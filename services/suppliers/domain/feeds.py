"""When a supplier's silence in one matter is longer than usual. Pure; hours come from the profile, the time from the caller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.suppliers.contract import Feed, Kind

_WORKING_DAYS = 5
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FeedStanding:
    """What is known of a supplier in one matter: when it was last heard, and since when it counts as quiet."""

    kind: Kind
    last_heard_at: datetime | None = None
    quieted_at: datetime | None = None


def silence(since: datetime, now: datetime, *, weekends: bool) -> timedelta:
    """How long nothing came; the hours of Saturday and Sunday (UTC) count only where they are usual. Never negative."""
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
    """Whether nothing came for longer than usual."""
    return silence(since, now, weekends=feed.weekends) > timedelta(hours=feed.hours)
