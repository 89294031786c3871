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
        code="changes-not-kept",
        status=409,
        title="These changes are not kept any more.",
        meaning="Changes are kept for some months. What should be sent to the webhook endpoint is older.",
        cure="Enable the endpoint from now, and read the lists that you keep (orders, consignments, invoices, titles) once.",
        example="Changes after the place where it stopped are not kept any more: enable it from now, and read the lists once.",
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
        code="no-such-webhook-delivery",
        status=404,
        title="No attempt of this webhook endpoint has this id.",
        meaning="There is none, it is another endpoint's, or it is older than deliveries are kept.",
        cure="Take the id from `GET /v1/webhook-endpoints/{id}/deliveries`.",
        example="The council has no webhook-delivery with this id.",
    ),
    ProblemKind(
        code="no-such-webhook-endpoint",
        status=404,
        title="The council has no webhook endpoint with this id.",
        meaning="There is none, it was deleted, or it is another council's.",
        cure="Take the id from `GET /v1/webhook-endpoints`.",
        example="The council has no webhook-endpoint with this id.",
    ),
    ProblemKind(
        code="refused-url",
        status=422,
        title="Nothing can be sent to this URL.",
        meaning="It is no https URL, names a port of another protocol, or its host has no address, or one that is not public.",
        cure="Correct what `errors` says. Use https and a host that the internet can reach, at port 443 or one from 1024 on.",
        example="Nothing can be sent to this URL; correct what `errors` lists.",
    ),
    ProblemKind(
        code="still-being-sent",
        status=503,
        title="What came back is not known yet.",
        meaning="The same request was sent before under this key. It is still being sent, or its process ended before it knew.",
        cure="Repeat it after `Retry-After` seconds. If it stays so, send it with a new key; it may then arrive twice.",
        example="This was sent before under this key, and what came back is not known yet. Look into the list of deliveries.",
    ),
    ProblemKind(
        code="too-many-waiting",
        status=429,
        title="The council has too many calls that wait.",
        meaning="A feed is one list: one call that waits is enough for a reader.",
        cure="Let one reader wait at a time. Repeat the call after `Retry-After` seconds.",
        example="The council has 20 calls that wait for changes already.",
    ),
    ProblemKind(
        code="too-many-webhook-endpoints",
        status=409,
        title="The council has as many webhook endpoints as it may have.",
        meaning="An LMS needs one or two; each is sent the whole feed.",
        cure="Delete an endpoint that is not needed, or change it.",
        example="A council may have 20 webhook endpoints; delete one that is not needed.",
    ),
    ProblemKind(
        code="webhook-endpoint-disabled",
        status=409,
        title="Nothing is sent to a disabled webhook endpoint.",
        meaning="It answered 410, or every attempt failed for three days.",
        cure="Correct what its deliveries say, then `POST /v1/webhook-endpoints/{id}/enable`.",
        example="Nothing is sent to an endpoint that is disabled; enable it first.",
    ),
)
