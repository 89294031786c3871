"""What an operation answers, in its description: a problem with its codes for each status, and the headers of every answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi.routing import APIRoute

from shared.http.asked import Asked, asked_by
from shared.http.problem_kinds import ProblemKind
from shared.http.problems import MEDIA_TYPE
from shared.http.refusals import UNAVAILABLE, Refusals
from shared.http.requests import CORRELATION_ID, REQUEST_ID

# With more codes, the problem of a status is described where it is answered.
_MOST_IN_A_NAME = 2
_UUID = "0192f0c1-2b3a-7c4d-8e5f-60718293a4b5"


def _text(description: str, example: str) -> dict[str, Any]:
    return {"type": "string", "description": description, "examples": [example]}


PROBLEM_SCHEMAS: dict[str, Any] = {
    "Fault": {
        "title": "Fault",
        "type": "object",
        "description": "One thing that is wrong in a request.",
        "required": ["pointer", "code", "detail"],
        "properties": {
            "pointer": _text(
                "Where it is: a JSON pointer (RFC 6901) into the body, or /query/ with the name of a parameter", "/lines/0/isbn"
            ),
            "code": _text("What is wrong, for programs", "bad-isbn"),
            "detail": _text("What is wrong and what to do about it, for people", "The check digit of 9780141439519 is wrong."),
        },
    },
    "Problem": {
        "title": "Problem",
        "type": "object",
        "description": "Why a request was refused (RFC 9457). Nothing was changed.",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": {
                **_text("The page that explains the code, with an example and the cure", "/problems/invalid-request"),
                "format": "uri-reference",
            },
            "title": _text("The meaning of the code as a short sentence", "The request does not have the required form."),
            "status": {
                "type": "integer",
                "minimum": 400,
                "maximum": 599,
                "description": "The status of the answer",
                "examples": [422],
            },
            "code": _text("The kind of problem, for programs; it never changes", "invalid-request"),
            "detail": _text(
                "What is wrong with this request and what to do about it, for people",
                "The request does not have the required form; correct what `errors` lists.",
            ),
            "instance": {**_text("The id of the request, as in `X-Request-Id`", f"urn:uuid:{_UUID}"), "format": "uri"},
            "errors": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Fault"},
                "description": "Everything that is wrong, where it is in the request itself",
            },
        },
    },
}


def _header(description: str, example: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}, "example": example}


RESPONSE_HEADERS: dict[str, Any] = {
    REQUEST_ID: _header("The id of this request; name it when you report a problem", _UUID),
    CORRELATION_ID: _header("Your `X-Correlation-Id`, or the id of this request; also in the events that it caused", _UUID),
    "ETag": _header("The version of what is answered: for `If-Match` and `If-None-Match`", '"3"'),
    "Location": _header("The path of what was created", f"/v1/orders/{_UUID}"),
    "Retry-After": {
        "description": "After how many seconds the same request may succeed",
        "schema": {"type": "integer", "minimum": 0},
        "example": 2,
    },
    "Idempotent-Replayed": {
        "description": "`true` where this repeats the answer to an earlier request with the same Idempotency-Key",
        "schema": {"type": "string", "enum": ["true"]},
        "example": "true",
    },
    "Vary": _header("The request headers that the form of the answer depends on", "Accept"),
    "WWW-Authenticate": _header("How to authenticate", "Bearer"),
}


def answer_fully(operation: dict[str, Any], route: APIRoute, refusals: Refusals, schemas: dict[str, Any]) -> None:
    """Completes what an operation answers; adds the problems that operations share to `schemas`."""
    responses = operation["responses"]
    responses.pop("default", None)
    responses.pop("422", None)
    for status, kinds in refusals.of(route).items():
        responses[str(status)] = _refusal(kinds, schemas)
    asked = asked_by(route)
    if asked.one_thing:
        responses["304"] = {"description": "The answer is still the one whose ETag you sent in `If-None-Match`."}
    for status, answer in responses.items():
        names = [REQUEST_ID, CORRELATION_ID, *_names(status, answer, asked)]
        headers = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        answer["headers"] = {**headers, **answer.get("headers", {})}
    operation["responses"] = dict(sorted(responses.items()))


def _names(status: str, answer: dict[str, Any], asked: Asked) -> list[str]:
    """Returns the headers that follow from an answer's status and forms, and from what was asked."""
    if status in ("429", "503"):
        return ["Retry-After"]
    if status == "401":
        return ["WWW-Authenticate"]
    if status == "304":
        return ["ETag"]
    if not status.startswith("2"):
        return []
    found = ["Location"] if status == "201" else []
    found += ["ETag"] if asked.one_thing or asked.version else []
    found += ["Idempotent-Replayed"] if asked.key else []
    return found + (["Vary"] if len(answer.get("content", {})) > 1 else [])


def _refusal(kinds: Sequence[ProblemKind], schemas: dict[str, Any]) -> dict[str, Any]:
    """Returns the answer of one status: the problem with the codes that it can have, and an example of each."""
    codes = [kind.code for kind in kinds]
    lines = [f"- [`{kind.code}`]({kind.path}): {kind.title}" for kind in kinds]
    schema = _refused_with(codes)
    if name := _shared_name(codes):
        schemas[name] = schema
        schema = {"$ref": f"#/components/schemas/{name}"}
    examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
    return {"description": "\n".join(lines), "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}}}


def _refused_with(codes: Sequence[str]) -> dict[str, Any]:
    enum = {"type": "string", "enum": codes, "description": "The kinds of problem that are answered here"}
    one = {"type": "object", "properties": {"code": enum}, "required": ["code"]}
    return {"allOf": [{"$ref": "#/components/schemas/Problem"}, one]}


def _shared_name(codes: Sequence[str]) -> str:
    """Returns the name under which operations share the problem with these codes, so that clients have one type; "" for none."""
    if frozenset(codes) == UNAVAILABLE:
        return "UnavailableProblem"
    if len(codes) > _MOST_IN_A_NAME:
        return ""
    return "Or".join("".join(word.capitalize() for word in code.split("-")) for code in codes) + "Problem"


def problem_example(kind: ProblemKind) -> dict[str, Any]:
    """Returns an example of a problem, as a component."""
    value = {
        "type": kind.path,
        "title": kind.title,
        "status": kind.status,
        "code": kind.code,
        "detail": kind.example,
        "instance": f"urn:uuid:{_UUID}",
    }
    return {"summary": kind.title, "value": value}
