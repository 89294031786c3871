"""An exchange as the dashboard's pages meet it: answers in the shapes of the real one's API, and remembers what it was asked."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from services.suppliers.domain.messages import State, too_large_at_once
from services.suppliers.schemas import messages, progress
from shared.errors import DomainError, Kind
from tests.services.hearing import number, on_day

FEED = number(400)
RAW = b"?lost"
_PATH = f"/v1/messages/{FEED}"


@dataclass
class PlayedExchange:
    """One file of records in `state`, of which 7 records are kept aside. `refusal` is its answer to decisions, `down` to all."""

    state: State = State.PARTLY_APPLIED
    ended: bool = True
    refusal: DomainError | None = None
    down: bool = False
    decided: list[tuple[str, Any, str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)

    def app(self) -> FastAPI:
        """Its API."""
        app = FastAPI()
        app.middleware("http")(self._noted)
        app.add_api_route(_PATH, self._detail, methods=["GET"])
        app.add_api_route(f"{_PATH}/tree", self._tree, methods=["GET"])
        app.add_api_route(f"{_PATH}/raw", self._raw, methods=["GET"])
        app.add_api_route(f"{_PATH}/kept-aside", self._aside, methods=["GET"])
        app.add_api_route(f"{_PATH}/kept-aside/5", self._raw, methods=["GET"])
        app.add_api_route(f"{_PATH}/{{decision}}", self._decide, methods=["POST"], response_model=None)
        return app

    async def _noted(self, request: Request, call_next: Any) -> Response:
        self.tokens.add(request.headers["Authorization"])
        if self.down:
            return Response(status_code=502)
        answer: Response = await call_next(request)
        return answer

    async def _detail(self) -> messages.MessageDetail:
        reasons = [progress.ReasonView(code="onix-not-well-formed", count=7, advice="Send well-formed XML.")]
        reading = progress.ProgressView(
            records=993,
            kept_aside=7,
            left_out=0,
            bytes_read=5_000_000,
            rate=250.0,
            begun_at=on_day(2, 14),
            expected_end_at=None if self.ended else on_day(2, 15),
            ended_at=on_day(2, 15) if self.ended else None,
            counts={},
            reasons=reasons,
        )
        return messages.MessageDetail.model_validate(_KNOWN | {"state": self.state, "progress": reading})

    async def _aside(self, cursor: str = "") -> dict[str, Any]:
        first = 5 if cursor else 1
        views = [
            progress.AsideView(
                number=place, offset=10, size=5, code="onix-not-well-formed", text="<b>cut</b>", advice="Send well-formed XML."
            )
            for place in range(first, first + 4)
        ]
        return {"items": [view.model_dump() for view in views], "next_cursor": None if cursor else "WyI0Il0"}

    async def _tree(self) -> Response:
        return _problem(too_large_at_once(FEED, 10_000_000))

    async def _raw(self) -> Response:
        return Response(RAW)

    async def _decide(self, decision: str, body: dict[str, Any], request: Request) -> Response:
        if self.refusal is not None:
            return _problem(self.refusal)
        self.decided.append((decision, body, request.headers["If-Match"]))
        return JSONResponse({})


def refused() -> DomainError:
    """The refusal of a decision that somebody else took before."""
    return DomainError("wrong-state", "The message is discarded; it cannot be replayed.", Kind.CONFLICT)


def _problem(error: DomainError) -> Response:
    return JSONResponse({"code": error.code, "detail": error.detail}, status_code=error.kind.value)


_KNOWN: dict[str, Any] = {
    "message_id": FEED,
    "direction": "in",
    "kind": "record",
    "reason": "7 of 1,000 records kept aside: 7 broken XML",
    "reference": None,
    "control_reference": "",
    "name": "records/autumn.xml",
    "content_type": "",
    "sender": "",
    "size": 10_000_000,
    "digest": "",
    "order_ids": [],
    "attempts": 0,
    "created_at": on_day(2, 9),
    "sent_at": None,
    "next_attempt_at": None,
    "version": 2,
    "findings": [
        {
            "code": "onix-release",
            "text": "release '2.0' is none of 2.1, 3.0 and 3.1",
            "severity": "warning",
            "advice": "Send release 3.0 or 3.1.",
        }
    ],
    "line_keys": [],
    "profile_version": 1,
    "history": [],
}
