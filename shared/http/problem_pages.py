"""Serves `/problems` and `/problems/<code>`, to which the `type` of each problem leads: what it means, an example, the cure.

Pages for people and JSON for programs. They need no token and load nothing from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from shared.errors import DomainError, Kind
from shared.http.policy import PAGE_POLICY
from shared.http.problem_kinds import ProblemKind, ProblemRegistry
from shared.http.representations import chosen_form

_HTML, _JSON = "text/html", "application/json"
_HEADERS = {"Vary": "Accept", "Cache-Control": "public, max-age=3600"}
_PAGE = """<!doctype html>
<html lang="en-GB">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>{title}</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/docs/reference.css">
</head>
<body>
<nav aria-label="Pages"><a href="/docs">API reference</a> <a href="/problems">All problems</a></nav>
<main>
{content}
</main>
</body>
</html>
"""


def problems_router(registry: ProblemRegistry) -> APIRouter:
    """Returns the routes of the pages of all problems that a service answers with."""
    router = APIRouter(include_in_schema=False)

    async def list_problems(request: Request) -> Response:
        if chosen_form(request, (_HTML, _JSON)) == _JSON:
            return JSONResponse({"items": [_shown(kind) for kind in registry]}, headers=_HEADERS)
        return _page("Problems", _table(registry))

    async def get_problem(code: str, request: Request) -> Response:
        kind = registry.get(code)
        if kind is None:
            raise DomainError("not-found", f"No problem has the code {code[:100]!r}; /problems lists all.", Kind.NOT_FOUND)
        if chosen_form(request, (_HTML, _JSON)) == _JSON:
            return JSONResponse(_shown(kind), headers=_HEADERS)
        return _page(kind.code, _article(kind))

    router.add_api_route("/problems", list_problems, methods=["GET"])
    router.add_api_route("/problems/{code}", get_problem, methods=["GET"])
    return router


def _shown(kind: ProblemKind) -> dict[str, object]:
    return {"type": kind.path, **asdict(kind)}


def _page(title: str, content: str) -> Response:
    page = _PAGE.format(title=escape(title), content=content)
    return Response(page, media_type=_HTML, headers={**PAGE_POLICY, **_HEADERS})


def _table(kinds: Iterable[ProblemKind]) -> str:
    rows = "\n".join(
        f'<tr><td><a href="{kind.path}"><code>{kind.code}</code></a></td><td>{kind.status}</td><td>{escape(kind.title)}</td></tr>'
        for kind in kinds
    )
    intro = "<h1>Problems</h1>\n<p>The codes with which this service refuses requests (RFC 9457). A code never changes.</p>"
    head = "<thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead>"
    return f"{intro}\n<table>\n{head}\n<tbody>\n{rows}\n</tbody>\n</table>"


def _article(kind: ProblemKind) -> str:
    parts = {"What it means": kind.meaning, "What to do": kind.cure}
    text = "\n".join(f"<h2>{heading}</h2>\n<p>{_in_code(part)}</p>" for heading, part in parts.items())
    heading = f"<h1>{escape(kind.title)}</h1>\n<p><code>{kind.code}</code>, status {kind.status}</p>"
    return f"{heading}\n{text}\n<h2>An example of its <code>detail</code></h2>\n<p>{_in_code(kind.example)}</p>"


def _in_code(text: str) -> str:
    """Returns a text as HTML; what is between backticks is code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))
