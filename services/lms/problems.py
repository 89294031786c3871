"""The problems that only the lms service answers with."""

from __future__ import annotations

from shared.http.problem_kinds import ProblemKind

PROBLEMS: tuple[ProblemKind, ...] = (
    ProblemKind(
        code="changes-forgotten",
        status=410,
        title="The changes after this cursor were removed.",
        meaning="They are older than the feed keeps changes.",
        cure="Read the lists that you keep (orders, consignments, invoices, titles), then `/v1/changes` without `after`.",
        example="Changes after this cursor are older than the feed keeps them, and were removed.",
    ),
    ProblemKind(
        code="feed-rebuilt",
        status=410,
        title="The feed was built again.",
        meaning="Its places are others since this cursor was given. Each change still has its `change_id`.",
        cure="Read `/v1/changes` without `after` and pass over the ids that you know, or read the lists that you keep first.",
        example="The feed was built again since this cursor was given, and its places are others.",
    ),
    ProblemKind(
        code="no-room-to-wait",
        status=503,
        title="Too many calls wait for changes.",
        meaning="This process takes no further call with `wait`.",
        cure="Repeat the call after `Retry-After` seconds, or ask without `wait`.",
        example="This process has as many calls that wait as it takes.",
    ),
    ProblemKind(
        code="too-many-waiting",
        status=429,
        title="The council has too many calls that wait.",
        meaning="A feed is one list: one call that waits is enough for a reader.",
        cure="Let one reader wait at a time. Repeat the call after `Retry-After` seconds.",
        example="The council has 20 calls that wait for changes already.",
    ),
)
