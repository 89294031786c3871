"""A service as pages meet it: gives the answers that it is made with, and remembers what it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from shared.errors import DomainError
from shared.http.calls import Api


@dataclass
class Answering:
    """Answers by path: JSON, bytes, or a refusal. Any other path is 404. `posted`: paths, bodies and `If-Match` of decisions."""

    answers: dict[str, Any]
    posted: list[tuple[str, Any, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    down: bool = False

    def api(self) -> Api:
        """The way to it."""
        app = FastAPI()
        app.add_api_route("/{path:path}", self._answer, methods=["GET", "POST"], response_model=None)
        return Api("http://service", httpx.ASGITransport(app))

    async def _answer(self, path: str, request: Request) -> Response:
        self.asked.append(f"/{path}?{request.url.query}".rstrip("?"))
        if self.down:
            return Response(status_code=502)
        if request.method == "POST":
            self.posted.append((f"/{path}", await request.json(), request.headers.get("If-Match", "")))
        answer = self.answers.get(f"/{path}")
        if isinstance(answer, DomainError) or (answer is None and request.method == "GET"):
            code, detail, status = ("not-found", "It is not here.", 404)
            if isinstance(answer, DomainError):
                code, detail, status = answer.code, answer.detail, answer.kind.value
            return JSONResponse({"code": code, "detail": detail}, status_code=status)
        return Response(answer) if isinstance(answer, bytes) else JSONResponse(answer or {})


def page_of(*items: Any, next_cursor: str | None = None) -> dict[str, Any]:
    """A page of a list."""
    return {"items": list(items), "next_cursor": next_cursor}
