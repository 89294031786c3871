"""The problems of dead letters, which every service has. Must not know what a dead letter means."""

from __future__ import annotations

from shared.http.problem_kinds import ProblemKind

PROBLEMS: tuple[ProblemKind, ...] = (
    ProblemKind(
        code="dead-letter-settled",
        status=409,
        title="The dead letter is settled.",
        meaning="It was replayed or discarded before, so nothing is left to decide.",
        cure="Read it: `settled_by` and `settled_reason` say who settled it and why.",
        example="the dead letter was discarded on 2026-11-02",
    ),
    ProblemKind(
        code="no-such-dead-letter",
        status=404,
        title="There is no such dead letter.",
        meaning="No dead letter has this id, or it is another council's.",
        cure="List them with `GET /v1/dead-letters`.",
        example="no dead letter 0192f0c1-2b3a-7c4d-8e5f-60718293a4b5",
    ),
    ProblemKind(
        code="not-now",
        status=503,
        title="The message cannot be handled now.",
        meaning="What its consumer needs is not there at the moment, such as an order that has not arrived yet.",
        cure="Replay it again after the seconds in `Retry-After`.",
        example="The message cannot be handled now: the order is not known yet. Try again later.",
    ),
    ProblemKind(
        code="reason-required",
        status=422,
        title="The reason is missing.",
        meaning="Who settles a dead letter says why, so that a colleague understands it later.",
        cure="Send `reason` with 3 to 500 characters.",
        example="give a reason",
    ),
    ProblemKind(
        code="still-refused",
        status=409,
        title="The consumer still refuses the message.",
        meaning="The message was passed to its consumer again and failed for the reason in `detail`. It stays a dead letter.",
        cure="Correct what the reason names, then replay it; or discard it.",
        example="The consumer still refuses the message: copy unknown",
    ),
)
