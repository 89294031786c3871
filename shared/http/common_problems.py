"""The problems that every service answers with, whatever it does. Must not know any service."""

from __future__ import annotations

from shared.http.problem_kinds import ProblemKind

MALFORMED_JSON = ProblemKind(
    code="malformed-json",
    status=400,
    title="The body is not JSON.",
    meaning="The body cannot be read as JSON (RFC 8259), so nothing in it was looked at.",
    cure="Send a JSON document in UTF-8. `errors` says where reading stopped.",
    example="The body is not JSON.",
)
BAD_REQUEST = ProblemKind(
    code="bad-request",
    status=400,
    title="The request cannot be read.",
    meaning="The body does not have the form that its Content-Type says, such as a multipart body without its boundary.",
    cure="Build the body with a library for its media type, and send the Content-Type that it returns.",
    example="There was an error parsing the body",
)
BAD_CURSOR = ProblemKind(
    code="bad-cursor",
    status=400,
    title="The cursor is not one of this list.",
    meaning="`cursor` is no value that this list has returned as `next_cursor`, or a release changed the form of cursors.",
    cure="Send `next_cursor` of the previous page unchanged, or leave `cursor` out to begin with the first page.",
    example="Not a valid cursor; send `next_cursor` of the previous page unchanged.",
)
OTHER_FILTERS = ProblemKind(
    code="cursor-of-other-filters",
    status=400,
    title="The cursor belongs to other filters.",
    meaning="A cursor continues one list with its filters. With other filters its position means nothing.",
    cure="Send the filters of the first page with each cursor, or leave `cursor` out to begin a list with the new filters.",
    example="This cursor belongs to a list with other filters; send those of the first page, or no cursor.",
)
KEY_REQUIRED = ProblemKind(
    code="idempotency-key-required",
    status=400,
    title="The header Idempotency-Key is missing.",
    meaning="The request creates or decides something. Without a key, its repetition after a lost answer would do it twice.",
    cure="Send `Idempotency-Key` with a new value, such as a UUID, for each new request, and the same value when you repeat one.",
    example="Send an `Idempotency-Key` header: a new key for each new order, the same key when you repeat a request.",
)
UNAUTHENTICATED = ProblemKind(
    code="unauthenticated",
    status=401,
    title="The token is missing or not valid.",
    meaning="There is no bearer token, or it has expired, is signed with an unknown key, or is for another service.",
    cure="Ask your identity provider for a new token and send it as `Authorization: Bearer <token>`.",
    example="The token has expired; ask for a new one.",
)
MISSING_SCOPE = ProblemKind(
    code="missing-scope",
    status=403,
    title="The token lacks a scope.",
    meaning="The token is valid, but whoever issued it did not give it the scope that this call needs.",
    cure="Ask the people who issue tokens for the scope that `detail` names. Each operation's scope is in /openapi.json.",
    example="The token lacks the scope `orders:write`, which this call requires.",
)
NO_COUNCIL = ProblemKind(
    code="no-council",
    status=403,
    title="The token names no council.",
    meaning="The call acts for one council, and the token has no claim `council`.",
    cure="Use a token of the council. Tokens of operations staff (scope `all-councils`) can only read what all councils have.",
    example="This belongs to one council: sign in as a person of that council (the token has no claim `council`).",
)
NOT_FOUND = ProblemKind(
    code="not-found",
    status=404,
    title="There is no such path.",
    meaning="The service has nothing under this path. A thing that does not exist has a code of its own, such as no-such-order.",
    cure="Compare the path with /openapi.json, also its version, such as /v1, and a slash at its end.",
    example="Not Found",
)
METHOD_NOT_ALLOWED = ProblemKind(
    code="method-not-allowed",
    status=405,
    title="The path does not take this method.",
    meaning="The path exists, but not with this method.",
    cure="Use one of the methods that the header `Allow` of the answer lists.",
    example="Method Not Allowed",
)
NOT_ACCEPTABLE = ProblemKind(
    code="not-acceptable",
    status=406,
    title="No answer has a form that you accept.",
    meaning="The header `Accept` excludes every form in which this answer can be given.",
    cure="Send one of the media types that `detail` names, or leave `Accept` out.",
    example="No answer in the form 'image/png' can be given; ask for application/json, text/csv.",
)
STALE = ProblemKind(
    code="stale-version",
    status=412,
    title="The thing changed since you read it.",
    meaning="The version in `If-Match` is not the present one: somebody else changed it. Nothing was changed by your request.",
    cure="Read it again, look at what changed, and send the request with the new ETag if you still want it.",
    example="The order changed since you read it; read it again, then decide.",
)
BODY_TOO_LARGE = ProblemKind(
    code="body-too-large",
    status=413,
    title="The body is too large.",
    meaning="The body has more bytes than the service reads, or its Content-Length is no number.",
    cure="Split the request into several. `detail` has the limit in bytes.",
    example="The body may have at most 2000000 bytes; split it into several requests.",
)
TOO_LARGE = ProblemKind(
    code="too-large",
    status=413,
    title="The change is too large to be passed on.",
    meaning="What the request changes would be larger than one message to the other services may be. Nothing was changed.",
    cure="Split it into several requests.",
    example="The request is too large to be passed on: 1200000 bytes. Split it into several requests.",
)
BODY_COMPRESSED = ProblemKind(
    code="body-compressed",
    status=415,
    title="The body is compressed.",
    meaning="The request has a Content-Encoding. Compressed bodies are not expanded: a few kilobytes may be gigabytes.",
    cure="Send the body as it is, without Content-Encoding.",
    example="The body is compressed (Content-Encoding); send it as it is.",
)
INVALID_REQUEST = ProblemKind(
    code="invalid-request",
    status=422,
    title="The request does not have the required form.",
    meaning="A member, parameter or header is missing, unknown, of the wrong type or outside its limits.",
    cure="Correct what `errors` lists: each has a pointer to its place and says what is wrong there.",
    example="The request does not have the required form; correct what `errors` lists.",
)
UNKNOWN_PARAMETER = ProblemKind(
    code="unknown-parameter",
    status=422,
    title="The query has a parameter that does not exist here.",
    meaning="A misspelt filter that is ignored would answer with too much; therefore unknown parameters are refused.",
    cure="Correct the name or leave the parameter out. `errors` names those that this operation takes.",
    example="`suplier_id` is no parameter of this operation; it takes cursor, limit, supplier_id.",
)
UNSTORABLE = ProblemKind(
    code="unstorable-value",
    status=422,
    title="A value cannot be stored.",
    meaning="A text has a character that no database keeps, such as NUL, or a number is larger than its column.",
    cure="Remove the character or send a smaller number.",
    example="A value cannot be stored, such as a NUL character or a huge number. Correct it.",
)
KEY_REUSED = ProblemKind(
    code="idempotency-key-reused",
    status=422,
    title="The Idempotency-Key was used for another request.",
    meaning="A key recognises one request. This one has other content than the request that the key was first sent with.",
    cure="Send a new key with a new request. If you meant to repeat the first one, send exactly its content.",
    example="This Idempotency-Key was used for order 'SFK-2026-0042' with other content; send a new key with a new request.",
)
IF_MATCH_REQUIRED = ProblemKind(
    code="if-match-required",
    status=428,
    title="The header If-Match is missing.",
    meaning="Two people could undo each other's change here without seeing it; therefore you say which version you have read.",
    cure="Read the thing and send its `ETag` as `If-Match`.",
    example="Send `If-Match` with the ETag of the order you read.",
)
TOO_MANY_REQUESTS = ProblemKind(
    code="too-many-requests",
    status=429,
    title="You send more requests than this process takes.",
    meaning="Each caller may send so many requests a second. Nothing was changed.",
    cure="Wait for the seconds in `Retry-After`, then repeat the request; send fewer at once.",
    example="This caller sends more requests than this process takes; nothing was changed. Repeat it in 2 s.",
)
HEAD_TOO_LARGE = ProblemKind(
    code="head-too-large",
    status=431,
    title="Path, query and headers are too long.",
    meaning="Path, query and headers have more bytes together than the service reads.",
    cure="Send fewer or shorter headers and parameters. `detail` has the limit.",
    example="Path, query and headers may have at most 32768 bytes together; send shorter ones.",
)
INTERNAL_ERROR = ProblemKind(
    code="internal-error",
    status=500,
    title="Something went wrong on our side.",
    meaning="The service met an error that it does not know. Nothing was changed.",
    cure="Repeat the request with the same Idempotency-Key. If it fails again, report the `X-Request-Id` of the answer.",
    example="Something went wrong on our side; nothing was changed.",
)
LOCKED = ProblemKind(
    code="locked-by-another-change",
    status=503,
    title="Another change of the same data takes long.",
    meaning="The request waited for another change of the same data and gave up. Nothing was changed.",
    cure="Repeat the request with the same key after the seconds in `Retry-After`.",
    example=(
        "Another change of the same data takes longer than expected; nothing was changed. Repeat the request with the same key."
    ),
)
DISK_FULL = ProblemKind(
    code="database-disk-full",
    status=503,
    title="The disk of the database is full.",
    meaning="Nothing can be written until there is room. Nothing was changed.",
    cure="Repeat the request with the same key later; the people who run Stockbridge see an alert.",
    example=(
        "The disk of the database is full, so nothing can be written; nothing was changed. Repeat the request with the same key."
    ),
)
DATABASE_AWAY = ProblemKind(
    code="database-unavailable",
    status=503,
    title="The database is not available.",
    meaning="The database does not answer at the moment, such as while it is restarted. Nothing was changed.",
    cure="Repeat the request with the same key after the seconds in `Retry-After`.",
    example="The database is not available at the moment; nothing was changed. Repeat the request with the same key.",
)
TOO_MANY_CONNECTIONS = ProblemKind(
    code="too-many-connections",
    status=503,
    title="The process has too many connections.",
    meaning="So many connections are open that another one is answered only with this. Nothing was changed.",
    cure="Close connections that you do not use, and repeat the request with the same key after the seconds in `Retry-After`.",
    example="This process has as many connections as it may have; nothing was changed. Repeat the request with the same key.",
)

COMMON: tuple[ProblemKind, ...] = (
    MALFORMED_JSON,
    BAD_REQUEST,
    BAD_CURSOR,
    OTHER_FILTERS,
    KEY_REQUIRED,
    UNAUTHENTICATED,
    MISSING_SCOPE,
    NO_COUNCIL,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    STALE,
    BODY_TOO_LARGE,
    TOO_LARGE,
    BODY_COMPRESSED,
    INVALID_REQUEST,
    UNKNOWN_PARAMETER,
    UNSTORABLE,
    KEY_REUSED,
    IF_MATCH_REQUIRED,
    TOO_MANY_REQUESTS,
    HEAD_TOO_LARGE,
    INTERNAL_ERROR,
    LOCKED,
    DISK_FULL,
    DATABASE_AWAY,
    TOO_MANY_CONNECTIONS,
)
